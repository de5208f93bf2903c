// The proxy against a real HAProxy and real backends. A test is a coroutine; load clients, backends
// and the proxy's daemon side share its loop, HAProxy is a process of its own.
#include "cloud/proxy/proxy.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "base/async/spawn.hpp"
#include "base/crypto/certificates.hpp"
#include "base/http/client.hpp"
#include "base/http/server.hpp"
#include "cloud/proxy/render.hpp"

namespace sb::cloud::proxy {
namespace {

constexpr Duration kLimit = std::chrono::seconds(20);

std::uint16_t free_port(const std::string& address) {
  fs::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  (void)address;
  socklen_t size = sizeof(in);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&in), sizeof(in)) != 0) return 0;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&in), &size);
  return ntohs(in.sin_port);
}

// Answers with its name; may be told to fail its health check, or to take its time.
struct Backend {
  std::string name;
  bool is_healthy = true;
  int served = 0;
  Notifier* release = nullptr;  // "/slow" waits for it
  int waiting = 0;
  std::unique_ptr<http::Server> server;
  std::uint16_t port = 0;

  Task<http::Response> handle(http::Request request) {
    if (request.path == "/health") co_return http::Response::text(is_healthy ? 200 : 503, "");
    ++served;
    if (request.path == "/slow") {
      ++waiting;
      co_await release->wait(Deadline::after(kLimit));
      --waiting;
    }
    co_return http::Response::text(request.path == "/fail" ? 500 : 200, name);
  }
  void start(const Executor& executor, std::string called) {
    name = std::move(called);
    server = std::make_unique<http::Server>(
        executor, [this](http::Request r) { return handle(std::move(r)); });
    auto bound = server->listen("127.0.0.1", 0);
    ASSERT_TRUE(bound) << bound.error().text();
    port = *bound;
  }
};

struct Load {
  int sent = 0, failed = 0;
  std::map<std::string, int> by_backend;
  bool is_stopping = false;
  int running = 0;
  std::string first_failure;
};

struct World {
  explicit World(Executor e) : executor(e), slow_release(e), port(free_port("127.0.0.1")) {
    std::string pattern = (std::filesystem::temp_directory_path() / "sb-proxy-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    folder = pattern;
  }

  Executor executor;
  Notifier slow_release;
  std::uint16_t port;
  fs::Path folder;
  Backend blue, green;
  std::unique_ptr<Proxy> proxy;
  Load load;

  Model model(int blue_weight, int green_weight) const {
    Model m;
    for (const Backend* backend : {&blue, &green}) {
      TargetGroup group;
      group.key = backend->name;
      group.check.path = "/health";
      group.check.interval = std::chrono::seconds(1);
      group.check.healthy_threshold = 2;
      group.targets.push_back({"127.0.0.1", backend->port, false});
      m.groups.push_back(group);
    }
    Listener listener;
    listener.key = "l1";
    listener.load_balancer = "lb1";
    listener.address = "127.0.0.1";
    listener.port = port;
    Rule rule;
    rule.key = "default1";
    rule.action.forward = {{"blue", blue_weight}, {"green", green_weight}};
    listener.rules.push_back(rule);
    m.listeners.push_back(listener);
    return m;
  }

  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port) + path;
  }
  bool is_up(const std::string& group) const {
    const auto& health = proxy->health();
    auto targets = health.find(group);
    if (targets == health.end() || targets->second.empty()) return false;
    for (const auto& [key, target] : targets->second) {
      if (target.state != TargetHealth::State::up) return false;
    }
    return true;
  }

  void make_proxy() {
    proxy = std::make_unique<Proxy>(executor, ProxyOptions{folder / "haproxy", "haproxy"});
  }

  Task<> start(int blue_weight, int green_weight) {
    blue.release = green.release = &slow_release;
    blue.start(executor, "blue");
    green.start(executor, "green");
    make_proxy();
    auto started = co_await proxy->start(model(blue_weight, green_weight));
    if (!started) throw std::runtime_error(started.error().text());
    EXPECT_TRUE(co_await until_up("blue"));
    EXPECT_TRUE(co_await until_up("green"));
  }
  Task<bool> until_up(std::string group) {
    const Deadline deadline = Deadline::after(kLimit);
    while (!is_up(group)) {
      if (deadline.has_passed()) co_return false;
      co_await proxy->health_changed().wait(Deadline::after(Duration(20)));
    }
    co_return true;
  }
  Task<> end() {
    load.is_stopping = true;
    while (load.running > 0) co_await sleep_for(Duration(1));
    slow_release.notify_all();
    co_await proxy->shutdown();
    for (Backend* backend : {&blue, &green}) {
      if (backend->server) co_await backend->server->stop(Deadline::after(std::chrono::seconds(1)));
    }
    (void)fs::remove_all(folder);
  }
};

Task<http::ClientResponse> get(World& world, std::string path) {
  http::Client client;
  http::ClientRequest request;
  request.url = world.url(path);
  auto response = co_await client.send(std::move(request), Deadline::after(kLimit));
  if (!response) co_return http::ClientResponse{-1, {}, response.error().text()};
  co_return *std::move(response);
}

// One keep-alive client. Alternates GET and POST, because POSTs are not replayed by the proxy.
Task<> keep_asking(World& world) {
  http::Client client;
  ++world.load.running;
  for (int i = 0; !world.load.is_stopping; ++i) {
    http::ClientRequest request;
    request.method = i % 4 == 3 ? "POST" : "GET";
    request.url = world.url();
    ++world.load.sent;
    auto response = co_await client.send(std::move(request), Deadline::after(kLimit));
    if (!response || response->status != 200) {
      ++world.load.failed;
      if (world.load.first_failure.empty()) {
        world.load.first_failure = response
                                       ? std::to_string(response->status) + " " + response->body
                                       : response.error().text();
      }
    } else {
      ++world.load.by_backend[response->body];
    }
  }
  --world.load.running;
}

void start_load(World& world, int clients) {
  for (int i = 0; i < clients; ++i) spawn_logged(world.executor, "load", keep_asking(world));
}

Task<> until_sent(World& world, int more) {
  const int goal = world.load.sent + more;
  while (world.load.sent < goal) co_await sleep_for(Duration(2));
}

void run(Task<> (*test)(World&)) {
  run_task([](Task<> (*body)(World&)) -> Task<> {
    World world(co_await current_executor());
    std::string failure;
    try {
      co_await body(world);
    } catch (const std::exception& e) {
      failure = e.what();
    }
    co_await world.end();
    EXPECT_EQ(failure, "");
  }(test));
}

TEST(Proxy, splits_traffic_by_weight) {
  run([](World& world) -> Task<> {
    co_await world.start(75, 25);

    start_load(world, 8);
    co_await until_sent(world, 4000);
    world.load.is_stopping = true;
    while (world.load.running > 0) co_await sleep_for(Duration(1));

    EXPECT_EQ(world.load.failed, 0) << world.load.first_failure;
    const double share = static_cast<double>(world.load.by_backend["green"]) / world.load.sent;
    EXPECT_NEAR(share, 0.25, 5 * std::sqrt(0.25 * 0.75 / world.load.sent));  // five sigma
  });
}

TEST(Proxy, shifts_everything_under_load_without_a_failed_request) {
  run([](World& world) -> Task<> {
    co_await world.start(100, 0);
    start_load(world, 8);
    co_await until_sent(world, 500);
    EXPECT_EQ(world.load.by_backend["green"], 0);

    for (int round = 0; round < 10; ++round) {
      const bool to_green = round % 2 == 0;
      auto shifted =
          co_await world.proxy->apply(to_green ? world.model(0, 100) : world.model(100, 0));
      EXPECT_TRUE(shifted) << shifted.error().text();
      co_await until_sent(world, 50);  // those in flight while it shifted
      const int old_before = world.load.by_backend[to_green ? "blue" : "green"];
      co_await until_sent(world, 300);
      EXPECT_EQ(world.load.by_backend[to_green ? "blue" : "green"], old_before)
          << "round " << round;
    }

    EXPECT_EQ(world.load.failed, 0) << world.load.first_failure;
  });
}

TEST(Proxy, reloads_for_a_new_listener_under_load_without_a_failed_request) {
  run([](World& world) -> Task<> {
    co_await world.start(100, 0);
    start_load(world, 8);
    co_await until_sent(world, 300);
    const auto before = world.proxy->process();

    Model model = world.model(100, 0);
    Listener second = model.listeners.front();
    second.key = "l2";
    second.port = free_port("127.0.0.1");
    second.rules.front().key = "default2";
    second.rules.front().action.forward = {{"green", 1}};
    model.listeners.push_back(second);
    auto applied = co_await world.proxy->apply(model);
    EXPECT_TRUE(applied) << applied.error().text();
    co_await until_sent(world, 1000);

    EXPECT_NE(world.proxy->process(), before);
    EXPECT_EQ(world.load.failed, 0) << world.load.first_failure;
    world.port = second.port;
    auto answer = co_await get(world, "/");
    EXPECT_EQ(answer.body, "green");
  });
}

TEST(Proxy, says_in_haproxys_words_why_a_listener_cannot_be_and_goes_on_with_the_rest) {
  run([](World& world) -> Task<> {
    co_await world.start(100, 0);
    Model model = world.model(100, 0);
    Listener second = model.listeners.front();
    second.key = "l2";
    second.port = world.blue.port;  // taken
    second.rules.front().key = "default2";
    model.listeners.push_back(second);

    auto applied = co_await world.proxy->apply(model);
    auto restored = co_await world.proxy->apply(world.model(100, 0));

    EXPECT_FALSE(applied);
    if (!applied) {
      EXPECT_EQ(applied.error().code, ErrorCode::failed_precondition);
      EXPECT_NE(applied.error().message.find(std::to_string(world.blue.port)), std::string::npos)
          << applied.error().message;
    }
    EXPECT_TRUE(restored);
    EXPECT_EQ((co_await get(world, "/")).body, "blue");
  });
}

TEST(Proxy, comes_back_with_its_weights_when_haproxy_is_killed) {
  run([](World& world) -> Task<> {
    co_await world.start(100, 0);
    EXPECT_TRUE(co_await world.proxy->apply(world.model(0, 100)));
    const auto killed = world.proxy->process();

    ::kill(killed->pid, SIGKILL);
    http::ClientResponse answer;
    const Deadline deadline = Deadline::after(kLimit);
    while (answer.status != 200 && !deadline.has_passed()) answer = co_await get(world, "/");

    EXPECT_EQ(answer.body, "green");
    EXPECT_NE(world.proxy->process(), killed);
    EXPECT_TRUE(co_await world.until_up("blue"));
  });
}

TEST(Proxy, is_adopted_by_the_next_daemon_and_traffic_never_notices) {
  run([](World& world) -> Task<> {
    co_await world.start(100, 0);
    EXPECT_TRUE(co_await world.proxy->apply(world.model(0, 100)));
    const auto before = world.proxy->process();
    start_load(world, 8);
    co_await until_sent(world, 200);

    world.proxy.reset();  // as abrupt as a kill: nothing is said to HAProxy
    co_await until_sent(world, 500);
    world.make_proxy();
    auto started = co_await world.proxy->start(world.model(0, 100));
    co_await until_sent(world, 300);

    EXPECT_TRUE(started) << started.error().text();
    EXPECT_EQ(world.proxy->process(), before);
    EXPECT_EQ(world.load.by_backend["blue"], 0);
    EXPECT_EQ(world.load.failed, 0) << world.load.first_failure;
    EXPECT_TRUE(world.is_up("green"));
  });
}

TEST(Proxy, learns_at_adoption_what_was_written_down_but_never_said) {
  run([](World& world) -> Task<> {
    co_await world.start(100, 0);
    world.proxy.reset();

    world.make_proxy();
    auto started = co_await world.proxy->start(world.model(0, 100));

    EXPECT_TRUE(started);
    EXPECT_EQ((co_await get(world, "/")).body, "green");
  });
}

Task<> slow_request(World& world, http::ClientResponse& answer) {
  answer = co_await get(world, "/slow");
}

TEST(Proxy, lets_a_draining_target_finish_and_gives_it_nothing_new) {
  run([](World& world) -> Task<> {
    co_await world.start(100, 0);
    Backend second;
    second.release = &world.slow_release;
    second.start(world.executor, "second");
    http::ClientResponse slow;
    spawn_logged(world.executor, "slow", slow_request(world, slow));
    while (world.blue.waiting == 0) co_await sleep_for(Duration(1));
    Model model = world.model(100, 0);
    model.groups[0].targets[0].is_draining = true;
    model.groups[0].targets.push_back({"127.0.0.1", second.port, false});

    EXPECT_TRUE(co_await world.proxy->apply(model));
    const Deadline deadline = Deadline::after(kLimit);
    while ((co_await get(world, "/")).body != "second" && !deadline.has_passed()) {
    }
    const int served_by_blue = world.blue.served;
    for (int i = 0; i < 50; ++i) EXPECT_EQ((co_await get(world, "/")).body, "second");
    EXPECT_EQ(world.blue.served, served_by_blue);
    EXPECT_EQ(slow.status, 0);  // still in flight
    world.slow_release.notify_all();
    while (slow.status == 0 && !deadline.has_passed()) co_await sleep_for(Duration(1));
    EXPECT_EQ(slow.status, 200);
    EXPECT_EQ(slow.body, "blue");

    model.groups[0].targets.erase(model.groups[0].targets.begin());
    EXPECT_TRUE(co_await world.proxy->apply(model));
    EXPECT_EQ((co_await get(world, "/")).body, "second");
    co_await second.server->stop(Deadline::after(std::chrono::seconds(1)));
  });
}

TEST(Proxy, fails_open_when_no_target_is_healthy_and_answers_503_without_targets) {
  run([](World& world) -> Task<> {
    co_await world.start(100, 0);
    world.blue.is_healthy = false;
    const Deadline deadline = Deadline::after(kLimit);
    while (world.is_up("blue") && !deadline.has_passed()) co_await sleep_for(Duration(5));
    EXPECT_EQ(world.proxy->health().at("blue").begin()->second.check_code, 503);

    EXPECT_EQ((co_await get(world, "/")).body, "blue");
    Model model = world.model(100, 0);
    model.groups[0].targets.clear();
    EXPECT_TRUE(co_await world.proxy->apply(model));
    EXPECT_EQ((co_await get(world, "/")).status, 503);
  });
}

TEST(Proxy, counts_every_request_for_its_group) {
  run([](World& world) -> Task<> {
    co_await world.start(0, 100);
    for (int i = 0; i < 50; ++i) co_await get(world, "/");
    for (int i = 0; i < 7; ++i) co_await get(world, "/fail");

    const Deadline deadline = Deadline::after(kLimit);
    while (world.proxy->traffic().lines() < 57 && !deadline.has_passed())
      co_await sleep_for(Duration(5));

    std::uint32_t good = 0, bad = 0;
    const auto& all = world.proxy->traffic().all();
    auto green = all.find({"lb1", "green"});
    EXPECT_NE(green, all.end());
    if (green == all.end()) co_return;
    for (const auto& [second, counts] : green->second) {
      good += counts.target_statuses[2];
      bad += counts.target_statuses[5];
      EXPECT_NEAR(static_cast<double>(second), static_cast<double>(to_unix_ms(now())) / 1000, 60);
    }
    EXPECT_EQ(good, 50u);
    EXPECT_EQ(bad, 7u);
  });
}

TEST(Proxy, serves_https_and_chooses_rules_by_path) {
  run([](World& world) -> Task<> {
    co_await world.start(100, 0);
    auto authority = crypto::make_authority("proxy test");
    auto pair = crypto::issue_certificate(*authority, {"api.saltbitter.com"});
    EXPECT_TRUE(pair) << "certificate";
    EXPECT_TRUE(fs::write_file(world.folder / "ca.pem", authority->certificate_pem));
    EXPECT_TRUE(fs::write_file(world.folder / "api.pem",
                               pair->certificate_pem + pair->private_key_pem, 0600));
    Model model = world.model(100, 0);
    Listener& listener = model.listeners.front();
    listener.certificate_files = {(world.folder / "api.pem").string()};
    listener.certificate_stamp = "1";
    Rule green;
    green.key = "rule1";
    green.conditions.push_back({Condition::Kind::path_pattern, "", {"/green/*"}});
    green.action.forward = {{"green", 1}};
    Rule fixed;
    fixed.key = "rule2";
    fixed.conditions.push_back({Condition::Kind::path_pattern, "", {"/teapot"}});
    fixed.action.kind = Action::Kind::fixed_response;
    fixed.action.status = 418;
    fixed.action.body = "it's short\nand \"stout\"";
    listener.rules.insert(listener.rules.begin(), {green, fixed});
    auto applied = co_await world.proxy->apply(model);
    EXPECT_TRUE(applied) << applied.error().text();

    http::ClientOptions options;
    options.ca_file = (world.folder / "ca.pem").string();
    const std::string host = "api.saltbitter.com:" + std::to_string(world.port);
    options.connect_to[host] = "127.0.0.1:" + std::to_string(world.port);
    http::Client client(options);
    for (const auto& [path, status, body] :
         {std::tuple("/green/x", 200, "green"), std::tuple("/greenish", 200, "blue"),
          std::tuple("/teapot", 418, "it's short\nand \"stout\"")}) {
      http::ClientRequest request;
      request.url = "https://" + host + path;
      auto response = co_await client.send(std::move(request), Deadline::after(kLimit));
      EXPECT_TRUE(response) << response.error().text();
      if (!response) continue;
      EXPECT_EQ(response->status, status) << path;
      EXPECT_EQ(response->body, body) << path;
    }
  });
}

}  // namespace
}  // namespace sb::cloud::proxy
