#include "aws/protocol/text.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <cmath>

#include "base/json/codec.hpp"

namespace sb::aws {
namespace {

using json::Kind;

template <class T>
std::optional<T> parse_whole(std::string_view text) {
  T number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::optional<Timestamp> parse_time(std::string_view text) {
  if (auto time = parse_rfc3339(text)) return time;
  // Some clients leave the zone out and mean UTC.
  if (auto time = parse_rfc3339(std::string(text) + "Z")) return time;
  if (auto seconds = parse_whole<double>(text)) return json::timestamp_from_seconds(*seconds);
  return std::nullopt;
}

std::string_view enumerator_name(const json::Type& type, std::int64_t value) {
  for (const auto& enumerator : type.enumerators)
    if (enumerator.value == value) return enumerator.name;
  return "";
}

bool set_enumeration(const json::Type& type, std::string_view text, void* object) {
  for (const auto& enumerator : type.enumerators)
    if (enumerator.name == text) return type.set_integer(object, enumerator.value);
  return false;
}

}  // namespace

std::string scalar_to_text(const json::Type& type, const void* object) {
  switch (type.kind) {
    case Kind::boolean:
      return *static_cast<const bool*>(object) ? "true" : "false";
    case Kind::integer:
      return fmt::format("{}", type.get_integer(object));
    case Kind::number:
      return json::format_number(*static_cast<const double*>(object));
    case Kind::string:
      return *static_cast<const std::string*>(object);
    case Kind::timestamp:
      return format_rfc3339(*static_cast<const Timestamp*>(object));
    case Kind::enumeration:
      return std::string(enumerator_name(type, type.get_integer(object)));
    case Kind::any:
      return boost::json::serialize(*static_cast<const boost::json::value*>(object));
    case Kind::structure:
    case Kind::optional:
    case Kind::list:
    case Kind::map:
      break;
  }
  return {};
}

Result<> scalar_from_text(const json::Type& type, const std::string& text, void* object,
                          std::string_view path) {
  bool is_good = false;
  switch (type.kind) {
    case Kind::boolean:
      is_good = text == "true" || text == "false" || text == "True" || text == "False";
      *static_cast<bool*>(object) = text == "true" || text == "True";
      break;
    case Kind::integer:
      if (auto number = parse_whole<std::int64_t>(text))
        is_good = type.set_integer(object, *number);
      break;
    case Kind::number:
      if (auto number = parse_whole<double>(text); number && std::isfinite(*number)) {
        *static_cast<double*>(object) = *number;
        is_good = true;
      }
      break;
    case Kind::string:
      *static_cast<std::string*>(object) = text;
      is_good = true;
      break;
    case Kind::timestamp:
      if (auto time = parse_time(text)) {
        *static_cast<Timestamp*>(object) = *time;
        is_good = true;
      }
      break;
    case Kind::enumeration:
      is_good = set_enumeration(type, text, object);
      break;
    case Kind::any:
    case Kind::structure:
    case Kind::optional:
    case Kind::list:
    case Kind::map:
      break;
  }
  if (is_good) return {};
  static constexpr std::string_view kNames[] = {"true or false", "a whole number", "a number",
                                                "a string",      "a time",         "a value"};
  auto index = static_cast<std::size_t>(type.kind);
  return fail(ErrorCode::invalid_argument,
              fmt::format("expected {}, got '{}'", index < 6 ? kNames[index] : "another value",
                          text.substr(0, 100)),
              std::string(path));
}

std::optional<std::uint32_t> parse_index(std::string_view text) {
  auto number = parse_whole<std::uint32_t>(text);
  return number && *number > 0 && *number < 1'000'000 ? number : std::nullopt;
}

}  // namespace sb::aws
