// The loopback addresses of one saltcloud: a block 127.B.0.0/16 of its own, so that every database,
// cache, load balancer and task has an address and ports stay as they were declared, also with two
// saltclouds side by side. The block is claimed once a home by a file 127.B in a folder that all
// users of the machine share; a claim whose home is gone is taken over. What is given out is in the
// store before it is returned.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs/fs.hpp"
#include "cloud/store/store.hpp"

namespace sb::cloud {

enum class AddressKind { load_balancer, database, cache, task };

class AddressBlock {
 public:
  static constexpr const char* kClaims = "/tmp/saltbitter-net";

  // `home` must exist. Errors: conflict (the block of this home was taken by another one while its
  // claim was lost), resource_exhausted (no free block), permission_denied.
  static Result<AddressBlock> open(Store& store, const fs::Path& home,
                                   const fs::Path& claims = kClaims);

  // An address for `owner` (an ARN or an id), "127.B.2.7". The same owner and kind get the same
  // address until it is released. Addresses rest as long as possible before they are given again.
  Result<std::string> allocate(AddressKind kind, const std::string& owner);
  Result<> release(const std::string& address);  // releasing a free address is success
  // Who holds which address, to find leaks after a restart.
  std::vector<std::pair<std::string, std::string>> held(AddressKind kind) const;

  int number() const {
    return number_;
  }
  // Gives the block back: for a home that is about to be deleted.
  Result<> abandon();

 private:
  AddressBlock(Store& store, fs::Path claim, int number)
      : store_(&store), claim_(std::move(claim)), number_(number) {}
  int size(AddressKind kind) const;
  std::string address(AddressKind kind, int index) const;
  Result<> load();

  Store* store_;
  fs::Path claim_;
  int number_;
  std::map<std::string, std::string> owners_;  // by address
  std::map<AddressKind, int> next_;            // where the search for a free one goes on
};

}  // namespace sb::cloud
