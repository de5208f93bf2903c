#include "aws/protocol/response.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "aws/protocol/text.hpp"
#include "aws/protocol/xml.hpp"
#include "base/json/codec.hpp"

namespace sb::aws {
namespace {

using json::Kind;
using json::Type;

void append_open(std::string& out, std::string_view name) {
  out += '<';
  out += name;
  out += '>';
}

void append_close(std::string& out, std::string_view name) {
  out += "</";
  out += name;
  out += ">";
}

void append_leaf(std::string& out, std::string_view name, std::string_view text) {
  append_open(out, name);
  xml::append_escaped(out, text);
  append_close(out, name);
}

void append_element(std::string& out, const Service& service, std::string_view name,
                    const Type& type, const void* object);

void append_content(std::string& out, const Service& service, std::string_view name,
                    const Type& type, const void* object) {
  switch (type.kind) {
    case Kind::structure:
      for (const auto& field : type.fields)
        append_element(out, service, field.name, field.type(), field.in(object));
      return;
    case Kind::list: {
      auto item = service.item_name(name, type.inner());
      std::size_t size = type.size(object);
      for (std::size_t i = 0; i < size; ++i)
        append_element(out, service, item, type.inner(), type.at(object, i));
      return;
    }
    case Kind::map: {
      struct Context {
        std::string& out;
        const Service& service;
        const Type& inner;
      } context{out, service, type.inner()};
      type.each(
          object,
          [](void* p, const std::string& key, const void* value) {
            auto& c = *static_cast<Context*>(p);
            append_open(c.out, "entry");
            append_leaf(c.out, "key", key);
            append_element(c.out, c.service, "value", c.inner, value);
            append_close(c.out, "entry");
          },
          &context);
      return;
    }
    default:
      xml::append_escaped(out, scalar_to_text(type, object));
  }
}

void append_element(std::string& out, const Service& service, std::string_view name,
                    const Type& type, const void* object) {
  if (type.kind == Kind::optional) {
    if (const void* value = type.value(object))
      append_element(out, service, name, type.inner(), value);
    return;
  }
  append_open(out, name);
  append_content(out, service, name, type, object);
  append_close(out, name);
}

Result<> decode_element(const xml::Element& element, const Type& type, void* object,
                        const std::string& path) {
  switch (type.kind) {
    case Kind::optional:
      return decode_element(element, type.inner(), type.emplace(object), path);
    case Kind::structure:
      for (const auto& field : type.fields)
        if (const auto* child = element.child(field.name))
          SB_TRY_VOID(decode_element(*child, field.type(), field.in(object),
                                     fmt::format("{}/{}", path, field.name)));
      return {};
    case Kind::list: {
      type.clear(object);
      std::size_t index = 0;
      for (const auto& child : element.children)
        SB_TRY_VOID(decode_element(child, type.inner(), type.emplace(object),
                                   fmt::format("{}/{}", path, index++)));
      return {};
    }
    case Kind::map:
      type.clear(object);
      for (const auto& entry : element.children) {
        const auto* key = entry.child("key");
        const auto* value = entry.child("value");
        if (!key || !value)
          return fail(ErrorCode::invalid_argument, "a map entry needs a key and a value", path);
        SB_TRY_VOID(decode_element(*value, type.inner(), type.insert(object, key->text),
                                   fmt::format("{}/{}", path, key->text)));
      }
      return {};
    default:
      return scalar_from_text(type, element.text, object, path);
  }
}

// "com.amazonaws.ecs#ServiceNotFoundException:http://..." -> "ServiceNotFoundException"
std::string bare_code(std::string_view code) {
  if (auto end = code.find(':'); end != std::string_view::npos) code = code.substr(0, end);
  if (auto hash = code.rfind('#'); hash != std::string_view::npos) code = code.substr(hash + 1);
  return std::string(code);
}

std::string text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string().c_str()) : std::string();
}

std::string child_text(const xml::Element* parent, std::string_view name) {
  const auto* child = parent ? parent->child(name) : nullptr;
  return child ? child->text : std::string();
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  for (auto word : words)
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

bool is_throttling(std::string_view code) {
  return contains_any(code, {"Throttl", "RequestLimitExceeded", "TooManyRequests", "SlowDown",
                             "BandwidthLimitExceeded"});
}

// The first row that fits decides, so the special ones come first.
ErrorCode code_for(const WireError& error) {
  std::string_view code = error.code;
  if (is_throttling(code)) return ErrorCode::resource_exhausted;
  if (contains_any(code, {"Signature", "InvalidClientTokenId", "UnrecognizedClient",
                          "MissingAuthenticationToken", "ExpiredToken", "RequestExpired"}))
    return ErrorCode::unauthenticated;
  if (contains_any(code,
                   {"AccessDenied", "NotAuthorized", "UnauthorizedOperation", "OptInRequired"}))
    return ErrorCode::permission_denied;
  if (contains_any(code, {"UnknownOperation", "InvalidAction", "UnsupportedFeature"}))
    return ErrorCode::unimplemented;
  if (contains_any(code, {"NotActive", "InUse", "NotConnected", "InvalidRequest",
                          "BlockedException", "MissingVersion"}) ||
      (code.starts_with("Invalid") && contains_any(code, {"State"})))
    return ErrorCode::failed_precondition;
  if (contains_any(code, {"NotFound", "DoesNotExist", "InvalidTarget"}))
    return ErrorCode::not_found;
  if (contains_any(code, {"AlreadyExists", "Duplicate", "ResourceExists"}))
    return ErrorCode::already_exists;
  if (contains_any(code, {"Conflict", "PriorityInUse", "OperationAborted", "UpdateInProgress"}))
    return ErrorCode::conflict;
  if (contains_any(code, {"LimitExceeded", "QuotaExceeded", "TooMany"}))
    return ErrorCode::resource_exhausted;
  if (error.http_status >= 500) return ErrorCode::unavailable;
  if (error.http_status == 403) return ErrorCode::permission_denied;
  if (error.http_status == 404) return ErrorCode::not_found;
  if (error.http_status == 409) return ErrorCode::conflict;
  if (error.http_status >= 400) return ErrorCode::invalid_argument;
  return ErrorCode::internal;
}

}  // namespace

std::string encode_xml_response(const Service& service, std::string_view action, const Type& type,
                                const void* object, std::string_view request_id) {
  std::string out = fmt::format("<{}Response xmlns=\"{}\">\n", action, service.xml_namespace);
  auto result = fmt::format("{}Result", action);
  append_open(out, result);
  append_content(out, service, "", type, object);
  append_close(out, result);
  out += "\n<ResponseMetadata>";
  append_leaf(out, "RequestId", request_id);
  out += fmt::format("</ResponseMetadata>\n</{}Response>\n", action);
  return out;
}

Result<> decode_xml_response(const Service&, std::string_view action, std::string_view document,
                             const Type& type, void* object) {
  SB_TRY(auto root, xml::parse(document));
  if (root.name != fmt::format("{}Response", action))
    return fail(ErrorCode::data_loss,
                fmt::format("expected a {} answer, got <{}>", action, root.name));
  // Operations without output may leave the result out.
  const auto* result = root.child(fmt::format("{}Result", action));
  return result ? decode_element(*result, type, object, "") : Result<>();
}

std::string encode_json_error(const WireError& error) {
  return fmt::format(R"({{"__type":{},"message":{}}})", json::quote(error.code),
                     json::quote(error.message));
}

std::string encode_xml_error(const Service& service, const WireError& error,
                             std::string_view request_id) {
  std::string out = fmt::format("<ErrorResponse xmlns=\"{}\">\n<Error>", service.xml_namespace);
  append_leaf(out, "Type", fault_side(error.http_status));
  append_leaf(out, "Code", error.code);
  append_leaf(out, "Message", error.message);
  out += "</Error>\n";
  append_leaf(out, "RequestId", request_id);
  out += "\n</ErrorResponse>\n";
  return out;
}

WireError decode_json_error(int http_status, std::string_view header_code, std::string_view body) {
  WireError error{.code = {}, .message = {}, .http_status = http_status};
  if (auto parsed = json::parse(body); parsed && parsed->is_object()) {
    const auto& object = parsed->get_object();
    error.code = bare_code(text_member(object, "__type"));
    if (error.code.empty()) error.code = bare_code(text_member(object, "code"));
    error.message = text_member(object, "message");
    if (error.message.empty()) error.message = text_member(object, "Message");
  }
  // "InvalidParameterValue;Sender": CloudWatch's Query name for the same error.
  auto from_header = bare_code(header_code.substr(0, header_code.find(';')));
  if (!from_header.empty()) error.code = from_header;
  if (error.code.empty()) error.code = fmt::format("{}", http_status);
  return error;
}

WireError decode_xml_error(int http_status, std::string_view body) {
  WireError error{.code = {}, .message = {}, .http_status = http_status};
  if (auto root = xml::parse(body)) {
    const xml::Element* inner = root->child("Error");
    if (!inner) {
      if (const auto* errors = root->child("Errors")) inner = errors->child("Error");
    }
    error.code = child_text(inner, "Code");
    error.message = child_text(inner, "Message");
  }
  if (error.code.empty()) error.code = fmt::format("{}", http_status);
  return error;
}

std::string_view fault_side(int http_status) {
  return http_status >= 500 ? "Receiver" : "Sender";
}

Error to_error(const WireError& error) {
  auto message =
      error.message.empty() ? fmt::format("HTTP status {}", error.http_status) : error.message;
  return {.code = code_for(error), .message = std::move(message), .subject = error.code};
}

bool is_transient(const WireError& error) {
  return is_throttling(error.code) || error.http_status == 500 || error.http_status == 502 ||
         error.http_status == 503 || error.http_status == 504 || error.http_status == 429;
}

}  // namespace sb::aws
