#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/async/spawn.hpp"
#include "base/http/client.hpp"
#include "base/http/server.hpp"

namespace sb::http {
namespace {

using namespace std::chrono_literals;

Task<Response> echo(Request request) {
  if (request.path == "/throw") throw std::runtime_error("boom");
  if (request.path == "/slow") co_await sleep_for(100ms);
  if (request.path == "/stream") {
    Response response;
    response.stream = [](BodyWriter& out) -> Task<> {
      for (int i = 0; i < 3; ++i) (void)co_await out.write(fmt::format("chunk {}\n", i));
    };
    co_return response;
  }
  if (request.path == "/ws") {
    Response response;
    response.upgrade = [](std::unique_ptr<WebSocket> socket) -> Task<> {
      for (;;) {
        auto message = co_await socket->read(Deadline::after(5s));
        if (!message) co_return;
        if (message->data == "bye") break;
        (void)co_await socket->write(std::move(*message), Deadline::after(5s));
      }
      co_await socket->close();
    };
    co_return response;
  }
  Response response = Response::text(
      200, fmt::format("{} {} {} {}", request.method, request.path, request.query, request.body));
  response.headers.set("X-Peer", request.peer_address);
  co_return response;
}

// Starts the echo server on a free port and runs `body` against it.
void with_server(const std::function<Task<>(std::string base, Server& server)>& body,
                 ServerOptions options = {}) {
  run_task([](const std::function<Task<>(std::string, Server&)>& inner, ServerOptions o) -> Task<> {
    Server server(co_await current_executor(), echo, std::move(o));
    auto port = server.listen("127.0.0.1", 0);
    EXPECT_TRUE(port.has_value());
    co_await inner(fmt::format("http://127.0.0.1:{}", *port), server);
    co_await server.stop(Deadline::after(2s));
  }(body, std::move(options)));
}

TEST(HttpServer, answers_requests_on_one_kept_connection) {
  with_server([](std::string base, Server& server) -> Task<> {
    Client client;
    for (int i = 0; i < 3; ++i) {
      ClientRequest request;
      request.method = "POST";
      request.url = base + "/a%20b?x=1";
      request.body = "hello";
      auto response = co_await client.send(request, Deadline::after(5s));
      EXPECT_TRUE(response.has_value());
      EXPECT_EQ(response->body, "POST /a b x=1 hello");
      EXPECT_EQ(response->headers.get("x-peer"), "127.0.0.1");
    }
    EXPECT_EQ(server.connections(), 1u);
  });
}

TEST(HttpServer, turns_a_throwing_handler_into_a_500) {
  with_server([](std::string base, Server&) -> Task<> {
    Client client;
    ClientRequest request;
    request.url = base + "/throw";
    auto response = co_await client.send(request, Deadline::after(5s));
    EXPECT_EQ(response.value().status, 500);
    EXPECT_EQ(response->body.find("boom"), std::string::npos);
  });
}

TEST(HttpServer, answers_head_without_a_body_but_with_its_length) {
  with_server([](std::string base, Server&) -> Task<> {
    Client client;
    ClientRequest request;
    request.method = "HEAD";
    request.url = base + "/x";
    auto response = co_await client.send(request, Deadline::after(5s));
    EXPECT_EQ(response.value().body, "");
    EXPECT_EQ(response->headers.get("content-length"), "9");
  });
}

TEST(HttpServer, streams_chunks) {
  with_server([](std::string base, Server&) -> Task<> {
    Client client;
    ClientRequest request;
    request.url = base + "/stream";
    auto response = co_await client.send(request, Deadline::after(5s));
    EXPECT_EQ(response.value().body, "chunk 0\nchunk 1\nchunk 2\n");
  });
}

TEST(HttpServer, refuses_a_body_over_the_limit_with_the_error_page) {
  ServerOptions options;
  options.max_body_bytes = 1000;
  options.error_page = [](int status) {
    return Response::json(status, fmt::format("{{\"status\":{}}}", status));
  };
  with_server(
      [](std::string base, Server&) -> Task<> {
        Client client;
        ClientRequest request;
        request.method = "POST";
        request.url = base + "/x";
        request.body = std::string(100'000, 'x');
        auto response = co_await client.send(request, Deadline::after(5s));
        EXPECT_TRUE(response.has_value());
        if (response) {
          EXPECT_EQ(response->status, 413);
          EXPECT_EQ(response->body, "{\"status\":413}");
        }
      },
      options);
}

TEST(HttpServer, finishes_what_is_in_flight_when_stopped) {
  with_server([](std::string base, Server& server) -> Task<> {
    Client client;
    ClientRequest request;
    request.url = base + "/slow";
    bool answered = false;
    auto ask = [](Client& c, ClientRequest r, bool& done) -> Task<> {
      auto response = co_await c.send(std::move(r), Deadline::after(5s));
      done = response.has_value() && response->status == 200 &&
             response->headers.get("connection") == "close";
    };
    auto executor = co_await current_executor();
    spawn_logged(executor, "ask", ask(client, request, answered));
    while (server.requests_in_flight() == 0) co_await sleep_for(1ms);
    co_await server.stop(Deadline::after(5s));
    co_await sleep_for(20ms);
    EXPECT_TRUE(answered);
    auto refused = co_await client.send(request, Deadline::after(5s));
    EXPECT_FALSE(refused.has_value());
  });
}

TEST(HttpServer, speaks_websocket_both_ways) {
  with_server([](std::string base, Server&) -> Task<> {
    Client client;
    auto socket =
        co_await client.open_websocket("ws" + base.substr(4) + "/ws", {}, Deadline::after(5s));
    EXPECT_TRUE(socket.has_value());
    if (!socket) co_return;
    (void)co_await (*socket)->write({"ping", true}, Deadline::after(5s));
    auto message = co_await (*socket)->read(Deadline::after(5s));
    EXPECT_EQ(message.value().data, "ping");
    EXPECT_TRUE(message->is_text);
    (void)co_await (*socket)->write({"bye", true}, Deadline::after(5s));
    auto end = co_await (*socket)->read(Deadline::after(5s));
    EXPECT_FALSE(end.has_value());
  });
}

TEST(HttpServer, asks_for_an_upgrade_where_only_a_websocket_is_served) {
  with_server([](std::string base, Server&) -> Task<> {
    Client client;
    ClientRequest request;
    request.url = base + "/ws";
    auto response = co_await client.send(request, Deadline::after(5s));
    EXPECT_EQ(response.value().status, 426);
  });
}

TEST(HttpServer, serves_a_unix_socket_that_only_its_owner_may_open) {
  std::string path = fmt::format("{}/sb-http-{}.sock", testing::TempDir(), ::getpid());
  run_task([](std::string socket_path) -> Task<> {
    Server server(co_await current_executor(), echo);
    EXPECT_TRUE(server.listen_unix(socket_path).has_value());
    auto permissions = std::filesystem::status(socket_path).permissions();
    EXPECT_EQ(permissions & std::filesystem::perms::others_all, std::filesystem::perms::none);
    ClientOptions options;
    options.unix_socket = socket_path;
    Client client(std::move(options));
    ClientRequest request;
    request.url = "http://any.host/y";
    auto response = co_await client.send(request, Deadline::after(5s));
    EXPECT_EQ(response.value().body, "GET /y  ");
    co_await server.stop(Deadline::after(2s));
  }(path));
}

TEST(HttpServer, names_the_address_when_the_port_is_taken) {
  with_server([](std::string base, Server&) -> Task<> {
    Server second(co_await current_executor(), echo);
    auto port = static_cast<std::uint16_t>(std::stoi(base.substr(base.rfind(':') + 1)));
    auto result = second.listen("127.0.0.1", port);
    EXPECT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::conflict);
    EXPECT_NE(result.error().text().find(std::to_string(port)), std::string::npos);
  });
}

TEST(HttpClient, says_unavailable_when_nobody_listens) {
  run_task([]() -> Task<> {
    Client client;
    ClientRequest request;
    request.url = "http://127.0.0.1:1/";
    auto response = co_await client.send(request, Deadline::after(5s));
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  }());
}

TEST(HttpClient, outlives_the_loops_that_it_was_used_on) {
  Client client;
  for (int i = 0; i < 3; ++i)
    with_server([&client](std::string base, Server&) -> Task<> {
      ClientRequest request;
      request.url = base + "/a";
      EXPECT_TRUE(co_await client.send(request, Deadline::after(5s)));
    });
}

TEST(HttpClient, says_timeout_when_the_deadline_passes) {
  with_server([](std::string base, Server&) -> Task<> {
    Client client;
    ClientRequest request;
    request.url = base + "/slow";
    auto response = co_await client.send(request, Deadline::after(10ms));
    EXPECT_EQ(response.error().code, ErrorCode::timeout);
  });
}

TEST(HttpClient, refuses_what_is_not_a_url) {
  run_task([]() -> Task<> {
    Client client;
    for (const char* url : {"", "nonsense", "ftp://x/", "http:///x"}) {
      ClientRequest request;
      request.url = url;
      auto response = co_await client.send(request, Deadline::after(1s));
      EXPECT_EQ(response.error().code, ErrorCode::invalid_argument) << url;
    }
  }());
}

TEST(HttpClient, connects_elsewhere_when_told) {
  with_server([](std::string base, Server&) -> Task<> {
    ClientOptions options;
    options.connect_to["api.example.test:80"] = base.substr(7);
    Client client(std::move(options));
    ClientRequest request;
    request.url = "http://api.example.test/z";
    auto response = co_await client.send(request, Deadline::after(5s));
    EXPECT_EQ(response.value().body, "GET /z  ");
  });
}

TEST(HttpMessage, decodes_queries) {
  auto pairs = parse_query("a=1&b=x%20y+z&c");
  ASSERT_TRUE(pairs.has_value());
  EXPECT_EQ((*pairs)[1].second, "x y z");
  EXPECT_EQ((*pairs)[2].second, "");
  EXPECT_FALSE(parse_query("a=%4").has_value());
  EXPECT_EQ(percent_encode("a b/ü", true), "a%20b/%C3%BC");
  EXPECT_EQ(query_value("x=1&y=2", "y"), "2");
}

}  // namespace
}  // namespace sb::http
