#include "cloud/store/paging.hpp"

#include "base/crypto/crypto.hpp"

namespace sb::cloud {

namespace {
constexpr std::string_view kMark = "after:";
}

std::string to_page_token(std::string_view last_key) {
  return crypto::to_base64url(std::string(kMark) + std::string(last_key));
}

std::optional<std::string> from_page_token(std::string_view token) {
  auto text = crypto::from_base64url(token);
  if (!text || !text->starts_with(kMark)) return std::nullopt;
  return text->substr(kMark.size());
}

}  // namespace sb::cloud
