#include "saltctl/provision/authority.hpp"

#include <fmt/format.h>

#include "base/crypto/certificates.hpp"

namespace sb::saltctl {
namespace {

Result<crypto::KeyPair> ensure_authority(const Places& places) {
  auto folder = places.home / "ca";
  auto certificate = fs::read_file(folder / "authority.pem");
  auto key = fs::read_file(folder / "authority.key");
  if (certificate && key) return crypto::KeyPair{*certificate, *key};
  SB_TRY_VOID(fs::make_directories(folder, 0755));
  SB_TRY(auto authority, crypto::make_authority("SaltBitter local authority"));
  // The key first: a certificate without its key would be kept for ever.
  SB_TRY_VOID(fs::write_file(folder / "authority.key", authority.private_key_pem, 0600));
  SB_TRY_VOID(fs::write_file(folder / "authority.pem", authority.certificate_pem));
  return authority;
}

}  // namespace

Result<std::string> ensure_certificate(const Places& places, const std::string& host,
                                       const std::string& region, const std::string& account) {
  SB_TRY(auto authority, ensure_authority(places));
  auto folder = places.home / "ca" / "certificates";
  auto file = folder / (host + ".pem");
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    SB_TRY_VOID(fs::make_directories(folder, 0700));
    SB_TRY(auto pair, crypto::issue_certificate(authority, {host, "localhost", "127.0.0.1"}));
    SB_TRY_VOID(fs::write_file(
        file, pair.certificate_pem + authority.certificate_pem + pair.private_key_pem, 0600));
  }
  return fmt::format("arn:aws:acm:{}:{}:certificate/{}", region, account, host);
}

}  // namespace sb::saltctl
