// The answer side of both protocols: results and errors, written by the local cloud and read by the
// client. JSON results are base/json's; here are the XML ones and the errors of both.
#pragma once

#include <string>
#include <string_view>

#include "aws/protocol/service.hpp"
#include "base/error/error.hpp"

namespace sb::aws {

// <ActionResponse xmlns=...><ActionResult>...</ActionResult><ResponseMetadata>...
std::string encode_xml_response(const Service& service, std::string_view action,
                                const json::Type& type, const void* object,
                                std::string_view request_id);
Result<> decode_xml_response(const Service& service, std::string_view action,
                             std::string_view document, const json::Type& type, void* object);

// An error as it is on the wire.
struct WireError {
  std::string code;  // "ServiceNotFoundException", "DBInstanceNotFound"
  std::string message;
  int http_status = 400;
};

std::string encode_json_error(const WireError& error);
std::string encode_xml_error(const Service& service, const WireError& error,
                             std::string_view request_id);
// `header_code` is x-amzn-query-error or x-amzn-errortype, for bodies that do not say it. What
// cannot be read becomes an error whose code is the status ("503").
WireError decode_json_error(int http_status, std::string_view header_code, std::string_view body);
WireError decode_xml_error(int http_status, std::string_view body);

// "Sender" (4xx) or "Receiver": who is to blame.
std::string_view fault_side(int http_status);

// The nearest ErrorCode; `subject` is the wire's code.
Error to_error(const WireError& error);
// Worth another try later: throttled, or the server's own fault.
bool is_transient(const WireError& error);

}  // namespace sb::aws
