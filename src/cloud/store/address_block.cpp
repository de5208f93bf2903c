#include "cloud/store/address_block.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/describe.hpp>
#include <cerrno>
#include <functional>
#include <optional>

#include "base/log/log.hpp"

namespace sb::cloud {

namespace {

constexpr int kFirstBlock = 16;
constexpr int kLastBlock = 250;
constexpr int kHostsPerRow = 254;  // .1 to .254
constexpr int kFirstTaskRow = 16;
constexpr int kLastTaskRow = 255;
constexpr std::string_view kBlockKind = "net.block";
constexpr std::string_view kAddressKind = "net.address";

struct Block {
  int number = 0;
};
BOOST_DESCRIBE_STRUCT(Block, (), (number))

struct Held {
  std::string owner;
  std::string kind;
};
BOOST_DESCRIBE_STRUCT(Held, (), (owner, kind))

std::string_view name_of(AddressKind kind) {
  switch (kind) {
    case AddressKind::load_balancer:
      return "load_balancer";
    case AddressKind::database:
      return "database";
    case AddressKind::cache:
      return "cache";
    case AddressKind::task:
      return "task";
  }
  return "";
}

int row_of(AddressKind kind) {
  switch (kind) {
    case AddressKind::load_balancer:
      return 1;
    case AddressKind::database:
      return 2;
    case AddressKind::cache:
      return 3;
    case AddressKind::task:
      return kFirstTaskRow;
  }
  return 0;
}

// The shared folder, open and locked: whoever holds it is alone in looking at and making claims.
Result<fs::Fd> lock_claims(const fs::Path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) {
    // As /tmp: everyone may make files, only their owner removes them. chmod, because of the umask.
    if (::chmod(folder.c_str(), 01777) != 0)
      return std::unexpected(errno_error(errno, "cannot share", folder.string()));
  } else if (errno != EEXIST) {
    return std::unexpected(errno_error(errno, "cannot make", folder.string()));
  }
  fs::Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return std::unexpected(errno_error(errno, "cannot open", folder.string()));
  while (::flock(fd.get(), LOCK_EX) != 0)
    if (errno != EINTR) return std::unexpected(errno_error(errno, "cannot lock", folder.string()));
  return fd;
}

// Gone for sure: a home that cannot be looked at (another user's) counts as there.
bool is_gone(const std::string& home) {
  struct stat info{};
  return ::stat(home.c_str(), &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

enum class Claim { ours, taken, made };

// Claims `path` for `home`, taking over the claim of a home that is gone.
Result<Claim> claim(const fs::Path& path, const std::string& home, std::string& holder) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    fs::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (fd) {
      auto size = static_cast<ssize_t>(home.size());
      if (::write(fd.get(), home.data(), home.size()) == size && ::fchmod(fd.get(), 0644) == 0)
        return Claim::made;
      int error = errno;
      ::unlink(path.c_str());
      return std::unexpected(errno_error(error, "cannot write", path.string()));
    }
    if (errno != EEXIST) return std::unexpected(errno_error(errno, "cannot make", path.string()));
    auto found = fs::read_file(path);
    if (!found) return Claim::taken;
    holder = *found;
    if (holder == home) return Claim::ours;
    if (!is_gone(holder) || ::unlink(path.c_str()) != 0) return Claim::taken;
  }
  return Claim::taken;
}

Result<int> claim_any(const fs::Path& claims, const std::string& home) {
  // Begins at a number that belongs to the path, so that homes rarely want the same block after
  // the claims were lost (a reboot empties /tmp).
  constexpr int kBlocks = kLastBlock - kFirstBlock + 1;
  auto start = static_cast<int>(std::hash<std::string>{}(home) % kBlocks);
  for (int i = 0; i < kBlocks; ++i) {
    int number = kFirstBlock + (start + i) % kBlocks;
    std::string holder;
    SB_TRY(auto outcome, claim(claims / fmt::format("127.{}", number), home, holder));
    if (outcome != Claim::taken) return number;
  }
  return fail(ErrorCode::resource_exhausted,
              "every block of loopback addresses is claimed: remove the claims of homes that are "
              "no longer used",
              claims.string());
}

}  // namespace

Result<AddressBlock> AddressBlock::open(Store& store, const fs::Path& home,
                                        const fs::Path& claims) {
  std::error_code error;
  auto canonical = std::filesystem::canonical(home, error).string();
  if (error) return std::unexpected(errno_error(error.value(), "no such home", home.string()));
  SB_TRY(auto lock, lock_claims(claims));

  auto stored = store.get<Block>(kBlockKind, "block");
  if (!stored && stored.error().code != ErrorCode::not_found)
    return std::unexpected(std::move(stored).error());
  int number = 0;
  if (stored) {
    number = stored->number;
    std::string holder;
    auto path = claims / fmt::format("127.{}", number);
    SB_TRY(auto outcome, claim(path, canonical, holder));
    if (outcome == Claim::taken)
      return fail(ErrorCode::conflict,
                  fmt::format("the addresses 127.{}.0.0/16 of this home are in use by the one in "
                              "'{}': stop that saltcloud and remove the claim, then start again",
                              number, holder),
                  path.string());
  } else {
    SB_TRY(number, claim_any(claims, canonical));
    SB_TRY_VOID(store.put(kBlockKind, "block", Block{number}));
  }
  AddressBlock block(store, claims / fmt::format("127.{}", number), number);
  SB_TRY_VOID(block.load());
  return block;
}

Result<> AddressBlock::load() {
  SB_TRY(auto rows, store_->list<Held>(kAddressKind));
  for (auto& [address, held] : rows) owners_.emplace(std::move(address), std::move(held.owner));
  return {};
}

int AddressBlock::size(AddressKind kind) const {
  int rows = kind == AddressKind::task ? kLastTaskRow - kFirstTaskRow + 1 : 1;
  return rows * kHostsPerRow;
}

std::string AddressBlock::address(AddressKind kind, int index) const {
  return fmt::format("127.{}.{}.{}", number_, row_of(kind) + index / kHostsPerRow,
                     1 + index % kHostsPerRow);
}

Result<std::string> AddressBlock::allocate(AddressKind kind, const std::string& owner) {
  for (const auto& [address, holder] : held(kind))
    if (holder == owner) return address;

  int count = size(kind);
  int& next = next_[kind];
  for (int i = 0; i < count; ++i) {
    int index = (next + i) % count;
    auto candidate = address(kind, index);
    if (owners_.contains(candidate)) continue;
    SB_TRY_VOID(store_->insert(kAddressKind, candidate, Held{owner, std::string(name_of(kind))}));
    owners_.emplace(candidate, owner);
    next = (index + 1) % count;
    return candidate;
  }
  return fail(ErrorCode::resource_exhausted,
              fmt::format("every {} address of 127.{}.0.0/16 is in use", name_of(kind), number_),
              owner);
}

Result<> AddressBlock::release(const std::string& address) {
  SB_TRY_VOID(store_->erase(kAddressKind, address));
  owners_.erase(address);
  return {};
}

std::vector<std::pair<std::string, std::string>> AddressBlock::held(AddressKind kind) const {
  auto first_row = row_of(kind);
  auto last_row = kind == AddressKind::task ? kLastTaskRow : first_row;
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& [address, owner] : owners_) {
    auto row_at = address.find('.', 4) + 1;  // "127.B." is before it
    auto row = std::atoi(address.c_str() + row_at);
    if (row >= first_row && row <= last_row) out.emplace_back(address, owner);
  }
  return out;
}

Result<> AddressBlock::abandon() {
  SB_TRY(auto lock, lock_claims(claim_.parent_path()));
  if (::unlink(claim_.c_str()) != 0 && errno != ENOENT)
    return std::unexpected(errno_error(errno, "cannot remove the claim", claim_.string()));
  return {};
}

}  // namespace sb::cloud
