#include <fmt/format.h>

#include "base/json/codec.hpp"
#include "saltctl/advice.hpp"
#include "saltctl/images.hpp"

namespace sb::saltctl {

Outcome run_image_build(Invocation& call) {
  ImageOptions options{.version = call.arguments.get("--version"),
                       .commit = call.arguments.get("--commit"),
                       .faults = call.arguments.get("--faults"),
                       .migrations_through = call.arguments.get("--migrations-through"),
                       .tag = call.arguments.get("--tag"),
                       .flags = call.arguments.get("--flags"),
                       .registry = call.arguments.get("--registry")};
  auto built = build_image(call.places, options);
  if (!built) {
    bool is_missing_program = built.error().message.contains("not built yet");
    return std::unexpected(
        Failure(built.error(),
                next_after(built.error(), call.places,
                           is_missing_program ? "make build" : "saltctl image build --help")));
  }
  SB_TRY(auto facts, find_image(call.places, built->reference));
  if (call.wants_json) {
    call.out.line(fmt::format(R"({{"reference":{},"version":{},"schema_head":{}}})",
                              json::quote(facts.reference), json::quote(facts.version),
                              json::quote(facts.schema_head)));
    return 0;
  }
  call.out.line(facts.reference);
  return 0;
}

}  // namespace sb::saltctl
