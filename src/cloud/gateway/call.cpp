#include "cloud/gateway/call.hpp"

#include <fmt/format.h>

#include "aws/protocol/response.hpp"
#include "aws/protocol/sigv4.hpp"
#include "base/json/codec.hpp"

namespace sb::cloud::gateway {
namespace {

std::string_view path_as_sent(const http::Request& request) {
  return std::string_view(request.target).substr(0, request.target.find('?'));
}

// The credential scope's service: it breaks ties between services that share a version.
std::string signing_name_of(const http::Request& request) {
  auto authorization = aws::parse_authorization(request.headers.get("Authorization"));
  return authorization ? authorization->scope.service : std::string();
}

// An error that AWS names differently in its two protocols.
std::unexpected<Fault> auth_fault(const Call& call, std::string_view json_code,
                                  std::string_view query_code, std::string message) {
  bool is_json = call.wire == Wire::json;
  return fault(std::string(is_json ? json_code : query_code), std::move(message),
               is_json ? 400 : 403);
}

bool is_set(const json::Field& field, const void* object) {
  const auto& type = field.type();
  switch (type.kind) {
    case json::Kind::optional:
      return type.value(field.in(object)) != nullptr;
    case json::Kind::list:
    case json::Kind::map:
      return type.size(field.in(object)) != 0;
    default:
      return true;
  }
}

std::string missing_message(const aws::Service& service, std::string_view member) {
  if (service.id == "rds" || service.id == "elasticache")
    return fmt::format("The request must contain the parameter {}.", member);
  if (service.id == "cloudwatch" || service.id == "ecs")
    return fmt::format("The parameter {} is required and must not be empty.", member);
  return fmt::format(
      "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must "
      "not be null",
      member);
}

http::Response response(const Call& call, int status, std::string body) {
  http::Response out;
  out.status = status;
  out.headers.add("x-amzn-RequestId", call.request_id);
  if (call.wire == Wire::query) {
    out.headers.add("Content-Type", "text/xml");
  } else {
    out.headers.add("Content-Type", std::string(call.service ? call.service->content_type
                                                             : "application/x-amz-json-1.1"));
  }
  out.body = std::move(body);
  return out;
}

Outcome<void> identify_query(const http::Request& request, Call& call) {
  auto form = aws::QueryForm::parse(request.method == "GET" ? request.query : request.body);
  if (!form) return fault("MalformedQueryString", form.error().message);
  call.form = *std::move(form);
  if (const auto* action = call.form->find("Action")) call.action = *action;
  if (const auto* version = call.form->find("Version")) call.version = *version;
  if (call.action.empty())
    return fault("MissingAction", "The request must contain the parameter Action.");
  call.service = aws::find_service_by_version(call.version, signing_name_of(request));
  return {};
}

}  // namespace

Outcome<void> identify(const http::Request& request, Call& call) {
  call.wants_query_errors = request.headers.get("x-amzn-query-mode") == "true";
  if (auto target = request.headers.find("X-Amz-Target")) {
    call.target = *target;
    std::size_t dot = call.target.rfind('.');
    if (dot != std::string::npos) {
      call.service = aws::find_service_by_target(std::string_view(call.target).substr(0, dot));
      call.action = call.target.substr(dot + 1);
    }
    if (request.method != "POST")
      return fault("UnknownOperationException", "The AWS API is called with POST.", 405);
    if (!request.headers.get("Content-Encoding").empty())
      return fault("SerializationException",
                   "A compressed body is not read here; AWS_DISABLE_REQUEST_COMPRESSION=true makes "
                   "clients send it as it is.",
                   415);
    return {};
  }
  bool is_form =
      request.headers.get("Content-Type").starts_with("application/x-www-form-urlencoded");
  if (is_form || (request.method == "GET" && request.query.find("Action=") != std::string::npos)) {
    call.wire = Wire::query;
    return identify_query(request, call);
  }
  return fault("UnknownOperationException",
               fmt::format("{} {} is not a request of an AWS service that saltcloud offers.",
                           request.method, path_as_sent(request)),
               404);
}

Outcome<Signer> authenticate(const http::Request& request, const Call& call,
                             const SecretOf& secret_of, Timestamp at,
                             std::chrono::milliseconds window) {
  auto header = request.headers.find("Authorization");
  if (!header)
    return auth_fault(call, "MissingAuthenticationTokenException", "MissingAuthenticationToken",
                      "Request is missing Authentication Token");
  auto authorization = aws::parse_authorization(*header);
  if (!authorization)
    return auth_fault(call, "IncompleteSignatureException", "IncompleteSignature",
                      "The Authorization header is not an AWS4-HMAC-SHA256 one with Credential, "
                      "SignedHeaders and Signature.");
  auto secret = secret_of(authorization->access_key);
  if (!secret)
    return auth_fault(call, "UnrecognizedClientException", "InvalidClientTokenId",
                      "The security token included in the request is invalid.");

  aws::HeaderList headers(request.headers.begin(), request.headers.end());
  aws::SignedMessage message{request.method, path_as_sent(request), request.query, &headers,
                             request.body};
  switch (aws::verify(message, *authorization, *secret, at, window)) {
    case aws::Verdict::valid:
      break;
    case aws::Verdict::wrong_signature:
      return auth_fault(call, "InvalidSignatureException", "SignatureDoesNotMatch",
                        "The request signature we calculated does not match the signature you "
                        "provided. Check your AWS Secret Access Key and signing method.");
    case aws::Verdict::wrong_time:
      return auth_fault(call, "InvalidSignatureException", "RequestExpired",
                        fmt::format("Signature expired or not yet current: this clock says {}.",
                                    format_basic(at)));
    case aws::Verdict::incomplete:
      return auth_fault(call, "IncompleteSignatureException", "IncompleteSignature",
                        "Host and X-Amz-Date must be present and signed.");
  }
  if (call.service && authorization->scope.service != call.service->signing_name)
    return auth_fault(call, "InvalidSignatureException", "SignatureDoesNotMatch",
                      fmt::format("Credential should be scoped to correct service: '{}'.",
                                  call.service->signing_name));
  return Signer{authorization->access_key, authorization->scope.region};
}

Fault unknown_operation(const Call& call) {
  if (call.wire == Wire::query) {
    return {"InvalidAction",
            call.service
                ? fmt::format("Could not find operation {} for version {}: saltcloud does "
                              "not offer it for {}.",
                              call.action, call.version, call.service->title)
                : fmt::format("Could not find operation {} for version {}: saltcloud offers "
                              "no service of this version.",
                              call.action, call.version)};
  }
  return {"UnknownOperationException",
          call.service
              ? fmt::format("saltcloud does not offer {} for {}.", call.action, call.service->title)
              : fmt::format("saltcloud does not offer {}.", call.target)};
}

Outcome<void> decode(const http::Request& request, const Call& call, const json::Type& type,
                     std::span<const std::string_view> required, void* object) {
  const auto& service = *call.service;
  if (call.wire == Wire::query) {
    if (auto done = call.form->decode(service, type, object); !done)
      return fault(std::string(service.invalid_parameter), done.error().text());
  } else {
    std::string_view body = request.body.empty() ? std::string_view("{}") : request.body;
    if (auto done = json::decode_into(body, type, object); !done)
      return fault("SerializationException", done.error().text());
  }
  for (auto member : required) {
    const auto* field = type.find_field(member);
    if (field && !is_set(*field, object))
      return fault(std::string(service.missing_parameter), missing_message(service, member));
  }
  return {};
}

http::Response encode(const Call& call, const json::Type& type, const void* object) {
  if (call.wire == Wire::query)
    return response(
        call, 200,
        aws::encode_xml_response(*call.service, call.action, type, object, call.request_id));
  return response(call, 200, json::encode_object(type, object));
}

http::Response encode(const Call& call, const Fault& fault) {
  aws::WireError error{fault.code, fault.message, fault.http_status};
  if (call.wire == Wire::query) {
    static constexpr aws::Service kUnknown{};
    const auto& service = call.service ? *call.service : kUnknown;
    return response(call, error.http_status,
                    aws::encode_xml_error(service, error, call.request_id));
  }
  auto out = response(call, error.http_status, aws::encode_json_error(error));
  if (call.wants_query_errors)
    out.headers.add("x-amzn-query-error",
                    fmt::format("{};{}", error.code, aws::fault_side(error.http_status)));
  return out;
}

Fault named(const Call& call, Fault fault) {
  if (!fault.cause || !call.service) return fault;
  const auto& service = *call.service;
  switch (*fault.cause) {
    case ErrorCode::invalid_argument:
      return {std::string(service.invalid_parameter), std::move(fault.message)};
    case ErrorCode::resource_exhausted:
      return {std::string(service.throttled), std::move(fault.message)};
    default:
      return {std::string(service.server_error), std::move(fault.message), 500};
  }
}

}  // namespace sb::cloud::gateway
