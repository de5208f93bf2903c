// What a C++ type looks like at run time: one table for each type, made from its Boost.Describe
// description. Codecs (JSON here, AWS's Query and XML in aws/protocol) are ordinary functions that
// walk these tables, compiled once, so a new structure costs a table and no new code.
//
// Known types: bool, integers, double, std::string, Timestamp, boost::json::value, described enums,
// described structs (also recursive, through a vector), and std::optional, std::vector and
// std::map<std::string, ...> of these.
#pragma once

#include <array>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/fwd.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/clock/clock.hpp"

namespace sb::json {

enum class Kind : std::uint8_t {
  boolean,
  integer,
  number,
  string,
  timestamp,
  any,  // boost::json::value
  enumeration,
  structure,
  optional,
  list,
  map,
};

struct Type;
using TypeOf = const Type& (*)();

struct Field {
  std::string_view name;
  std::size_t offset = 0;
  TypeOf type = nullptr;

  const void* in(const void* object) const {
    return static_cast<const char*>(object) + offset;
  }
  void* in(void* object) const {
    return static_cast<char*>(object) + offset;
  }
};

struct Enumerator {
  std::string_view name;
  std::int64_t value = 0;
};

// Objects are passed as void* to a value of the described type; which members are set follows
// `kind`.
struct Type {
  Kind kind = Kind::any;
  TypeOf inner = nullptr;  // optional, list, map: of what

  // structure, enumeration
  std::span<const Field> fields = {};
  std::span<const Enumerator> enumerators = {};

  // integer, enumeration; `set_integer` refuses what does not fit
  std::int64_t (*get_integer)(const void* object) = nullptr;
  bool (*set_integer)(void* object, std::int64_t value) = nullptr;

  // optional: the value or null; map and list: the number of elements
  const void* (*value)(const void* object) = nullptr;
  std::size_t (*size)(const void* object) = nullptr;
  // list: the element at an index
  const void* (*at)(const void* object, std::size_t index) = nullptr;
  // map: every entry in key order
  void (*each)(const void* object,
               void (*visit)(void* context, const std::string& key, const void* value),
               void* context) = nullptr;

  // optional: a fresh value inside; list: a fresh element at the end
  void* (*emplace)(void* object) = nullptr;
  // map: a fresh value under `key`, replacing an earlier one
  void* (*insert)(void* object, std::string_view key) = nullptr;
  // optional, list, map: makes it empty
  void (*clear)(void* object) = nullptr;

  const Field* find_field(std::string_view name) const {
    for (const auto& field : fields)
      if (field.name == name) return &field;
    return nullptr;
  }
};

template <class T>
const Type& type_of();

namespace detail {

template <class T>
struct Make;

// A member named after a keyword ends in '_' (`namespace_`), and its name on the wire does not.
constexpr std::string_view wire_name(std::string_view member) {
  if (member.ends_with('_')) member.remove_suffix(1);
  return member;
}

template <class T>
struct MakeStructure {
  template <template <class...> class List, class... Members>
  static std::span<const Field> fields(List<Members...>) {
    static const auto table = [] {
      const T sample{};
      auto offset = [&sample](const auto& member) {
        return static_cast<std::size_t>(reinterpret_cast<const char*>(&member) -
                                        reinterpret_cast<const char*>(&sample));
      };
      return std::array<Field, sizeof...(Members)>{
          Field{wire_name(Members::name), offset(sample.*Members::pointer),
                &type_of<std::remove_cvref_t<decltype(sample.*Members::pointer)>>}...};
    }();
    return table;
  }
  static Type make() {
    using namespace boost::describe;
    Type type{.kind = Kind::structure};
    type.fields = fields(describe_members < T, mod_public | mod_inherited > {});
    return type;
  }
};

template <class T>
struct MakeEnumeration {
  template <template <class...> class List, class... Values>
  static std::span<const Enumerator> enumerators(List<Values...>) {
    static constexpr std::array<Enumerator, sizeof...(Values)> table{
        Enumerator{Values::name, static_cast<std::int64_t>(Values::value)}...};
    return table;
  }
  static Type make() {
    Type type{.kind = Kind::enumeration};
    type.enumerators = enumerators(boost::describe::describe_enumerators<T>{});
    type.get_integer = [](const void* p) {
      return static_cast<std::int64_t>(*static_cast<const T*>(p));
    };
    type.set_integer = [](void* p, std::int64_t value) {
      *static_cast<T*>(p) = static_cast<T>(value);
      return true;
    };
    return type;
  }
};

template <class T>
struct MakeInteger {
  static Type make() {
    Type type{.kind = Kind::integer};
    type.get_integer = [](const void* p) {
      return static_cast<std::int64_t>(*static_cast<const T*>(p));
    };
    type.set_integer = [](void* p, std::int64_t value) {
      if constexpr (std::is_unsigned_v<T>) {
        if (value < 0) return false;
        if constexpr (sizeof(T) < sizeof(value))
          if (value > static_cast<std::int64_t>(std::numeric_limits<T>::max())) return false;
      } else {
        if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max())
          return false;
      }
      *static_cast<T*>(p) = static_cast<T>(value);
      return true;
    };
    return type;
  }
};

template <class T>
struct Make {
  static Type make() {
    if constexpr (std::is_same_v<T, bool>) {
      return {.kind = Kind::boolean};
    } else if constexpr (std::is_integral_v<T>) {
      return MakeInteger<T>::make();
    } else if constexpr (std::is_enum_v<T>) {
      return MakeEnumeration<T>::make();
    } else {
      static_assert(boost::describe::has_describe_members<T>::value,
                    "describe it with BOOST_DESCRIBE_STRUCT");
      return MakeStructure<T>::make();
    }
  }
};
template <>
struct Make<double> {
  static Type make() {
    return {.kind = Kind::number};
  }
};
template <>
struct Make<std::string> {
  static Type make() {
    return {.kind = Kind::string};
  }
};
template <>
struct Make<Timestamp> {
  static Type make() {
    return {.kind = Kind::timestamp};
  }
};
template <>
struct Make<boost::json::value> {
  static Type make() {
    return {.kind = Kind::any};
  }
};

template <class T>
struct Make<std::optional<T>> {
  using Object = std::optional<T>;
  static Type make() {
    Type type{.kind = Kind::optional, .inner = &type_of<T>};
    type.value = [](const void* p) -> const void* {
      const auto& object = *static_cast<const Object*>(p);
      return object ? &*object : nullptr;
    };
    type.emplace = [](void* p) -> void* { return &static_cast<Object*>(p)->emplace(); };
    type.clear = [](void* p) { static_cast<Object*>(p)->reset(); };
    return type;
  }
};

template <class T>
struct Make<std::vector<T>> {
  static_assert(!std::is_same_v<T, bool>, "vector<bool> has no addressable elements");
  using Object = std::vector<T>;
  static Type make() {
    Type type{.kind = Kind::list, .inner = &type_of<T>};
    type.size = [](const void* p) { return static_cast<const Object*>(p)->size(); };
    type.at = [](const void* p, std::size_t index) -> const void* {
      return &(*static_cast<const Object*>(p))[index];
    };
    type.emplace = [](void* p) -> void* { return &static_cast<Object*>(p)->emplace_back(); };
    type.clear = [](void* p) { static_cast<Object*>(p)->clear(); };
    return type;
  }
};

template <class T, class Compare>
struct Make<std::map<std::string, T, Compare>> {
  using Object = std::map<std::string, T, Compare>;
  static Type make() {
    Type type{.kind = Kind::map, .inner = &type_of<T>};
    type.size = [](const void* p) { return static_cast<const Object*>(p)->size(); };
    type.each = [](const void* p, void (*visit)(void*, const std::string&, const void*),
                   void* context) {
      for (const auto& [key, value] : *static_cast<const Object*>(p)) visit(context, key, &value);
    };
    type.insert = [](void* p, std::string_view key) -> void* {
      auto& slot = (*static_cast<Object*>(p))[std::string(key)];
      slot = T{};
      return &slot;
    };
    type.clear = [](void* p) { static_cast<Object*>(p)->clear(); };
    return type;
  }
};

}  // namespace detail

template <class T>
const Type& type_of() {
  static const Type type = detail::Make<T>::make();
  return type;
}

}  // namespace sb::json

// For structures with many users: the header says SB_JSON_TYPE_ELSEWHERE(sb::x::Shape) at global
// scope after the structure, one .cpp describes it and says SB_JSON_TYPE_HERE(sb::x::Shape). Users
// then compile neither the description nor the table.
#define SB_JSON_TYPE_ELSEWHERE(...) \
  extern template const ::sb::json::Type& sb::json::type_of<__VA_ARGS__>();
#define SB_JSON_TYPE_HERE(...) template const ::sb::json::Type& sb::json::type_of<__VA_ARGS__>();
