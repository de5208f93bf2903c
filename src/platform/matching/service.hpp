// Daily batches: made on the first request of a UTC day or by the worker, whichever comes first;
// and what people decide about them.
#pragma once

#include <string>

#include "base/pg/pg.hpp"
#include "platform/matching/cache.hpp"
#include "platform/matching/store.hpp"

namespace sb::platform::matching {

struct Options {
  bool require_verified = false;
};

struct DailyMatches {
  std::string json;           // the answer
  std::size_t generated = 0;  // how many were made for it
};

struct Liked {
  bool is_mutual = false;
  bool is_new_mutual = false;
};

struct GenerationReport {
  int people = 0;
  int matches = 0;
};

class Service {
 public:
  Service(pg::Pool& pool, redis::Client* redis, int cache_seconds, Options options)
      : pool_(pool), cache_(redis, cache_seconds), options_(options) {}

  Task<Outcome<DailyMatches>> daily(std::string user_id, std::size_t limit, Deadline deadline);
  // 404 for a match that is not the caller's; repeating a decision changes nothing.
  Task<Outcome<Liked>> like(std::string user_id, std::string match_id, Deadline deadline);
  Task<Outcome<>> pass(std::string user_id, std::string match_id, Deadline deadline);
  // The person's profile, assessment or tier changed.
  Task<> forget(std::string user_id);

  // Today's batch for everybody who has none.
  Task<Result<GenerationReport>> generate_all(Deadline deadline);
  // Pairs that like each other and are not marked so. Locks make that impossible; data from
  // elsewhere may still hold some.
  Task<Result<int>> sweep_mutual(Deadline deadline);

 private:
  struct Made {
    Batch batch;
    std::size_t generated = 0;
  };
  Task<Outcome<Made>> read_or_make(std::string user_id, Deadline deadline);
  Task<Result<std::size_t>> make(pg::Connection& connection, std::string user_id,
                                 const std::vector<Person>* everybody, InterestNames& names,
                                 Deadline deadline);
  Task<Result<std::size_t>> make_locked(pg::Connection& connection, std::string user_id,
                                        const std::vector<Person>* everybody, InterestNames& names,
                                        Deadline deadline);
  Task<Outcome<Liked>> like_locked(pg::Connection& connection, Pair pair, Deadline deadline);
  Task<Outcome<>> pass_locked(pg::Connection& connection, Pair pair, Deadline deadline);
  Scope scope() const;

  pg::Pool& pool_;
  Cache cache_;
  Options options_;
};

}  // namespace sb::platform::matching
