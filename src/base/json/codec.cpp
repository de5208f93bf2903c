#include "base/json/codec.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>

namespace sb::json {
namespace {

namespace bj = boost::json;

// Where we are, as a chain on the stack; it becomes text only when something is wrong.
struct Path {
  const Path* parent = nullptr;
  std::string_view key = {};
  std::size_t index = 0;
  bool is_index = false;

  void append_to(std::string& out) const {
    if (parent) parent->append_to(out);
    if (is_index) {
      out += fmt::format("/{}", index);
    } else if (parent) {
      out += '/';
      for (char c : key) {  // RFC 6901
        if (c == '~')
          out += "~0";
        else if (c == '/')
          out += "~1";
        else
          out += c;
      }
    } else {
      out += key;  // the caller's prefix, as it is
    }
  }
  std::string text() const {
    std::string out;
    append_to(out);
    return out.empty() ? "/" : out;
  }
};

std::string_view name_of(const bj::value& value) {
  switch (value.kind()) {
    case bj::kind::null:
      return "null";
    case bj::kind::bool_:
      return "a boolean";
    case bj::kind::int64:
    case bj::kind::uint64:
    case bj::kind::double_:
      return "a number";
    case bj::kind::string:
      return "a string";
    case bj::kind::array:
      return "a list";
    case bj::kind::object:
      return "an object";
  }
  return "a value";
}

std::unexpected<Error> mismatch(std::string_view expected, const bj::value& value,
                                const Path& path) {
  return fail(ErrorCode::invalid_argument,
              fmt::format("expected {}, got {}", expected, name_of(value)), path.text());
}

Result<> decode_value(const bj::value& value, const Type& type, void* object, const Path& path,
                      std::size_t depth);

Result<> decode_integer(const bj::value& value, const Type& type, void* object, const Path& path) {
  std::int64_t number = 0;
  bool fits = true;
  if (value.is_int64()) {
    number = value.get_int64();
  } else if (value.is_uint64()) {
    fits = false;  // Boost.JSON uses uint64 only beyond int64
  } else if (value.is_double()) {
    // Some clients write 3 as 3.0; beyond 2^53 that would guess.
    double d = value.get_double();
    if (d != std::trunc(d)) return mismatch("a whole number", value, path);
    fits = std::abs(d) <= 9007199254740992.0;
    if (fits) number = static_cast<std::int64_t>(d);
  } else {
    return mismatch("a whole number", value, path);
  }
  if (!fits || !type.set_integer(object, number))
    return fail(ErrorCode::invalid_argument, "number out of range", path.text());
  return {};
}

Result<> decode_timestamp(const bj::value& value, void* object, const Path& path) {
  std::optional<Timestamp> time;
  if (value.is_string()) {
    time = parse_rfc3339(std::string_view(value.get_string()));
  } else if (value.is_number()) {
    time = timestamp_from_seconds(value.to_number<double>());
  } else {
    return mismatch("a time", value, path);
  }
  if (!time) return fail(ErrorCode::invalid_argument, "not a time", path.text());
  *static_cast<Timestamp*>(object) = *time;
  return {};
}

Result<> decode_enumeration(const bj::value& value, const Type& type, void* object,
                            const Path& path) {
  if (!value.is_string()) return mismatch("a string", value, path);
  std::string_view name = value.get_string();
  for (const auto& enumerator : type.enumerators) {
    if (enumerator.name == name) {
      type.set_integer(object, enumerator.value);
      return {};
    }
  }
  std::string known;
  for (const auto& enumerator : type.enumerators)
    known += fmt::format("{}{}", known.empty() ? "" : ", ", enumerator.name);
  return fail(ErrorCode::invalid_argument, fmt::format("'{}' is not one of {}", name, known),
              path.text());
}

Result<> decode_structure(const bj::value& value, const Type& type, void* object, const Path& path,
                          std::size_t depth) {
  if (!value.is_object()) return mismatch("an object", value, path);
  const auto& members = value.get_object();
  for (const auto& field : type.fields) {
    const bj::value* member = members.if_contains(field.name);
    if (!member || member->is_null()) continue;
    Path here{.parent = &path, .key = field.name};
    SB_TRY_VOID(decode_value(*member, field.type(), field.in(object), here, depth));
  }
  return {};
}

Result<> decode_value(const bj::value& value, const Type& type, void* object, const Path& path,
                      std::size_t depth) {
  if (depth > kMaxDepth)
    return fail(ErrorCode::invalid_argument, fmt::format("nested deeper than {} levels", kMaxDepth),
                path.text());
  switch (type.kind) {
    case Kind::boolean:
      if (!value.is_bool()) return mismatch("true or false", value, path);
      *static_cast<bool*>(object) = value.get_bool();
      return {};
    case Kind::integer:
      return decode_integer(value, type, object, path);
    case Kind::number:
      if (!value.is_number()) return mismatch("a number", value, path);
      *static_cast<double*>(object) = value.to_number<double>();
      return {};
    case Kind::string:
      if (!value.is_string()) return mismatch("a string", value, path);
      static_cast<std::string*>(object)->assign(value.get_string().data(),
                                                value.get_string().size());
      return {};
    case Kind::timestamp:
      return decode_timestamp(value, object, path);
    case Kind::any:
      *static_cast<bj::value*>(object) = value;
      return {};
    case Kind::enumeration:
      return decode_enumeration(value, type, object, path);
    case Kind::structure:
      return decode_structure(value, type, object, path, depth + 1);
    case Kind::optional:
      type.clear(object);
      if (value.is_null()) return {};
      return decode_value(value, type.inner(), type.emplace(object), path, depth);
    case Kind::list: {
      if (!value.is_array()) return mismatch("a list", value, path);
      type.clear(object);
      std::size_t index = 0;
      for (const auto& element : value.get_array()) {
        Path here{.parent = &path, .index = index++, .is_index = true};
        SB_TRY_VOID(decode_value(element, type.inner(), type.emplace(object), here, depth + 1));
      }
      return {};
    }
    case Kind::map: {
      if (!value.is_object()) return mismatch("an object", value, path);
      type.clear(object);
      for (const auto& member : value.get_object()) {
        std::string_view key = member.key();
        Path here{.parent = &path, .key = key};
        SB_TRY_VOID(
            decode_value(member.value(), type.inner(), type.insert(object, key), here, depth + 1));
      }
      return {};
    }
  }
  return {};
}

std::string_view enumerator_name(const Type& type, const void* object) {
  auto value = type.get_integer(object);
  for (const auto& enumerator : type.enumerators)
    if (enumerator.value == value) return enumerator.name;
  return "";
}

// An empty optional is left out of its structure, and is null inside a list or map.
bool is_absent(const Type& type, const void* object, Omit omit) {
  if (type.kind == Kind::optional) return type.value(object) == nullptr;
  return omit == Omit::empty_optionals_and_lists &&
         (type.kind == Kind::list || type.kind == Kind::map) && type.size(object) == 0;
}

void append_object(std::string& out, const Type& type, const void* object, Omit omit) {
  switch (type.kind) {
    case Kind::boolean:
      out += *static_cast<const bool*>(object) ? "true" : "false";
      return;
    case Kind::integer:
      out += fmt::format("{}", type.get_integer(object));
      return;
    case Kind::number:
      out += format_number(*static_cast<const double*>(object));
      return;
    case Kind::string:
      append_quoted(out, *static_cast<const std::string*>(object));
      return;
    case Kind::timestamp:
      out += format_epoch_seconds(*static_cast<const Timestamp*>(object));
      return;
    case Kind::any:
      out += bj::serialize(*static_cast<const bj::value*>(object));
      return;
    case Kind::enumeration:
      append_quoted(out, enumerator_name(type, object));
      return;
    case Kind::structure: {
      char separator = '{';
      for (const auto& field : type.fields) {
        const void* member = field.in(object);
        const Type& member_type = field.type();
        if (is_absent(member_type, member, omit)) continue;
        out += separator;
        separator = ',';
        append_quoted(out, field.name);
        out += ':';
        append_object(out, member_type, member, omit);
      }
      out += separator == '{' ? "{}" : "}";
      return;
    }
    case Kind::optional:
      if (const void* value = type.value(object))
        append_object(out, type.inner(), value, omit);
      else
        out += "null";
      return;
    case Kind::list: {
      out += '[';
      std::size_t size = type.size(object);
      for (std::size_t i = 0; i < size; ++i) {
        if (i != 0) out += ',';
        append_object(out, type.inner(), type.at(object, i), omit);
      }
      out += ']';
      return;
    }
    case Kind::map: {
      struct Context {
        std::string& out;
        const Type& inner;
        Omit omit;
        char separator = '{';
      } context{out, type.inner(), omit};
      type.each(
          object,
          [](void* p, const std::string& key, const void* value) {
            auto& c = *static_cast<Context*>(p);
            c.out += c.separator;
            c.separator = ',';
            append_quoted(c.out, key);
            c.out += ':';
            append_object(c.out, c.inner, value, c.omit);
          },
          &context);
      out += context.separator == '{' ? "{}" : "}";
      return;
    }
  }
}

}  // namespace

Result<bj::value> parse(std::string_view text) {
  bj::parse_options options;
  options.max_depth = kMaxDepth;
  bj::error_code error;
  bj::stream_parser parser({}, options);
  std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error && used < text.size()) error = bj::error::extra_data;
  if (!error) parser.finish(error);
  if (error == bj::error::too_deep)
    return fail(ErrorCode::invalid_argument, fmt::format("nested deeper than {} levels", kMaxDepth),
                "/");
  if (error)
    return fail(ErrorCode::invalid_argument,
                fmt::format("not JSON: {} at byte {}", error.message(), used), "/");
  return parser.release();
}

Result<> decode_into(std::string_view text, const Type& type, void* object) {
  SB_TRY(auto value, parse(text));
  return from_value_into(value, type, object, {});
}

Result<> from_value_into(const bj::value& value, const Type& type, void* object,
                         std::string_view path) {
  Path root{.key = path};
  return decode_value(value, type, object, root, 0);
}

std::string encode_object(const Type& type, const void* object, Omit omit) {
  std::string out;
  append_object(out, type, object, omit);
  return out;
}

void to_value_into(const Type& type, const void* object, bj::value& out) {
  // Through text: one definition of what is encoded how, and what we wrote ourselves is valid.
  if (auto value = parse(encode_object(type, object))) out = *std::move(value);
}

}  // namespace sb::json
