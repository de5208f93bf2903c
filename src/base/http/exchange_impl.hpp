#pragma once

#include "base/http/exchange.hpp"

namespace sb::http {

namespace bhttp = beast::http;

template <class Stream>
Task<Exchange> exchange(Stream& stream, beast::flat_buffer& buffer, const OutgoingRequest& message,
                        std::size_t max_body_bytes) {
  auto [write_error, written] = co_await bhttp::async_write(stream, message, kAwait);
  if (write_error)
    co_return Exchange{std::unexpected(transport_error(write_error, "cannot send request")),
                       write_error != beast::error::timeout, false};
  bhttp::response_parser<bhttp::string_body> parser;
  parser.body_limit(max_body_bytes);
  parser.skip(message.method() == bhttp::verb::head);
  auto [error, size] = co_await bhttp::async_read(stream, buffer, parser, kAwait);
  if (error) {
    bool saw_nothing = !parser.got_some() && error != beast::error::timeout;
    if (error.category() == make_error_code(bhttp::error::bad_method).category() && !saw_nothing &&
        error != bhttp::error::partial_message)
      co_return Exchange{fail(ErrorCode::data_loss, "malformed HTTP answer: " + error.message()),
                         false, false};
    co_return Exchange{std::unexpected(transport_error(error, "connection lost")), saw_nothing,
                       false};
  }
  auto answer = parser.release();
  ClientResponse response;
  response.status = static_cast<int>(answer.result_int());
  for (const auto& field : answer)
    response.headers.add(std::string_view(field.name_string()), std::string(field.value()));
  response.body = std::move(answer.body());
  co_return Exchange{std::move(response), false, answer.keep_alive()};
}

}  // namespace sb::http
