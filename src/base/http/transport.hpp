// The byte stream below HTTP: TCP, a unix socket or TLS over either, behind one type with a
// deadline. Only the .cpp files of this folder include it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <memory>

#include "base/http/message.hpp"

namespace sb::http {

namespace asio = boost::asio;
namespace beast = boost::beast;

using Socket = asio::generic::stream_protocol::socket;
// basic_stream gives every operation a timeout (expires_after).
using PlainStream = beast::basic_stream<asio::generic::stream_protocol>;
using TlsStream = beast::ssl_stream<PlainStream>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

inline Error transport_error(const beast::error_code& error, std::string_view what) {
  ErrorCode code = ErrorCode::unavailable;
  if (error == beast::error::timeout) code = ErrorCode::timeout;
  if (error == asio::error::operation_aborted) code = ErrorCode::cancelled;
  return Error{code, fmt::format("{}: {}", what, error.message()), {}};
}

}  // namespace sb::http
