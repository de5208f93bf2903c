#include "saltctl/provision/local_cloud.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include <boost/describe/class.hpp>
#include <charconv>
#include <cstdint>
#include <cstdlib>

#include "base/http/client.hpp"
#include "base/json/codec.hpp"
#include "base/process/process.hpp"
#include "base/text/text.hpp"

namespace sb::saltctl {

struct CloudFile {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string endpoint;
};
BOOST_DESCRIBE_STRUCT(CloudFile, (), (pid, start_ticks, endpoint))

struct CredentialsFile {
  std::string access_key_id;
  std::string secret_access_key;
};
BOOST_DESCRIBE_STRUCT(CredentialsFile, (), (access_key_id, secret_access_key))

namespace {

constexpr std::uint16_t kUsualPort = 4566;
// Where the usual one is taken. Below the ports that the kernel gives to connections (from 32768
// on): one of those may be somebody's when a killed cloud wants it back.
constexpr std::uint16_t kOtherPorts = 14566;
constexpr std::size_t kOtherPortCount = 1000;

Result<CloudFile> read_cloud_file(const Places& places) {
  SB_TRY(auto text, fs::read_file(places.cloud() / "saltcloud.json"));
  return json::decode<CloudFile>(text);
}

bool is_alive(const CloudFile& file) {
  return process::is_alive({static_cast<pid_t>(file.pid), file.start_ticks});
}

Task<bool> answers(std::string endpoint) {
  http::Client client;
  auto response = co_await client.send(
      {.method = "GET", .url = endpoint + "/_saltcloud/health", .headers = {}, .body = ""},
      Deadline::after(std::chrono::seconds(2)));
  co_return response.has_value() && response->status == 200;
}

// From the last line of its log, for the one line that says why it did not start.
Error why_it_ended(const Places& places) {
  const auto log = places.cloud() / "saltcloud.log";
  constexpr std::uint64_t kNoRoom = 64 << 10;
  auto words = text::last_line(fs::read_file(log).value_or(""));
  const auto room = fs::free_bytes(places.home);
  if (words.empty() && room && *room < kNoRoom)
    return {ErrorCode::resource_exhausted,
            "saltcloud ended at once: No space left on device, not even for its log", log.string()};
  if (words.empty()) words = "it said nothing";
  constexpr std::string_view kName = "saltcloud: ";
  if (words.starts_with(kName)) words.erase(0, kName.size());
  return {ErrorCode::unavailable, "saltcloud ended at once: " + words, {}};
}

bool is_free(std::uint16_t port) {
  fs::Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  int on = 1;
  ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(probe.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

// The port of a cloud that was killed: its file is still there. 0: there was none.
std::uint16_t port_before(const Places& places) {
  auto file = read_cloud_file(places);
  if (!file) return 0;
  const auto colon = file->endpoint.rfind(':');
  if (colon == std::string::npos) return 0;
  const char* begin = file->endpoint.data() + colon + 1;
  std::uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(begin, file->endpoint.data() + file->endpoint.size(), port);
  return error == std::errc() ? port : std::uint16_t{0};
}

// Where it was before it was killed, because a release that is on its way asks there; else
// 127.0.0.1:4566, or another port when something else has that one (a second home's cloud): clients
// read the address from saltcloud.json. SALTCLOUD_LISTEN names an address that must be taken.
std::string listen_address(const Places& places) {
  const char* wanted = std::getenv("SALTCLOUD_LISTEN");
  if (wanted != nullptr && *wanted != '\0') return wanted;
  for (const std::uint16_t port : {port_before(places), kUsualPort})
    if (port != 0 && is_free(port)) return fmt::format("127.0.0.1:{}", port);
  // Each home begins elsewhere, so that two that start at once do not race for one port.
  const auto first = std::hash<std::string>{}(places.home.string());
  for (std::size_t i = 0; i < kOtherPortCount; ++i) {
    const auto port = static_cast<std::uint16_t>(kOtherPorts + (first + i) % kOtherPortCount);
    if (is_free(port)) return fmt::format("127.0.0.1:{}", port);
  }
  return "127.0.0.1:0";
}

// One that somebody started before, and that does not answer yet: each holds this as long as it
// lives.
bool another_one_starts(const Places& places) {
  auto lock = fs::FileLock::acquire(places.cloud() / "saltcloud.lock");
  return !lock && lock.error().code == ErrorCode::conflict;
}

Result<process::Identity> start(const Places& places, const std::string& address) {
  auto program = places.programs / "saltcloud";
  SB_TRY_VOID(fs::make_directories(places.cloud(), 0700));
  process::SpawnOptions options;
  options.argv = {program.string(), "serve", "--listen", address};
  options.environment = {{"SALTBITTER_HOME", places.home.string()}};
  options.working_directory = places.checkout;
  options.stdout_path = places.cloud() / "saltcloud.log";
  options.stderr_path = places.cloud() / "saltcloud.log";
  return process::spawn(options);
}

}  // namespace

Task<Result<CloudAccess>> find_cloud(Places places) {
  auto file = read_cloud_file(places);
  if (!file || !is_alive(*file))
    co_return fail(ErrorCode::unavailable, "the local cloud does not run");
  SB_CO_TRY(auto text, fs::read_file(places.cloud() / "credentials.json"));
  SB_CO_TRY(auto credentials, json::decode<CredentialsFile>(text));
  if (!co_await answers(file->endpoint)) {
    co_return fail(ErrorCode::unavailable, "the local cloud runs but does not answer",
                   file->endpoint);
  }
  co_return CloudAccess{.endpoint = file->endpoint,
                        .access_key = credentials.access_key_id,
                        .secret_key = credentials.secret_access_key,
                        .session_token = {},
                        .ca_file = {}};
}

Task<Result<CloudAccess>> ensure_cloud(Places places, bool& was_started) {
  was_started = false;
  auto running = co_await find_cloud(places);
  if (running) co_return running;
  std::string address = listen_address(places);
  SB_CO_TRY(auto identity, start(places, address));
  was_started = true;
  auto deadline = Deadline::after(std::chrono::seconds(20));
  while (!deadline.has_passed()) {
    auto access = co_await find_cloud(places);
    if (access) co_return access;
    if (!process::is_alive(identity) && !another_one_starts(places)) {
      // Another home's cloud was quicker to take the usual port.
      if (const std::string other = listen_address(places); other != address) {
        address = other;
        SB_CO_TRY(identity, start(places, address));
        continue;
      }
      co_return std::unexpected(why_it_ended(places));
    }
    co_await sleep_for(std::chrono::milliseconds(10));
  }
  co_return fail(ErrorCode::timeout, "saltcloud does not answer",
                 (places.cloud() / "saltcloud.log").string());
}

}  // namespace sb::saltctl
