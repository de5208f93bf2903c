#include "cloud/runtime/runtime.hpp"

namespace sb::cloud::runtime {

namespace {

constexpr const char* kPath = "/app/bin:/usr/local/bin:/usr/bin:/bin";

bool is_id(const std::string& id) {
  return !id.empty() && id.size() <= 200 && !id.contains('/') && id.front() != '.';
}

std::string digest_folder(const std::string& digest) {
  return digest.substr(digest.find(':') + 1);
}

std::map<std::string, std::string> task_environment(const TaskSpec& spec,
                                                    const image::Config& config,
                                                    const std::string& hostname) {
  std::map<std::string, std::string> all = {
      {"PATH", kPath}, {"HOME", "/tmp"}, {"HOSTNAME", hostname}, {"LANG", "C.UTF-8"}};
  if (!spec.address.empty()) all["HOST"] = spec.address;
  for (const auto& line : config.environment)
    if (auto equals = line.find('='); equals != std::string::npos)
      all[line.substr(0, equals)] = line.substr(equals + 1);
  for (const auto& [key, value] : spec.environment) all[key] = value;
  return all;
}

std::vector<std::string> task_command(const TaskSpec& spec, const image::Config& config) {
  auto argv = spec.entry_point.empty() ? config.entrypoint : spec.entry_point;
  const auto& rest =
      !spec.command.empty() || !spec.entry_point.empty() ? spec.command : config.command;
  argv.insert(argv.end(), rest.begin(), rest.end());
  return argv;
}

}  // namespace

Task<Result<image::Image>> Runtime::pull(std::string reference) {
  auto options = options_;
  auto work = [options, reference]() -> Result<image::Image> {
    SB_TRY(auto image, image::resolve(options.image_layout, reference));
    SB_TRY([[maybe_unused]] auto root,
           image::unpack(options.image_layout, image.reference.digest, options.unpacked_images));
    return image;
  };
  co_return co_await pool_.run(std::move(work));
}

Task<Result<Sandbox>> Runtime::start(TaskSpec spec, Deadline deadline) {
  if (!is_id(spec.id)) co_return fail(ErrorCode::invalid_argument, "not a task id", spec.id);
  SB_CO_TRY(auto image, co_await pull(spec.image));
  auto running = co_await Sandbox::adopt(folder(spec.id));
  if (running) co_return fail(ErrorCode::already_exists, "a task with this id is running", spec.id);
  SandboxSpec sandbox;
  sandbox.folder = folder(spec.id);
  sandbox.argv = task_command(spec, image.config);
  sandbox.hostname = spec.hostname.empty() ? spec.id.substr(0, 63) : spec.hostname;
  sandbox.environment = task_environment(spec, image.config, sandbox.hostname);
  sandbox.working_directory = !spec.working_directory.empty() ? spec.working_directory
                              : !image.config.working_directory.empty()
                                  ? image.config.working_directory
                                  : "/app";
  sandbox.address = spec.address;
  sandbox.mounts = std::move(spec.mounts);
  sandbox.mounts.insert(sandbox.mounts.begin(),
                        {.source = std::filesystem::absolute(options_.unpacked_images) /
                                   digest_folder(image.reference.digest),
                         .target = "/app"});
  sandbox.log_path = std::filesystem::absolute(log_path(spec.id));
  sandbox.log_target = "/var/log/app.log";
  sandbox.memory_limit_bytes = spec.memory_limit_bytes;
  SB_CO_TRY_VOID(fs::make_directories(sandbox.folder, 0700));
  co_return co_await Sandbox::start(std::move(sandbox), deadline);
}

Task<Runtime::Found> Runtime::find(std::string id) {
  Found found;
  if (!is_id(id)) co_return found;
  found.running = co_await Sandbox::adopt(folder(id));
  if (!found.running) found.ended = Sandbox::ended_in(folder(id));
  co_return found;
}

Result<> Runtime::remove(const std::string& id) {
  if (!is_id(id)) return fail(ErrorCode::invalid_argument, "not a task id", id);
  return fs::remove_all(folder(id));
}

Result<std::vector<std::string>> Runtime::ids() const {
  std::vector<std::string> ids;
  auto folders = fs::list(options_.tasks);
  if (!folders && folders.error().code == ErrorCode::not_found) return ids;
  if (!folders) return std::unexpected(std::move(folders).error());
  for (const auto& path : *folders) ids.push_back(path.filename().string());
  return ids;
}

}  // namespace sb::cloud::runtime
