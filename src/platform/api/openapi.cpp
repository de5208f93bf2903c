#include <map>

#include "platform/api/routes.hpp"
#include "platform/wire/json_writer.hpp"

namespace sb::platform {

namespace {

// "/api/auth/login" with POST is "post_api_auth_login".
std::string operation_id(const Route& route) {
  std::string out = fold_case(route.method);
  for (char c : route.path) {
    bool is_letter = (c >= 'a' && c <= 'z') || c == '_';
    if (is_letter) {
      out += c;
    } else if (out.back() != '_') {
      out += '_';
    }
  }
  while (out.back() == '_') out.pop_back();
  return out;
}

void write_parameters(JsonWriter& json, const Route& route) {
  json.key("parameters").begin_array();
  std::string_view path = route.path;
  for (auto open = path.find('{'); open != std::string_view::npos;
       open = path.find('{', open + 1)) {
    json.begin_object()
        .member("name", path.substr(open + 1, path.find('}', open) - open - 1))
        .member("in", "path");
    json.member("required", true)
        .raw_member("schema", R"({"type":"string","format":"uuid"})")
        .end_object();
  }
  if (route.path == "/api/matches")
    json.raw(
        R"({"name":"limit","in":"query","schema":{"type":"integer","minimum":1,"maximum":50,"default":10}})");
  json.end_array();
}

void write_operation(JsonWriter& json, const Route& route) {
  json.key(fold_case(route.method)).begin_object();
  json.member("operationId", operation_id(route)).member("summary", route.summary);
  write_parameters(json, route);
  if (route.body == Body::json)
    json.raw_member("requestBody",
                    R"({"content":{"application/json":{"schema":{"type":"object"}}}})");
  if (route.access == Access::bearer) json.raw_member("security", R"([{"bearer":[]}])");
  json.key("responses").begin_object();
  json.raw_member("2XX", R"({"description":"Done"})");
  json.raw_member("default", R"({"description":"An error","content":{"application/json":{"schema":)"
                             R"({"$ref":"#/components/schemas/Error"}}}})");
  json.end_object().end_object();
}

}  // namespace

std::string openapi_document() {
  std::map<std::string_view, std::vector<const Route*>> by_path;
  for (const Route& route : routes()) by_path[route.path].push_back(&route);
  JsonWriter json;
  json.begin_object().member("openapi", "3.1.0");
  json.raw_member("info", R"({"title":"SaltBitter API","version":"1.0.0"})");
  json.key("paths").begin_object();
  for (const auto& [path, list] : by_path) {
    json.key(path).begin_object();
    for (const Route* route : list) write_operation(json, *route);
    json.end_object();
  }
  json.end_object();
  json.raw_member(
      "components",
      R"({"securitySchemes":{"bearer":{"type":"http","scheme":"bearer","bearerFormat":"JWT"}},"schemas":{"Error":)"
      R"({"type":"object","required":["error","message"],"properties":{"error":{"type":"string"},)"
      R"("message":{"type":"string"},"details":{"type":"object","additionalProperties":{"type":"string"}},)"
      R"("retry_after":{"type":"integer"}}}}})");
  json.end_object();
  return json.take();
}

}  // namespace sb::platform
