#include "release/runner/approval_store.hpp"

#include <algorithm>
#include <map>

#include "aws/model/ssm.hpp"
#include "aws/model/sts.hpp"
#include "base/json/codec.hpp"

namespace sb::release {

namespace ssm = aws::ssm;

namespace {

ssm::PutParameterRequest new_parameter(std::string name, std::string value) {
  ssm::PutParameterRequest request;
  request.Name = std::move(name);
  request.Value = std::move(value);
  request.Type = "String";
  request.Overwrite = false;
  return request;
}

// A server that does not say when is asked a moment ago.
Timestamp changed_at(const ssm::Parameter& parameter) {
  return parameter.LastModifiedDate.value_or(now());
}

Task<Result<std::optional<ssm::Parameter>>> get(Api& api, std::string name) {
  ssm::GetParameterRequest request;
  request.Name = std::move(name);
  auto reply = co_await api.call<ssm::GetParameter>(std::move(request));
  if (!reply) {
    if (is_code(reply.error(), "ParameterNotFound")) co_return std::optional<ssm::Parameter>();
    co_return std::unexpected(std::move(reply).error());
  }
  co_return reply->Parameter;
}

template <class T>
Result<T> read_value(const ssm::Parameter& parameter) {
  auto value = json::decode<T>(value_or_default(parameter.Value));
  if (!value)
    return fail(ErrorCode::failed_precondition,
                "this parameter holds something that saltctl did not write",
                value_or_default(parameter.Name));
  return value;
}

}  // namespace

Task<Result<PendingApproval>> ApprovalStore::ask(approval::Request request) {
  const std::string release_id = request.release_id;
  auto put =
      new_parameter(approval::request_parameter(environment_, release_id), json::encode(request));
  auto reply = co_await api_.call<ssm::PutParameter>(std::move(put));
  if (!reply && !is_code(reply.error(), "ParameterAlreadyExists"))
    co_return std::unexpected(std::move(reply).error());
  co_return co_await read(release_id);
}

Task<Result<PendingApproval>> ApprovalStore::read(std::string release_id) {
  const std::string name = approval::request_parameter(environment_, release_id);
  SB_CO_TRY(auto asked, co_await get(api_, name));
  if (!asked) co_return fail(ErrorCode::not_found, "the request for approval is gone", release_id);
  PendingApproval pending;
  SB_CO_TRY(pending.request, read_value<approval::Request>(*asked));
  pending.asked = changed_at(*asked);
  const std::string answer_name = approval::answer_parameter(environment_, release_id);
  SB_CO_TRY(auto answered, co_await get(api_, answer_name));
  if (answered) {
    SB_CO_TRY(pending.answer, read_value<approval::Answer>(*answered));
    pending.answered = changed_at(*answered);
  }
  co_return pending;
}

Task<Result<std::vector<PendingApproval>>> ApprovalStore::waiting() {
  std::map<std::string, PendingApproval> found;
  std::map<std::string, bool> is_answered;
  std::optional<std::string> next;
  do {
    ssm::GetParametersByPathRequest request;
    request.Path = "/saltbitter/" + environment_ + "/releases";
    request.Recursive = true;
    request.NextToken = next;
    auto reply = co_await api_.call<ssm::GetParametersByPath>(std::move(request));
    if (!reply) co_return std::unexpected(std::move(reply).error());
    for (const auto& parameter : reply->Parameters) {
      const std::string name = value_or_default(parameter.Name);
      const std::string folder = name.substr(0, name.rfind('/'));
      if (name.ends_with("/approval")) is_answered[folder] = true;
      if (!name.ends_with("/request")) continue;
      auto asked = read_value<approval::Request>(parameter);
      if (!asked) continue;  // not ours
      found[folder].request = *std::move(asked);
      found[folder].asked = changed_at(parameter);
    }
    next = reply->NextToken;
  } while (next && !next->empty());
  std::vector<PendingApproval> waiting;
  for (auto& [folder, pending] : found)
    if (!is_answered.contains(folder)) waiting.push_back(std::move(pending));
  std::ranges::sort(waiting, {}, &PendingApproval::asked);
  co_return waiting;
}

Task<Result<>> ApprovalStore::answer(std::string release_id, approval::Answer answer) {
  auto put =
      new_parameter(approval::answer_parameter(environment_, release_id), json::encode(answer));
  auto reply = co_await api_.call<ssm::PutParameter>(std::move(put));
  if (reply) co_return Result<>{};
  if (!is_code(reply.error(), "ParameterAlreadyExists"))
    co_return std::unexpected(std::move(reply).error());
  const std::string name = approval::answer_parameter(environment_, release_id);
  SB_CO_TRY(auto there, co_await get(api_, name));
  if (!there) co_return fail(ErrorCode::unavailable, "the release ended just now", release_id);
  SB_CO_TRY(auto first, read_value<approval::Answer>(*there));
  const bool is_same =
      first.by == answer.by && first.verdict == answer.verdict && first.digest == answer.digest;
  if (is_same) co_return Result<>{};
  co_return fail(ErrorCode::conflict, first.verdict + " already, by " + first.by, release_id);
}

Task<Result<bool>> ApprovalStore::withdraw(std::string release_id, std::string by,
                                           std::string how) {
  SB_CO_TRY(auto all, co_await waiting());
  for (const auto& pending : all) {
    if (pending.request.release_id != release_id) continue;
    approval::Answer rejected{.digest = pending.request.digest,
                              .verdict = "rejected",
                              .by = std::move(by),
                              .caller_arn = {},
                              .how = std::move(how),
                              .reason = "withdrawn before anything was changed",
                              .at = now()};
    SB_CO_TRY_VOID(co_await answer(release_id, std::move(rejected)));
    co_return true;
  }
  co_return false;
}

Task<Result<>> ApprovalStore::remove(std::string release_id) {
  // The answer last: a request without its answer would look as if it still waited.
  for (const auto& name : {approval::request_parameter(environment_, release_id),
                           approval::answer_parameter(environment_, release_id)}) {
    ssm::DeleteParameterRequest request;
    request.Name = name;
    auto reply = co_await api_.call<ssm::DeleteParameter>(std::move(request));
    if (!reply && !is_code(reply.error(), "ParameterNotFound"))
      co_return std::unexpected(std::move(reply).error());
  }
  co_return Result<>{};
}

Task<Result<std::string>> ApprovalStore::caller_arn() {
  aws::sts::GetCallerIdentityRequest request;
  auto reply = co_await api_.call<aws::sts::GetCallerIdentity>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  co_return value_or_default(reply->Arn);
}

}  // namespace sb::release
