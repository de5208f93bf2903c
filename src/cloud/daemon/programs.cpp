#include "cloud/daemon/programs.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/process/process.hpp"
#include "cloud/runtime/sandbox.hpp"

namespace sb::cloud {

namespace {

struct Program {
  std::string name;
  std::string package;
};

// PostgreSQL's server is not on PATH: /usr/lib/postgresql/MAJOR/bin.
std::vector<fs::Path> postgres_folders() {
  std::vector<fs::Path> out;
  auto majors = fs::list("/usr/lib/postgresql");
  if (!majors) return out;
  for (const auto& major : *majors) out.push_back(major / "bin");
  return out;
}

}  // namespace

Result<> check_programs() {
  const std::vector<Program> programs = {{"bwrap", "bubblewrap"},
                                         {"setpriv", "util-linux"},
                                         {"haproxy", "haproxy"},
                                         {"postgres", "postgresql"},
                                         {"redis-server", "redis-server"}};
  auto extra = postgres_folders();
  extra.insert(extra.end(), {"/usr/sbin", "/usr/bin", "/sbin", "/bin"});
  std::string names;
  std::string packages;
  for (const auto& program : programs) {
    if (process::find_program(program.name, extra)) continue;
    names += (names.empty() ? "" : ", ") + program.name;
    packages += " " + program.package;
  }
  if (names.empty()) return {};
  return fail(ErrorCode::not_found,
              fmt::format("saltcloud needs {}: install with 'apt-get install{}'", names, packages));
}

Task<Result<>> check_sandbox(fs::Path scratch) {
  runtime::SandboxSpec spec;
  spec.folder = scratch;
  spec.argv = {"/usr/bin/true"};
  spec.log_path = scratch / "log";
  auto ran =
      co_await runtime::run_in_sandbox(std::move(spec), Deadline::after(std::chrono::seconds(10)));
  (void)fs::remove_all(scratch);
  if (ran) co_return Result<>();
  // A full disk is no fault of bubblewrap's.
  if (ran.error().code == ErrorCode::resource_exhausted ||
      ran.error().code == ErrorCode::permission_denied)
    co_return std::unexpected(std::move(ran).error());
  co_return fail(
      ErrorCode::failed_precondition,
      "bubblewrap cannot make sandboxes here (in a container: run it with --privileged; as a user: "
      "kernel.unprivileged_userns_clone=1): " +
          ran.error().message);
}

}  // namespace sb::cloud
