// JSON to and from described structs:
//   struct Tag { std::string key; std::optional<std::string> value; };
//   BOOST_DESCRIBE_STRUCT(Tag, (), (key, value))
//   SB_TRY(auto tag, json::decode<Tag>(text));   std::string text = json::encode(tag);
//
// Decoding is lenient about what it does not know and strict about what it does: unknown members
// are ignored, absent and null members keep their default; a wrong type, a number out of range,
// invalid UTF-8, or more than 32 levels is invalid_argument, with the JSON path ("/tags/3/key") as
// `subject`. Encoding leaves out empty optionals and nothing else. A Timestamp is a number: seconds
// since the epoch, with a fraction (RFC 3339 text is accepted too).
#pragma once

#include <string>
#include <string_view>

#include "base/error/error.hpp"
#include "base/json/type.hpp"
#include "base/text/text.hpp"

namespace sb::json {

inline constexpr std::size_t kMaxDepth = 32;

Result<> decode_into(std::string_view text, const Type& type, void* object);
Result<> from_value_into(const boost::json::value& value, const Type& type, void* object,
                         std::string_view path);
// What to leave out of structures. AWS requests leave out empty lists and maps as well: there, an
// empty list may mean "set it to nothing" (an optional list that holds an empty one is written).
enum class Omit : std::uint8_t { empty_optionals, empty_optionals_and_lists };
std::string encode_object(const Type& type, const void* object, Omit omit = Omit::empty_optionals);
void to_value_into(const Type& type, const void* object, boost::json::value& out);

// JSON text to a value, with the same limits as decode.
Result<boost::json::value> parse(std::string_view text);

template <class T>
Result<T> decode(std::string_view text) {
  T object{};
  SB_TRY_VOID(decode_into(text, type_of<T>(), &object));
  return object;
}

// `path` is put before the paths of errors.
template <class T>
Result<T> from_value(const boost::json::value& value, std::string_view path = {}) {
  T object{};
  SB_TRY_VOID(from_value_into(value, type_of<T>(), &object, path));
  return object;
}

template <class T>
std::string encode(const T& object) {
  return encode_object(type_of<T>(), &object);
}

// Include <boost/json.hpp> to use it (`Value` is there so that this header need not).
template <class T, class Value = boost::json::value>
Value to_value(const T& object) {
  Value out;
  to_value_into(type_of<T>(), &object, out);
  return out;
}

using text::append_quoted;
using text::is_valid_utf8;
using text::quote;
// The shortest decimal text that reads back as the same number ("0.1", "3", "1e+30").
std::string format_number(double number);
// Seconds since the epoch with as many decimals as needed: "1763806830.5".
std::string format_epoch_seconds(Timestamp t);
// Nothing when it is not finite or not within the years 1 to 9999.
std::optional<Timestamp> timestamp_from_seconds(double seconds);

}  // namespace sb::json
