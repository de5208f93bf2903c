// HTTP/1.1 messages as plain structs: handlers and callers never see Beast.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async/task.hpp"

namespace sb::http {

// Header fields in order; names compare without case (RFC 9110, 5.1).
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;
  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  // The first value, or nothing.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view get(std::string_view name, std::string_view fallback = {}) const {
    auto value = find(name);
    return value ? *value : fallback;
  }
  void set(std::string_view name, std::string value);  // replaces every earlier value
  void add(std::string_view name, std::string value) {
    fields_.emplace_back(name, std::move(value));
  }
  void erase(std::string_view name);
  auto begin() const {
    return fields_.begin();
  }
  auto end() const {
    return fields_.end();
  }
  std::size_t size() const {
    return fields_.size();
  }

 private:
  std::vector<Field> fields_;
};

// One end of an open websocket (RFC 6455). One reader and one writer at a time.
class WebSocket {
 public:
  struct Message {
    std::string data;
    bool is_text = false;
  };
  virtual ~WebSocket() = default;
  // Error `unavailable` once the peer closed or is gone. Pings are answered inside.
  virtual Task<Result<Message>> read(Deadline deadline) = 0;
  virtual Task<Result<>> write(Message message, Deadline deadline) = 0;
  virtual Task<> close() = 0;
};

// Writes body chunks of a streamed answer (server-sent events, log tails).
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  // Error `unavailable` once the client has gone.
  virtual Task<Result<>> write(std::string chunk) = 0;
};

struct Request {
  std::string method;  // "GET"
  std::string target;  // as sent: "/a%20b?x=1"
  std::string path;    // percent-decoded, without the query: "/a b"
  std::string query;   // raw, without '?': "x=1"
  Headers headers;
  std::string body;
  std::string peer_address;  // "127.0.0.1", or empty on a unix socket
  std::uint16_t peer_port = 0;
};

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Date, Connection and Transfer-Encoding are the server's
  std::string body;

  // Set one of these instead of `body` to take over after the headers were sent (status and headers
  // above are used for `stream`; `upgrade` answers 101 when the request asked for a websocket, else
  // 426).
  std::function<Task<>(BodyWriter&)> stream;
  std::function<Task<>(std::unique_ptr<WebSocket>)> upgrade;

  static Response text(int status, std::string body) {
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body), {}, {}};
  }
  static Response json(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body), {}, {}};
  }
};

std::string_view reason_phrase(int status);

// "a=1&b=x%20y" to pairs, in order, percent- and plus-decoded. Nothing when an escape is malformed.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);
std::optional<std::string> query_value(std::string_view query, std::string_view name);
std::optional<std::string> percent_decode(std::string_view text);
// RFC 3986 unreserved characters stay; `keep_slash` leaves '/' too (SigV4's canonical URI).
std::string percent_encode(std::string_view text, bool keep_slash = false);

}  // namespace sb::http
