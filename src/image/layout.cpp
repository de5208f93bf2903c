#include <fcntl.h>
#include <sys/file.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "image/oci.hpp"

namespace sb::image {

fs::Path blob_path(const fs::Path& layout, std::string_view digest) {
  return layout / "blobs" / "sha256" /
         std::string(digest.substr(std::string_view("sha256:").size()));
}

Result<std::string> read_document(const fs::Path& layout, std::string_view digest) {
  if (!is_digest(digest))
    return fail(ErrorCode::invalid_argument, "not a sha256 digest", std::string(digest));
  auto path = blob_path(layout, digest);
  std::error_code error;
  auto size = std::filesystem::file_size(path, error);
  if (error) return fail(ErrorCode::not_found, "no such image", std::string(digest));
  if (size > kMaxDocumentBytes)
    return fail(ErrorCode::data_loss, "image document is too large", std::string(digest));
  SB_TRY(auto content, fs::read_file(path));
  if ("sha256:" + crypto::sha256_hex(content) != digest)
    return fail(ErrorCode::data_loss, "image blob is damaged: its digest is another",
                std::string(digest));
  return content;
}

Result<std::string> write_document(const fs::Path& layout, const std::string& content) {
  auto digest = "sha256:" + crypto::sha256_hex(content);
  SB_TRY_VOID(fs::write_file(blob_path(layout, digest), content));
  return digest;
}

Result<Index> read_index(const fs::Path& layout) {
  auto content = fs::read_file(layout / "index.json");
  if (!content && content.error().code == ErrorCode::not_found) return Index{};
  if (!content) return std::unexpected(std::move(content).error());
  auto index = json::decode<Index>(*content);
  if (!index)
    return fail(ErrorCode::data_loss, "image index is damaged: " + index.error().text(),
                layout.string());
  return index;
}

Result<Manifest> read_manifest(const fs::Path& layout, std::string_view digest) {
  SB_TRY(auto content, read_document(layout, digest));
  auto manifest = json::decode<Manifest>(content);
  if (!manifest || manifest->layers.empty())
    return fail(ErrorCode::data_loss, "not an image manifest", std::string(digest));
  return manifest;
}

namespace {

// One writer at a time; waits for its turn, which is short.
Result<fs::Fd> lock_layout(const fs::Path& layout) {
  fs::Fd fd(::open((layout / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return std::unexpected(errno_error(errno, "cannot open lock", layout.string()));
  while (::flock(fd.get(), LOCK_EX) != 0)
    if (errno != EINTR) return std::unexpected(errno_error(errno, "cannot lock", layout.string()));
  return fd;
}

std::string architecture() {
  struct utsname name{};
  ::uname(&name);
  std::string_view machine = name.machine;
  if (machine == "x86_64") return "amd64";
  if (machine == "aarch64") return "arm64";
  return std::string(machine);
}

std::string ref_name(const Descriptor& descriptor) {
  if (!descriptor.annotations) return {};
  auto it = descriptor.annotations->find(kRefName);
  return it == descriptor.annotations->end() ? std::string() : it->second;
}

Result<> point_name_at(const fs::Path& layout, const std::string& name, Descriptor manifest) {
  SB_TRY(auto lock, lock_layout(layout));
  SB_TRY(auto index, read_index(layout));
  // What had the name stays, unnamed: a running service may refer to it by its digest.
  for (auto& other : index.manifests)
    if (ref_name(other) == name) other.annotations.reset();
  std::erase_if(index.manifests, [&](const Descriptor& other) {
    return other.digest == manifest.digest && ref_name(other).empty();
  });
  manifest.annotations = {{kRefName, name}};
  index.manifests.push_back(std::move(manifest));
  return fs::write_file(layout / "index.json", json::encode(index));
}

Result<Image> load(const fs::Path& layout, Reference reference) {
  SB_TRY(auto manifest, read_manifest(layout, reference.digest));
  SB_TRY(auto content, read_document(layout, manifest.config.digest));
  auto document = json::decode<ConfigDocument>(content);
  if (!document)
    return fail(ErrorCode::data_loss, "not an image configuration", manifest.config.digest);
  Image image;
  image.reference = std::move(reference);
  image.config.environment = std::move(document->config.Env);
  image.config.entrypoint =
      std::move(document->config.Entrypoint).value_or(std::vector<std::string>());
  image.config.command = std::move(document->config.Cmd);
  image.config.working_directory = std::move(document->config.WorkingDir);
  image.config.labels = std::move(document->config.Labels);
  image.created = parse_rfc3339(document->created).value_or(Timestamp());
  for (const auto& layer : manifest.layers) image.size_bytes += layer.size;
  return image;
}

}  // namespace

Result<Built> build(const fs::Path& layout, const BuildSpec& spec) {
  auto full_name = spec.name + ":" + spec.tag;
  SB_TRY(auto reference, parse_reference(full_name));
  if (reference.name != spec.name || reference.tag != spec.tag)
    return fail(ErrorCode::invalid_argument, "not an image name and tag", full_name);
  SB_TRY_VOID(fs::make_directories(layout / "blobs" / "sha256"));
  SB_TRY_VOID(fs::write_file(layout / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})"));

  SB_TRY(auto layer, write_layer(layout, spec.files, spec.created));
  ConfigDocument config;
  config.created = format_rfc3339(spec.created);
  config.architecture = architecture();
  config.config.Env = spec.config.environment;
  if (!spec.config.entrypoint.empty()) config.config.Entrypoint = spec.config.entrypoint;
  config.config.Cmd = spec.config.command;
  config.config.WorkingDir = spec.config.working_directory;
  config.config.Labels = spec.config.labels;
  config.rootfs.diff_ids = {layer.digest};  // not compressed: the layer is its own diff
  auto config_text = json::encode(config);

  Manifest manifest;
  manifest.config = {.mediaType = std::string(kConfigType),
                     .digest = {},
                     .size = config_text.size(),
                     .annotations = {}};
  SB_TRY(manifest.config.digest, write_document(layout, config_text));
  manifest.layers.push_back({.mediaType = std::string(kLayerType),
                             .digest = layer.digest,
                             .size = layer.size,
                             .annotations = {}});
  auto manifest_text = json::encode(manifest);
  Descriptor descriptor{.mediaType = std::string(kManifestType),
                        .digest = {},
                        .size = manifest_text.size(),
                        .annotations = {}};
  SB_TRY(descriptor.digest, write_document(layout, manifest_text));
  reference.digest = descriptor.digest;
  SB_TRY_VOID(point_name_at(layout, full_name, std::move(descriptor)));
  return Built{reference.digest, reference.text()};
}

Result<Image> resolve(const fs::Path& layout, std::string_view text) {
  SB_TRY(auto reference, parse_reference(text));
  if (reference.digest.empty()) {
    SB_TRY(auto index, read_index(layout));
    auto name = reference.text();
    auto it = std::ranges::find(index.manifests, name, ref_name);
    if (it == index.manifests.end())
      return fail(ErrorCode::not_found, "no such image", std::string(text));
    reference.digest = it->digest;
  }
  return load(layout, std::move(reference));
}

Result<std::vector<Image>> list(const fs::Path& layout) {
  SB_TRY(auto index, read_index(layout));
  std::vector<Image> images;
  for (const auto& descriptor : index.manifests) {
    if (ref_name(descriptor).empty()) continue;
    SB_TRY(auto reference, parse_reference(ref_name(descriptor)));
    reference.digest = descriptor.digest;
    SB_TRY(auto image, load(layout, std::move(reference)));
    images.push_back(std::move(image));
  }
  std::ranges::sort(images, {},
                    [](const Image& i) { return std::pair(i.reference.name, i.reference.tag); });
  return images;
}

}  // namespace sb::image
