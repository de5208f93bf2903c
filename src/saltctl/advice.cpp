#include "saltctl/advice.hpp"

#include <fmt/format.h>

namespace sb::saltctl {
namespace {

// Also in the words of programs that we only pass on: saltcloud, HAProxy, SQLite.
bool says(const Error& error, auto... words) {
  return (error.message.contains(words) || ...);
}

}  // namespace

std::string next_after(const Error& error, const Places& places, std::string otherwise) {
  const auto home = places.home.string();
  if (says(error, "No space left", "disk is full", "Disk quota exceeded"))
    return fmt::format("df -h {}   (make room there, or take another place: SALTBITTER_HOME=DIR)",
                       home);
  if (says(error, "Permission denied", "Read-only file system"))
    return fmt::format("ls -ld {}   (it must be yours; or take another place: SALTBITTER_HOME=DIR)",
                       home);
  if (says(error, "Address already in use"))
    return "ss -ltnp   (end what has the port, then again)";
  if (says(error, "apt-get install")) return "make setup";
  if (says(error, "serves this home"))
    return fmt::format("{} stop   (ends the daemon alone, what it runs goes on; then again)",
                       (places.programs / "saltcloud").string());
  return otherwise;
}

}  // namespace sb::saltctl
