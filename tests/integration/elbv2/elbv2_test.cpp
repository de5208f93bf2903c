// Load balancing and its metrics through the AWS API, as saltctl uses them: our client, the
// gateway, the services, a real HAProxy and real backends, all but HAProxy on one loop.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "aws/client/client.hpp"
#include "aws/model/cloudwatch.hpp"
#include "base/async/spawn.hpp"
#include "base/http/client.hpp"
#include "base/http/server.hpp"
#include "cloud/cloudwatch/service.hpp"
#include "cloud/elbv2/service.hpp"
#include "cloud/elbv2/state.hpp"
#include "cloud/gateway/gateway.hpp"
#include "cloud/proxy/proxy.hpp"
#include "cloud/store/address_block.hpp"
#include "cloud/store/store.hpp"
#include "support/temporary_directory.hpp"

namespace sb::cloud::elbv2 {
namespace {

constexpr Duration kLimit = std::chrono::seconds(20);
constexpr const char* kSecret = "not-a-secret-of-anyone";

// Free on every loopback address at the time of asking.
int free_port() {
  fs::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in in{};
  in.sin_family = AF_INET;
  socklen_t size = sizeof(in);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&in), sizeof(in)) != 0) return 0;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&in), &size);
  return ntohs(in.sin_port);
}

struct Backend {
  std::string name;
  Notifier* release = nullptr;
  int waiting = 0;
  std::unique_ptr<http::Server> server;
  int port = 0;

  Task<http::Response> handle(http::Request request) {
    if (request.path == "/slow") {
      ++waiting;
      co_await release->wait(Deadline::after(kLimit));
      --waiting;
    }
    co_return http::Response::text(request.path == "/fail" ? 500 : 200, name);
  }
  void start(const Executor& executor) {
    server = std::make_unique<http::Server>(
        executor, [this](http::Request r) { return handle(std::move(r)); });
    port = server->listen("127.0.0.1", 0).value();
  }
};

// One saltcloud, as far as load balancing needs it. Can be destroyed and made again over the same
// home.
struct Daemon {
  Daemon(const Executor& executor, const fs::Path& home)
      : store(*Store::open(home / "cloud")),
        addresses(*AddressBlock::open(store, home)),
        proxy(executor, proxy::ProxyOptions{home / "cloud" / "haproxy", "haproxy"}),
        service(executor, store, addresses, proxy,
                ServiceOptions{home / "ca" / "certificates", Arns{}}),
        watch(executor, store, Arns{}),
        gateway({.secret_of = [](std::string_view key) -> std::optional<std::string> {
          if (key == "AKIDTEST") return kSecret;
          return std::nullopt;
        }}),
        server(executor, gateway.handler(), gateway::Gateway::server_options()) {
    service.attach(gateway);
    watch.attach(gateway);
    watch.add_source(service.metrics());
  }

  Store store;
  AddressBlock addresses;
  proxy::Proxy proxy;
  Service service;
  cloudwatch::Service watch;
  gateway::Gateway gateway;
  http::Server server;
};

struct World {
  explicit World(Executor e) : executor(e), slow_release(e) {
    blue.name = "blue";
    green.name = "green";
    for (Backend* backend : {&blue, &green}) {
      backend->release = &slow_release;
      backend->start(executor);
    }
  }
  ~World() {
    if (daemon) (void)daemon->addresses.abandon();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Executor executor;
  test::TemporaryDirectory folder;
  fs::Path home = folder.path();
  Notifier slow_release;
  Backend blue, green;
  std::unique_ptr<Daemon> daemon;
  std::unique_ptr<aws::Client> client;
  int port = free_port();
  std::string balancer, listener, blue_group, green_group;
  int sent = 0, failed = 0, running = 0;
  bool is_stopping = false;
  std::map<std::string, int> answers;

  Task<> start_daemon() {
    daemon = std::make_unique<Daemon>(executor, home);
    auto started = co_await daemon->service.start();
    if (!started) throw std::runtime_error(started.error().text());
    started = co_await daemon->watch.start();
    if (!started) throw std::runtime_error(started.error().text());
    aws::ClientConfig config;
    config.endpoint =
        "http://127.0.0.1:" + std::to_string(daemon->server.listen("127.0.0.1", 0).value());
    config.access_key = "AKIDTEST";
    config.secret_key = kSecret;
    client = std::make_unique<aws::Client>(config);
  }
  Task<> stop_daemon() {
    client.reset();
    co_await daemon->server.stop(Deadline::after(std::chrono::seconds(1)));
    co_await daemon->watch.stop();
    co_await daemon->service.stop();
    daemon.reset();
  }
  template <class Operation>
  Task<typename Operation::Response> call(typename Operation::Request request) {
    auto response = co_await client->call<Operation>(std::move(request), Deadline::after(kLimit));
    if (!response) throw std::runtime_error(response.error().text());
    co_return *std::move(response);
  }

  Task<std::string> make_group(std::string name) {
    api::CreateTargetGroupRequest request;
    request.Name = name;
    request.Protocol = "HTTP";
    request.Port = 8000;
    request.TargetType = "ip";
    request.HealthCheckPath = "/health";
    request.HealthCheckIntervalSeconds = 5;
    auto response = co_await call<api::CreateTargetGroup>(request);
    co_return *response.TargetGroups.front().TargetGroupArn;
  }
  api::Action split(int blue_weight, int green_weight) const {
    api::Action action;
    action.Type = "forward";
    action.ForwardConfig.emplace();
    action.ForwardConfig->TargetGroups = {{blue_group, blue_weight}, {green_group, green_weight}};
    return action;
  }
  Task<> start() {
    co_await start_daemon();
    api::CreateLoadBalancerRequest lb;
    lb.Name = "saltbitter-test";
    auto made = co_await call<api::CreateLoadBalancer>(lb);
    balancer = *made.LoadBalancers.front().LoadBalancerArn;
    blue_group = co_await make_group("blue");
    green_group = co_await make_group("green");
    api::CreateListenerRequest request;
    request.LoadBalancerArn = balancer;
    request.Protocol = "HTTP";
    request.Port = port;
    request.DefaultActions = {split(100, 0)};
    auto listening = co_await call<api::CreateListener>(request);
    listener = *listening.Listeners.front().ListenerArn;
    co_await add_target(blue_group, blue);
    co_await add_target(green_group, green);
  }
  Task<> add_target(std::string group, Backend& backend) {
    api::RegisterTargetsRequest request;
    request.TargetGroupArn = group;
    request.Targets = {{"127.0.0.1", backend.port, std::nullopt}};
    co_await call<api::RegisterTargets>(request);
    const Deadline deadline = Deadline::after(kLimit);
    while (co_await health_of(group) != "healthy") {
      if (deadline.has_passed()) throw std::runtime_error("not healthy in time");
      co_await daemon->service.health_changed().wait(Deadline::after(Duration(50)));
    }
  }
  Task<std::string> health_of(std::string group) {
    api::DescribeTargetHealthRequest request;
    request.TargetGroupArn = group;
    auto health = co_await call<api::DescribeTargetHealth>(request);
    co_return health.TargetHealthDescriptions.empty()
        ? std::string("none")
        : *health.TargetHealthDescriptions.front().TargetHealth->State;
  }
  Task<http::ClientResponse> get(std::string path) {
    http::Client one;
    http::ClientRequest request;
    request.url = *daemon->service.url_of(listener) + path;
    auto response = co_await one.send(std::move(request), Deadline::after(kLimit));
    if (!response) co_return http::ClientResponse{-1, {}, response.error().text()};
    co_return *std::move(response);
  }
  Task<> end() {
    is_stopping = true;
    while (running > 0) co_await sleep_for(Duration(1));
    slow_release.notify_all();
    if (daemon) {
      co_await daemon->watch.stop();
      co_await daemon->service.shutdown();
      co_await daemon->server.stop(Deadline::after(std::chrono::seconds(1)));
    }
    for (Backend* backend : {&blue, &green}) {
      co_await backend->server->stop(Deadline::after(std::chrono::seconds(1)));
    }
  }
};

Task<> keep_asking(World& world, std::string url) {
  http::Client client;
  ++world.running;
  while (!world.is_stopping) {
    http::ClientRequest request;
    request.url = url;
    ++world.sent;
    auto response = co_await client.send(std::move(request), Deadline::after(kLimit));
    if (response && response->status == 200) {
      ++world.answers[response->body];
    } else {
      ++world.failed;
    }
  }
  --world.running;
}

Task<> until_sent(World& world, int more) {
  const int goal = world.sent + more;
  while (world.sent < goal) co_await sleep_for(Duration(2));
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

TEST(Elbv2, shifts_a_rules_traffic_under_load_and_knows_the_live_weights) {
  run([](World& world) -> Task<> {
    co_await world.start();
    const std::string url = *world.daemon->service.url_of(world.listener);
    for (int i = 0; i < 6; ++i) spawn_logged(world.executor, "load", keep_asking(world, url));
    co_await until_sent(world, 300);
    EXPECT_EQ(world.answers["green"], 0);

    auto shifted = co_await world.daemon->service.set_rule_weights(
        world.listener, {{world.blue_group, 0}, {world.green_group, 100}});
    EXPECT_TRUE(shifted) << shifted.error().text();
    co_await until_sent(world, 20);
    const int blue_before = world.answers["blue"];
    co_await until_sent(world, 300);

    EXPECT_EQ(world.answers["blue"], blue_before);
    EXPECT_EQ(world.failed, 0);
    EXPECT_TRUE(co_await world.daemon->service.verify_live_weights(world.listener));
    auto weights = world.daemon->service.rule_weights(world.listener);
    EXPECT_EQ(weights->at(1).weight, 100);
    api::DescribeListenersRequest request;
    request.ListenerArns = {world.listener};
    auto described = co_await world.call<api::DescribeListeners>(request);
    EXPECT_EQ(described.Listeners[0].DefaultActions[0].ForwardConfig->TargetGroups[1].Weight, 100);
  });
}

TEST(Elbv2, goes_on_after_a_restart_of_the_daemon_without_a_failed_request) {
  run([](World& world) -> Task<> {
    co_await world.start();
    EXPECT_TRUE(co_await world.daemon->service.set_rule_weights(
        world.listener, {{world.blue_group, 0}, {world.green_group, 1}}));
    const auto process = world.daemon->proxy.process();
    const std::string url = *world.daemon->service.url_of(world.listener);
    for (int i = 0; i < 4; ++i) spawn_logged(world.executor, "load", keep_asking(world, url));
    co_await until_sent(world, 200);

    co_await world.stop_daemon();
    co_await until_sent(world, 300);
    co_await world.start_daemon();
    co_await until_sent(world, 200);

    EXPECT_EQ(world.daemon->proxy.process(), process);
    EXPECT_EQ(world.answers["blue"], 0);
    EXPECT_EQ(world.failed, 0);
    EXPECT_EQ(co_await world.health_of(world.green_group), "healthy");
    EXPECT_EQ(*world.daemon->service.url_of(world.listener), url);
  });
}

Task<> slow_request(World& world, http::ClientResponse& answer) {
  answer = co_await world.get("/slow");
}

TEST(Elbv2, a_deregistered_target_finishes_its_requests_before_it_is_gone) {
  run([](World& world) -> Task<> {
    co_await world.start();
    http::ClientResponse slow;
    spawn_logged(world.executor, "slow", slow_request(world, slow));
    while (world.blue.waiting == 0) co_await sleep_for(Duration(1));

    EXPECT_TRUE(co_await world.daemon->service.deregister_targets(
        world.blue_group, {{"127.0.0.1", world.blue.port}}));
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(co_await world.health_of(world.blue_group), "draining");
      co_await world.daemon->service.health_changed().wait(Deadline::after(Duration(20)));
    }
    EXPECT_EQ((co_await world.get("/")).status, 503);  // nothing new for it
    world.slow_release.notify_all();
    const Deadline deadline = Deadline::after(kLimit);
    while (co_await world.health_of(world.blue_group) != "none" && !deadline.has_passed()) {
      co_await world.daemon->service.health_changed().wait(Deadline::after(Duration(20)));
    }

    EXPECT_EQ(slow.status, 200);
    EXPECT_EQ(co_await world.health_of(world.blue_group), "none");
  });
}

TEST(Elbv2, takes_back_a_listener_that_haproxy_refuses) {
  run([](World& world) -> Task<> {
    co_await world.start();
    api::CreateLoadBalancerRequest lb;
    lb.Name = "other";
    lb.Tags = {{"saltcloud:bind-address", "127.0.0.1"}};
    auto made = co_await world.call<api::CreateLoadBalancer>(lb);
    const std::string other = *made.LoadBalancers.front().LoadBalancerArn;
    api::CreateListenerRequest request;
    request.LoadBalancerArn = other;
    request.Protocol = "HTTP";
    request.Port = world.blue.port;  // taken by the backend
    request.DefaultActions = {world.split(1, 0)};

    auto refused =
        co_await world.client->call<api::CreateListener>(request, Deadline::after(kLimit));

    EXPECT_FALSE(refused);
    if (!refused) {
      EXPECT_EQ(refused.error().subject, "InvalidConfigurationRequest");
      EXPECT_NE(refused.error().message.find(std::to_string(world.blue.port)), std::string::npos)
          << refused.error().message;
    }
    api::DescribeListenersRequest description;
    description.LoadBalancerArn = other;
    EXPECT_TRUE((co_await world.call<api::DescribeListeners>(description)).Listeners.empty());
    EXPECT_EQ((co_await world.get("/")).body, "blue");
  });
}

TEST(Elbv2, cloudwatch_counts_what_clients_saw) {
  run([](World& world) -> Task<> {
    co_await world.start();
    for (int i = 0; i < 40; ++i) co_await world.get("/");
    for (int i = 0; i < 3; ++i) co_await world.get("/fail");

    aws::cloudwatch::GetMetricDataRequest request;
    request.StartTime = now() - std::chrono::minutes(5);
    request.EndTime = now() + std::chrono::minutes(5);
    for (const auto& [id, metric, stat] : {std::tuple("requests", "RequestCount", "Sum"),
                                           std::tuple("good", "HTTPCode_Target_2XX_Count", "Sum"),
                                           std::tuple("bad", "HTTPCode_Target_5XX_Count", "Sum"),
                                           std::tuple("p95", "TargetResponseTime", "p95"),
                                           std::tuple("hosts", "HealthyHostCount", "Maximum")}) {
      aws::cloudwatch::MetricDataQuery query;
      query.Id = id;
      query.MetricStat.emplace();
      query.MetricStat->Period = 1;
      query.MetricStat->Stat = stat;
      query.MetricStat->Metric.emplace();
      query.MetricStat->Metric->Namespace = "AWS/ApplicationELB";
      query.MetricStat->Metric->MetricName = metric;
      query.MetricStat->Metric->Dimensions = {
          {"LoadBalancer", Service::load_balancer_dimension(world.balancer)},
          {"TargetGroup", Service::target_group_dimension(world.blue_group)}};
      request.MetricDataQueries.push_back(query);
    }
    std::map<std::string, double> sums;
    std::map<std::string, std::size_t> points;
    const Deadline deadline = Deadline::after(kLimit);
    while (sums["requests"] < 43 && !deadline.has_passed()) {
      sums.clear();
      auto response = co_await world.call<aws::cloudwatch::GetMetricData>(request);
      for (const auto& result : response.MetricDataResults) {
        points[*result.Id] = result.Values.size();
        for (double value : result.Values) sums[*result.Id] += value;
      }
      co_await sleep_for(Duration(10));
    }

    EXPECT_EQ(sums["requests"], 43);
    EXPECT_EQ(sums["good"], 40);
    EXPECT_EQ(sums["bad"], 3);
    EXPECT_GT(points["p95"], 0u);
    EXPECT_GT(points["hosts"], 0u);
  });
}

}  // namespace
}  // namespace sb::cloud::elbv2
