#include "platform/api/router.hpp"

#include <algorithm>

namespace sb::platform {

namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> out;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    auto slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

bool fits(std::span<const std::string_view> pattern, std::span<const std::string_view> path) {
  return std::ranges::equal(pattern, path, [](std::string_view want, std::string_view have) {
    return is_parameter(want) ? !have.empty() : want == have;
  });
}

}  // namespace

Router::Router(std::span<const Pattern> patterns) {
  for (const Pattern& pattern : patterns) routes_.push_back({pattern.method, split(pattern.path)});
}

Routing Router::route(std::string_view method, std::string_view path) const {
  Routing out;
  std::vector<std::string_view> segments = split(path);
  std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const Route& route = routes_[i];
    if (!fits(route.segments, segments)) continue;
    if (route.method == wanted) {
      out.kind = Routing::Kind::found;
      out.index = i;
      for (std::size_t s = 0; s < segments.size(); ++s)
        if (is_parameter(route.segments[s])) out.parameters.emplace_back(segments[s]);
      return out;
    }
    out.kind = Routing::Kind::wrong_method;
    if (!out.allow.empty()) out.allow += ", ";
    out.allow += route.method;
    if (route.method == "GET") out.allow += ", HEAD";
  }
  return out;
}

}  // namespace sb::platform
