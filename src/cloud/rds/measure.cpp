#include "cloud/rds/measure.hpp"

#include <algorithm>
#include <thread>

#include "base/async/spawn.hpp"

namespace sb::cloud::rds {

namespace {

constexpr auto kAskLimit = std::chrono::seconds(2);
constexpr auto kStorageStep = std::chrono::seconds(30);
constexpr double kGib = 1024.0 * 1024 * 1024;

}  // namespace

void Measure::add(const std::string& id, const char* name, Timestamp at, double value) {
  gauges_.add({"AWS/RDS", name, {{"DBInstanceIdentifier", id}}}, at, value);
}

void Measure::sample(const std::vector<Target>& targets) {
  const Timestamp at = now();
  gauges_.prune(at);
  std::erase_if(watched_, [&](const auto& entry) {
    return std::ranges::find(targets, entry.first, &Target::id) == targets.end();
  });
  for (const Target& target : targets)
    if (busy_.insert(target.id).second)
      spawn_logged(executor_, gate_, "metrics of database " + target.id,
                   sample_one(shared_from_this(), target, at));
}

Task<> Measure::sample_one(std::shared_ptr<Measure> self, Target target, Timestamp at) {
  self->sample_cpu(target, at);
  auto asked = co_await self->ask(target, at);
  // Next second, anew: it may be another server by then.
  if (!asked) self->watched_.erase(target.id);
  self->busy_.erase(target.id);
}

void Measure::sample_cpu(const Target& target, Timestamp at) {
  auto usage = target.cluster->usage();
  if (!usage) return;
  auto& watched = watched_[target.id];
  const auto elapsed_ms = static_cast<double>((at - watched.cpu_at).count());
  if (watched.cpu_ms && usage->cpu_ms >= *watched.cpu_ms && elapsed_ms > 0) {
    const double cpus = std::max(1U, std::thread::hardware_concurrency());
    add(target.id, "CPUUtilization", at,
        100 * static_cast<double>(usage->cpu_ms - *watched.cpu_ms) / elapsed_ms / cpus);
  }
  watched.cpu_ms = usage->cpu_ms;
  watched.cpu_at = at;
}

Task<Result<>> Measure::ask(Target target, Timestamp at) {
  const auto deadline = Deadline::after(kAskLimit);
  auto session = watched_[target.id].session;
  if (!session) {
    SB_CO_TRY(session, co_await target.cluster->open_session(deadline));
    watched_[target.id].session = session;
  }
  SB_CO_TRY(auto sessions,
            co_await session->query("SELECT count(*) FROM pg_stat_activity WHERE backend_type = "
                                    "'client backend' AND usename <> $1",
                                    {postgres::kAdministrator}, deadline));
  add(target.id, "DatabaseConnections", at, static_cast<double>(sessions.integer(0, 0)));
  if (at - watched_[target.id].storage_at >= kStorageStep) {
    SB_CO_TRY(auto used,
              co_await session->query("SELECT sum(pg_database_size(oid))::bigint FROM pg_database",
                                      {}, deadline));
    auto& watched = watched_[target.id];
    watched.free_bytes = std::max(0.0, static_cast<double>(target.allocated_gib) * kGib -
                                           static_cast<double>(used.integer(0, 0)));
    watched.storage_at = at;
  }
  add(target.id, "FreeStorageSpace", at, watched_[target.id].free_bytes);
  co_return Result<>();
}

}  // namespace sb::cloud::rds
