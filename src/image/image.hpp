// Container images as an OCI image layout in a folder: oci-layout, index.json and blobs/sha256. An
// image is what its manifest's digest says; names are only pointers to it. Blobs are never changed,
// the index is replaced as a whole, so readers need no lock and a killed writer leaves only a
// temporary file. Calls block: large images belong on a BlockingPool.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/fs/fs.hpp"

namespace sb::image {

struct File {
  std::string path;  // in the image, relative: "bin/saltbitter"
  fs::Path source;   // what it holds; empty for a link
  unsigned mode = 0644;
  std::string symlink_target;
};

struct Config {
  std::vector<std::string> environment;  // "KEY=value"
  std::vector<std::string> entrypoint, command;
  std::string working_directory;
  std::map<std::string, std::string> labels;
};

struct BuildSpec {
  std::string name, tag;
  std::vector<File> files;  // in any order; parent folders are made
  Config config;
  Timestamp created;  // also every file's time: equal inputs give equal digests
};

struct Built {
  std::string digest;     // "sha256:<64 hex>" of the manifest
  std::string reference;  // "name:tag@sha256:..."
};

// Adds an image to `layout` (made if it is missing) and points name:tag at it.
// Errors: invalid_argument (bad name, tag or path; one path twice), not_found (a source),
// resource_exhausted.
Result<Built> build(const fs::Path& layout, const BuildSpec& spec);

// "name[:tag][@sha256:...]"; a registry host before the first slash is dropped, "latest" is the tag
// when there is neither tag nor digest.
struct Reference {
  std::string name, tag, digest;
  std::string text() const;
};
Result<Reference> parse_reference(std::string_view text);

struct Image {
  Reference reference;  // with its digest
  Config config;
  Timestamp created;
  std::uint64_t size_bytes = 0;  // of its layers
};

// Errors: invalid_argument (not a reference), not_found, data_loss (a blob is not what its digest
// says).
Result<Image> resolve(const fs::Path& layout, std::string_view reference);

// The files of the image `digest` in `folder`/<hex digits>, put there if they are not yet. Every
// blob is checked against its digest; the folder appears complete or not at all; callers may race.
Result<fs::Path> unpack(const fs::Path& layout, std::string_view digest, const fs::Path& folder);

// Every named image, by name then tag. A layout that does not exist yet is empty.
Result<std::vector<Image>> list(const fs::Path& layout);

}  // namespace sb::image
