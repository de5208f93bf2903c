#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>

#include "base/crypto/crypto.hpp"
#include "image/oci.hpp"

namespace sb::image {

namespace {

struct FreeWriter {
  void operator()(archive* a) const {
    ::archive_write_free(a);
  }
};
struct FreeReader {
  void operator()(archive* a) const {
    ::archive_read_free(a);
  }
};
struct FreeEntry {
  void operator()(archive_entry* e) const {
    ::archive_entry_free(e);
  }
};
using Writer = std::unique_ptr<archive, FreeWriter>;
using Reader = std::unique_ptr<archive, FreeReader>;
using Entry = std::unique_ptr<archive_entry, FreeEntry>;

Error archive_error(archive* a, std::string_view what) {
  const char* text = ::archive_error_string(a);
  int number = ::archive_errno(a);
  if (number == ENOSPC || number == EDQUOT || number == EACCES) return errno_error(number, what);
  return Error{
      ErrorCode::internal, std::string(what) + ": " + (text != nullptr ? text : "unknown"), {}};
}

// Where the tar stream goes: a file, hashed on the way.
struct Sink {
  fs::Fd fd;
  crypto::Sha256 hash;
  std::uint64_t size = 0;
};

la_ssize_t write_to_sink(archive* a, void* context, const void* data, std::size_t size) {
  auto& sink = *static_cast<Sink*>(context);
  std::string_view rest(static_cast<const char*>(data), size);
  sink.hash.update(rest);
  sink.size += size;
  while (!rest.empty()) {
    ssize_t n = ::write(sink.fd.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      ::archive_set_error(a, errno, "%s", std::strerror(errno));
      return -1;
    }
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  return static_cast<la_ssize_t>(size);
}

Entry make_entry(const std::string& path, mode_t type, unsigned mode, Timestamp time) {
  Entry entry(::archive_entry_new());
  ::archive_entry_set_pathname(entry.get(), path.c_str());
  ::archive_entry_set_filetype(entry.get(), type);
  ::archive_entry_set_perm(entry.get(), mode);
  ::archive_entry_set_mtime(entry.get(), static_cast<time_t>(to_unix_ms(time) / 1000), 0);
  ::archive_entry_set_uid(entry.get(), 0);
  ::archive_entry_set_gid(entry.get(), 0);
  ::archive_entry_set_size(entry.get(), 0);
  return entry;
}

Result<> put_header(archive* tar, archive_entry* entry) {
  if (::archive_write_header(tar, entry) != ARCHIVE_OK)
    return std::unexpected(archive_error(tar, "cannot write layer"));
  return {};
}

Result<> put_regular(archive* tar, const File& file, Timestamp time) {
  fs::Fd fd(::open(file.source.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0)
    return std::unexpected(errno_error(errno, "cannot read", file.source.string()));
  if (!S_ISREG(info.st_mode))
    return fail(ErrorCode::invalid_argument, "not a regular file", file.source.string());
  auto entry = make_entry(file.path, AE_IFREG, file.mode, time);
  ::archive_entry_set_size(entry.get(), info.st_size);
  SB_TRY_VOID(put_header(tar, entry.get()));
  auto buffer = std::make_unique<std::array<char, 1U << 18U>>();
  for (auto left = info.st_size; left > 0;) {
    ssize_t n = ::read(fd.get(), buffer->data(),
                       std::min<std::size_t>(buffer->size(), static_cast<std::size_t>(left)));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0)
      return fail(ErrorCode::conflict, "file changed while it was read", file.source.string());
    if (::archive_write_data(tar, buffer->data(), static_cast<std::size_t>(n)) != n)
      return std::unexpected(archive_error(tar, "cannot write layer"));
    left -= n;
  }
  return {};
}

Result<> put_files(archive* tar, const std::vector<File>& files, Timestamp time) {
  std::set<std::string> folders;
  for (const auto& file : files) {
    for (auto slash = file.path.find('/'); slash != std::string::npos;
         slash = file.path.find('/', slash + 1)) {
      auto folder = file.path.substr(0, slash);
      if (!folders.insert(folder).second) continue;
      SB_TRY_VOID(put_header(tar, make_entry(folder, AE_IFDIR, 0755, time).get()));
    }
    if (file.symlink_target.empty()) {
      SB_TRY_VOID(put_regular(tar, file, time));
    } else {
      auto entry = make_entry(file.path, AE_IFLNK, 0777, time);
      ::archive_entry_set_symlink(entry.get(), file.symlink_target.c_str());
      SB_TRY_VOID(put_header(tar, entry.get()));
    }
  }
  return {};
}

Result<> check_files(const std::vector<File>& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!is_safe_path(files[i].path))
      return fail(ErrorCode::invalid_argument, "not a path in an image", files[i].path);
    if (i > 0 && files[i].path == files[i - 1].path)
      return fail(ErrorCode::invalid_argument, "path is given twice", files[i].path);
    if (i > 0 && files[i].path.starts_with(files[i - 1].path + "/"))
      return fail(ErrorCode::invalid_argument, "path is a file and a folder", files[i - 1].path);
  }
  return {};
}

Result<> write_tar(Sink& sink, const std::vector<File>& files, Timestamp time) {
  Writer tar(::archive_write_new());
  ::archive_write_set_format_pax_restricted(tar.get());
  ::archive_write_add_filter_none(tar.get());
  ::archive_write_set_bytes_in_last_block(tar.get(), 1);
  if (::archive_write_open(tar.get(), &sink, nullptr, write_to_sink, nullptr) != ARCHIVE_OK)
    return std::unexpected(archive_error(tar.get(), "cannot write layer"));
  SB_TRY_VOID(put_files(tar.get(), files, time));
  if (::archive_write_close(tar.get()) != ARCHIVE_OK)
    return std::unexpected(archive_error(tar.get(), "cannot write layer"));
  return {};
}

}  // namespace

bool is_safe_path(std::string_view path) {
  if (path.empty() || path.size() > 4096 || path.contains('\0')) return false;
  while (true) {
    auto end = path.find('/');
    auto part = path.substr(0, end);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end + 1);
  }
}

Result<Layer> write_layer(const fs::Path& layout, std::vector<File> files, Timestamp time) {
  std::ranges::sort(files, {}, &File::path);
  SB_TRY_VOID(check_files(files));
  std::string temporary = (layout / "blobs" / "sha256" / ".layer.XXXXXX").string();
  Sink sink;
  sink.fd = fs::Fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!sink.fd) return std::unexpected(errno_error(errno, "cannot create", temporary));
  auto written = write_tar(sink, files, time);
  Layer layer;
  if (written) {
    layer = {.digest = "sha256:" + sink.hash.finish_hex(), .size = sink.size};
    if (::fchmod(sink.fd.get(), 0644) != 0 || ::fsync(sink.fd.get()) != 0 ||
        ::rename(temporary.c_str(), blob_path(layout, layer.digest).c_str()) != 0)
      written = std::unexpected(errno_error(errno, "cannot write layer"));
  }
  if (!written) {
    ::unlink(temporary.c_str());
    return std::unexpected(std::move(written).error());
  }
  return layer;
}

namespace {

struct Link {
  fs::Path path;
  std::string target;
};

Result<> check_blob(const fs::Path& path, const Descriptor& layer) {
  fs::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(ErrorCode::data_loss, "image layer is missing", layer.digest);
  crypto::Sha256 hash;
  auto buffer = std::make_unique<std::array<char, 1U << 18U>>();
  for (;;) {
    ssize_t n = ::read(fd.get(), buffer->data(), buffer->size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::unexpected(errno_error(errno, "cannot read layer", layer.digest));
    if (n == 0) break;
    hash.update({buffer->data(), static_cast<std::size_t>(n)});
  }
  if ("sha256:" + hash.finish_hex() != layer.digest)
    return fail(ErrorCode::data_loss, "image layer is damaged: its digest is another",
                layer.digest);
  return {};
}

Result<> extract_regular(archive* tar, archive_entry* entry, const fs::Path& to) {
  ::unlink(to.c_str());                             // a later layer replaces
  auto mode = ::archive_entry_perm(entry) & 0755U;  // never set-uid, never writable by others
  fs::Fd fd(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) return std::unexpected(errno_error(errno, "cannot create", to.string()));
  if (::archive_read_data_into_fd(tar, fd.get()) != ARCHIVE_OK)
    return std::unexpected(archive_error(tar, "cannot unpack layer"));
  if (::fchmod(fd.get(), mode) != 0)
    return std::unexpected(errno_error(errno, "cannot set mode", to.string()));
  return {};
}

Result<> extract_entry(archive* tar, archive_entry* entry, const fs::Path& into,
                       std::vector<Link>& links) {
  std::string path =
      ::archive_entry_pathname(entry) != nullptr ? ::archive_entry_pathname(entry) : "";
  if (path.starts_with("./")) path.erase(0, 2);
  while (path.ends_with('/')) path.pop_back();
  if (path.empty() || path == ".") return {};
  if (!is_safe_path(path))
    return fail(ErrorCode::data_loss, "image layer leads outside of the image", path);
  auto to = into / path;
  if (to.filename().string().starts_with(".wh."))
    return fail(ErrorCode::unimplemented, "image layers that remove files are not supported", path);
  if (::archive_entry_hardlink(entry) != nullptr)
    return fail(ErrorCode::unimplemented, "hard links in image layers are not supported", path);
  auto type = ::archive_entry_filetype(entry);
  if (type == AE_IFDIR) {
    SB_TRY_VOID(fs::make_directories(to));
    ::chmod(to.c_str(), 0755);  // whatever our umask is: a task is another user
    return {};
  }
  SB_TRY_VOID(fs::make_directories(to.parent_path()));
  if (type == AE_IFREG) return extract_regular(tar, entry, to);
  if (type != AE_IFLNK)
    return fail(ErrorCode::unimplemented, "only files, folders and links are supported in images",
                path);
  links.push_back({to, ::archive_entry_symlink(entry)});
  return {};
}

Result<> extract_layer(const fs::Path& blob, const fs::Path& into, std::vector<Link>& links) {
  Reader tar(::archive_read_new());
  ::archive_read_support_format_tar(tar.get());
  ::archive_read_support_filter_gzip(tar.get());
  if (::archive_read_open_filename(tar.get(), blob.c_str(), 1U << 18U) != ARCHIVE_OK)
    return std::unexpected(archive_error(tar.get(), "cannot open layer"));
  for (;;) {
    archive_entry* entry = nullptr;
    int got = ::archive_read_next_header(tar.get(), &entry);
    if (got == ARCHIVE_EOF) return {};
    if (got != ARCHIVE_OK) return std::unexpected(archive_error(tar.get(), "cannot read layer"));
    SB_TRY_VOID(extract_entry(tar.get(), entry, into, links));
  }
}

}  // namespace

Result<> extract_layers(const fs::Path& layout, const std::vector<Descriptor>& layers,
                        const fs::Path& into) {
  std::vector<Link> links;
  for (const auto& layer : layers) {
    if (!is_digest(layer.digest))
      return fail(ErrorCode::data_loss, "not a sha256 digest", layer.digest);
    auto blob = blob_path(layout, layer.digest);
    SB_TRY_VOID(check_blob(blob, layer));
    SB_TRY_VOID(extract_layer(blob, into, links));
  }
  for (const auto& link : links)
    if (::symlink(link.target.c_str(), link.path.c_str()) != 0)
      return std::unexpected(errno_error(errno, "cannot link", link.path.string()));
  return {};
}

Result<fs::Path> unpack(const fs::Path& layout, std::string_view digest, const fs::Path& folder) {
  if (!is_digest(digest))
    return fail(ErrorCode::invalid_argument, "not a sha256 digest", std::string(digest));
  auto target = folder / std::string(digest.substr(7));
  std::error_code ignored;
  if (std::filesystem::is_directory(target, ignored)) return target;
  SB_TRY(auto manifest, read_manifest(layout, digest));
  SB_TRY_VOID(fs::make_directories(folder));
  std::string temporary = (folder / ".unpack.XXXXXX").string();
  if (::mkdtemp(temporary.data()) == nullptr)
    return std::unexpected(errno_error(errno, "cannot create folder", temporary));
  auto extracted = extract_layers(layout, manifest.layers, temporary);
  if (extracted && ::chmod(temporary.c_str(), 0755) != 0)
    extracted = std::unexpected(errno_error(errno, "cannot set mode", temporary));
  if (extracted && ::rename(temporary.c_str(), target.c_str()) == 0) return target;
  int rename_errno = errno;
  // Whoever was faster put the same files there.
  bool is_there = std::filesystem::is_directory(target, ignored);
  (void)fs::remove_all(temporary);
  if (!extracted) return std::unexpected(std::move(extracted).error());
  if (!is_there)
    return std::unexpected(errno_error(rename_errno, "cannot unpack image", target.string()));
  return target;
}

}  // namespace sb::image
