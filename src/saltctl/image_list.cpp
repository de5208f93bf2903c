#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json/codec.hpp"
#include "saltctl/images.hpp"

namespace sb::saltctl {

Outcome run_image_list(Invocation& call) {
  SB_TRY(auto images, list_images(call.places));
  if (call.arguments.has("--names")) {
    std::vector<std::string> names;
    for (const auto& image : images)
      names.push_back(image.reference.substr(0, image.reference.find('@')));
    if (call.wants_json) call.out.line(json::encode(names));
    for (const auto& name : names)
      if (!call.wants_json) call.out.line(name);
    return 0;
  }
  if (call.wants_json) {
    std::vector<std::string> rows;
    for (const auto& image : images) {
      rows.push_back(fmt::format(
          R"({{"reference":{},"version":{},"schema_head":{},"faults":{},"created":"{}","size_bytes":{},"registry":{}}})",
          json::quote(image.reference), json::quote(image.version), json::quote(image.schema_head),
          json::quote(image.faults), format_rfc3339(image.created), image.size_bytes,
          json::quote(image.registry)));
    }
    call.out.line(fmt::format("[{}]", fmt::join(rows, ",")));
    return 0;
  }
  if (images.empty()) {
    call.out.line("No image yet. Make one: saltctl image build");
    return 0;
  }
  std::vector<std::vector<std::string>> rows{{"IMAGE", "VERSION", "SCHEMA", "MADE", "SIZE", ""}};
  for (const auto& image : images) {
    rows.push_back({short_digest(image.reference), image.version, image.schema_head,
                    format_rfc3339(image.created),
                    fmt::format("{:.1f} MB", static_cast<double>(image.size_bytes) / 1e6),
                    image.faults.empty()
                        ? image.registry
                        : call.out.paint(Style::yellow, "faults: " + image.faults)});
  }
  call.out.line(format_table(rows, {4}));
  return 0;
}

}  // namespace sb::saltctl
