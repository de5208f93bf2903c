#include "release/notify/follower.hpp"

#include "base/log/log.hpp"
#include "release/engine/codec.hpp"

namespace sb::release::notify {

namespace {

constexpr auto kHistory = std::chrono::hours(1);

bool is_event(const journal::Record& record) {
  return record.type != "plan" && !record.type.starts_with("note:");
}

}  // namespace

// The release as it stood at `position`, when following begins in the middle of it.
Result<> Follower::begin_at(journal::Journal& journal, const std::string& release_id,
                            std::int64_t position) {
  SB_TRY(auto records, journal.records(release_id));
  for (const auto& record : records) {
    if (record.position > position) break;
    derive(record);
  }
  return {};
}

// Nothing: the record cannot be understood. Then its release is left alone.
std::optional<std::vector<Message>> Follower::derive(const journal::Record& record) {
  if (record.type == "plan") {
    auto plan = decode_plan(record.body);
    if (!plan) return std::nullopt;
    states_[record.release_id] = initial(*std::move(plan));
    return std::vector<Message>{};
  }
  auto state = states_.find(record.release_id);
  if (!is_event(record) || state == states_.end()) return std::vector<Message>{};
  auto body = decode_body(record.type, record.body);
  if (!body) return std::nullopt;
  const Event event{record.at, *std::move(body)};
  State after = step(state->second, event).state;
  auto audience = audiences_.find(after.plan.environment);
  auto messages = messages_for(event, state->second, after,
                               audience == audiences_.end() ? Audience{} : audience->second);
  state->second = std::move(after);
  return messages;
}

Result<> Follower::find_place(journal::Journal& journal, Outbox& outbox, Timestamp now) {
  SB_TRY(auto cursor, outbox.cursor());
  if (!cursor) {
    SB_TRY(auto begin, journal.position_before(now - kHistory));
    SB_TRY_VOID(outbox.put_through({}, begin));
    cursor = begin;
  }
  // The first look, or another process derived what lies between: the states are folded anew.
  if (cursor_ != cursor) {
    states_.clear();
    position_ = *cursor;
    cursor_ = cursor;
  }
  return {};
}

Result<std::int64_t> Follower::put(const journal::Record& record, std::vector<Message> messages,
                                   Outbox& outbox) {
  const auto state = states_.find(record.release_id);
  const bool has_ended = state->second.stage == Stage::ended;
  if (has_ended) {
    SB_TRY(auto open, outbox.open_trouble(state->second.plan.environment));
    for (auto& message : all_clear(open, state->second, record.at))
      messages.push_back(std::move(message));
    states_.erase(state);
  }
  SB_TRY(auto added, outbox.put_through(messages, record.position));
  cursor_ = record.position;
  return added;
}

// Without messages the cursor stays where it is: deriving again costs less than a write.
Result<std::int64_t> Follower::catch_up(journal::Journal& journal, Outbox& outbox, Timestamp now) {
  SB_TRY_VOID(find_place(journal, outbox, now));
  SB_TRY(auto records, journal.records_after(position_));
  std::int64_t added = 0;
  for (const auto& record : records) {
    if (record.type != "plan" && !states_.contains(record.release_id))
      SB_TRY_VOID(begin_at(journal, record.release_id, record.position - 1));
    auto messages = derive(record);
    if (!messages) {
      // One damaged or newer record must not silence every release after it.
      log::error("a journal record cannot be told to anybody",
                 {{"release", record.release_id}, {"record", record.position}});
    } else if (!messages->empty()) {
      auto fresh = put(record, *std::move(messages), outbox);
      if (!fresh) {
        cursor_.reset();  // the states are ahead of the outbox: all is folded anew next time
        return fresh;
      }
      added += *fresh;
    }
    position_ = record.position;
  }
  return added;
}

}  // namespace sb::release::notify
