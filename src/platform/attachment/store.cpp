#include "platform/attachment/store.hpp"

#include <fmt/format.h>

#include "platform/wire/json_writer.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::attachment {

namespace {

constexpr const char* kConsentText = "I agree that my answers are used to find compatible people.";

void write_list(JsonWriter& json, std::string_view name, std::span<const std::string_view> texts) {
  json.key(name).begin_array();
  for (std::string_view text : texts) json.value(text);
  json.end_array();
}

}  // namespace

std::string Store::questionnaire() {
  JsonWriter json;
  json.begin_object().key("questions").begin_array();
  int id = 0;
  for (std::string_view text : questions()) {
    json.begin_object().member("id", ++id).member("text", text);
    write_list(json, "scale", scale());
    json.end_object();
  }
  json.end_array().end_object();
  return json.take();
}

Task<Outcome<bool>> Store::has_consent(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(
      "SELECT granted FROM consent_logs WHERE user_id = $1 AND consent_type = "
      "'psychological_assessment'"
      " ORDER BY created_at DESC LIMIT 1",
      {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return !rows->empty() && rows->boolean(0, 0);
}

Task<Outcome<std::string>> Store::submit(std::string user_id, std::string body,
                                         std::string client_address, Deadline deadline) {
  auto submission = read_submission(body);
  if (!submission) co_return std::unexpected(std::move(submission).error());
  bool consents = submission->consent_given.value_or(false);
  if (!submission->consent_given) {
    auto on_file = co_await has_consent(user_id, deadline);
    if (!on_file) co_return std::unexpected(std::move(on_file).error());
    if (!*on_file) co_return invalid_field("consent_given", "is required");
  } else if (!consents) {
    co_return invalid_field("consent_given", "consent is needed for the assessment");
  }

  Scores scores = score(submission->answers);
  std::string style(to_string(scores.style));
  auto rows = co_await pool_.query(
      "WITH saved AS ("
      "  INSERT INTO attachment_assessments AS a (user_id, anxiety_score, avoidance_score, style)"
      "  VALUES ($1, $2::numeric, $3::numeric, $4)"
      "  ON CONFLICT (user_id) DO UPDATE SET anxiety_score = excluded.anxiety_score,"
      "    avoidance_score = excluded.avoidance_score, style = excluded.style, taken_at = now(), "
      "updated_at = now()"
      "  WHERE a.taken_at <= now() - interval '90 days' RETURNING id),"
      " consent AS ("
      "  INSERT INTO consent_logs (user_id, consent_type, granted, consent_text, ip_address)"
      "  SELECT $1, 'psychological_assessment', true, $5, $6 FROM saved WHERE $7::boolean)"
      " SELECT id, 0 FROM saved"
      " UNION ALL SELECT NULL, ceil(extract(epoch FROM taken_at + interval '90 days' - now()))::int"
      " FROM attachment_assessments WHERE user_id = $1 AND NOT EXISTS (SELECT 1 FROM saved)",
      {user_id, fmt::format("{:.2f}", scores.anxiety), fmt::format("{:.2f}", scores.avoidance),
       style, kConsentText, std::move(client_address), sql_bool(consents)},
      deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return token_invalid();
  if (rows->is_null(0, 0)) co_return too_many_requests(static_cast<int>(rows->integer(0, 1)));

  JsonWriter json;
  json.begin_object().member("assessment_id", rows->text(0, 0)).member("style", style);
  json.member("anxiety_score", scores.anxiety).member("avoidance_score", scores.avoidance);
  json.member("insights", portrait(scores.style).insight).end_object();
  co_return json.take();
}

Task<Outcome<std::string>> Store::results(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(
      "SELECT style, anxiety_score, avoidance_score FROM attachment_assessments WHERE user_id = $1",
      {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  if (rows->empty()) co_return not_found("No assessment yet");
  auto style = parse_style(rows->text(0, 0)).value_or(Style::secure);
  const Portrait& words = portrait(style);
  JsonWriter json;
  json.begin_object().member("style", rows->text(0, 0));
  json.member("anxiety_score", rows->real(0, 1)).member("avoidance_score", rows->real(0, 2));
  json.member("description", words.description);
  write_list(json, "strengths", words.strengths);
  write_list(json, "growth_areas", words.growth_areas);
  json.end_object();
  co_return json.take();
}

}  // namespace sb::platform::attachment
