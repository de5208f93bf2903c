#include "cloud/proxy/admin.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/async/spawn.hpp"
#include "cloud/proxy/render.hpp"

namespace sb::cloud::proxy {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;

namespace {

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxAnswerBytes = 16 << 20;

Error unavailable(std::string_view what, const boost::system::error_code& error) {
  return Error{ErrorCode::unavailable,
               fmt::format("HAProxy's admin socket: {}: {}", what, error.message()),
               {}};
}

Task<Result<std::string>> converse(Socket& socket, std::string address, std::string commands) {
  auto [connected] =
      co_await socket.async_connect(asio::local::stream_protocol::endpoint(address), kAsTuple);
  if (connected) co_return std::unexpected(unavailable("connect", connected));
  commands += '\n';
  auto [written, sent] = co_await asio::async_write(socket, asio::buffer(commands), kAsTuple);
  if (written) co_return std::unexpected(unavailable("write", written));
  std::string answer;
  std::array<char, 16384> chunk{};
  while (true) {
    auto [error, size] = co_await socket.async_read_some(asio::buffer(chunk), kAsTuple);
    answer.append(chunk.data(), size);
    if (error == asio::error::eof) co_return answer;
    if (error) co_return std::unexpected(unavailable("read", error));
    if (answer.size() > kMaxAnswerBytes) {
      co_return fail(ErrorCode::data_loss, "HAProxy's answer is too long");
    }
  }
}

}  // namespace

Task<Result<std::string>> ask(fs::Path folder, std::string commands, Deadline deadline) {
  // A socket address holds 107 bytes of path: go through the folder's descriptor instead.
  fs::Fd opened(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!opened)
    co_return std::unexpected(errno_error(errno, "cannot open the proxy's folder", folder));
  Socket socket(co_await asio::this_coro::executor);
  std::string address = fmt::format("/proc/self/fd/{}/{}", opened.get(), kAdminSocket);
  using namespace asio::experimental::awaitable_operators;
  auto first =
      co_await (converse(socket, std::move(address), std::move(commands)) || sleep_until(deadline));
  if (first.index() == 1)
    co_return fail(ErrorCode::timeout, "HAProxy's admin socket did not answer");
  co_return std::get<0>(std::move(first));
}

}  // namespace sb::cloud::proxy
