#include "release/runner/lock.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/crypto/crypto.hpp"
#include "base/process/process.hpp"

namespace sb::release {

namespace {

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

// One for the life of this process.
const std::string& process_nonce() {
  static const std::string nonce = crypto::random_hex(16);
  return nonce;
}

std::string start_ticks_of(pid_t pid) {
  auto identity = process::identify(pid);
  return identity ? std::to_string(identity->start_ticks) : std::string();
}

}  // namespace

Holder holder_of(const LockInfo& lock) {
  if (lock.host != host_name()) return Holder::elsewhere;
  // One that nobody waited for yet has ended all the same.
  const auto found = process::identify(static_cast<pid_t>(lock.pid));
  const bool is_it = found && std::to_string(found->start_ticks) == lock.start_ticks;
  return is_it && process::is_alive(*found) ? Holder::alive : Holder::dead;
}

std::string describe(const LockInfo& lock, Holder holder) {
  const std::string time = format_rfc3339(lock.taken_at);
  std::string text = fmt::format(
      "held by {} on {} (pid {}) since {} UTC for {} (release {})", lock.owner, lock.host, lock.pid,
      time.size() > 19 ? time.substr(11, 8) : time, lock.what, lock.release_id);
  switch (holder) {
    case Holder::alive:
      return text;
    case Holder::dead:
      return text + "; that process is gone: `saltctl resume` ends what it left";
    case Holder::elsewhere:
      return text + "; whether that process lives cannot be seen from here";
  }
  return text;
}

LockInfo lock_for(const std::string& release_id, const std::string& owner, const std::string& what,
                  Timestamp at) {
  return {.release_id = release_id,
          .owner = owner,
          .host = host_name(),
          .pid = getpid(),
          .start_ticks = start_ticks_of(getpid()),
          .nonce = process_nonce(),
          .taken_at = at,
          .what = what};
}

}  // namespace sb::release
