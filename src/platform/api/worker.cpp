#include "platform/api/worker.hpp"

#include "base/log/log.hpp"
#include "platform/api/schedule.hpp"

namespace sb::platform {

namespace {

constexpr auto kJobLimit = std::chrono::hours(1);
constexpr auto kLongestNap = std::chrono::seconds(60);  // the wall clock may be set

enum class Job { generate = 1, sweep = 2, clean_up = 3 };

Task<> sleep_until_wall(Timestamp due) {
  while (true) {
    auto left = due - now();
    if (left <= std::chrono::milliseconds(0)) co_return;
    co_await sleep_for(std::min<Duration>(left, kLongestNap));
  }
}

void report(std::string_view job, const Result<>& outcome) {
  if (!outcome) log::error("job failed", {{"job", job}, {"error", outcome.error().text()}});
}

// A session lock for one job, held while the lease lives: gone with the connection however we end.
Task<Result<bool>> try_lock(pg::Connection& connection, Job job, Deadline deadline) {
  constexpr int kLockSpace = 0x5A17;
  auto rows = co_await connection.query(
      "SELECT pg_try_advisory_lock($1::int, $2::int)",
      {std::to_string(kLockSpace), std::to_string(static_cast<int>(job))}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return rows->boolean(0, 0);
}

Task<> unlock(pg::Connection& connection) {
  auto done = co_await connection.execute("SELECT pg_advisory_unlock_all()",
                                          Deadline::after(std::chrono::seconds(5)));
  if (!done) log::warning("cannot release a job's lock", {{"error", done.error().text()}});
}

}  // namespace

Task<> Worker::generate_daily() {
  while (true) {
    co_await sleep_until_wall(next_daily(now(), kGenerateAt));
    report("generate", co_await generate_now());
  }
}

Task<> Worker::sweep_regularly() {
  while (true) {
    co_await sleep_until_wall(next_multiple(now(), kSweepEvery));
    report("sweep", co_await sweep_now());
  }
}

Task<> Worker::clean_up_daily() {
  while (true) {
    co_await sleep_until_wall(next_daily(now(), kCleanUpAt));
    report("clean_up", co_await clean_up_now());
  }
}

Task<Result<>> Worker::generate_now() {
  Deadline deadline = Deadline::after(kJobLimit);
  auto lease = co_await services_.pool.acquire(deadline);
  if (!lease) co_return std::unexpected(std::move(lease).error());
  auto is_ours = co_await try_lock(**lease, Job::generate, deadline);
  if (!is_ours) co_return std::unexpected(std::move(is_ours).error());
  if (!*is_ours) co_return Result<>();
  auto report = co_await services_.matching.generate_all(deadline);
  co_await unlock(**lease);
  if (!report) co_return std::unexpected(std::move(report).error());
  services_.metrics.add("saltbitter_matches_generated_total", {}, report->matches);
  log::info("daily matches are ready", {{"people", report->people}, {"matches", report->matches}});
  co_return Result<>();
}

Task<Result<>> Worker::sweep_now() {
  auto swept = co_await services_.matching.sweep_mutual(Deadline::after(kJobLimit));
  if (!swept) co_return std::unexpected(std::move(swept).error());
  if (*swept > 0) log::warning("mutual likes were not marked", {{"repaired", *swept}});
  co_return Result<>();
}

Task<Result<>> Worker::clean_up_now() {
  Deadline deadline = Deadline::after(kJobLimit);
  auto tokens = co_await services_.pool.query(
      "DELETE FROM refresh_tokens WHERE expires_at < now() - interval '1 day'", {}, deadline);
  if (!tokens) co_return std::unexpected(std::move(tokens).error());
  auto events = co_await services_.pool.query(
      "DELETE FROM webhook_events WHERE received_at < now() - interval '90 days'", {}, deadline);
  if (!events) co_return std::unexpected(std::move(events).error());
  auto erased = co_await services_.compliance.erase_due(deadline);
  if (!erased) co_return std::unexpected(std::move(erased).error());
  auto ended = co_await services_.payments.end_due(deadline);
  if (!ended) co_return std::unexpected(std::move(ended).error());
  log::info(
      "cleaned up",
      {{"tokens", tokens->affected()}, {"events", events->affected()}, {"accounts", *erased}});
  co_return Result<>();
}

}  // namespace sb::platform
