#include "github/answers.hpp"

#include <algorithm>
#include <charconv>

#include "base/json/codec.hpp"

namespace sb::github {

namespace json = boost::json;

namespace {
constexpr std::size_t kMostPerPage = 100;
}

http::Response answer(int status, const json::value& body) {
  return http::Response::json(status, json::serialize(body));
}

http::Response empty(int status) {
  http::Response response;
  response.status = status;
  return response;
}

static int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return 400;
    case ErrorCode::unauthenticated:
      return 401;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::failed_precondition:
    case ErrorCode::unimplemented:
      return 422;
    default:
      return 500;
  }
}

http::Response refuse(const Error& error) {
  return answer(status_of(error.code), json::object{{"message", error.text()}});
}

http::Response not_here(const http::Request& request) {
  return answer(404,
                json::object{{"message", fmt::format("Not Found: salthub does not answer {} {}",
                                                     request.method, request.path)}});
}

std::vector<std::string> words_of(const std::string& path) {
  std::vector<std::string> out;
  std::size_t from = 0;
  while (from <= path.size()) {
    auto slash = std::min(path.find('/', from), path.size());
    if (slash > from) out.push_back(path.substr(from, slash - from));
    from = slash + 1;
  }
  return out;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<json::object> body_of(const http::Request& request) {
  if (request.body.empty()) return json::object();
  SB_TRY(auto value, sb::json::parse(request.body));
  if (auto* object = value.if_object()) return std::move(*object);
  return fail(ErrorCode::invalid_argument, "Problems parsing JSON: an object is wanted");
}

std::string text_of(const json::object& body, std::string_view name) {
  const auto* value = body.if_contains(name);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

Page::Page(const http::Request& request, const Urls& urls, std::size_t total)
    : request_(request), urls_(urls), total_(total) {
  auto wanted = number_of(http::query_value(request.query, "per_page").value_or("30"));
  size_ = std::clamp<std::size_t>(static_cast<std::size_t>(wanted.value_or(30)), 1, kMostPerPage);
  auto page = number_of(http::query_value(request.query, "page").value_or("1")).value_or(1);
  page_ = static_cast<std::size_t>(std::clamp<std::int64_t>(page, 1, 1'000'000));
}

http::Response Page::finish(http::Response response) const {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  if (end() >= total_) return response;
  std::string query;
  for (const auto& [name, value] : http::parse_query(request_.query).value_or(Pairs()))
    if (name != "page")
      query += http::percent_encode(name) + "=" + http::percent_encode(value) + "&";
  response.headers.set("Link", fmt::format("<{}{}?{}page={}>; rel=\"next\"", urls_.base,
                                           request_.path, query, page_ + 1));
  return response;
}

}  // namespace sb::github
