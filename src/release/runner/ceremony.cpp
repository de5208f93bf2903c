#include "release/runner/ceremony.hpp"

#include <fmt/format.h>

#include "aws/model/ecs_task_definition.hpp"
#include "aws/model/ssm.hpp"
#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "release/gates/changelog.hpp"
#include "release/gates/evidence.hpp"

namespace sb::release {

namespace ssm = aws::ssm;

namespace {

// Where migrations are tried before production has them.
constexpr std::string_view kStaging = "staging";
constexpr std::string_view kTestedPath = "/saltbitter/staging/migrations";

std::set<std::string> variables_of(const std::string& task_definition) {
  std::set<std::string> names;
  auto request = json::decode<aws::ecs::RegisterTaskDefinitionRequest>(task_definition);
  if (!request) return names;
  for (const auto& container : request->containerDefinitions) {
    for (const auto& variable : container.environment)
      names.insert(value_or_default(variable.name));
    for (const auto& secret : container.secrets) names.insert(value_or_default(secret.name));
  }
  return names;
}

bool is_asked_for(const Plan& plan, std::string_view box) {
  return std::ranges::find(plan.gates, box) != plan.gates.end();
}

}  // namespace

Task<Result<std::map<std::string, gates::TestedRevision>>> Ceremony::tested_revisions() {
  std::map<std::string, gates::TestedRevision> tested;
  std::optional<std::string> next;
  do {
    ssm::GetParametersByPathRequest request;
    request.Path = std::string(kTestedPath);
    request.NextToken = next;
    auto reply = co_await api_.call<ssm::GetParametersByPath>(std::move(request));
    if (!reply) co_return std::unexpected(std::move(reply).error());
    for (const auto& parameter : reply->Parameters) {
      const std::string name = value_or_default(parameter.Name);
      auto value = json::decode<gates::TestedRevision>(value_or_default(parameter.Value));
      if (value) tested[text::last_part(name)] = *std::move(value);
    }
    next = reply->NextToken;
  } while (next && !next->empty());
  co_return tested;
}

Task<Result<gates::Facts>> Ceremony::facts_for(const Plan& plan, bool is_begun) {
  gates::Facts facts;
  facts.at = now();
  for (const std::string name : {"tests", "coverage", "security"})
    if (is_asked_for(plan, name))
      facts.evidence[name] = gates::find_evidence(options_.evidence, name, plan.commit);
  facts.variables = variables_of(plan.task_definition);
  if (is_asked_for(plan, "migrations") && !plan.migrations.empty()) {
    SB_CO_TRY(facts.tested, co_await tested_revisions());
  }
  if (is_asked_for(plan, "notified") && !is_begun) {
    facts.team = {BoxState::open, "done by the release itself, before anything else"};
  } else if (is_asked_for(plan, "notified")) {
    facts.team = {BoxState::failed, "this saltctl has no way to tell anybody"};
    if (options_.surroundings) {
      SB_CO_TRY(facts.team, co_await options_.surroundings->team_was_told(plan.release_id));
    }
  }
  co_return facts;
}

Task<Result<GatesEvaluated>> Ceremony::evaluate_gates(const Plan& plan) {
  SB_CO_TRY(auto facts, co_await facts_for(plan, true));
  co_return GatesEvaluated{gates::evaluate(plan, facts)};
}

Task<Result<GatesEvaluated>> Ceremony::preview_gates(const Plan& plan) {
  SB_CO_TRY(auto facts, co_await facts_for(plan, false));
  co_return GatesEvaluated{gates::evaluate(plan, facts)};
}

// The first request counts; an approval that came with the deploy is written like any other.
Task<Result<ApprovalAsked>> Ceremony::ask_approval(const State& state) {
  const Plan& plan = state.plan;
  SB_CO_TRY(std::string arn, co_await approvals_.caller_arn());
  const std::string digest = approval::plan_digest(plan);
  auto request = approval::request_of(state, digest, arn, now());
  SB_CO_TRY(auto pending, co_await approvals_.ask(std::move(request)));
  if (!plan.approval.given_by.empty() && !pending.answer) {
    approval::Answer answer{.digest = digest,
                            .verdict = "approved",
                            .by = plan.approval.given_by,
                            .caller_arn = arn,
                            .how = plan.approval.given_how,
                            .reason = {},
                            .at = now()};
    auto answered = co_await approvals_.answer(plan.release_id, std::move(answer));
    // Somebody was quicker: theirs counts.
    if (!answered && answered.error().code != ErrorCode::conflict)
      co_return std::unexpected(std::move(answered).error());
  }
  co_return ApprovalAsked{
      .digest = digest, .requested_by = plan.requested_by, .expires_at = pending.expires()};
}

Task<Result<ApprovalSeen>> Ceremony::read_approval(const State& state) {
  SB_CO_TRY(auto pending, co_await approvals_.read(state.plan.release_id));
  if (!pending.answer) co_return ApprovalSeen{};
  // What was asked is what the record says, whatever the parameter holds by now.
  pending.request.digest = state.approval.digest;
  pending.request.requested_by = state.plan.requested_by;
  pending.request.expires_minutes = state.plan.approval.expires_minutes;
  pending.request.by_another_person = state.plan.approval.by_another_person;
  co_return approval::judge(pending.request, *pending.answer, pending.asked, *pending.answered);
}

Task<Result<AlertsSilenced>> Ceremony::silence(const Plan& plan) {
  if (!options_.surroundings)
    co_return AlertsSilenced{.problem = "this saltctl knows no source of alerts"};
  const Timestamp until = now() + std::chrono::minutes(plan.silence_minutes);
  const std::string reason = fmt::format(
      "{} of {} by {}", plan.kind == Kind::deploy ? "deploy" : "rollback",
      plan.to_version.empty() ? plan.to_task_definition : plan.to_version, plan.requested_by);
  co_return co_await options_.surroundings->silence(plan.release_id, reason, until);
}

Task<Result<>> Ceremony::restore(const Plan& plan) {
  if (!options_.surroundings) co_return Result<>{};
  co_return co_await options_.surroundings->restore(plan.release_id);
}

// What staging completed, production may have: the very files, by checksum.
Task<Result<>> Ceremony::note_tested(const Plan& plan) {
  SB_CO_TRY(auto known, co_await tested_revisions());
  for (const auto& [revision, sha256] : plan.checksums) {
    auto it = known.find(revision);
    if (it != known.end() && it->second.sha256 == sha256) continue;
    ssm::PutParameterRequest request;
    request.Name = fmt::format("{}/{}", kTestedPath, revision);
    request.Value = json::encode(
        gates::TestedRevision{.sha256 = sha256, .release_id = plan.release_id, .at = now()});
    request.Type = "String";
    request.Overwrite = true;
    auto reply = co_await api_.call<ssm::PutParameter>(std::move(request));
    if (!reply) co_return std::unexpected(std::move(reply).error());
  }
  co_return Result<>{};
}

Task<Result<ReleaseClosed>> Ceremony::close(const State& state) {
  const Plan& plan = state.plan;
  ReleaseClosed closed;
  if (state.outcome == Outcome::complete && plan.environment == kStaging && plan.runs_migrations)
    SB_CO_TRY_VOID(co_await note_tested(plan));
  if (plan.approval.required) SB_CO_TRY_VOID(co_await approvals_.remove(plan.release_id));
  const std::string entry = gates::changelog_entry(state, now());
  if (entry.empty()) {
    closed.changelog = "nothing was changed, so there is no entry";
  } else if (!options_.changelog.empty()) {
    auto written =
        gates::add_to_changelog(options_.changelog, plan.environment, plan.release_id, entry);
    if (written)
      closed.changelog = "entered in " + options_.changelog.string();
    else
      closed.problems.push_back("the changelog was not written: " + written.error().text());
  }
  if (options_.surroundings) {
    auto told = co_await options_.surroundings->public_was_told(plan.release_id);
    if (told)
      closed.status_page = *std::move(told);
    else
      closed.problems.push_back("the status page: " + told.error().text());
  }
  co_return closed;
}

}  // namespace sb::release
