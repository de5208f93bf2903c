// Writes JSON text front to back, for answers whose shape the code knows.
//   JsonWriter json;
//   json.begin_object().member("status", "ready").key("ids").begin_array().value(1).end_array();
//   json.end_object();  std::string text = json.take();
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sb::platform {

class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) {
    return value(std::string_view(text));
  }
  JsonWriter& value(const std::string& text) {
    return value(std::string_view(text));
  }
  JsonWriter& value(std::same_as<bool> auto flag) {
    return raw(flag ? "true" : "false");
  }
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  JsonWriter& value(I number) {
    return raw(std::to_string(number));
  }
  JsonWriter& value(double number);  // shortest text that reads back the same
  JsonWriter& value(std::nullptr_t) {
    return raw("null");
  }
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : value(nullptr);
  }
  // JSON text that is known to be well formed.
  JsonWriter& raw(std::string_view json);

  template <class T>
  JsonWriter& member(std::string_view name, const T& what) {
    return key(name).value(what);
  }
  JsonWriter& raw_member(std::string_view name, std::string_view json) {
    return key(name).raw(json);
  }

  std::string take() {
    return std::move(out_);
  }

 private:
  void separate();

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace sb::platform
