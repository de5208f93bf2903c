// Requests for approval and their answers, as SSM parameters. The server's times count.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "release/approval/approval.hpp"
#include "release/runner/api.hpp"

namespace sb::release {

struct PendingApproval {
  approval::Request request;
  Timestamp asked{};  // by the server's clock
  std::optional<approval::Answer> answer;
  std::optional<Timestamp> answered;

  Timestamp expires() const {
    return asked + std::chrono::minutes(request.expires_minutes);
  }
};

class ApprovalStore {
 public:
  ApprovalStore(Api& api, std::string environment)
      : api_(api), environment_(std::move(environment)) {}

  // Idempotent: what was asked before stays, and keeps its time.
  Task<Result<PendingApproval>> ask(approval::Request request);
  // not_found when nothing is asked for this release.
  Task<Result<PendingApproval>> read(std::string release_id);
  // Asked for and not answered, oldest first.
  Task<Result<std::vector<PendingApproval>>> waiting();
  // The first answer counts. Error conflict when there is one already.
  Task<Result<>> answer(std::string release_id, approval::Answer answer);
  // Rejects what is still waiting, before anything was changed. False: this release is not waiting;
  // error conflict: somebody has just answered.
  Task<Result<bool>> withdraw(std::string release_id, std::string by, std::string how);
  // Request and answer; absent is success.
  Task<Result<>> remove(std::string release_id);
  // Who AWS says we are.
  Task<Result<std::string>> caller_arn();

 private:
  Api& api_;
  std::string environment_;
};

}  // namespace sb::release
