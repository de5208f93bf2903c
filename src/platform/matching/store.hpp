// People and their daily batches in PostgreSQL. Every function runs on a connection that the caller
// holds, most of them inside its transaction.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "base/pg/pg.hpp"
#include "platform/matching/score.hpp"
#include "platform/wire/api_error.hpp"

namespace sb::platform::matching {

// What a person's batch stands at, on `today`.
struct BatchState {
  std::string tier;
  bool can_match = false;  // has a profile and an assessment, and is verified if that is asked
  int made_for = 0;        // how many today's batch was made for; 0: not yet
  std::string generated_at;
};

// A row of `matches`: someone in a person's batch.
struct Pair {
  std::string match_id;
  std::string owner_id;
  std::string other_id;
  std::string status;
};

struct Scope {
  Date today;
  bool require_verified = false;
};

Task<Result<BatchState>> read_state(pg::Connection& connection, std::string user_id, Scope scope,
                                    Deadline deadline);
// The people whom SQL alone cannot rule out for `me`; all matchable people without one.
Task<Result<std::vector<Person>>> read_people(pg::Connection& connection, const Person* me,
                                              Scope scope, InterestNames& names, Deadline deadline);
Task<Result<std::optional<Person>>> read_person(pg::Connection& connection, std::string user_id,
                                                Scope scope, InterestNames& names,
                                                Deadline deadline);
// Whom this person must not be shown: decided on, shown in the last 7 days, or blocked either way.
Task<Result<std::unordered_set<std::string>>> read_excluded(pg::Connection& connection,
                                                            std::string user_id, Scope scope,
                                                            Deadline deadline);
Task<Result<>> write_batch(pg::Connection& connection, std::string user_id,
                           const std::vector<Ranked>& batch, int batch_size, Scope scope,
                           Deadline deadline);
// Today's batch, best first, each match as one line of JSON.
Task<Result<std::vector<std::string>>> read_batch(pg::Connection& connection, std::string user_id,
                                                  Scope scope, Deadline deadline);

// Serialises what changes a person's matches; two people are always locked in id order.
Task<Result<>> lock_people(pg::Connection& connection, std::vector<std::string> user_ids,
                           Deadline deadline);
Task<Result<std::optional<Pair>>> find_pair(pg::Connection& connection, std::string match_id,
                                            std::string owner_id, Deadline deadline);
Task<Result<std::optional<Pair>>> find_mirror(pg::Connection& connection, Pair pair,
                                              Deadline deadline);
Task<Result<>> set_status(pg::Connection& connection, std::string match_id, std::string status,
                          Deadline deadline);
// Puts the owner of `pair` into the other's batch of today, unless it is there or was decided on.
Task<Result<>> show_to_other(pg::Connection& connection, Pair pair, Scope scope, Deadline deadline);

}  // namespace sb::platform::matching
