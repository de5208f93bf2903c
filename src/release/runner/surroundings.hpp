// What a release does beside the AWS API: alerts are silenced and restored, people are told.
// saltctl brings the real ones; a release without any says so in its record.
#pragma once

#include <string>

#include "base/async/task.hpp"
#include "release/engine/event.hpp"
#include "release/gates/gates.hpp"

namespace sb::release {

class Surroundings {
 public:
  virtual ~Surroundings() = default;
  // Idempotent under `key`. A refusal (a critical monitor alerts) is in the answer's `problem`.
  virtual Task<Result<AlertsSilenced>> silence(std::string key, std::string reason,
                                               Timestamp until) = 0;
  // Whatever was silenced under `key`; nothing is success.
  virtual Task<Result<>> restore(std::string key) = 0;
  // Is the message that this release begins on its way to #deploys?
  virtual Task<Result<gates::Told>> team_was_told(std::string release_id) = 0;
  // What the public was told of this release, in a sentence.
  virtual Task<Result<std::string>> public_was_told(std::string release_id) = 0;
};

}  // namespace sb::release
