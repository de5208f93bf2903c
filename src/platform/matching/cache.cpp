#include "platform/matching/cache.hpp"

#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"

namespace sb::platform::matching {

namespace {

constexpr auto kTimeout = std::chrono::milliseconds(250);
constexpr auto kBackOff = std::chrono::seconds(1);
constexpr const char* kLeaseSeconds = "10";
constexpr std::string_view kLeasePrefix = "lease:";
constexpr const char* kFillScript =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('SET', KEYS[1], ARGV[2], "
    "'EX', ARGV[3]) end "
    "return false";

std::string key_of(const std::string& user_id) {
  return "matches:user:" + user_id + ":daily";
}

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

std::string encode_batch(const Batch& batch) {
  std::string out = batch.date + "\n" + batch.generated_at;
  for (const std::string& match : batch.matches) out += "\n" + match;
  return out;
}

std::optional<Batch> decode_batch(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (lines.size() < 2) return std::nullopt;
  Batch batch{std::move(lines[0]), std::move(lines[1]), {}};
  batch.matches.assign(std::make_move_iterator(lines.begin() + 2),
                       std::make_move_iterator(lines.end()));
  return batch;
}

bool Cache::is_on() const {
  return redis_ != nullptr && seconds_ > 0 && steady_now() >= ask_again_;
}

void Cache::failed(const Error& error) {
  ask_again_ = steady_now() + kBackOff;
  log::warning("redis is away, matches come from the database", {{"error", error.text()}});
}

Task<Cache::Lookup> Cache::find(std::string user_id, std::string date) {
  Lookup out;
  if (!is_on()) co_return out;
  redis::Command get{"GET", key_of(user_id)};
  auto reply = co_await redis_->command(std::move(get), Deadline::after(kTimeout));
  if (!reply) {
    failed(reply.error());
    co_return out;
  }
  if (const std::string* text = reply->text()) {
    out.batch = decode_batch(*text);
    if (out.batch && out.batch->date == date) co_return out;
    out.batch.reset();
  }
  std::string lease = std::string(kLeasePrefix) + crypto::random_token(16);
  redis::Command set{"SET", key_of(user_id), lease, "EX", kLeaseSeconds};
  auto left = co_await redis_->command(std::move(set), Deadline::after(kTimeout));
  if (left) {
    out.lease = std::move(lease);
  } else {
    failed(left.error());
  }
  co_return out;
}

Task<> Cache::fill(std::string user_id, std::string lease, Batch batch) {
  if (lease.empty() || !is_on()) co_return;
  redis::Command command{"EVAL",
                         kFillScript,
                         "1",
                         key_of(user_id),
                         lease,
                         encode_batch(batch),
                         std::to_string(seconds_)};
  auto reply = co_await redis_->command(std::move(command), Deadline::after(kTimeout));
  if (!reply) failed(reply.error());
}

Task<> Cache::forget(std::string user_id) {
  if (redis_ == nullptr || seconds_ == 0)
    co_return;  // tried even while backing off: stale is worse
  redis::Command command{"DEL", key_of(user_id)};
  auto reply = co_await redis_->command(std::move(command), Deadline::after(kTimeout));
  if (!reply) failed(reply.error());
}

}  // namespace sb::platform::matching
