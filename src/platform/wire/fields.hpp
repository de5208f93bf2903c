// Reads a JSON request body field by field and collects every problem, so that one answer names
// them all. A getter returns nothing when the field is absent, null or wrong; only wrong is a
// problem.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/wire/api_error.hpp"

namespace sb::platform {

class Fields {
 public:
  // The body must be one JSON object: 400 otherwise. Text anywhere in it must be without U+0000.
  static Outcome<Fields> parse(std::string_view body);
  Fields(Fields&&) noexcept;
  ~Fields();

  enum class Presence { absent, null, value };
  Presence presence(std::string_view name) const;
  bool has_value(std::string_view name) const {
    return presence(name) == Presence::value;
  }

  std::optional<std::string> text(std::string_view name, std::size_t min_code_points,
                                  std::size_t max_code_points);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<double> number(std::string_view name, double min, double max);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::vector<std::string>> texts(std::string_view name, std::size_t max_count,
                                                std::size_t max_code_points);
  // A nested object; its problems are named "outer.inner" and join ours. Empty when absent or
  // wrong.
  std::optional<Fields> object(std::string_view name);
  // The elements of a list of objects.
  std::optional<std::vector<Fields>> objects(std::string_view name, std::size_t max_count);

  void require(std::string_view name);  // a problem when absent or null
  void problem(std::string_view name, std::string text);
  bool has_problems() const;
  Outcome<> finish() const;  // 400 with all problems

 private:
  Fields(std::shared_ptr<boost::json::value> root, const boost::json::object* at,
         std::shared_ptr<Details> problems, std::string prefix);
  const boost::json::value* find(std::string_view name) const;

  std::shared_ptr<boost::json::value> root_;
  const boost::json::object* at_;
  std::shared_ptr<Details> problems_;
  std::string prefix_;
};

}  // namespace sb::platform
