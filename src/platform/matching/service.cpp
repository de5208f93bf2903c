#include "platform/matching/service.hpp"

#include "base/log/log.hpp"
#include "platform/wire/json_writer.hpp"

namespace sb::platform::matching {

namespace {

std::string answer(const Batch& batch, std::size_t limit) {
  JsonWriter json;
  json.begin_object().key("matches").begin_array();
  for (std::size_t i = 0; i < std::min(limit, batch.matches.size()); ++i)
    json.raw(batch.matches[i]);
  json.end_array();
  json.member("generated_at",
              batch.generated_at.empty() ? std::nullopt : std::optional(batch.generated_at));
  json.end_object();
  return json.take();
}

// Ends the transaction that the caller began: commit when `outcome` is good.
template <class T>
Task<Outcome<T>> finish(pg::Connection& connection, Outcome<T> outcome, Deadline deadline) {
  auto ended = co_await connection.execute(outcome ? "COMMIT" : "ROLLBACK", deadline);
  if (outcome && !ended) co_return std::unexpected(std::move(ended).error());
  co_return outcome;
}

}  // namespace

Scope Service::scope() const {
  return {date_of(now()), options_.require_verified};
}

Task<Outcome<DailyMatches>> Service::daily(std::string user_id, std::size_t limit,
                                           Deadline deadline) {
  Cache::Lookup lookup = co_await cache_.find(user_id, format_date(scope().today));
  if (lookup.batch) co_return DailyMatches{answer(*lookup.batch, limit), 0};
  auto made = co_await read_or_make(user_id, deadline);
  if (!made) co_return std::unexpected(std::move(made).error());
  DailyMatches out{answer(made->batch, limit), made->generated};
  // An empty batch is made again by the next request, when someone may have joined.
  if (!made->batch.matches.empty())
    co_await cache_.fill(std::move(user_id), std::move(lookup.lease), std::move(made->batch));
  co_return out;
}

Task<Outcome<Service::Made>> Service::read_or_make(std::string user_id, Deadline deadline) {
  auto lease = co_await pool_.acquire(deadline);
  if (!lease) co_return std::unexpected(std::move(lease).error());
  pg::Connection& connection = **lease;
  auto state = co_await read_state(connection, user_id, scope(), deadline);
  if (!state) co_return std::unexpected(std::move(state).error());
  Made made;
  made.batch.date = format_date(scope().today);
  if (!state->can_match) co_return made;
  made.batch.generated_at = state->generated_at;
  if (state->made_for < daily_size(state->tier)) {
    InterestNames names;
    auto generated = co_await make(connection, user_id, nullptr, names, deadline);
    if (!generated) co_return std::unexpected(std::move(generated).error());
    made.generated = *generated;
    state = co_await read_state(connection, user_id, scope(), deadline);
    if (!state) co_return std::unexpected(std::move(state).error());
    made.batch.generated_at =
        state->generated_at.empty() ? format_rfc3339(now()) : state->generated_at;
  }
  auto batch = co_await read_batch(connection, std::move(user_id), scope(), deadline);
  if (!batch) co_return std::unexpected(std::move(batch).error());
  made.batch.matches = *std::move(batch);
  co_return made;
}

Task<Result<std::size_t>> Service::make(pg::Connection& connection, std::string user_id,
                                        const std::vector<Person>* everybody, InterestNames& names,
                                        Deadline deadline) {
  auto begun = co_await connection.execute("BEGIN", deadline);
  if (!begun) co_return std::unexpected(std::move(begun).error());
  auto made = co_await make_locked(connection, std::move(user_id), everybody, names, deadline);
  auto ended = co_await connection.execute(made ? "COMMIT" : "ROLLBACK", deadline);
  if (made && !ended) co_return std::unexpected(std::move(ended).error());
  co_return made;
}

Task<Result<std::size_t>> Service::make_locked(pg::Connection& connection, std::string user_id,
                                               const std::vector<Person>* everybody,
                                               InterestNames& names, Deadline deadline) {
  std::vector<std::string> only_me{user_id};
  auto locked = co_await lock_people(connection, std::move(only_me), deadline);
  if (!locked) co_return std::unexpected(std::move(locked).error());
  // Looked at again under the lock: someone else may have made it meanwhile.
  auto state = co_await read_state(connection, user_id, scope(), deadline);
  if (!state) co_return std::unexpected(std::move(state).error());
  int wanted = daily_size(state->tier) - state->made_for;
  if (!state->can_match || wanted <= 0) co_return 0;

  auto me = co_await read_person(connection, user_id, scope(), names, deadline);
  if (!me) co_return std::unexpected(std::move(me).error());
  if (!*me) co_return 0;
  auto excluded = co_await read_excluded(connection, user_id, scope(), deadline);
  if (!excluded) co_return std::unexpected(std::move(excluded).error());
  std::vector<Person> candidates;
  if (everybody == nullptr) {
    auto people = co_await read_people(connection, &**me, scope(), names, deadline);
    if (!people) co_return std::unexpected(std::move(people).error());
    candidates = *std::move(people);
    everybody = &candidates;
  }
  auto best = rank(**me, *everybody, *excluded, static_cast<std::size_t>(wanted));
  if (best.empty() && state->made_for == 0) co_return 0;
  auto written =
      co_await write_batch(connection, user_id, best, daily_size(state->tier), scope(), deadline);
  if (!written) co_return std::unexpected(std::move(written).error());
  co_return best.size();
}

Task<Outcome<Liked>> Service::like(std::string user_id, std::string match_id, Deadline deadline) {
  auto lease = co_await pool_.acquire(deadline);
  if (!lease) co_return std::unexpected(std::move(lease).error());
  pg::Connection& connection = **lease;
  auto pair = co_await find_pair(connection, std::move(match_id), user_id, deadline);
  if (!pair) co_return std::unexpected(std::move(pair).error());
  if (!*pair) co_return not_found("No such match");
  std::string other_id = (*pair)->other_id;
  auto begun = co_await connection.execute("BEGIN", deadline);
  if (!begun) co_return std::unexpected(std::move(begun).error());
  auto outcome = co_await like_locked(connection, **pair, deadline);
  outcome = co_await finish(connection, std::move(outcome), deadline);
  if (outcome) {
    co_await cache_.forget(std::move(user_id));
    co_await cache_.forget(std::move(other_id));
  }
  co_return outcome;
}

Task<Outcome<Liked>> Service::like_locked(pg::Connection& connection, Pair pair,
                                          Deadline deadline) {
  std::vector<std::string> both{pair.owner_id, pair.other_id};
  auto locked = co_await lock_people(connection, std::move(both), deadline);
  if (!locked) co_return std::unexpected(std::move(locked).error());
  auto mine = co_await find_pair(connection, pair.match_id, pair.owner_id, deadline);
  if (!mine) co_return std::unexpected(std::move(mine).error());
  if (!*mine) co_return not_found("No such match");
  if ((*mine)->status == "passed") co_return invalid_input("You have passed on this match");
  if ((*mine)->status == "matched") co_return Liked{true, false};
  auto theirs = co_await find_mirror(connection, pair, deadline);
  if (!theirs) co_return std::unexpected(std::move(theirs).error());
  bool is_mutual = *theirs && ((*theirs)->status == "liked" || (*theirs)->status == "matched");
  if ((*mine)->status == "liked" && !is_mutual) co_return Liked{};

  auto set =
      co_await set_status(connection, pair.match_id, is_mutual ? "matched" : "liked", deadline);
  if (!set) co_return std::unexpected(std::move(set).error());
  if (is_mutual) {
    set = co_await set_status(connection, (*theirs)->match_id, "matched", deadline);
  } else {
    set = co_await show_to_other(connection, std::move(pair), scope(), deadline);
  }
  if (!set) co_return std::unexpected(std::move(set).error());
  co_return Liked{is_mutual, is_mutual};
}

Task<Outcome<>> Service::pass(std::string user_id, std::string match_id, Deadline deadline) {
  auto lease = co_await pool_.acquire(deadline);
  if (!lease) co_return std::unexpected(std::move(lease).error());
  pg::Connection& connection = **lease;
  auto pair = co_await find_pair(connection, std::move(match_id), user_id, deadline);
  if (!pair) co_return std::unexpected(std::move(pair).error());
  if (!*pair) co_return not_found("No such match");
  auto begun = co_await connection.execute("BEGIN", deadline);
  if (!begun) co_return std::unexpected(std::move(begun).error());
  auto outcome = co_await pass_locked(connection, **pair, deadline);
  outcome = co_await finish(connection, std::move(outcome), deadline);
  if (outcome) co_await cache_.forget(std::move(user_id));
  co_return outcome;
}

Task<Outcome<>> Service::pass_locked(pg::Connection& connection, Pair pair, Deadline deadline) {
  std::vector<std::string> both{pair.owner_id, pair.other_id};
  auto locked = co_await lock_people(connection, std::move(both), deadline);
  if (!locked) co_return std::unexpected(std::move(locked).error());
  auto mine = co_await find_pair(connection, pair.match_id, pair.owner_id, deadline);
  if (!mine) co_return std::unexpected(std::move(mine).error());
  if (!*mine) co_return not_found("No such match");
  if ((*mine)->status == "passed") co_return Outcome<>();
  if ((*mine)->status == "matched") co_return invalid_input("This is already a mutual match");
  auto set = co_await set_status(connection, pair.match_id, "passed", deadline);
  if (!set) co_return std::unexpected(std::move(set).error());
  co_return Outcome<>();
}

Task<> Service::forget(std::string user_id) {
  return cache_.forget(std::move(user_id));
}

Task<Result<GenerationReport>> Service::generate_all(Deadline deadline) {
  auto lease = co_await pool_.acquire(deadline);
  if (!lease) co_return std::unexpected(std::move(lease).error());
  pg::Connection& connection = **lease;
  InterestNames names;
  auto everybody = co_await read_people(connection, nullptr, scope(), names, deadline);
  if (!everybody) co_return std::unexpected(std::move(everybody).error());
  GenerationReport report;
  for (const Person& person : *everybody) {
    auto made = co_await make(connection, person.user_id, &*everybody, names, deadline);
    if (!made) co_return std::unexpected(std::move(made).error());
    if (*made > 0) co_await cache_.forget(person.user_id);
    ++report.people;
    report.matches += static_cast<int>(*made);
  }
  co_return report;
}

Task<Result<int>> Service::sweep_mutual(Deadline deadline) {
  auto rows = co_await pool_.query(
      "UPDATE matches m SET status = 'matched', updated_at = now() FROM matches o"
      " WHERE o.user_a_id = m.user_b_id AND o.user_b_id = m.user_a_id"
      " AND m.status IN ('liked', 'matched') AND o.status IN ('liked', 'matched') AND m.status <> "
      "'matched'",
      {}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return static_cast<int>(rows->affected());
}

}  // namespace sb::platform::matching
