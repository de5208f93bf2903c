#include "saltctl/watch_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>

#include "base/json/codec.hpp"

namespace sb::saltctl {

namespace {

namespace ana = release::analysis;
using ana::NumberState;

constexpr std::size_t kSparks = 20;

struct Look {
  Style style;
  std::string_view word;
};

Look look_of(NumberState state) {
  switch (state) {
    case NumberState::ok:
      return {Style::green, "ok"};
    case NumberState::high:
      return {Style::yellow, "off target"};
    case NumberState::breach:
      return {Style::red, "BREACH"};
    case NumberState::inconclusive:
      return {Style::dim, "too little to judge by"};
    case NumberState::no_data:
      return {Style::dim, "no data"};
  }
  return {Style::dim, ""};
}

Style style_of(ana::Verdict verdict) {
  switch (verdict) {
    case ana::Verdict::watching:
    case ana::Verdict::pass:
      return Style::green;
    case ana::Verdict::inconclusive:
      return Style::yellow;
    case ana::Verdict::fail:
    case ana::Verdict::no_data:
      return Style::red;
  }
  return Style::red;
}

}  // namespace

std::string sparkline(const std::vector<double>& values, std::size_t width) {
  static constexpr std::string_view kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::size_t shown = std::min(width, values.size());
  if (shown == 0) return {};
  const auto first = values.end() - static_cast<std::ptrdiff_t>(shown);
  // From zero: small moves of a steady number are to look small.
  const double most = *std::max_element(first, values.end());
  std::string text;
  for (auto it = first; it != values.end(); ++it) {
    const double share = most > 0 ? std::clamp(*it / most, 0.0, 1.0) : 0;
    text += kBlocks[static_cast<std::size_t>(share * 7 + 0.5)];
  }
  return text;
}

std::vector<std::string> watch_panel(const ana::Reading& reading, const Console& console) {
  std::vector<std::string> lines;
  for (const ana::Number& n : reading.evidence.numbers) {
    const Look look = look_of(n.state);
    auto sparks = sparkline(n.history, kSparks);
    const std::size_t missing = kSparks - std::min(kSparks, visible_width(sparks));
    lines.push_back(fmt::format("{:<20} {:>9}  {}{}  {:<18} {}{}", ana::title(n.name),
                                ana::value_text(n), console.paint(look.style, sparks),
                                std::string(missing, ' '), n.target,
                                console.paint(look.style, look.word),
                                n.note.empty() ? "" : console.paint(Style::dim, "  " + n.note)));
  }
  const auto& e = reading.evidence;
  if (!e.database.empty() && e.database != "available")
    lines.push_back(fmt::format("{:<20} {}", "database", console.paint(Style::yellow, e.database)));
  const bool goes_on = reading.verdict == ana::Verdict::watching;
  lines.push_back(console.paint(style_of(reading.verdict),
                                goes_on && e.left_seconds > 0
                                    ? fmt::format("{}, {} s left", e.rule, e.left_seconds)
                                    : e.rule));
  return lines;
}

std::string watch_line(const ana::Reading& reading) {
  std::string text;
  for (const ana::Number& n : reading.evidence.numbers) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", ana::title(n.name), ana::value_text(n));
    if (n.state == NumberState::high || n.state == NumberState::breach)
      text += fmt::format(" ({})", look_of(n.state).word);
  }
  if (reading.verdict == ana::Verdict::watching)
    return fmt::format("{}: {}, {} s left", text, reading.evidence.rule,
                       reading.evidence.left_seconds);
  return fmt::format("{}: {}", text, reading.evidence.rule);
}

std::string reading_json(const ana::Reading& reading) {
  return fmt::format(R"({{"verdict":"{}","summary":{},"evidence":{}}})",
                     boost::describe::enum_to_string(reading.verdict, "none"),
                     json::quote(reading.summary), json::encode(reading.evidence));
}

}  // namespace sb::saltctl
