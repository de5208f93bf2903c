// AWS Signature Version 4: signing (client) and verifying (server). Pure: the time is given.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock/clock.hpp"

namespace sb::aws {

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // empty for long-lived keys
};

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// What a signature covers. Nothing is owned: for use within one call.
struct SignedMessage {
  std::string_view method;
  std::string_view path;   // as sent, without the query: "/"
  std::string_view query;  // as sent, without '?'
  const HeaderList* headers = nullptr;
  std::string_view body;
};

struct CredentialScope {
  std::string date;  // "20261122"
  std::string region;
  std::string service;
  std::string text() const {
    return date + '/' + region + '/' + service + "/aws4_request";
  }
};

// The parts of an Authorization header.
struct Authorization {
  std::string access_key;
  CredentialScope scope;
  std::vector<std::string> signed_headers;  // lower case, in the header's order
  std::string signature;                    // 64 hexadecimal digits
};

std::optional<Authorization> parse_authorization(std::string_view header);

std::string canonical_request(const SignedMessage& message,
                              const std::vector<std::string>& signed_headers);
std::string string_to_sign(std::string_view amz_date, const CredentialScope& scope,
                           std::string_view canonical);
std::string signature(std::string_view secret_key, const CredentialScope& scope,
                      std::string_view to_sign);

// Adds X-Amz-Date, X-Amz-Security-Token (with a session token) and Authorization to `headers`,
// which must hold Host already; every header in it is signed.
void sign(std::string_view method, std::string_view path, std::string_view query,
          HeaderList& headers, std::string_view body, const Credentials& credentials,
          std::string_view region, std::string_view service, Timestamp at);

enum class Verdict {
  valid,
  wrong_signature,
  wrong_time,  // outside the window, or the date header and the scope disagree
  incomplete,  // Host or the date is not signed, or the date header is missing
};
Verdict verify(const SignedMessage& message, const Authorization& authorization,
               std::string_view secret_key, Timestamp at, std::chrono::milliseconds window);

}  // namespace sb::aws
