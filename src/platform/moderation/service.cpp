#include "platform/moderation/service.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/crypto/crypto.hpp"
#include "platform/wire/fields.hpp"
#include "platform/wire/json_writer.hpp"
#include "platform/wire/text.hpp"

namespace sb::platform::moderation {

namespace {

constexpr std::array<std::string_view, 9> kReasons = {
    "harassment",   "spam",     "inappropriate_content",
    "fake_profile", "underage", "scam",
    "hate_speech",  "violence", "other"};

struct Report {
  std::string reported_id, content_type, reason, description;
  std::optional<std::string> content_id;
};

Outcome<Report> read_report(std::string_view body, const std::string& reporter_id) {
  SB_TRY(Fields fields, Fields::parse(body));
  for (const char* name : {"reported_user_id", "content_type", "reason", "description"})
    fields.require(name);
  auto reported = fields.text("reported_user_id", 1, 100);
  auto content_type = fields.text("content_type", 1, 50);
  auto content_id = fields.text("content_id", 1, 100);
  auto reason = fields.text("reason", 1, 50);
  auto description = fields.text("description", 10, 1000);
  if (reported && !crypto::is_uuid(*reported)) fields.problem("reported_user_id", "must be a UUID");
  if (reported && fold_case(*reported) == reporter_id)
    fields.problem("reported_user_id", "must be somebody else");
  if (content_id && !crypto::is_uuid(*content_id)) fields.problem("content_id", "must be a UUID");
  if (reason && std::ranges::find(kReasons, *reason) == kReasons.end())
    fields.problem("reason", "is not one of the known reasons");
  SB_TRY_VOID(fields.finish());
  return Report{*reported, *content_type, *reason, *description, content_id};
}

}  // namespace

Task<Outcome<>> Service::block(std::string user_id, std::string other_id, Deadline deadline) {
  if (user_id == fold_case(other_id)) co_return invalid_field("user_id", "must be somebody else");
  auto rows = co_await pool_.query(
      "WITH made AS (INSERT INTO user_blocks (blocker_id, blocked_id) SELECT $1, id FROM users "
      "WHERE id = $2"
      "  ON CONFLICT DO NOTHING RETURNING 1)"
      " SELECT EXISTS (SELECT 1 FROM users WHERE id = $2), EXISTS (SELECT 1 FROM made)",
      {std::move(user_id), std::move(other_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (!rows->boolean(0, 0)) co_return not_found("No such person");
  if (!rows->boolean(0, 1)) co_return invalid_input("This person is blocked already");
  co_return Outcome<>();
}

Task<Outcome<>> Service::unblock(std::string user_id, std::string other_id, Deadline deadline) {
  auto rows =
      co_await pool_.query("DELETE FROM user_blocks WHERE blocker_id = $1 AND blocked_id = $2",
                           {std::move(user_id), std::move(other_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->affected() == 0) co_return not_found("This person is not blocked");
  co_return Outcome<>();
}

Task<Outcome<std::string>> Service::report(std::string user_id, std::string body,
                                           Deadline deadline) {
  auto report = read_report(body, user_id);
  if (!report) co_return std::unexpected(std::move(report).error());
  auto rows = co_await pool_.query(
      "WITH made AS (INSERT INTO user_reports (reporter_id, reported_id, content_type, content_id, "
      "reason, description)"
      "  SELECT $1, id, $3, $4::uuid, $5, $6 FROM users WHERE id = $2 RETURNING id, reported_id, "
      "content_type, content_id),"
      " queued AS (INSERT INTO moderation_queue (user_id, report_id, content_type, content_id)"
      "  SELECT reported_id, id, content_type, content_id FROM made)"
      " SELECT id FROM made",
      {std::move(user_id), report->reported_id, report->content_type, report->content_id,
       report->reason, report->description},
      deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return not_found("No such person");
  JsonWriter json;
  json.begin_object().member("report_id", rows->text(0, 0)).member("status", "open");
  json.member("message", "Thank you, we will look at it").end_object();
  co_return json.take();
}

}  // namespace sb::platform::moderation
