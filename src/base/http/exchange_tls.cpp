#include "base/http/exchange_impl.hpp"

namespace sb::http {

Task<Exchange> exchange_on(TlsStream& stream, beast::flat_buffer& buffer,
                           const OutgoingRequest& message, std::size_t max_body_bytes) {
  return exchange(stream, buffer, message, max_body_bytes);
}

}  // namespace sb::http
