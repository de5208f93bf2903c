#include "release/engine/codec.hpp"

#include <fmt/format.h>

#include <array>

#include "base/json/codec.hpp"

namespace sb::release {

namespace {

// In the order of the variant. Names are for ever: journals hold them.
constexpr std::array<std::string_view, std::variant_size_v<EventBody>> kNames = {
    "started",
    "resumed",
    "interrupted",
    "abort_requested",
    "action_failed",
    "lock_acquired",
    "lock_held",
    "preflight_done",
    "snapshot_created",
    "snapshot_seen",
    "task_definition_found",
    "task_definition_registered",
    "migration_started",
    "migration_seen",
    "baseline_read",
    "service_updated",
    "deployment_found",
    "deployment_seen",
    "smoke_finished",
    "watch_seen",
    "continue_accepted",
    "rollback_accepted",
    "lock_released",
    "hooks_removed",
    "gates_evaluated",
    "approval_asked",
    "approval_seen",
    "alerts_silenced",
    "alerts_restored",
    "release_closed"};

template <std::size_t I = 0>
Result<EventBody> decode_at(std::size_t index, std::string_view json) {
  if constexpr (I < std::variant_size_v<EventBody>) {
    if (index != I) return decode_at<I + 1>(index, json);
    using T = std::variant_alternative_t<I, EventBody>;
    if constexpr (std::is_empty_v<T>) {
      return EventBody(T{});
    } else {
      SB_TRY(T body, json::decode<T>(json));
      return EventBody(std::move(body));
    }
  } else {
    return fail(ErrorCode::internal, "no such event");
  }
}

}  // namespace

std::string_view type_name(const EventBody& body) {
  return kNames[body.index()];
}

std::string encode_body(const EventBody& body) {
  return std::visit(
      []<class T>(const T& event) -> std::string {
        if constexpr (std::is_empty_v<T>)
          return "{}";
        else
          return json::encode(event);
      },
      body);
}

Result<EventBody> decode_body(std::string_view type, std::string_view json) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] != type) continue;
    auto body = decode_at(i, json);
    if (!body)
      return fail(ErrorCode::data_loss, "a journal record cannot be read: " + body.error().text(),
                  std::string(type));
    return body;
  }
  return fail(ErrorCode::data_loss,
              "the journal has a record of an unknown type: a newer program wrote it",
              std::string(type));
}

std::string encode_plan(const Plan& plan) {
  return json::encode(plan);
}

Result<Plan> decode_plan(std::string_view json) {
  return json::decode<Plan>(json);
}

}  // namespace sb::release
