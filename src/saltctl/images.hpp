// Images of the platform: built from the programs and the schema of this checkout, and looked up.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "image/image.hpp"
#include "saltctl/command.hpp"

namespace sb::saltctl {

inline constexpr std::string_view kImageName = "saltbitter";
inline constexpr std::string_view kVersionLabel = "com.saltbitter.version";
inline constexpr std::string_view kSchemaLabel = "com.saltbitter.schema.head";
inline constexpr std::string_view kRevisionsLabel = "com.saltbitter.schema.revisions";
inline constexpr std::string_view kFaultsLabel = "com.saltbitter.faults";
// "REV=sha256,…" of the very files; how many revisions a version must know to live with the schema;
// "true" when the tree had changes that are in no commit; "A,B".
inline constexpr std::string_view kChecksumsLabel = "com.saltbitter.schema.checksums";
inline constexpr std::string_view kFloorLabel = "com.saltbitter.schema.floor";
inline constexpr std::string_view kDirtyLabel = "com.saltbitter.dirty";
inline constexpr std::string_view kFlagsLabel = "com.saltbitter.flags";
// "REPOSITORY@sha256:…": the same version in a registry, which is what AWS runs.
inline constexpr std::string_view kRegistryLabel = "com.saltbitter.registry";

struct ImageOptions {
  std::string version;             // "1.3.0"; empty: the project's
  std::string commit;              // empty: git's, seven digits
  std::string faults;              // SALTBITTER_FAULTS, for rehearsals
  std::string migrations_through;  // the last revision it has; empty: all
  std::string tag;                 // "name:tag"; empty: saltbitter:VERSION
  std::string flags;               // "A,B": feature flags that this version reads
  std::string registry;            // "REPOSITORY@sha256:…": where AWS finds this version
};

Result<image::Built> build_image(const Places& places, const ImageOptions& options);

// What a release needs to know of an image.
struct ImageFacts {
  std::string reference;  // name:tag@sha256:…
  std::string registry;   // the same version where AWS finds it; empty: only on this machine
  std::string version;    // "1.3.0+abc1234", as X-SaltBitter-Version says it
  std::string schema_head;
  std::vector<std::string> revisions;  // oldest first
  std::string faults;
  std::string commit;  // "abc1234"; empty: not known
  bool is_dirty = false;
  std::vector<std::string> flags;
  std::map<std::string, std::string> checksums;  // revision -> sha256 of its file
  std::int64_t schema_floor = 0;
  Timestamp created;
  std::uint64_t size_bytes = 0;
};
ImageFacts facts_of(const image::Image& image);

// The image `reference` names, or the newest one when it is empty; not_found when there is none.
Result<ImageFacts> find_image(const Places& places, const std::string& reference);
// Newest first.
Result<std::vector<ImageFacts>> list_images(const Places& places);

// "sha256:0123456789ab…" cut for people.
std::string short_digest(const std::string& reference);

}  // namespace sb::saltctl
