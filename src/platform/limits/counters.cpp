#include "platform/limits/counters.hpp"

#include "base/log/log.hpp"

namespace sb::platform {

namespace {

constexpr auto kRedisTimeout = std::chrono::milliseconds(250);
constexpr auto kBackOff = std::chrono::seconds(1);
constexpr std::size_t kMaxLocalKeys = 100'000;

// One script, so that the count cannot expire between being found and being raised: it would come
// back without an end.
constexpr const char* kIncrement =
    "local n = redis.call('INCR', KEYS[1]) "
    "if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end "
    "return {n, redis.call('PTTL', KEYS[1])}";

int whole_seconds(std::int64_t milliseconds) {
  return milliseconds <= 0 ? 0 : static_cast<int>((milliseconds + 999) / 1000);
}

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

int seconds_until(SteadyTime time) {
  return whole_seconds(
      std::chrono::duration_cast<std::chrono::milliseconds>(time - steady_now()).count());
}

}  // namespace

bool Counters::should_ask_redis() const {
  return redis_ != nullptr && steady_now() >= ask_again_;
}

void Counters::redis_failed(const Error& error) {
  ask_again_ = steady_now() + kBackOff;
  log::warning("redis is away, counting in this process", {{"error", error.text()}});
}

Task<Count> Counters::increment(std::string key, int window_seconds) {
  if (should_ask_redis()) {
    redis::Command command{"EVAL", kIncrement, "1", key, std::to_string(window_seconds)};
    auto reply = co_await redis_->command(std::move(command), Deadline::after(kRedisTimeout));
    const auto* pair = reply ? std::get_if<std::vector<redis::Reply>>(&reply->value) : nullptr;
    if (pair != nullptr && pair->size() == 2)
      co_return Count{(*pair)[0].integer(), whole_seconds((*pair)[1].integer())};
    redis_failed(reply ? Error{ErrorCode::internal, "an unexpected reply", {}} : reply.error());
  }
  co_return increment_here(key, window_seconds);
}

Count Counters::increment_here(const std::string& key, int window_seconds) {
  if (local_.size() >= kMaxLocalKeys) forget_expired();
  Local& local = local_[key];
  if (local.value == 0 || local.expires <= steady_now())
    local = {0, steady_now() + std::chrono::seconds(window_seconds)};
  ++local.value;
  return {local.value, seconds_until(local.expires)};
}

Task<Count> Counters::get(std::string key) {
  if (should_ask_redis()) {
    std::vector<redis::Command> commands;
    commands.push_back({"GET", key});
    commands.push_back({"PTTL", key});
    auto replies = co_await redis_->pipeline(std::move(commands), Deadline::after(kRedisTimeout));
    if (replies) {
      const std::string* text = (*replies)[0].text();
      std::int64_t value = text == nullptr ? 0 : std::strtoll(text->c_str(), nullptr, 10);
      co_return Count{value, whole_seconds((*replies)[1].integer())};
    }
    redis_failed(replies.error());
  }
  auto found = local_.find(key);
  if (found == local_.end() || found->second.expires <= steady_now()) co_return Count{};
  co_return Count{found->second.value, seconds_until(found->second.expires)};
}

Task<> Counters::erase(std::string key) {
  local_.erase(key);
  if (!should_ask_redis()) co_return;
  redis::Command command{"DEL", key};
  auto reply = co_await redis_->command(std::move(command), Deadline::after(kRedisTimeout));
  if (!reply) redis_failed(reply.error());
}

void Counters::forget_expired() {
  std::erase_if(local_,
                [now = steady_now()](const auto& entry) { return entry.second.expires <= now; });
  if (local_.size() >= kMaxLocalKeys) local_.clear();  // a flood of addresses: memory comes first
}

}  // namespace sb::platform
