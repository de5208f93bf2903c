#include "cloud/runtime/sandbox_arguments.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace sb::cloud::runtime {

namespace {

constexpr const char* kInnerUser = "1000";  // in a user namespace

// Of the host's /etc: what programs look up, and nothing about this machine's users or secrets.
constexpr const char* kSharedEtc[] = {"/etc/alternatives",    "/etc/bash.bashrc",
                                      "/etc/ca-certificates", "/etc/ca-certificates.conf",
                                      "/etc/inputrc",         "/etc/ld.so.cache",
                                      "/etc/ld.so.conf",      "/etc/ld.so.conf.d",
                                      "/etc/localtime",       "/etc/mime.types",
                                      "/etc/os-release",      "/etc/postgresql-common",
                                      "/etc/protocols",       "/etc/python3",
                                      "/etc/resolv.conf",     "/etc/services",
                                      "/etc/ssl/certs",       "/etc/ssl/openssl.cnf",
                                      "/etc/terminfo",        "/etc/timezone"};
constexpr const char* kOwnEtc[] = {"passwd", "group", "hosts", "nsswitch.conf"};
constexpr const char* kRootLinks[] = {"bin", "sbin", "lib", "lib32", "lib64", "libx32"};

void add(std::vector<std::string>& to, std::initializer_list<std::string> words) {
  to.insert(to.end(), words);
}

void add_system(std::vector<std::string>& args) {
  add(args, {"--ro-bind", "/usr", "/usr"});
  for (const char* name : kRootLinks) {
    fs::Path path = fs::Path("/") / name;
    std::error_code error;
    auto target = std::filesystem::read_symlink(path, error);
    if (!error)
      add(args, {"--symlink", target.string(), path.string()});
    else
      add(args, {"--ro-bind-try", path.string(), path.string()});
  }
  add(args, {"--proc", "/proc", "--dev", "/dev"});
  for (const char* folder : {"/dev/shm", "/tmp", "/var/tmp", "/var/log", "/run"})
    add(args, {"--perms", "1777", "--tmpfs", folder});
}

// Bubblewrap would make the folders above a mounted file for root alone.
void add_parents(std::vector<std::string>& args, const fs::Path& target) {
  std::vector<fs::Path> parents;
  for (auto path = target.parent_path(); path.has_relative_path(); path = path.parent_path())
    parents.push_back(path);
  for (auto it = parents.rbegin(); it != parents.rend(); ++it)
    add(args, {"--perms", "0755", "--dir", it->string()});
}

void add_etc(std::vector<std::string>& args, const SandboxSpec& spec) {
  add_parents(args, "/etc/ssl/certs");
  for (const char* path : kSharedEtc) add(args, {"--ro-bind-try", path, path});
  for (const char* name : kOwnEtc)
    add(args, {"--ro-bind", (spec.folder / "etc" / name).string(), std::string("/etc/") + name});
}

// Where on the host a path of the sandbox is.
fs::Path host_path(const SandboxSpec& spec, const std::string& path) {
  const Mount* best = nullptr;
  for (const auto& mount : spec.mounts) {
    bool is_below = path == mount.target || path.starts_with(mount.target + "/");
    if (is_below && (best == nullptr || mount.target.size() > best->target.size())) best = &mount;
  }
  if (best == nullptr) return path;
  return best->source / fs::Path(path.substr(best->target.size())).relative_path();
}

bool is_program(const SandboxSpec& spec, const std::string& path) {
  std::error_code error;
  // A link may lead somewhere that only exists inside: it is taken at its word.
  auto status = std::filesystem::symlink_status(host_path(spec, path), error);
  if (error) return false;
  if (std::filesystem::is_symlink(status)) return true;
  auto executable = std::filesystem::perms::owner_exec | std::filesystem::perms::others_exec;
  return std::filesystem::is_regular_file(status) &&
         (status.permissions() & executable) != std::filesystem::perms::none;
}

}  // namespace

std::vector<std::string> hidden_arguments(const SandboxSpec& spec, bool as_root) {
  std::vector<std::string> args;
  if (!as_root) add(args, {"--unshare-user", "--uid", kInnerUser, "--gid", kInnerUser});
  add(args, {"--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", spec.hostname});
  add_system(args);
  add_etc(args, spec);
  if (!spec.log_target.empty()) add(args, {"--ro-bind", spec.log_path.string(), spec.log_target});
  for (const auto& mount : spec.mounts) {
    add_parents(args, mount.target);
    add(args, {mount.is_writable ? "--bind" : "--ro-bind", mount.source.string(), mount.target});
  }
  // Nothing may be written where it would only fill memory and surprise: the root itself is
  // read-only.
  add(args, {"--remount-ro", "/"});
  add(args, {"--chdir", spec.working_directory, "--clearenv"});
  for (const auto& [key, value] : spec.environment) add(args, {"--setenv", key, value});
  return args;
}

std::vector<std::string> inner_command(const SandboxSpec& spec, bool as_root) {
  std::vector<std::string> command;
  if (as_root)
    command = {"/usr/bin/setpriv",
               fmt::format("--reuid={}", spec.account.uid),
               fmt::format("--regid={}", spec.account.gid),
               "--clear-groups",
               "--no-new-privs",
               "--inh-caps=-all",
               "--bounding-set=-all",
               "--"};
  command.insert(command.end(), spec.argv.begin(), spec.argv.end());
  return command;
}

bool has_program(const SandboxSpec& spec) {
  const auto& name = spec.argv.front();
  if (name.starts_with('/')) return is_program(spec, name);
  if (name.contains('/'))
    return is_program(spec, (fs::Path(spec.working_directory) / name).lexically_normal().string());
  auto it = spec.environment.find("PATH");
  std::string_view rest =
      it == spec.environment.end() ? "/usr/bin:/bin" : std::string_view(it->second);
  while (!rest.empty()) {
    auto end = rest.find(':');
    auto folder = rest.substr(0, end);
    if (!folder.empty() && is_program(spec, std::string(folder) + "/" + name)) return true;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return false;
}

Result<> write_transient(const fs::Path& path, std::string_view content) {
  fs::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd || ::fchmod(fd.get(), 0644) != 0 ||
      ::write(fd.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()))
    return std::unexpected(errno_error(errno, "cannot write", path.string()));
  return {};
}

Result<> write_etc(const SandboxSpec& spec, bool as_root) {
  auto etc = spec.folder / "etc";
  SB_TRY_VOID(fs::make_directories(etc));
  auto user = as_root ? fmt::format("{}:x:{}:{}::/tmp:/bin/bash\n", spec.account.name,
                                    spec.account.uid, spec.account.gid)
                      : fmt::format("{}:x:{}:{}::/tmp:/bin/bash\n", spec.account.name, kInnerUser,
                                    kInnerUser);
  auto group = as_root ? fmt::format("{}:x:{}:\n", spec.account.name, spec.account.gid)
                       : fmt::format("{}:x:{}:\n", spec.account.name, kInnerUser);
  SB_TRY_VOID(write_transient(etc / "passwd", "root:x:0:0:root:/root:/bin/bash\n" + user));
  SB_TRY_VOID(write_transient(etc / "group", "root:x:0:\n" + group));
  std::string hosts = "127.0.0.1 localhost\n";
  if (!spec.address.empty()) hosts += spec.address + " " + spec.hostname + "\n";
  SB_TRY_VOID(write_transient(etc / "hosts", hosts));
  return write_transient(
      etc / "nsswitch.conf",
      "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n");
}

}  // namespace sb::cloud::runtime
