#include "cloud/elasticache/server.hpp"

#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>
#include <charconv>

#include <cerrno>

#include "base/redis/redis.hpp"

namespace sb::cloud::elasticache {

namespace {

constexpr const char* kProgram = "/usr/bin/redis-server";
constexpr auto kPollInterval = std::chrono::milliseconds(10);
constexpr auto kAskLimit = std::chrono::seconds(5);
constexpr auto kStopGrace = std::chrono::seconds(5);

ServerSpec absolute(ServerSpec spec) {
  spec.folder = std::filesystem::absolute(spec.folder).lexically_normal();
  return spec;
}

runtime::Account account() {
  if (const auto* entry = ::getpwnam("redis"))
    return {.name = "redis", .uid = entry->pw_uid, .gid = entry->pw_gid};
  return {};
}

// The server says which folder it works in: that tells ours from another one on the same address.
std::string inner_folder(const ServerSpec& spec) {
  return "/work/" + spec.name;
}

}  // namespace

Task<Result<std::string>> installed_version() {
  process::SpawnOptions options;
  options.argv = {kProgram, "--version"};
  auto output = co_await process::run(std::move(options), {}, Deadline::after(kAskLimit));
  // "Redis server v=7.0.15 sha=..."
  auto begin = output ? output->out.find("v=") : std::string::npos;
  if (begin == std::string::npos)
    co_return fail(ErrorCode::not_found,
                   "Redis is missing: install the Debian package redis-server", kProgram);
  co_return output->out.substr(begin + 2, output->out.find(' ', begin) - begin - 2);
}

Server::Server(Executor executor, ServerSpec spec)
    : executor_(executor),
      spec_(absolute(std::move(spec))),
      keeper_(executor, "Redis " + spec_.name, sandbox_spec(spec_)),
      client_(executor, fmt::format("redis://{}:{}", spec_.address, spec_.port)) {}

runtime::SandboxSpec Server::sandbox_spec(const ServerSpec& spec) {
  runtime::SandboxSpec sandbox;
  sandbox.folder = spec.folder;
  sandbox.argv = {kProgram, "--bind", spec.address, "--port", std::to_string(spec.port), "--dir",
                  inner_folder(spec), "--appendonly", "yes", "--appendfsync", "everysec", "--save",
                  "", "--daemonize", "no",
                  // Only 127.0.0.0/8 can reach it, as it is bound.
                  "--protected-mode", "no", "--loglevel", "notice", "--maxmemory", "256mb",
                  "--maxmemory-policy", "volatile-lru"};
  sandbox.environment = {{"PATH", "/usr/bin:/bin"}, {"LANG", "C.UTF-8"}, {"HOME", "/tmp"}};
  sandbox.hostname = spec.name.substr(0, 63);
  sandbox.address = spec.address;
  sandbox.mounts = {
      {.source = spec.folder / "data", .target = inner_folder(spec), .is_writable = true}};
  sandbox.log_path = spec.folder / "redis.log";
  sandbox.account = account();
  return sandbox;
}

Result<> Server::make_data_folder() const {
  SB_TRY_VOID(fs::make_directories(spec_.folder, 0700));
  auto data = spec_.folder / "data";
  SB_TRY_VOID(fs::make_directories(data, 0700));
  auto owner = account();
  if (::geteuid() == 0 && ::chown(data.c_str(), owner.uid, owner.gid) != 0)
    return std::unexpected(errno_error(errno, "cannot give folder to Redis", data.string()));
  return {};
}

Task<Result<>> Server::check_ready(Deadline deadline) const {
  redis::Client client(executor_, fmt::format("redis://{}:{}", spec_.address, spec_.port));
  redis::Command command = {"CONFIG", "GET", "dir"};
  SB_CO_TRY(auto reply, co_await client.command(std::move(command), deadline));
  const auto* pair = std::get_if<std::vector<redis::Reply>>(&reply.value);
  const auto* folder = pair != nullptr && pair->size() == 2 ? (*pair)[1].text() : nullptr;
  if (folder != nullptr && *folder == inner_folder(spec_)) {
    // While it reads its file it answers CONFIG but refuses everything else.
    redis::Command ping = {"PING"};
    SB_CO_TRY_VOID(co_await client.command(std::move(ping), deadline));
    co_return Result<>();
  }
  co_return fail(ErrorCode::conflict, "another server has this address", spec_.address);
}

Task<Result<>> Server::start(Deadline deadline) {
  SB_CO_TRY_VOID(make_data_folder());
  std::error_code ignored;
  auto log_size = std::filesystem::file_size(log_path(), ignored);
  if (ignored) log_size = 0;
  auto first_restarts = keeper_.restarts();
  auto started = co_await keeper_.start(deadline);
  if (!started && started.error().subject == kProgram)
    co_return fail(ErrorCode::not_found,
                   "Redis is missing: install the Debian package redis-server", kProgram);
  if (!started) co_return std::unexpected(std::move(started).error());
  for (;;) {
    auto ready = co_await check_ready(deadline.earlier(Deadline::after(kAskLimit)));
    if (ready) co_return Result<>();
    bool has_died = !keeper_.sandbox() || keeper_.restarts() != first_restarts;
    if (has_died || deadline.has_passed()) {
      auto words = has_died ? runtime::last_words(log_path(), log_size) : ready.error().text();
      co_await stop(kStopGrace);
      co_return fail(has_died ? ErrorCode::failed_precondition : ErrorCode::timeout,
                     "Redis does not start: " + words, spec_.name);
    }
    co_await sleep_for(kPollInterval);
  }
}

Task<Result<std::int64_t>> Server::count_connections(Deadline deadline) {
  redis::Command command = {"INFO", "clients"};
  SB_CO_TRY(auto reply, co_await client_.command(std::move(command), deadline));
  constexpr std::string_view kName = "connected_clients:";
  const std::string text = reply.text() != nullptr ? *reply.text() : std::string();
  const auto at = text.find(kName);
  std::int64_t count = 0;
  if (at == std::string::npos ||
      std::from_chars(text.data() + at + kName.size(), text.data() + text.size(), count).ec !=
          std::errc())
    co_return fail(ErrorCode::internal, "Redis does not say how many clients it has", spec_.name);
  co_return count - 1;
}

Task<> Server::stop(Duration grace) {
  co_await keeper_.stop(grace, SIGTERM);
}

}  // namespace sb::cloud::elasticache
