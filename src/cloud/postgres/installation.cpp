#include "cloud/postgres/installation.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/crypto/crypto.hpp"

namespace sb::cloud::postgres {

namespace {

constexpr const char* kVersions = "/usr/lib/postgresql";
constexpr auto kProgramLimit = std::chrono::seconds(10);
constexpr const char* kNeeded[] = {"postgres", "initdb", "pg_basebackup"};

Task<Result<std::vector<Programs>>> find_programs() {
  std::vector<Programs> found;
  auto folders = fs::list(kVersions).value_or(std::vector<fs::Path>());
  for (const auto& folder : folders) {
    auto name = folder.filename().string();
    Programs programs{.major = 0, .version = {}, .folder = folder / "bin"};
    std::from_chars(name.data(), name.data() + name.size(), programs.major);
    bool is_complete =
        programs.major > 0 && std::ranges::all_of(kNeeded, [&](const char* program) {
          return process::find_program((programs.folder / program).string()).has_value();
        });
    if (!is_complete) continue;
    process::SpawnOptions options;
    options.argv = {(programs.folder / "postgres").string(), "--version"};
    SB_CO_TRY(auto output,
              co_await process::run(std::move(options), {}, Deadline::after(kProgramLimit)));
    // "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"
    auto begin = output.out.find(") ");
    if (begin == std::string::npos) continue;
    programs.version =
        output.out.substr(begin + 2, output.out.find_first_of(" \n", begin + 2) - begin - 2);
    found.push_back(std::move(programs));
  }
  if (found.empty())
    co_return fail(ErrorCode::not_found,
                   "PostgreSQL is missing: install the Debian package postgresql", kVersions);
  std::ranges::sort(found, std::greater(), &Programs::major);
  co_return found;
}

Result<std::string> read_or_make_password(const fs::Path& path) {
  auto password = fs::read_file(path);
  if (password && !password->empty()) return password;
  auto made = crypto::random_token(32);
  SB_TRY_VOID(fs::write_file(path, made, 0600));
  return made;
}

}  // namespace

Task<Result<std::unique_ptr<Installation>>> Installation::open(fs::Path folder,
                                                               BlockingPool& pool) {
  std::unique_ptr<Installation> self(new Installation(std::move(folder), pool));
  SB_CO_TRY(self->programs_, co_await find_programs());
  SB_CO_TRY_VOID(fs::make_directories(self->folder_, 0700));
  SB_CO_TRY(self->password_, read_or_make_password(self->folder_ / "administrator.password"));
  if (const auto* entry = ::getpwnam("postgres"))
    self->account_ = {.name = "postgres", .uid = entry->pw_uid, .gid = entry->pw_gid};
  co_return self;
}

const Programs* Installation::find(int major) const {
  auto it = std::ranges::find(programs_, major, &Programs::major);
  return it == programs_.end() ? nullptr : &*it;
}

Result<> Installation::make_own_folder(const fs::Path& folder) const {
  SB_TRY_VOID(fs::make_directories(folder, 0700));
  if (::geteuid() == 0 && ::chown(folder.c_str(), account_.uid, account_.gid) != 0)
    return std::unexpected(errno_error(errno, "cannot give folder to PostgreSQL", folder.string()));
  return {};
}

Task<> Installation::end_leftover(fs::Path work_folder) {
  work_folder += ".sandbox";
  auto running = co_await runtime::Sandbox::adopt(work_folder);
  if (running) co_await running->stop(Duration(0));
}

Task<Result<>> Installation::run(int major, std::string program, std::vector<std::string> arguments,
                                 std::map<std::string, std::string> environment,
                                 fs::Path work_folder, Deadline deadline) {
  const auto* programs = find(major);
  if (programs == nullptr)
    co_return fail(ErrorCode::not_found, "this version of PostgreSQL is not installed",
                   std::to_string(major));
  runtime::SandboxSpec spec;
  spec.folder = work_folder.string() + ".sandbox";
  spec.argv = {(programs->folder / program).string()};
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.environment = std::move(environment);
  spec.environment.emplace("PATH", "/usr/bin:/bin");
  spec.environment.emplace("LANG", "C.UTF-8");
  spec.mounts = {
      {.source = std::filesystem::absolute(work_folder), .target = "/work", .is_writable = true}};
  spec.log_path = std::filesystem::absolute(spec.folder / "output.log");
  spec.account = account_;
  auto sandbox_folder = spec.folder;
  SB_CO_TRY_VOID(fs::remove_all(sandbox_folder));
  SB_CO_TRY_VOID(fs::make_directories(sandbox_folder, 0700));
  auto result = co_await runtime::run_in_sandbox(std::move(spec), deadline);
  (void)fs::remove_all(sandbox_folder);
  co_return result;
}

Task<Result<>> Installation::make_template(int major, Deadline deadline) {
  // A second creator waits for the first one's template.
  while (is_making_template_) co_await sleep_for(std::chrono::milliseconds(10));
  auto done = folder_ / ("template-" + std::to_string(major));
  std::error_code ignored;
  if (std::filesystem::exists(done, ignored)) co_return Result<>();
  struct Busy {
    bool& flag;
    explicit Busy(bool& f) : flag(f) {
      flag = true;
    }
    ~Busy() {
      flag = false;
    }
  } busy(is_making_template_);

  auto work = folder_ / ("making-template-" + std::to_string(major));
  co_await end_leftover(work);
  SB_CO_TRY_VOID(fs::remove_all(work));
  SB_CO_TRY_VOID(make_own_folder(work));
  auto password_file = work / "password";
  SB_CO_TRY_VOID(fs::write_file(password_file, password_ + "\n", 0600));
  if (::geteuid() == 0 && ::chown(password_file.c_str(), account_.uid, account_.gid) != 0)
    co_return std::unexpected(
        errno_error(errno, "cannot give file to PostgreSQL", password_file.string()));
  std::vector<std::string> arguments = {"-D",
                                        "/work/data",
                                        "-U",
                                        kAdministrator,
                                        "--pwfile=/work/password",
                                        "--auth=scram-sha-256",
                                        "-E",
                                        "UTF8",
                                        "--locale=C.UTF-8",
                                        "--data-checksums",
                                        "--no-sync"};
  auto made = co_await run(major, "initdb", std::move(arguments), {}, work, deadline);
  (void)fs::remove_all(password_file);
  if (!made)
    co_return std::unexpected(std::move(made).error().in("cannot make a database cluster"));
  SB_CO_TRY_VOID(co_await sync(work));
  std::error_code error;
  std::filesystem::rename(work / "data", done, error);
  if (error) co_return std::unexpected(errno_error(error.value(), "cannot rename", done.string()));
  co_return fs::remove_all(work);
}

// One call for the whole file system: the thousand files of a cluster, one fsync each, take 1.5 s,
// this 0.05 s.
Task<Result<>> Installation::sync(fs::Path folder) {
  auto work = [folder]() -> Result<> {
    fs::Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::syncfs(fd.get()) != 0)
      return std::unexpected(errno_error(errno, "cannot sync", folder.string()));
    return {};
  };
  co_return co_await pool_.run(std::move(work));
}

Task<Result<>> Installation::copy_data(fs::Path from, fs::Path data, Deadline deadline) {
  return duplicate("--reflink=auto", std::move(from), std::move(data), deadline);
}

Task<Result<>> Installation::link_data(fs::Path from, fs::Path data, Deadline deadline) {
  return duplicate("--link", std::move(from), std::move(data), deadline);
}

Task<Result<>> Installation::duplicate(std::string way, fs::Path from, fs::Path data,
                                       Deadline deadline) {
  auto partial = data;
  partial += ".partial";
  SB_CO_TRY_VOID(fs::remove_all(partial));
  SB_CO_TRY_VOID(fs::make_directories(data.parent_path(), 0700));
  process::SpawnOptions options;
  options.argv = {"cp", "-a", std::move(way), "--", from.string(), partial.string()};
  options.environment = {{"LC_ALL", "C"}};
  SB_CO_TRY(auto output, co_await process::run(std::move(options), {}, deadline));
  if (output.status.code != 0) {
    (void)fs::remove_all(partial);
    auto code =
        output.err.contains("No space left") ? ErrorCode::resource_exhausted : ErrorCode::internal;
    co_return fail(code, "cannot copy data: " + output.err.substr(0, output.err.find('\n')),
                   data.string());
  }
  // Before it has its name: what is there after a crash of the machine is whole.
  SB_CO_TRY_VOID(co_await sync(partial));
  std::error_code error;
  std::filesystem::rename(partial, data, error);
  if (error) co_return std::unexpected(errno_error(error.value(), "cannot rename", data.string()));
  co_return co_await sync(data.parent_path());
}

Task<Result<>> Installation::make_data(int major, fs::Path data, Deadline deadline) {
  SB_CO_TRY_VOID(co_await make_template(major, deadline));
  co_return co_await copy_data(folder_ / ("template-" + std::to_string(major)), std::move(data),
                               deadline);
}

}  // namespace sb::cloud::postgres
