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

}  // namespace

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
  const char* home = std::getenv("SALTBITTER_HOME");
  places.home = home != nullptr && *home != '\0' ? fs::Path(home) : places.checkout / ".saltbitter";
  if (places.home.is_relative()) places.home = current / places.home;
  return places;
}

}  // namespace sb::saltctl
