// saltcloud: reads the command line, sets up logging, calls the daemon.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/async/spawn.hpp"
#include "cloud/daemon/options.hpp"
#include "cloud/daemon/serve.hpp"
#include "cloud/daemon/stop.hpp"

namespace {

using namespace sb;

constexpr int kRefused = 2;

// One line: what is wrong, and what to do where the error does not say so itself.
int refuse(const Error& error, const fs::Path& home = {}) {
  std::string advice;
  if (!home.empty() && error.code == ErrorCode::resource_exhausted)
    advice = fmt::format(": make room in {} (df -h), or choose another place with --home",
                         home.string());
  if (!home.empty() && error.code == ErrorCode::permission_denied &&
      !error.message.contains("choose"))
    advice = ": choose a folder of yours with --home";
  fmt::print(stderr, "saltcloud: {}{}\n", error.text(), advice);
  return kRefused;
}

Result<> set_up_log(const cloud::ServeOptions& options) {
  int fd = 2;
  if (!options.log_file.empty()) {
    fd = ::open(options.log_file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
      return std::unexpected(
          errno_error(errno, "cannot open the log file", options.log_file.string()));
  }
  log::configure({.service = "saltcloud", .environment = {}, .level = options.log_level, .fd = fd});
  return {};
}

// Every connection and watched process is a descriptor.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

int run_serve(const cloud::ServeOptions& options) {
  if (auto log = set_up_log(options); !log) return refuse(log.error());
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGHUP, SIG_IGN);   // it is no terminal's
  (void)std::signal(SIGXFSZ, SIG_IGN);  // a full quota is an error of the write
  raise_descriptor_limit();
  auto served = run_task(cloud::serve(options));
  return served ? 0 : refuse(served.error(), options.home);
}

int run_stop(const cloud::StopOptions& options) {
  auto report = run_task(cloud::stop(options));
  if (!report) return refuse(report.error());
  fmt::print("{}\n", *report);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const char* home = std::getenv("SALTBITTER_HOME");
  auto command = cloud::parse_command({argv + 1, argv + argc},
                                      home != nullptr && *home != '\0' ? home : ".saltbitter");
  if (!command) return refuse(command.error());
  if (const auto* options = std::get_if<cloud::ServeOptions>(&*command)) return run_serve(*options);
  if (const auto* options = std::get_if<cloud::StopOptions>(&*command)) return run_stop(*options);
  if (std::holds_alternative<cloud::VersionOptions>(*command))
    fmt::print("saltcloud {}\n", cloud::version());
  else
    fmt::print("{}", cloud::usage());
  return 0;
}
