// The parts of a release that change nothing in the service: its boxes, its approval, the silence
// around it, and what is written down at its end.
#pragma once

#include "release/gates/gates.hpp"
#include "release/runner/approval_store.hpp"
#include "release/runner/runner.hpp"

namespace sb::release {

class Ceremony {
 public:
  Ceremony(Api& api, const EnvironmentConfig& config, const RunnerOptions& options)
      : api_(api), config_(config), options_(options), approvals_(api, config.name) {}

  Task<Result<GatesEvaluated>> evaluate_gates(const Plan& plan);
  // Of a plan that is no release yet: nobody is told of it, so nothing is waited for.
  Task<Result<GatesEvaluated>> preview_gates(const Plan& plan);
  Task<Result<ApprovalAsked>> ask_approval(const State& state);
  Task<Result<ApprovalSeen>> read_approval(const State& state);
  Task<Result<AlertsSilenced>> silence(const Plan& plan);
  Task<Result<>> restore(const Plan& plan);
  Task<Result<ReleaseClosed>> close(const State& state);

 private:
  Task<Result<gates::Facts>> facts_for(const Plan& plan, bool is_begun);
  Task<Result<std::map<std::string, gates::TestedRevision>>> tested_revisions();
  Task<Result<>> note_tested(const Plan& plan);

  Api& api_;
  const EnvironmentConfig& config_;
  const RunnerOptions& options_;
  ApprovalStore approvals_;
};

}  // namespace sb::release
