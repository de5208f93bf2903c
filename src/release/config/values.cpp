#include "release/config/values.hpp"

#include <boost/json.hpp>
#include <set>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"

namespace sb::release::config {

namespace {

Result<boost::json::object> parse_document(const std::string& document, const std::string& name) {
  auto value = json::parse(document);
  if (!value || !value->is_object())
    return fail(ErrorCode::failed_precondition, "the secret is not a JSON object", name);
  return std::move(value->get_object());
}

}  // namespace

std::string fingerprint(const std::string& key, const std::string& value) {
  return crypto::to_hex(crypto::hmac_sha256("saltbitter configuration " + key, value)).substr(0, 8);
}

std::vector<Difference> differences(const Values& before, const Values& after) {
  std::set<std::string> keys;
  for (const auto& [key, value] : before) keys.insert(key);
  for (const auto& [key, value] : after) keys.insert(key);
  std::vector<Difference> found;
  for (const auto& key : keys) {
    auto old = before.find(key);
    auto fresh = after.find(key);
    Difference difference{.key = key};
    if (old != before.end()) difference.before = fingerprint(key, old->second);
    if (fresh != after.end()) difference.after = fingerprint(key, fresh->second);
    if (old == before.end())
      difference.change = Change::added;
    else if (fresh == after.end())
      difference.change = Change::removed;
    else if (old->second == fresh->second)
      continue;
    found.push_back(std::move(difference));
  }
  return found;
}

std::string describe(const Difference& difference) {
  switch (difference.change) {
    case Change::added:
      return fmt::format("{}  (new) -> {}", difference.key, difference.after);
    case Change::removed:
      return fmt::format("{}  {} -> (gone)", difference.key, difference.before);
    case Change::changed:
      break;
  }
  return fmt::format("{}  {} -> {}", difference.key, difference.before, difference.after);
}

Result<Values> members_of(const std::string& document, const std::string& name) {
  SB_TRY(auto object, parse_document(document, name));
  Values values;
  for (const auto& member : object) {
    const auto& value = member.value();
    values[std::string(member.key())] =
        value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
  }
  return values;
}

Result<std::string> with_member(const std::string& document, const std::string& key,
                                const std::string& value, const std::string& name) {
  SB_TRY(auto object, parse_document(document, name));
  object[key] = value;
  return boost::json::serialize(object);
}

Result<std::string> clean_input(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return fail(ErrorCode::invalid_argument, "the value is empty");
  if (text.find('\0') != std::string::npos)
    return fail(ErrorCode::invalid_argument, "the value holds a NUL character");
  return text;
}

}  // namespace sb::release::config
