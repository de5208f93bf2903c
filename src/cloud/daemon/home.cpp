#include "cloud/daemon/home.hpp"

#include <boost/describe.hpp>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"

namespace sb::cloud {

BOOST_DESCRIBE_STRUCT(Credentials, (), (access_key_id, secret_access_key))
BOOST_DESCRIBE_STRUCT(DaemonRecord, (), (pid, start_ticks, endpoint, region, version))

namespace {

// As AWS spells access keys: AKIA and sixteen of A-Z and 2-7.
std::string new_access_key_id() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id = "AKIA";
  for (char byte : crypto::random_bytes(16))
    id += kAlphabet[static_cast<unsigned char>(byte) % kAlphabet.size()];
  return id;
}

}  // namespace

Result<> Home::prepare() const {
  SB_TRY_VOID(fs::make_directories(root, 0755));
  return fs::make_directories(cloud(), 0700);
}

Result<Credentials> Home::credentials() const {
  auto path = cloud() / "credentials.json";
  auto text = fs::read_file(path);
  if (!text && text.error().code == ErrorCode::not_found) {
    Credentials made{new_access_key_id(), crypto::random_token(40)};
    SB_TRY_VOID(fs::write_file(path, json::encode(made) + "\n", 0600));
    return made;
  }
  if (!text) return std::unexpected(std::move(text).error());
  auto credentials = json::decode<Credentials>(*text);
  if (!credentials || credentials->access_key_id.empty() || credentials->secret_access_key.empty())
    return fail(ErrorCode::data_loss,
                "the credentials cannot be read: delete the file for new ones", path.string());
  return credentials;
}

Result<std::optional<DaemonRecord>> Home::read_record() const {
  auto path = cloud() / "saltcloud.json";
  auto text = fs::read_file(path);
  if (!text && text.error().code == ErrorCode::not_found) return std::nullopt;
  if (!text) return std::unexpected(std::move(text).error());
  SB_TRY(auto record, json::decode<DaemonRecord>(*text));
  return record;
}

Result<> Home::write_record(const DaemonRecord& record) const {
  return fs::write_file(cloud() / "saltcloud.json", json::encode(record) + "\n", 0644);
}

Result<> Home::remove_record() const {
  return fs::remove_all(cloud() / "saltcloud.json");
}

}  // namespace sb::cloud
