#include "saltctl/environment/places.hpp"

#include <cstdlib>
#include <system_error>

namespace sb::saltctl {
namespace {

// The nearest folder at or above `start` that holds deploy/environments.
fs::Path checkout_above(fs::Path start) {
  for (auto folder = std::move(start);; folder = folder.parent_path()) {
    std::error_code ignored;
    if (std::filesystem::is_directory(folder / "deploy" / "environments", ignored)) return folder;
    if (folder == folder.parent_path()) return {};
  }
}

// The folder that a variable names, seen from `current`, or else `fallback`.
fs::Path named_or(const char* variable, const fs::Path& current, fs::Path fallback) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? current / value : std::move(fallback);
}

}  // namespace

Result<Where> where_from_environment() {
  const char* value = std::getenv("SALTBITTER_CLOUD");
  const std::string_view word = value != nullptr ? value : "";
  if (word.empty() || word == "local") return Where::local;
  if (word == "aws") return Where::aws;
  return fail(ErrorCode::invalid_argument, "SALTBITTER_CLOUD is neither local nor aws",
              std::string(word));
}

std::vector<fs::Path> Places::evidence() const {
  std::vector<fs::Path> folders;
  const char* named = std::getenv("SALTBITTER_EVIDENCE");
  if (named != nullptr && *named != '\0') folders.emplace_back(named);
  folders.push_back(checkout / "build" / "reports");
  folders.push_back(checkout / "build-coverage" / "reports");
  return folders;
}

Result<Places> find_places() {
  Places places;
  std::error_code error;
  auto current = std::filesystem::current_path(error);
  places.programs = fs::executable_directory();
  places.checkout = checkout_above(places.programs);
  if (places.checkout.empty() && !error) places.checkout = checkout_above(current);
  if (places.checkout.empty()) {
    return fail(ErrorCode::not_found,
                "no SaltBitter checkout (a folder with deploy/environments) here or above",
                current.string());
  }
  places.home = named_or("SALTBITTER_HOME", current, places.checkout / ".saltbitter");
  SB_TRY(places.where, where_from_environment());
  if (places.where == Where::aws) places.home /= "aws";
  places.deploy = named_or("SALTBITTER_DEPLOY", current, places.checkout / "deploy");
  return places;
}

}  // namespace sb::saltctl
