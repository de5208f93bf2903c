#include "base/fs/fs.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sb::fs {

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

namespace {

Result<> write_all(int fd, std::string_view content, const Path& path) {
  while (!content.empty()) {
    ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::unexpected(errno_error(errno, "cannot write", path.string()));
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<> sync_directory(const Path& folder) {
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0)
    return std::unexpected(errno_error(errno, "cannot sync folder", folder.string()));
  return {};
}

}  // namespace

Result<std::string> read_file(const Path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::unexpected(errno_error(errno, "cannot open", path.string()));
  std::string content;
  char buffer[1 << 16];
  for (;;) {
    ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::unexpected(errno_error(errno, "cannot read", path.string()));
    if (n == 0) return content;
    content.append(buffer, static_cast<std::size_t>(n));
  }
}

Result<> write_file(const Path& path, std::string_view content, unsigned mode) {
  Path folder = path.has_parent_path() ? path.parent_path() : Path(".");
  std::string name = (folder / ("." + path.filename().string() + ".XXXXXX")).string();
  Fd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) return std::unexpected(errno_error(errno, "cannot create", path.string()));
  auto written = write_all(fd.get(), content, path);
  if (written && (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0 ||
                  ::rename(name.c_str(), path.c_str()) != 0))
    written = std::unexpected(errno_error(errno, "cannot write", path.string()));
  if (!written) {
    ::unlink(name.c_str());
    return written;
  }
  return sync_directory(folder);
}

Result<> make_directories(const Path& path, unsigned mode) {
  if (path.empty()) return {};
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return {};
  if (path.has_parent_path() && path.parent_path() != path)
    SB_TRY_VOID(make_directories(path.parent_path(), mode));
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST)
    return std::unexpected(errno_error(errno, "cannot create folder", path.string()));
  return {};
}

Result<> remove_all(const Path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return std::unexpected(errno_error(error.value(), "cannot remove", path.string()));
  return {};
}

Result<std::vector<Path>> list(const Path& folder) {
  std::error_code error;
  std::vector<Path> entries;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error))
    entries.push_back(it->path());
  if (error) return std::unexpected(errno_error(error.value(), "cannot list", folder.string()));
  std::ranges::sort(entries);
  return entries;
}

Result<std::uint64_t> free_bytes(const Path& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0)
    return std::unexpected(errno_error(errno, "cannot read free space", path.string()));
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

Path executable_directory() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

Result<FileLock> FileLock::acquire(const Path& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return std::unexpected(errno_error(errno, "cannot open lock", path.string()));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return fail(ErrorCode::conflict, "lock is held by another process", path.string());
    return std::unexpected(errno_error(errno, "cannot lock", path.string()));
  }
  return FileLock(std::move(fd));
}

}  // namespace sb::fs
