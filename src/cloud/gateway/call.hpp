// One request to the AWS API, before and after its handler: what it asks for, who signed it, and
// how its answer is written. Inside cloud/gateway.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aws/protocol/query.hpp"
#include "aws/protocol/service.hpp"
#include "base/clock/clock.hpp"
#include "base/http/message.hpp"
#include "cloud/gateway/fault.hpp"

namespace sb::cloud::gateway {

enum class Wire { json, query };

struct Call {
  Wire wire = Wire::json;
  const aws::Service* service = nullptr;  // null when the request names none that we know
  std::string action;
  std::string version;                 // Query: as asked for
  std::string target;                  // JSON: the whole X-Amz-Target
  std::optional<aws::QueryForm> form;  // Query
  std::string request_id;
  bool wants_query_errors = false;  // CloudWatch over JSON: its Query names in a header
};

// What the request asks for. A fault when it is not a request of the AWS API at all; `call` is
// filled in as far as it was understood, so that the fault can be written.
Outcome<void> identify(const http::Request& request, Call& call);

struct Signer {
  std::string access_key;
  std::string region;
};
using SecretOf = std::function<std::optional<std::string>(std::string_view access_key)>;
// Who signed it; the fault that AWS gives when the signature is missing, wrong, late or for another
// service.
Outcome<Signer> authenticate(const http::Request& request, const Call& call,
                             const SecretOf& secret_of, Timestamp at,
                             std::chrono::milliseconds window);

Fault unknown_operation(const Call& call);
// Reads the request's members and checks that the required ones are there.
Outcome<void> decode(const http::Request& request, const Call& call, const json::Type& type,
                     std::span<const std::string_view> required, void* object);

http::Response encode(const Call& call, const json::Type& type, const void* object);
http::Response encode(const Call& call, const Fault& fault);
// With the service's own name for it, where the fault was made from an Error.
Fault named(const Call& call, Fault fault);

}  // namespace sb::cloud::gateway
