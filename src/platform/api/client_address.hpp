// Who is really calling, when a load balancer stands in front. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"

namespace sb::platform {

class TrustedProxies {
 public:
  TrustedProxies() = default;
  // "10.0.0.0/8", "127.0.0.1", "fd00::/8"
  static Result<TrustedProxies> parse(const std::vector<std::string>& blocks);

  bool contains(std::string_view address) const;
  // The right-most address of X-Forwarded-For that is not a trusted proxy itself; the peer when the
  // peer is not trusted or the header says nothing that is an address.
  std::string client_of(std::string_view peer, std::string_view forwarded_for) const;

 private:
  struct Block {
    std::array<unsigned char, 16> address{};
    int bits = 0;
  };
  std::vector<Block> blocks_;
};

}  // namespace sb::platform
