// Files as the rest of the house wants them: whole-file reads, atomic durable writes, private
// modes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"

namespace sb::fs {

using Path = std::filesystem::path;

Result<std::string> read_file(const Path& path);
// Writes beside `path`, fsyncs, renames over it, fsyncs the folder: readers see the old or the new.
Result<> write_file(const Path& path, std::string_view content, unsigned mode = 0644);
// mkdir -p; only the folders it makes get `mode`.
Result<> make_directories(const Path& path, unsigned mode = 0755);
Result<> remove_all(const Path& path);               // absent is success
Result<std::vector<Path>> list(const Path& folder);  // entries, sorted by name
Result<std::uint64_t> free_bytes(const Path& path);  // of the file system it is on
// The folder of the running executable.
Path executable_directory();

// An owned descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() {
    reset();
  }
  int get() const {
    return fd_;
  }
  explicit operator bool() const {
    return fd_ >= 0;
  }
  int release() {
    return std::exchange(fd_, -1);
  }
  void reset();

 private:
  int fd_ = -1;
};

// An exclusive lock on `path` (created 0600), held while the object lives and gone with the process
// however it ends. Error conflict when someone else holds it.
class FileLock {
 public:
  static Result<FileLock> acquire(const Path& path);

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace sb::fs
