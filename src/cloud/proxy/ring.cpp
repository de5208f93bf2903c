#include "cloud/proxy/ring.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"

namespace sb::cloud::proxy {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;

namespace {

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

// HAProxy fills an abstract name with zeros to the whole length of the address, so we must, too.
Result<fs::Fd> listen_abstract(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(),
              std::min(name.size(), sizeof(address.sun_path) - 1));
  fs::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(fd.get(), 16) != 0) {
    return std::unexpected(errno_error(errno, "cannot listen for HAProxy's log", name));
  }
  return fd;
}

std::optional<pid_t> peer_of(int fd) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  return credentials.pid;
}

}  // namespace

std::string ring_name(const fs::Path& folder) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char c : std::filesystem::absolute(folder).lexically_normal().string()) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return fmt::format("saltcloud-requests-{:016x}", hash);
}

struct Ring::Impl : std::enable_shared_from_this<Impl> {
  Impl(Executor e, std::string n, IsOurs ours, OnLine line)
      : executor(std::move(e)),
        name(std::move(n)),
        is_ours(std::move(ours)),
        on_line(std::move(line)),
        acceptor(executor),
        retry(executor) {}

  Executor executor;
  std::string name;
  IsOurs is_ours;
  OnLine on_line;
  Protocol::acceptor acceptor;
  asio::steady_timer retry;
  std::vector<std::weak_ptr<Protocol::socket>> connections;
  bool is_stopped = false;

  static Task<> accept(std::shared_ptr<Impl> self);
  static Task<> read(std::shared_ptr<Impl> self, std::shared_ptr<Protocol::socket> socket);
  void stop();
};

void Ring::Impl::stop() {
  is_stopped = true;
  boost::system::error_code ignored;
  acceptor.close(ignored);
  retry.cancel();
  for (auto& weak : connections) {
    if (auto socket = weak.lock()) socket->close(ignored);
  }
}

Task<> Ring::Impl::accept(std::shared_ptr<Impl> self) {
  bool has_complained = false;
  while (!self->is_stopped) {
    auto fd = listen_abstract(self->name);
    if (fd) {
      self->acceptor.assign(Protocol(), fd->release());
      break;
    }
    if (!has_complained) log::warning("no request metrics yet", {{"error", fd.error().text()}});
    has_complained = true;
    self->retry.expires_after(std::chrono::seconds(1));
    co_await self->retry.async_wait(kAsTuple);
  }
  while (!self->is_stopped) {
    auto socket = std::make_shared<Protocol::socket>(self->executor);
    auto [error] = co_await self->acceptor.async_accept(*socket, kAsTuple);
    if (self->is_stopped) co_return;
    if (error) {
      self->retry.expires_after(std::chrono::milliseconds(100));  // out of descriptors, perhaps
      co_await self->retry.async_wait(kAsTuple);
      continue;
    }
    const auto peer = peer_of(socket->native_handle());
    if (!peer || !self->is_ours(*peer)) continue;
    std::erase_if(self->connections, [](const auto& weak) { return weak.expired(); });
    self->connections.push_back(socket);
    spawn_logged(self->executor, "proxy requests", read(self, std::move(socket)));
  }
}

Task<> Ring::Impl::read(std::shared_ptr<Impl> self, std::shared_ptr<Protocol::socket> socket) {
  FrameParser frames;
  auto chunk = std::make_unique<std::array<char, 65536>>();
  while (!frames.is_broken()) {
    auto [error, size] = co_await socket->async_read_some(asio::buffer(*chunk), kAsTuple);
    if (error || self->is_stopped) co_return;
    for (const std::string& message : frames.feed(std::string_view(chunk->data(), size))) {
      if (auto line = parse_access_line(message)) self->on_line(*line);
    }
  }
  log::warning("HAProxy's log stream is malformed; it is read anew");
}

Ring::Ring(Executor executor, std::string name, IsOurs is_ours, OnLine on_line)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(name), std::move(is_ours),
                                   std::move(on_line))) {}

Ring::~Ring() {
  impl_->stop();
}

void Ring::start() {
  spawn_logged(impl_->executor, "proxy log", Impl::accept(impl_));
}

}  // namespace sb::cloud::proxy
