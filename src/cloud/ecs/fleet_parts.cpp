// What a container is given: its specification, its secrets, and where its words go.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"
#include "cloud/ecs/fleet.hpp"
#include "cloud/logs/service.hpp"
#include "cloud/secretsmanager/service.hpp"
#include "cloud/ssm/service.hpp"

namespace sb::cloud::ecs {

namespace {

constexpr std::size_t kReadBytes = std::size_t{256} * 1024;

std::string option(const api::LogConfiguration& logging, const std::string& name) {
  auto it = logging.options.find(name);
  return it == logging.options.end() ? "" : it->second;
}

bool is_awslogs(const api::ContainerDefinition& container) {
  return container.logConfiguration && container.logConfiguration->logDriver == "awslogs";
}

std::string read_at(const fs::Path& path, std::int64_t offset) {
  fs::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {};
  std::string buffer(kReadBytes, '\0');
  auto got = ::pread(file.get(), buffer.data(), buffer.size(), offset);
  buffer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return buffer;
}

// As the ECS agent says it.
std::string why_not(const Error& error, const std::string& from, bool is_secret) {
  if (!is_secret) return "invalid ssm parameters: " + from;
  if (error.message.starts_with("retrieved secret")) return error.message;
  return fmt::format("failed to fetch secret {} from secrets manager: {}{}", from,
                     error.code == ErrorCode::not_found ? "ResourceNotFoundException: " : "",
                     error.message);
}

}  // namespace

Result<std::map<std::string, std::string>> Fleet::secrets_of(
    const api::ContainerDefinition& container) const {
  std::map<std::string, std::string> out;
  for (const auto& secret : container.secrets) {
    auto from = secret.valueFrom.value_or("");
    bool is_secret = from.contains(":secretsmanager:");
    auto value = is_secret ? ground_.secrets.value(from) : ground_.ssm.value(from);
    if (!value) {
      auto error = std::move(value).error();
      error.message = fmt::format(
          "ResourceInitializationError: unable to pull secrets or registry auth: execution "
          "resource retrieval failed: unable to retrieve {}: service call has been retried 1 "
          "time(s): {}",
          is_secret ? "secret from asm" : "secrets from ssm", why_not(error, from, is_secret));
      return std::unexpected(std::move(error));
    }
    out[secret.name.value_or("")] = *std::move(value);
  }
  return out;
}

Result<runtime::TaskSpec> Fleet::specify(const TaskRecord& task,
                                         const api::TaskDefinition& definition,
                                         const api::ContainerDefinition& container) const {
  runtime::TaskSpec spec;
  auto name = container.name.value_or("");
  spec.id = container_id(task.id, name);
  spec.image = container.image.value_or("");
  spec.entry_point = container.entryPoint;
  spec.command = container.command;
  spec.working_directory = container.workingDirectory.value_or("");
  spec.address = task.address;
  spec.hostname = container.hostname.value_or(task.id.substr(0, 12));
  spec.environment["AWS_REGION"] = ground_.arns.region;
  spec.environment["AWS_DEFAULT_REGION"] = ground_.arns.region;
  for (const auto& pair : container.environment)
    spec.environment[pair.name.value_or("")] = pair.value.value_or("");
  SB_TRY(auto secrets, secrets_of(container));
  for (auto& [key, value] : secrets) spec.environment[key] = std::move(value);
  auto memory = container.memory;
  if (task.shape.overrides)
    for (const auto& override : task.shape.overrides->containerOverrides) {
      if (override.name != name) continue;
      if (!override.command.empty()) spec.command = override.command;
      for (const auto& pair : override.environment)
        spec.environment[pair.name.value_or("")] = pair.value.value_or("");
      if (override.memory) memory = override.memory;
    }
  std::uint64_t mebibytes = memory ? static_cast<std::uint64_t>(*memory)
                            : definition.memory
                                ? std::strtoull(definition.memory->c_str(), nullptr, 10)
                                : 0;
  spec.memory_limit_bytes = mebibytes << 20;
  return spec;
}

Result<> Fleet::prepare_logs(const api::TaskDefinition& definition) {
  for (const auto& container : definition.containerDefinitions) {
    if (!is_awslogs(container)) continue;
    auto group = option(*container.logConfiguration, "awslogs-group");
    SB_TRY(bool exists, ground_.logs.has_group(group));
    if (exists) continue;
    if (option(*container.logConfiguration, "awslogs-create-group") != "true")
      return fail(ErrorCode::not_found,
                  fmt::format("ResourceInitializationError: failed to validate logger args: The "
                              "specified log group does not exist: {}",
                              group));
    SB_TRY_VOID(ground_.logs.ensure_group(group));
  }
  return {};
}

void Fleet::follow(const std::string& id, const api::ContainerDefinition& container) {
  auto* state = live(id);
  if (!state || !is_awslogs(container)) return;
  auto name = container.name.value_or("");
  auto prefix = option(*container.logConfiguration, "awslogs-stream-prefix");
  auto stream = fmt::format("{}{}{}/{}", prefix, prefix.empty() ? "" : "/", name, id);
  ++state->pumps;
  spawn_logged(executor_, "ecs logs " + id,
               pump(shared_from_this(), id, name,
                    option(*container.logConfiguration, "awslogs-group"), stream));
}

// From the task's file to its stream, line by line; the position is kept with the events.
Task<> Fleet::pump(Self self, std::string id, std::string container, std::string group,
                   std::string stream) {
  constexpr auto kPause = std::chrono::milliseconds(100);
  constexpr int kMostFailures = 20;
  auto path = self->ground_.runtime.log_path(container_id(id, container));
  int failures = 0;
  while (!self->is_closed_ && failures < kMostFailures) {
    const auto* task = self->find(id);
    bool is_over = !task;
    if (task)
      for (const auto& shape : task->shape.containers)
        if (shape.name == container) is_over = shape.lastStatus == "STOPPED";
    auto position = self->ground_.logs.position(group, stream);
    auto text = position ? read_at(path, *position) : std::string();
    std::vector<logs::Event> events;
    std::size_t taken = 0;
    auto at = to_unix_ms(now());
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', taken)) {
      if (end > taken) events.push_back({at, text.substr(taken, end - taken)});
      taken = end + 1;
    }
    // A line without an end: the program is gone, or it says more than one read holds.
    if (taken < text.size() && (is_over || text.size() == kReadBytes) &&
        (taken == 0 || text.size() < kReadBytes)) {
      events.push_back({at, text.substr(taken)});
      taken = text.size();
    }
    if (taken > 0) {
      auto put = self->ground_.logs.append(group, stream, events,
                                           *position + static_cast<std::int64_t>(taken));
      failures = put ? 0 : failures + 1;
      if (!put)
        log::warning("a task's output could not be logged",
                     {{"task", id}, {"group", group}, {"error", put.error().text()}});
      if (put) continue;
    }
    if (is_over) break;
    co_await sleep_for(kPause);
  }
  if (auto* state = self->live(id)) {
    --state->pumps;
    state->changed.notify_all();
  }
}

}  // namespace sb::cloud::ecs
