#include "saltctl/release_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json/codec.hpp"
#include "release/gates/gates.hpp"

namespace sb::saltctl {
namespace {

using release::Box;
using release::BoxState;

struct Mark {
  std::string_view text;
  Style style;
};

Mark mark_of(BoxState state) {
  switch (state) {
    case BoxState::passed:
      return {"✓", Style::green};
    case BoxState::failed:
      return {"✗", Style::red};
    case BoxState::waived:
      return {"~", Style::yellow};
    case BoxState::not_applicable:
      return {"-", Style::dim};
    case BoxState::open:
      return {"○", Style::yellow};
  }
  return {"?", Style::dim};
}

std::string_view title_of(std::string_view list) {
  if (list == "pre") return "Before";
  return list == "during" ? "During" : "After";
}

void add(std::vector<std::vector<std::string>>& rows, const Box& box, const Console& console) {
  const Mark mark = mark_of(box.state);
  rows.push_back({"  " + console.paint(mark.style, mark.text), box.id, box.evidence});
  if (box.state == BoxState::waived)
    rows.push_back({"", "",
                    console.paint(Style::yellow, fmt::format("waived by {}: {}", box.waived_by,
                                                             box.waiver_reason))});
}

}  // namespace

std::string boxes_text(const std::vector<Box>& boxes, std::string_view list,
                       const Console& console) {
  std::string text;
  for (std::string_view name : {"pre", "during", "post"}) {
    if (!list.empty() && list != name) continue;
    std::vector<std::vector<std::string>> rows;
    for (const auto& box : boxes)
      if (box.list == name) add(rows, box, console);
    if (rows.empty()) continue;
    if (!text.empty()) text += "\n";
    text += console.paint(Style::bold, title_of(name)) + "\n" + format_table(rows);
  }
  return text;
}

std::string boxes_json(const std::vector<Box>& boxes) {
  std::vector<std::string> rows;
  for (const auto& box : boxes) rows.push_back(json::encode(box));
  return fmt::format("[{}]", fmt::join(rows, ","));
}

std::string open_boxes_hint(const std::vector<Box>& boxes, const std::string& deploy) {
  std::vector<std::string> open;
  for (const auto& box : boxes)
    if (release::stops_release(box)) open.push_back(box.id);
  if (open.empty()) return {};
  return fmt::format("{} --waive '{}=REASON'", deploy, fmt::join(open, ","));
}

std::string request_text(const release::PendingApproval& pending, const Console& console) {
  const auto& request = pending.request;
  std::vector<std::vector<std::string>> rows{
      {"  release", request.release_id},
      {"  version",
       fmt::format("{} → {}", request.from_version.empty() ? "nothing" : request.from_version,
                   console.paint(Style::bold, request.to_version))},
      {"  image", request.image},
      {"  migrations", request.migrations},
      {"  asked by", request.requested_by},
      {"  reason", request.reason.empty() ? "none given" : request.reason},
      {"  waived", request.waived.empty() ? "nothing" : request.waived},
      {"  expires", format_rfc3339(pending.expires())},
      {"  digest", request.digest}};
  return fmt::format("{} {}\n{}", console.paint(Style::bold, "A release waits for"),
                     request.environment, format_table(rows));
}

std::string request_json(const release::PendingApproval& pending) {
  return fmt::format(R"({{"release_id":{},"digest":{},"requested_by":{},"to_version":{},)"
                     R"("expires_at":{},"request":{}}})",
                     json::quote(pending.request.release_id), json::quote(pending.request.digest),
                     json::quote(pending.request.requested_by),
                     json::quote(pending.request.to_version),
                     json::quote(format_rfc3339(pending.expires())), json::encode(pending.request));
}

}  // namespace sb::saltctl
