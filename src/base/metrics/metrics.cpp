#include "base/metrics/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sb::metrics {

namespace {

// Seconds; fine around the p95 target of 200 ms.
constexpr std::array kBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15,
                                 0.2,   0.3,    0.5,   1.0,  2.5,   5.0,  10.0};

struct Histogram {
  std::array<std::uint64_t, kBuckets.size() + 1> counts{};
  double sum = 0;
};

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

// {a="1",b="2"}, or nothing for no labels; `extra` is put last (a histogram's le).
std::string render(const Labels& labels, std::string_view extra = {}) {
  if (labels.empty() && extra.empty()) return {};
  std::string out = "{";
  for (const auto& [key, value] : labels) {
    if (out.size() > 1) out += ',';
    fmt::format_to(std::back_inserter(out), "{}=\"{}\"", key, escape(value));
  }
  if (!extra.empty()) {
    if (out.size() > 1) out += ',';
    out += extra;
  }
  return out + "}";
}

}  // namespace

struct Registry::Impl {
  struct Family {
    std::string type = "untyped", help;
    std::map<Labels, double> values;
    std::map<Labels, Histogram> histograms;
  };
  std::map<std::string, Family> families;
};

Registry::Registry() : impl_(std::make_unique<Impl>()) {}
Registry::~Registry() = default;

void Registry::describe(const std::string& name, std::string_view type, std::string_view help) {
  auto& family = impl_->families[name];
  family.type = type;
  family.help = help;
}

void Registry::add(const std::string& name, const Labels& labels, double amount) {
  impl_->families[name].values[labels] += amount;
}

void Registry::set(const std::string& name, const Labels& labels, double value) {
  impl_->families[name].values[labels] = value;
}

void Registry::observe(const std::string& name, const Labels& labels, double value) {
  auto& histogram = impl_->families[name].histograms[labels];
  auto bucket = std::ranges::lower_bound(kBuckets, value) - kBuckets.begin();
  ++histogram.counts[static_cast<std::size_t>(bucket)];
  histogram.sum += value;
}

double Registry::value(const std::string& name, const Labels& labels) const {
  auto family = impl_->families.find(name);
  if (family == impl_->families.end()) return 0;
  auto it = family->second.values.find(labels);
  return it == family->second.values.end() ? 0 : it->second;
}

std::string Registry::text() const {
  std::string out;
  auto to = std::back_inserter(out);
  for (const auto& [name, family] : impl_->families) {
    if (!family.help.empty()) fmt::format_to(to, "# HELP {} {}\n", name, family.help);
    fmt::format_to(to, "# TYPE {} {}\n", name, family.type);
    for (const auto& [labels, value] : family.values)
      fmt::format_to(to, "{}{} {}\n", name, render(labels), value);
    for (const auto& [labels, histogram] : family.histograms) {
      std::uint64_t total = 0;
      for (std::size_t i = 0; i < kBuckets.size(); ++i) {
        total += histogram.counts[i];
        fmt::format_to(to, "{}_bucket{} {}\n", name,
                       render(labels, fmt::format("le=\"{}\"", kBuckets[i])), total);
      }
      total += histogram.counts.back();
      fmt::format_to(to, "{}_bucket{} {}\n", name, render(labels, "le=\"+Inf\""), total);
      fmt::format_to(to, "{}_sum{} {}\n", name, render(labels), histogram.sum);
      fmt::format_to(to, "{}_count{} {}\n", name, render(labels), total);
    }
  }
  return out;
}

}  // namespace sb::metrics
