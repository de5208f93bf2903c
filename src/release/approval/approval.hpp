// An approval: of one plan, by its digest, with an end. Request and answer are parameters of SSM,
// so that whoever approves may sit at another machine; what counts is decided here, purely.
#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>

#include "release/engine/engine.hpp"

namespace sb::release::approval {

// sha256 of the plan as it is journaled.
std::string plan_digest(const Plan& plan);

// What is asked, as the approver reads it.
struct Request {
  std::string release_id;
  std::string environment;
  std::string digest;
  std::string requested_by;
  std::string caller_arn;
  Timestamp at{};
  std::int64_t expires_minutes = 0;
  bool by_another_person = true;
  std::string from_version;
  std::string to_version;
  std::string image;
  std::string migrations;  // "none", or their names
  std::string reason;
  std::string waived;  // "tests (anna: the runner is down)"
};
BOOST_DESCRIBE_STRUCT(Request, (),
                      (release_id, environment, digest, requested_by, caller_arn, at,
                       expires_minutes, by_another_person, from_version, to_version, image,
                       migrations, reason, waived))
Request request_of(const State& state, std::string digest, std::string caller_arn, Timestamp at);

struct Answer {
  std::string digest;
  std::string verdict;  // "approved" or "rejected"
  std::string by;
  std::string caller_arn;
  std::string how;  // empty: `saltctl approve`
  std::string reason;
  Timestamp at{};
};
BOOST_DESCRIBE_STRUCT(Answer, (), (digest, verdict, by, caller_arn, how, reason, at))

// Why this answer would not count (empty: it does). `asked` and `answered` are the server's times.
std::string objection(const Request& request, const Answer& answer, Timestamp asked,
                      Timestamp answered);
// The answer as the engine hears it.
ApprovalSeen judge(const Request& request, const Answer& answer, Timestamp asked,
                   Timestamp answered);

inline std::string request_parameter(const std::string& environment, const std::string& release) {
  return "/saltbitter/" + environment + "/releases/" + release + "/request";
}
inline std::string answer_parameter(const std::string& environment, const std::string& release) {
  return "/saltbitter/" + environment + "/releases/" + release + "/approval";
}

}  // namespace sb::release::approval
