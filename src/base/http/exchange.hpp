// One request and its answer on an open connection. Instantiated in two files, for the same reason
// as websockets.
#pragma once

#include "base/http/client.hpp"
#include "base/http/transport.hpp"

namespace sb::http {

using OutgoingRequest = beast::http::request<beast::http::string_body>;

struct Exchange {
  Result<ClientResponse> response;
  bool may_retry = false;  // nothing of an answer was seen
  bool keep_alive = false;
};

Task<Exchange> exchange_on(PlainStream& stream, beast::flat_buffer& buffer,
                           const OutgoingRequest& message, std::size_t max_body_bytes);
Task<Exchange> exchange_on(TlsStream& stream, beast::flat_buffer& buffer,
                           const OutgoingRequest& message, std::size_t max_body_bytes);

}  // namespace sb::http
