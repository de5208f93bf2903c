// Consents: append-only, the newest of a type is what holds.
#include <algorithm>
#include <array>
#include <string_view>

#include "platform/compliance/service.hpp"
#include "platform/wire/fields.hpp"
#include "platform/wire/json_writer.hpp"
#include "platform/wire/sql.hpp"

namespace sb::platform::compliance {

namespace {

constexpr std::array<std::string_view, 7> kTypes = {
    "psychological_assessment", "profile_data",  "ai_features", "ai_coaching", "marketing",
    "terms_of_service",         "privacy_policy"};

}  // namespace

Task<Outcome<std::string>> Service::record_consent(std::string user_id, std::string body,
                                                   std::string client_address, Deadline deadline) {
  auto fields = Fields::parse(body);
  if (!fields) co_return std::unexpected(std::move(fields).error());
  fields->require("consent_type");
  fields->require("granted");
  auto type = fields->text("consent_type", 1, 100);
  auto granted = fields->boolean("granted");
  auto text = fields->text("consent_text", 0, 5000);
  if (type && std::ranges::find(kTypes, *type) == kTypes.end())
    fields->problem("consent_type", "is not one of the known types");
  auto valid = fields->finish();
  if (!valid) co_return std::unexpected(std::move(valid).error());
  auto rows = co_await pool_.query(
      "INSERT INTO consent_logs (user_id, consent_type, granted, consent_text, ip_address) VALUES "
      "($1, $2, $3, $4, $5)"
      " RETURNING id, " SB_SQL_TIME("created_at"),
      {std::move(user_id), *type, sql_bool(*granted), std::move(text), std::move(client_address)},
      deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  JsonWriter json;
  json.begin_object().member("consent_id", rows->text(0, 0)).member("consent_type", *type);
  json.member("granted", *granted).member("created_at", rows->text(0, 1)).end_object();
  co_return json.take();
}

Task<Outcome<std::string>> Service::consents(std::string user_id, Deadline deadline) {
  auto rows = co_await pool_.query(
      "SELECT jsonb_build_object('consents', coalesce(jsonb_agg(to_jsonb(x) ORDER BY consent_type), '[]')) FROM ("
      " SELECT DISTINCT ON (consent_type) consent_type, granted, " SB_SQL_TIME("created_at") " AS created_at"
      " FROM consent_logs WHERE user_id = $1 ORDER BY consent_type, consent_logs.created_at DESC) x",
      {std::move(user_id)}, deadline);
  if (!rows) co_return std::unexpected(std::move(rows).error());
  co_return std::string(rows->text(0, 0));
}

}  // namespace sb::platform::compliance
