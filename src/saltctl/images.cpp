#include "saltctl/images.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "base/async/spawn.hpp"
#include "base/clock/clock.hpp"
#include "base/crypto/crypto.hpp"
#include "base/process/process.hpp"
#include "migrate/script_directory.hpp"
#include "saltctl/version.hpp"

namespace sb::saltctl {
namespace {

bool is_version(const std::string& text) {
  auto is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-';
  };
  return !text.empty() && text.size() <= 64 && text[0] >= '0' && text[0] <= '9' &&
         std::ranges::all_of(text, is_allowed);
}

// Seven digits of git's HEAD; "local" where there is no git or no repository.
std::string commit_of(const fs::Path& checkout) {
  process::SpawnOptions git;
  git.argv = {"git", "-C", checkout.string(), "rev-parse", "--short=7", "HEAD"};
  auto output =
      run_task(process::run(std::move(git), "", Deadline::after(std::chrono::seconds(5))));
  if (!output || output->status.code != 0) return "local";
  auto text = output->out;
  text.erase(text.find_last_not_of(" \n") + 1);
  return is_version(text) || !text.empty() ? text : "local";
}

Result<std::vector<migrate::Revision>> revisions_through(const fs::Path& folder,
                                                         const std::string& last) {
  SB_TRY(auto directory, migrate::ScriptDirectory::load(folder));
  auto revisions = directory.in_order();
  if (last.empty()) return revisions;
  SB_TRY(auto id, directory.resolve(last));
  auto it = std::ranges::find(revisions, id, &migrate::Revision::id);
  if (it == revisions.end())
    return fail(ErrorCode::not_found, "no such revision of the schema", last);
  revisions.erase(it + 1, revisions.end());
  return revisions;
}

// Changes to tracked files that are in no commit; where there is no git, nothing is known of it.
bool is_dirty(const fs::Path& checkout) {
  process::SpawnOptions git;
  git.argv = {"git", "-C", checkout.string(), "status", "--porcelain", "--untracked-files=no"};
  auto output =
      run_task(process::run(std::move(git), "", Deadline::after(std::chrono::seconds(10))));
  return output && output->status.code == 0 && !output->out.empty();
}

Result<std::string> checksums_of(const std::vector<migrate::Revision>& revisions) {
  std::vector<std::string> sums;
  for (const auto& revision : revisions) {
    SB_TRY(auto text, fs::read_file(revision.path));
    sums.push_back(revision.id + "=" + crypto::sha256_hex(text));
  }
  return fmt::format("{}", fmt::join(sums, ","));
}

// How many revisions a version must know to live with this schema: up to the last that takes
// something away.
std::size_t floor_of(const std::vector<migrate::Revision>& revisions) {
  std::size_t floor = 0;
  for (std::size_t i = 0; i < revisions.size(); ++i)
    if (revisions[i].phase == migrate::Phase::contract) floor = i + 1;
  return floor;
}

bool are_flags(const std::string& flags) {
  return std::ranges::all_of(flags, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ',';
  });
}

constexpr std::string_view kAlembicIni =
    "# The schema of this image, for `alembic` in /app/backend.\n"
    "[alembic]\n"
    "script_location = versions\n";

Result<std::vector<image::File>> files_of(const Places& places,
                                          const std::vector<migrate::Revision>& revisions,
                                          const fs::Path& alembic_ini) {
  auto program = places.programs / "saltbitter";
  std::error_code ignored;
  if (!std::filesystem::exists(program, ignored)) {
    return fail(ErrorCode::not_found, "the platform's program is not built yet", program.string());
  }
  std::vector<image::File> files{{"bin/saltbitter", program, 0755, ""},
                                 {"bin/alembic", {}, 0777, "saltbitter"},
                                 {"backend/alembic.ini", alembic_ini, 0644, ""}};
  for (const auto& revision : revisions) {
    fs::Path source = revision.path;
    files.push_back({"backend/versions/" + source.filename().string(), source, 0644, ""});
  }
  return files;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < list.size();) {
    auto comma = std::min(list.find(',', at), list.size());
    parts.push_back(list.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

std::string label(const image::Image& image, std::string_view name) {
  auto it = image.config.labels.find(std::string(name));
  return it == image.config.labels.end() ? "" : it->second;
}

}  // namespace

Result<image::Built> build_image(const Places& places, const ImageOptions& options) {
  auto version = options.version.empty() ? std::string(project_version()) : options.version;
  if (!is_version(version)) {
    return fail(ErrorCode::invalid_argument,
                "a version is digits, letters, '.' and '-', as in 1.3.0", version);
  }
  if (!are_flags(options.flags))
    return fail(ErrorCode::invalid_argument,
                "flags are names of variables, as in --flags ENABLE_PAYMENTS,ENABLE_VIDEO",
                options.flags);
  if (!options.registry.empty()) {
    auto wanted = image::parse_reference(options.registry);
    if (!wanted || wanted->digest.empty())
      return fail(ErrorCode::invalid_argument,
                  "an image in a registry is named by its digest, as in "
                  "ACCOUNT.dkr.ecr.REGION.amazonaws.com/saltbitter@sha256:…",
                  options.registry);
  }
  auto commit = options.commit.empty() ? commit_of(places.checkout) : options.commit;
  auto full_version = version + "+" + commit;
  SB_TRY(auto revisions, revisions_through(places.revisions(), options.migrations_through));
  if (revisions.empty())
    return fail(ErrorCode::not_found, "the schema has no revision", places.revisions());

  SB_TRY_VOID(fs::make_directories(places.images(), 0755));
  auto alembic_ini = places.images() / "alembic.ini";
  SB_TRY_VOID(fs::write_file(alembic_ini, kAlembicIni));
  std::vector<std::string> ids;
  for (const auto& revision : revisions) ids.push_back(revision.id);

  image::BuildSpec spec;
  SB_TRY(auto name,
         image::parse_reference(options.tag.empty() ? fmt::format("{}:{}", kImageName, version)
                                                    : options.tag));
  spec.name = name.name;
  spec.tag = name.tag;
  SB_TRY(spec.files, files_of(places, revisions, alembic_ini));
  spec.created = now();
  spec.config.environment = {"SALTBITTER_VERSION=" + full_version,
                             "ALEMBIC_CONFIG=/app/backend/alembic.ini"};
  if (!options.faults.empty())
    spec.config.environment.push_back("SALTBITTER_FAULTS=" + options.faults);
  spec.config.command = {"/app/bin/saltbitter", "serve"};
  spec.config.working_directory = "/app/backend";
  spec.config.labels = {{std::string(kVersionLabel), full_version},
                        {std::string(kSchemaLabel), ids.back()},
                        {std::string(kRevisionsLabel), fmt::format("{}", fmt::join(ids, ","))}};
  if (!options.faults.empty()) spec.config.labels[std::string(kFaultsLabel)] = options.faults;
  if (!options.registry.empty()) spec.config.labels[std::string(kRegistryLabel)] = options.registry;
  if (!options.flags.empty()) spec.config.labels[std::string(kFlagsLabel)] = options.flags;
  if (options.commit.empty() && is_dirty(places.checkout))
    spec.config.labels[std::string(kDirtyLabel)] = "true";
  SB_TRY(spec.config.labels[std::string(kChecksumsLabel)], checksums_of(revisions));
  spec.config.labels[std::string(kFloorLabel)] = std::to_string(floor_of(revisions));
  return image::build(places.images(), spec);
}

ImageFacts facts_of(const image::Image& image) {
  ImageFacts facts;
  facts.reference = image.reference.text();
  facts.registry = label(image, kRegistryLabel);
  facts.version = label(image, kVersionLabel);
  facts.schema_head = label(image, kSchemaLabel);
  facts.faults = label(image, kFaultsLabel);
  facts.revisions = split(label(image, kRevisionsLabel));
  facts.flags = split(label(image, kFlagsLabel));
  facts.is_dirty = label(image, kDirtyLabel) == "true";
  facts.schema_floor = std::strtoll(label(image, kFloorLabel).c_str(), nullptr, 10);
  for (const auto& sum : split(label(image, kChecksumsLabel))) {
    auto equals = sum.find('=');
    if (equals != std::string::npos)
      facts.checksums[sum.substr(0, equals)] = sum.substr(equals + 1);
  }
  auto plus = facts.version.find('+');
  if (plus != std::string::npos && facts.version.substr(plus + 1) != "local")
    facts.commit = facts.version.substr(plus + 1);
  facts.created = image.created;
  facts.size_bytes = image.size_bytes;
  return facts;
}

Result<std::vector<ImageFacts>> list_images(const Places& places) {
  SB_TRY(auto images, image::list(places.images()));
  std::vector<ImageFacts> facts;
  for (const auto& image : images) facts.push_back(facts_of(image));
  std::ranges::sort(facts, [](const ImageFacts& a, const ImageFacts& b) {
    return std::tie(b.created, a.reference) < std::tie(a.created, b.reference);
  });
  return facts;
}

Result<ImageFacts> find_image(const Places& places, const std::string& reference) {
  if (!reference.empty()) {
    SB_TRY(auto image, image::resolve(places.images(), reference));
    return facts_of(image);
  }
  SB_TRY(auto images, list_images(places));
  if (images.empty()) return fail(ErrorCode::not_found, "there is no image yet");
  return images.front();
}

std::string short_digest(const std::string& reference) {
  auto at = reference.find("@sha256:");
  if (at == std::string::npos) return reference;
  return reference.substr(0, at + 8 + 12);
}

}  // namespace sb::saltctl
