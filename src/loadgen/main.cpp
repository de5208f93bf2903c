// saltload: a steady load from outside, every request counted.
#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "base/log/log.hpp"
#include "loadgen/load.hpp"

namespace {

constexpr std::string_view kUsage =
    "usage: saltload --url URL [options]\n"
    "  --rate N              requests a second (500)\n"
    "  --connections N       kept connections (16)\n"
    "  --users N             accounts signed up first; 0 asks for /health only (8)\n"
    "  --seconds N           how long; without it until SIGINT or SIGTERM\n"
    "  --connect-to H:P:A:P  connect to A:P for H:P, as curl does\n"
    "  --ca-file FILE        another authority to trust\n"
    "  --record FILE         a JSON line for each 100 ms\n"
    "  --report FILE         totals as JSON (always printed, too)\n";

bool parse_number(std::string_view text, int low, int high, int& value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= low && value <= high;
}

bool add_route(std::string_view text, sb::loadgen::Options& options) {
  auto first = text.find(':');
  auto second = first == std::string_view::npos ? first : text.find(':', first + 1);
  if (second == std::string_view::npos) return false;
  options.connect_to[std::string(text.substr(0, second))] = std::string(text.substr(second + 1));
  return true;
}

bool parse(int argc, char** argv, sb::loadgen::Options& options, std::string& report) {
  int seconds = 0;
  for (int i = 1; i + 1 < argc; i += 2) {
    std::string_view name = argv[i], value = argv[i + 1];
    bool is_good = true;
    if (name == "--url") {
      options.url = value;
    } else if (name == "--ca-file") {
      options.ca_file = value;
    } else if (name == "--record") {
      options.record = value;
    } else if (name == "--report") {
      report = value;
    } else if (name == "--rate") {
      is_good = parse_number(value, 1, 1'000'000, options.rate);
    } else if (name == "--connections") {
      is_good = parse_number(value, 1, 10'000, options.connections);
    } else if (name == "--users") {
      is_good = parse_number(value, 0, 10'000, options.users);
    } else if (name == "--seconds") {
      is_good = parse_number(value, 1, 86'400, seconds);
    } else {
      is_good = name == "--connect-to" && add_route(value, options);
    }
    if (!is_good) return false;
  }
  options.duration_ms = seconds * std::int64_t{1000};
  return argc % 2 == 1 && !options.url.empty();
}

}  // namespace

int main(int argc, char** argv) {
  (void)std::signal(SIGPIPE, SIG_IGN);
  sb::log::configure(
      {.service = "saltload", .environment = "", .level = sb::log::Level::warning, .fd = 2});
  sb::loadgen::Options options;
  std::string report;
  if (!parse(argc, argv, options, report)) {
    std::fputs(kUsage.data(), stderr);
    return 2;
  }
  auto totals = sb::run_task(sb::loadgen::run(std::move(options)));
  if (!totals) {
    fmt::print(stderr, "saltload: {}\n", totals.error().text());
    return 1;
  }
  auto text = sb::json::encode(*totals) + "\n";
  fmt::print("{}", text);
  if (!report.empty()) {
    if (auto written = sb::fs::write_file(report, text); !written) {
      fmt::print(stderr, "saltload: {}\n", written.error().text());
      return 1;
    }
  }
  return totals->failed == 0 ? 0 : 3;
}
