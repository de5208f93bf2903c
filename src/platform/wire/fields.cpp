#include "platform/wire/fields.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>

#include "base/json/codec.hpp"
#include "platform/wire/text.hpp"

namespace sb::platform {

namespace {

bool has_nul(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::string:
      return value.get_string().find('\0') != std::string::npos;
    case boost::json::kind::array:
      for (const auto& element : value.get_array())
        if (has_nul(element)) return true;
      return false;
    case boost::json::kind::object:
      for (const auto& [name, member] : value.get_object())
        if (std::string_view(name).find('\0') != std::string_view::npos || has_nul(member))
          return true;
      return false;
    default:
      return false;
  }
}

// Booleans are not numbers; 25.0 is an integer, 25.5 is not.
std::optional<std::int64_t> as_integer(const boost::json::value& value) {
  if (auto* i = value.if_int64()) return *i;
  if (auto* d = value.if_double(); d != nullptr && std::trunc(*d) == *d && std::abs(*d) < 9e15)
    return static_cast<std::int64_t>(*d);
  return std::nullopt;
}

std::optional<double> as_number(const boost::json::value& value) {
  if (auto* d = value.if_double()) return *d;
  if (auto* i = value.if_int64()) return static_cast<double>(*i);
  if (auto* u = value.if_uint64()) return static_cast<double>(*u);
  return std::nullopt;
}

std::string length_problem(std::size_t min, std::size_t max) {
  if (min == 0) return fmt::format("must be at most {} characters", max);
  return fmt::format("must be {} to {} characters", min, max);
}

}  // namespace

Fields::Fields(std::shared_ptr<boost::json::value> root, const boost::json::object* at,
               std::shared_ptr<Details> problems, std::string prefix)
    : root_(std::move(root)), at_(at), problems_(std::move(problems)), prefix_(std::move(prefix)) {}
Fields::Fields(Fields&&) noexcept = default;
Fields::~Fields() = default;

Outcome<Fields> Fields::parse(std::string_view body) {
  auto value = json::parse(body);
  if (!value) return invalid_input("The body is not valid JSON");
  auto root = std::make_shared<boost::json::value>(*std::move(value));
  if (!root->is_object()) return invalid_input("The body must be a JSON object");
  if (has_nul(*root)) return invalid_input("The body contains a null character");
  const auto* object = &root->get_object();
  return Fields(std::move(root), object, std::make_shared<Details>(), {});
}

const boost::json::value* Fields::find(std::string_view name) const {
  const auto* value = at_->if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Fields::Presence Fields::presence(std::string_view name) const {
  const auto* value = at_->if_contains(name);
  if (value == nullptr) return Presence::absent;
  return value->is_null() ? Presence::null : Presence::value;
}

std::optional<std::string> Fields::text(std::string_view name, std::size_t min, std::size_t max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    problem(name, "must be a string");
    return std::nullopt;
  }
  std::string_view text = value->get_string();
  std::size_t length = count_code_points(text);
  if (length < min || length > max) {
    problem(name, length_problem(min, max));
    return std::nullopt;
  }
  return std::string(text);
}

std::optional<std::int64_t> Fields::integer(std::string_view name, std::int64_t min,
                                            std::int64_t max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  auto number = as_integer(*value);
  if (!number || *number < min || *number > max) {
    problem(name, fmt::format("must be a whole number from {} to {}", min, max));
    return std::nullopt;
  }
  return number;
}

std::optional<double> Fields::number(std::string_view name, double min, double max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  auto number = as_number(*value);
  if (!number || !(*number >= min && *number <= max)) {
    problem(name, fmt::format("must be a number from {} to {}", min, max));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> Fields::boolean(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) {
    problem(name, "must be true or false");
    return std::nullopt;
  }
  return value->get_bool();
}

std::optional<std::vector<std::string>> Fields::texts(std::string_view name, std::size_t max_count,
                                                      std::size_t max_code_points) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* list = value->if_array();
  if (list == nullptr || list->size() > max_count) {
    problem(name, fmt::format("must be a list of at most {} strings", max_count));
    return std::nullopt;
  }
  std::vector<std::string> out;
  for (const auto& element : *list) {
    const auto* text = element.if_string();
    std::size_t length = text == nullptr ? 0 : count_code_points(*text);
    if (length < 1 || length > max_code_points) {
      problem(name,
              fmt::format("every entry must be a string of 1 to {} characters", max_code_points));
      return std::nullopt;
    }
    out.emplace_back(*text);
  }
  return out;
}

std::optional<Fields> Fields::object(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) {
    problem(name, "must be an object");
    return std::nullopt;
  }
  return Fields(root_, &value->get_object(), problems_, prefix_ + std::string(name) + ".");
}

std::optional<std::vector<Fields>> Fields::objects(std::string_view name, std::size_t max_count) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto* list = value->if_array();
  if (list == nullptr || list->size() > max_count) {
    problem(name, fmt::format("must be a list of at most {} objects", max_count));
    return std::nullopt;
  }
  std::vector<Fields> out;
  for (const auto& element : *list) {
    if (!element.is_object()) {
      problem(name, "every entry must be an object");
      return std::nullopt;
    }
    std::string prefix = fmt::format("{}{}[{}].", prefix_, name, out.size());
    out.push_back(Fields(root_, &element.get_object(), problems_, std::move(prefix)));
  }
  return out;
}

void Fields::require(std::string_view name) {
  if (find(name) == nullptr) problem(name, "is required");
}

void Fields::problem(std::string_view name, std::string text) {
  std::string full = prefix_ + std::string(name);
  for (const auto& [known, what] : *problems_)
    if (known == full) return;  // the first problem of a field says enough
  problems_->emplace_back(std::move(full), std::move(text));
}

bool Fields::has_problems() const {
  return !problems_->empty();
}

Outcome<> Fields::finish() const {
  if (problems_->empty()) return {};
  return invalid_input("Invalid input", *problems_);
}

}  // namespace sb::platform
