// The documents of the OCI image specification 1.0 and the blobs they are in. Private to this
// folder.
#pragma once

#include <boost/describe.hpp>
#include <optional>

#include "image/image.hpp"

namespace sb::image {

inline constexpr std::string_view kIndexType = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kManifestType = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kConfigType = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view kLayerType = "application/vnd.oci.image.layer.v1.tar";
inline constexpr const char* kRefName = "org.opencontainers.image.ref.name";
inline constexpr std::size_t kMaxDocumentBytes = 4U << 20U;

struct Descriptor {
  std::string mediaType;
  std::string digest;
  std::uint64_t size = 0;
  std::optional<std::map<std::string, std::string>> annotations;
};
BOOST_DESCRIBE_STRUCT(Descriptor, (), (mediaType, digest, size, annotations))

struct Index {
  int schemaVersion = 2;
  std::string mediaType{kIndexType};
  std::vector<Descriptor> manifests;
};
BOOST_DESCRIBE_STRUCT(Index, (), (schemaVersion, mediaType, manifests))

struct Manifest {
  int schemaVersion = 2;
  std::string mediaType{kManifestType};
  Descriptor config;
  std::vector<Descriptor> layers;
};
BOOST_DESCRIBE_STRUCT(Manifest, (), (schemaVersion, mediaType, config, layers))

struct RunConfig {
  std::vector<std::string> Env;
  std::optional<std::vector<std::string>> Entrypoint;
  std::vector<std::string> Cmd;
  std::string WorkingDir;
  std::map<std::string, std::string> Labels;
};
BOOST_DESCRIBE_STRUCT(RunConfig, (), (Env, Entrypoint, Cmd, WorkingDir, Labels))

struct RootFs {
  std::string type = "layers";
  std::vector<std::string> diff_ids;
};
BOOST_DESCRIBE_STRUCT(RootFs, (), (type, diff_ids))

struct ConfigDocument {
  std::string created;
  std::string architecture;
  std::string os = "linux";
  RunConfig config;
  RootFs rootfs;
};
BOOST_DESCRIBE_STRUCT(ConfigDocument, (), (created, architecture, os, config, rootfs))

// "sha256:" and 64 lower-case hexadecimal digits.
bool is_digest(std::string_view text);
fs::Path blob_path(const fs::Path& layout, std::string_view digest);
// A small document, checked against its digest.
Result<std::string> read_document(const fs::Path& layout, std::string_view digest);
Result<std::string> write_document(const fs::Path& layout,
                                   const std::string& content);  // its digest
Result<Index> read_index(const fs::Path& layout);                // empty when there is none
Result<Manifest> read_manifest(const fs::Path& layout, std::string_view digest);

// Deterministic: sorted, owner 0, one time for all.
struct Layer {
  std::string digest;
  std::uint64_t size = 0;
};
Result<Layer> write_layer(const fs::Path& layout, std::vector<File> files, Timestamp time);
// Into an existing empty folder. Links are made after every file, so none can lead a file outside.
Result<> extract_layers(const fs::Path& layout, const std::vector<Descriptor>& layers,
                        const fs::Path& into);
// A relative path without empty, "." or ".." parts.
bool is_safe_path(std::string_view path);

}  // namespace sb::image
