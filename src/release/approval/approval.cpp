#include "release/approval/approval.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/crypto/crypto.hpp"
#include "release/engine/codec.hpp"

namespace sb::release::approval {

namespace {

// On the local cloud everybody signs with the same key: there, only names tell people apart.
constexpr std::string_view kLocalAccount = ":000000000000:";

bool is_same_person(const Request& request, const Answer& answer) {
  if (answer.by == request.requested_by) return true;
  const bool is_local = request.caller_arn.find(kLocalAccount) != std::string::npos;
  return !is_local && !request.caller_arn.empty() && request.caller_arn == answer.caller_arn;
}

}  // namespace

std::string plan_digest(const Plan& plan) {
  return crypto::sha256_hex(encode_plan(plan));
}

Request request_of(const State& state, std::string digest, std::string caller_arn, Timestamp at) {
  const Plan& plan = state.plan;
  std::vector<std::string> waived;
  for (const auto& box : state.boxes)
    if (box.state == BoxState::waived)
      waived.push_back(fmt::format("{} ({}: {})", box.id, box.waived_by, box.waiver_reason));
  return {.release_id = plan.release_id,
          .environment = plan.environment,
          .digest = std::move(digest),
          .requested_by = plan.requested_by,
          .caller_arn = std::move(caller_arn),
          .at = at,
          .expires_minutes = plan.approval.expires_minutes,
          .by_another_person = plan.approval.by_another_person,
          .from_version = plan.from_version,
          .to_version = plan.to_version,
          .image = plan.image,
          .migrations = plan.migrations.empty()
                            ? "none"
                            : fmt::format("{}", fmt::join(plan.migrations, ", ")),
          .reason = plan.reason.substr(0, 500),
          .waived = fmt::format("{}", fmt::join(waived, ", ")).substr(0, 1000)};
}

std::string objection(const Request& request, const Answer& answer, Timestamp asked,
                      Timestamp answered) {
  if (answer.verdict != "approved") return {};
  if (answer.digest != request.digest)
    return fmt::format("it is of another plan ({}, and this one is {})",
                       answer.digest.substr(0, 12), request.digest.substr(0, 12));
  const auto expires = asked + std::chrono::minutes(request.expires_minutes);
  if (answered > expires)
    return fmt::format("it came at {}, and the request expired at {}", format_rfc3339(answered),
                       format_rfc3339(expires));
  if (request.by_another_person && is_same_person(request, answer))
    return fmt::format("{} asked for it, and {} wants another person's approval",
                       request.requested_by, request.environment);
  return {};
}

ApprovalSeen judge(const Request& request, const Answer& answer, Timestamp asked,
                   Timestamp answered) {
  ApprovalSeen seen{.by = answer.by,
                    .caller_arn = answer.caller_arn,
                    .how = answer.how,
                    .reason = answer.reason,
                    .answered_at = answered};
  const std::string why_not = objection(request, answer, asked, answered);
  if (!why_not.empty()) {
    seen.state = ApprovalState::invalid;
    seen.reason = why_not;
  } else {
    seen.state = answer.verdict == "approved" ? ApprovalState::approved : ApprovalState::rejected;
  }
  return seen;
}

}  // namespace sb::release::approval
