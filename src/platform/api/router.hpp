// From method and path to a place in the table of routes. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sb::platform {

struct Pattern {
  std::string_view method;
  std::string_view path;  // "/api/matches/{match_id}/like"
};

struct Routing {
  enum class Kind { found, no_such_path, wrong_method };
  Kind kind = Kind::no_such_path;
  std::size_t index = 0;
  std::vector<std::string> parameters;  // what stood for {…}, in order
  std::string allow;                    // wrong_method: "GET, HEAD, PUT"
};

class Router {
 public:
  explicit Router(std::span<const Pattern> patterns);
  // HEAD is answered by GET.
  Routing route(std::string_view method, std::string_view path) const;

 private:
  struct Route {
    std::string_view method;
    std::vector<std::string_view> segments;
  };
  std::vector<Route> routes_;
};

}  // namespace sb::platform
