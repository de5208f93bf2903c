// Services on a real saltcloud: bubblewrap tasks behind HAProxy, deployed blue/green and rolling,
// also while the daemon is killed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "aws/model/ecs.hpp"
#include "aws/model/elbv2.hpp"
#include "aws/model/logs.hpp"
#include "aws/model/ssm.hpp"
#include "base/http/client.hpp"
#include "image/image.hpp"
#include "support/saltcloud_fixture.hpp"

namespace sb::cloud {
namespace {

namespace ecs = aws::ecs;
namespace elb = aws::elbv2;
using ::testing::HasSubstr;
using testing::Saltcloud;

constexpr auto kProgram = R"(import http.server, os, signal, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        sick = os.environ.get("SICK") and self.path == "/health"
        body = os.environ["VERSION"].encode()
        self.send_response(503 if sick else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments): pass
server = http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *a: threading.Thread(target=server.shutdown).start())
print("serving", os.environ["VERSION"], os.environ.get("SECRET", ""), flush=True)
server.serve_forever()
)";

class EcsService : public ::testing::Test {
 protected:
  void SetUp() override {
    auto program = cloud_.home() / "program.py";
    std::ofstream(program) << kProgram;
    image::BuildSpec spec;
    spec.name = "web";
    spec.tag = "1";
    spec.files = {{.path = "server.py", .source = program, .mode = 0644, .symlink_target = {}}};
    spec.config.command = {"python3", "/app/server.py"};
    auto built = image::build(cloud_.home() / "images", spec);
    ASSERT_TRUE(built) << built.error().text();
    image_ = built->reference;
    ecs::CreateClusterRequest cluster;
    cluster.clusterName = "main";
    must<ecs::CreateCluster>(cluster);
  }

  template <class Operation>
  typename Operation::Response must(typename Operation::Request request) {
    auto answer = cloud_.call<Operation>(std::move(request));
    if (!answer) {
      ADD_FAILURE() << Operation::kName << ": " << answer.error().text();
      throw std::runtime_error("stop");
    }
    return *std::move(answer);
  }

  // Looks again until `reached`, at most a minute.
  template <class Condition>
  bool eventually(Condition reached) {
    auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < limit) {
      if (reached()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  std::string register_version(const std::string& version,
                               std::map<std::string, std::string> environment = {}) {
    ecs::ContainerDefinition container;
    container.name = "app";
    container.image = image_;
    container.memory = 128;
    container.stopTimeout = 5;
    container.portMappings.resize(1);
    container.portMappings[0].containerPort = 8000;
    environment["VERSION"] = version;
    environment["PORT"] = "8000";
    for (const auto& [name, value] : environment) {
      ecs::KeyValuePair pair;
      pair.name = name;
      pair.value = value;
      container.environment.push_back(pair);
    }
    container.secrets = secrets_;
    auto& logging = container.logConfiguration.emplace();
    logging.logDriver = "awslogs";
    logging.options = {{"awslogs-group", "/ecs/web"},
                       {"awslogs-create-group", "true"},
                       {"awslogs-stream-prefix", "web"}};
    ecs::RegisterTaskDefinitionRequest request;
    request.family = "web";
    request.containerDefinitions = {container};
    return *must<ecs::RegisterTaskDefinition>(request).taskDefinition->taskDefinitionArn;
  }

  std::string make_group(const std::string& name) {
    elb::CreateTargetGroupRequest request;
    request.Name = name;
    request.Protocol = "HTTP";
    request.Port = 8000;
    request.VpcId = "vpc-1";
    request.TargetType = "ip";
    request.HealthCheckPath = "/health";
    request.HealthCheckIntervalSeconds = 5;
    request.HealthCheckTimeoutSeconds = 2;
    request.HealthyThresholdCount = 2;
    request.UnhealthyThresholdCount = 2;
    auto arn = *must<elb::CreateTargetGroup>(request).TargetGroups[0].TargetGroupArn;
    elb::ModifyTargetGroupAttributesRequest attributes;
    attributes.TargetGroupArn = arn;
    attributes.Attributes.resize(1);
    attributes.Attributes[0].Key = "deregistration_delay.timeout_seconds";
    attributes.Attributes[0].Value = "1";
    must<elb::ModifyTargetGroupAttributes>(attributes);
    return arn;
  }

  // A listener's default rule.
  std::string listen(const std::string& balancer, int port, const std::string& group) {
    elb::CreateListenerRequest request;
    request.LoadBalancerArn = balancer;
    request.Protocol = "HTTP";
    request.Port = port;
    request.DefaultActions.resize(1);
    request.DefaultActions[0].Type = "forward";
    request.DefaultActions[0].TargetGroupArn = group;
    elb::DescribeRulesRequest rules;
    rules.ListenerArn = *must<elb::CreateListener>(request).Listeners[0].ListenerArn;
    return *must<elb::DescribeRules>(rules).Rules[0].RuleArn;
  }

  void make_balancer() {
    elb::CreateLoadBalancerRequest request;
    request.Name = "web";
    request.Subnets = {"subnet-1", "subnet-2"};
    auto balancer = must<elb::CreateLoadBalancer>(request).LoadBalancers[0];
    address_ = *balancer.DNSName;
    blue_ = make_group("blue");
    green_ = make_group("green");
    production_ = listen(*balancer.LoadBalancerArn, 8080, blue_);
    test_ = listen(*balancer.LoadBalancerArn, 8081, blue_);
  }

  static ecs::DeploymentConfiguration blue_green(std::vector<std::string> pauses) {
    ecs::DeploymentConfiguration configuration;
    configuration.strategy = "BLUE_GREEN";
    configuration.bakeTimeInMinutes = 0;
    configuration.deploymentCircuitBreaker.emplace();
    configuration.deploymentCircuitBreaker->enable = true;
    configuration.deploymentCircuitBreaker->rollback = true;
    if (!pauses.empty()) {
      ecs::DeploymentLifecycleHook hook;
      hook.targetType = "PAUSE";
      hook.lifecycleStages = std::move(pauses);
      configuration.lifecycleHooks.push_back(hook);
    }
    return configuration;
  }

  void create_service(const std::string& definition, ecs::DeploymentConfiguration configuration,
                      int count) {
    ecs::CreateServiceRequest request;
    request.cluster = "main";
    request.serviceName = "web";
    request.taskDefinition = definition;
    request.desiredCount = count;
    ecs::LoadBalancer balancer;
    balancer.targetGroupArn = blue_;
    balancer.containerName = "app";
    balancer.containerPort = 8000;
    if (configuration.strategy != "ROLLING") {
      auto& advanced = balancer.advancedConfiguration.emplace();
      advanced.alternateTargetGroupArn = green_;
      advanced.productionListenerRule = production_;
      advanced.testListenerRule = test_;
    }
    request.loadBalancers = {balancer};
    request.deploymentConfiguration = std::move(configuration);
    must<ecs::CreateService>(request);
  }

  void update(const std::string& definition,
              std::optional<ecs::DeploymentConfiguration> configuration = {}) {
    ecs::UpdateServiceRequest request;
    request.cluster = "main";
    request.service = "web";
    request.taskDefinition = definition;
    request.forceNewDeployment = true;
    request.deploymentConfiguration = std::move(configuration);
    must<ecs::UpdateService>(request);
  }

  ecs::Service service() {
    ecs::DescribeServicesRequest request;
    request.cluster = "main";
    request.services = {"web"};
    auto answer = must<ecs::DescribeServices>(request);
    return answer.services.at(0);
  }

  // The waiter's condition, and that the deployment has ended.
  bool is_stable() {
    auto now = service();
    return now.deployments.size() == 1 && now.runningCount == now.desiredCount &&
           now.deployments[0].rolloutState == "COMPLETED";
  }

  ecs::ServiceDeployment newest_deployment() {
    ecs::ListServiceDeploymentsRequest list;
    list.cluster = "main";
    list.service = "web";
    ecs::DescribeServiceDeploymentsRequest describe;
    describe.serviceDeploymentArns = {
        *must<ecs::ListServiceDeployments>(list).serviceDeployments.at(0).serviceDeploymentArn};
    return must<ecs::DescribeServiceDeployments>(describe).serviceDeployments.at(0);
  }

  // The hook that waits at `stage`.
  std::string awaited_hook(const std::string& stage) {
    std::string hook;
    bool found = eventually([&] {
      auto deployment = newest_deployment();
      for (const auto& detail : deployment.lifecycleHookDetails)
        if (detail.status == "AWAITING_ACTION" && deployment.lifecycleStage == stage)
          hook = *detail.hookId;
      return !hook.empty();
    });
    EXPECT_TRUE(found) << "never paused at " << stage << "; " << story();
    return hook;
  }

  void answer(const std::string& hook, const std::string& action) {
    ecs::ContinueServiceDeploymentRequest request;
    request.serviceDeploymentArn = newest_deployment().serviceDeploymentArn;
    request.hookId = hook;
    request.action = action;
    must<ecs::ContinueServiceDeployment>(request);
  }

  std::string fetch(int port) {
    return run_task(fetch_task("http://" + address_ + ":" + std::to_string(port) + "/"));
  }
  static Task<std::string> fetch_task(std::string url) {
    http::Client client;
    http::ClientRequest request;
    request.url = std::move(url);
    auto response =
        co_await client.send(std::move(request), Deadline::after(std::chrono::seconds(5)));
    if (!response) co_return "error: " + response.error().text();
    if (response->status != 200) co_return "status " + std::to_string(response->status);
    co_return response->body;
  }

  std::string story() {
    std::string out;
    for (const auto& event : service().events) out += "\n  " + event.message.value_or("");
    return out + "\n" + cloud_.log();
  }

  Saltcloud cloud_;
  std::string image_, address_, blue_, green_, production_, test_;
  std::vector<ecs::Secret> secrets_;
};

// Asks without pause; counts the answers that are no version.
class Load {
 public:
  explicit Load(std::function<std::string()> ask)
      : thread_([this, ask] {
          while (!stop_) {
            auto body = ask();
            ++sent_;
            if (body.starts_with("v")) continue;
            ++failed_;
            last_failure_ = body;
          }
        }) {}
  ~Load() {
    stop();
  }
  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int sent() const {
    return sent_;
  }
  int failed() const {
    return failed_;
  }
  const std::string& last_failure() const {
    return last_failure_;
  }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<int> sent_ = 0, failed_ = 0;
  std::string last_failure_;
  std::thread thread_;
};

TEST_F(EcsService, goes_blue_green_through_its_pauses_without_a_failed_request) {
  make_balancer();
  create_service(register_version("v1"), blue_green({}), 2);
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();
  ASSERT_EQ(fetch(8080), "v1");

  Load load([&] { return fetch(8080); });
  update(register_version("v2"),
         blue_green({"POST_TEST_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"}));
  auto first = awaited_hook("POST_TEST_TRAFFIC_SHIFT");
  EXPECT_EQ(fetch(8081), "v2");
  EXPECT_EQ(fetch(8080), "v1");
  answer(first, "CONTINUE");
  auto second = awaited_hook("POST_PRODUCTION_TRAFFIC_SHIFT");
  EXPECT_EQ(fetch(8080), "v2");
  EXPECT_EQ(service().deployments.size(), 2u);
  answer(second, "CONTINUE");
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();
  load.stop();

  EXPECT_EQ(fetch(8080), "v2");
  EXPECT_EQ(newest_deployment().status, "SUCCESSFUL");
  EXPECT_GT(load.sent(), 10);
  EXPECT_EQ(load.failed(), 0) << load.last_failure();
  EXPECT_THAT(*service().events.at(0).message, HasSubstr("has reached a steady state"));
}

TEST_F(EcsService, puts_the_old_revision_back_when_a_hook_says_so) {
  make_balancer();
  create_service(register_version("v1"), blue_green({}), 1);
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();
  auto old = service().deployments.at(0).taskDefinition;

  Load load([&] { return fetch(8080); });
  update(register_version("v2"), blue_green({"POST_PRODUCTION_TRAFFIC_SHIFT"}));
  auto hook = awaited_hook("POST_PRODUCTION_TRAFFIC_SHIFT");
  ASSERT_EQ(fetch(8080), "v2");
  answer(hook, "ROLLBACK");
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();
  load.stop();

  EXPECT_EQ(fetch(8080), "v1");
  EXPECT_EQ(fetch(8081), "v1");
  auto deployment = newest_deployment();
  EXPECT_EQ(deployment.status, "ROLLBACK_SUCCESSFUL");
  EXPECT_THAT(*deployment.rollback->reason, HasSubstr("hook execution failure"));
  EXPECT_EQ(service().deployments.at(0).taskDefinition, old);
  EXPECT_EQ(load.failed(), 0) << load.last_failure();
}

TEST_F(EcsService, keeps_the_old_revision_when_the_new_one_lacks_a_secret) {
  make_balancer();
  create_service(register_version("v1"), blue_green({}), 1);
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();

  ecs::Secret secret;
  secret.name = "SECRET";
  secret.valueFrom = "/web/missing";
  secrets_ = {secret};
  update(register_version("v2"));
  ASSERT_TRUE(eventually([&] { return newest_deployment().status == "ROLLBACK_SUCCESSFUL"; }))
      << story();

  EXPECT_EQ(fetch(8080), "v1");
  ecs::ListTasksRequest list;
  list.cluster = "main";
  list.desiredStatus = "STOPPED";
  ecs::DescribeTasksRequest describe;
  describe.cluster = "main";
  describe.tasks = must<ecs::ListTasks>(list).taskArns;
  auto stopped = must<ecs::DescribeTasks>(describe).tasks.at(0);
  EXPECT_EQ(stopped.stopCode, "TaskFailedToStart");
  EXPECT_THAT(*stopped.stoppedReason, HasSubstr("ResourceInitializationError"));
}

TEST_F(EcsService, goes_on_with_a_deployment_after_being_killed) {
  make_balancer();
  create_service(register_version("v1"), blue_green({}), 2);
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();

  Load load([&] { return fetch(8080); });
  update(register_version("v2"), blue_green({"POST_TEST_TRAFFIC_SHIFT"}));
  cloud_.kill();
  cloud_.start();
  auto hook = awaited_hook("POST_TEST_TRAFFIC_SHIFT");
  cloud_.kill();
  cloud_.start();
  answer(hook, "CONTINUE");
  cloud_.kill();
  cloud_.start();
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();
  load.stop();

  EXPECT_EQ(newest_deployment().status, "SUCCESSFUL");
  EXPECT_EQ(fetch(8080), "v2");
  EXPECT_EQ(load.failed(), 0) << load.last_failure();
}

TEST_F(EcsService, rolls_to_new_tasks_when_forced_and_replaces_one_that_dies) {
  make_balancer();
  ecs::DeploymentConfiguration rolling;
  rolling.strategy = "ROLLING";
  aws::ssm::PutParameterRequest parameter;
  parameter.Name = "/web/secret";
  parameter.Value = "first";
  parameter.Type = "SecureString";
  must<aws::ssm::PutParameter>(parameter);
  ecs::Secret secret;
  secret.name = "SECRET";
  secret.valueFrom = "/web/secret";
  secrets_ = {secret};
  auto definition = register_version("v1");
  create_service(definition, rolling, 2);
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();
  ecs::ListTasksRequest list;
  list.cluster = "main";
  list.serviceName = "web";
  auto before = must<ecs::ListTasks>(list).taskArns;

  parameter.Value = "second";
  parameter.Overwrite = true;
  must<aws::ssm::PutParameter>(parameter);
  Load load([&] { return fetch(8080); });
  update(definition);
  ASSERT_FALSE(is_stable());
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();
  load.stop();
  EXPECT_EQ(load.failed(), 0) << load.last_failure();
  auto after = must<ecs::ListTasks>(list).taskArns;
  ASSERT_EQ(after.size(), 2u);
  for (const auto& task : after) EXPECT_THAT(before, ::testing::Not(::testing::Contains(task)));
  aws::logs::FilterLogEventsRequest filter;
  filter.logGroupName = "/ecs/web";
  filter.filterPattern = "second";
  EXPECT_TRUE(
      eventually([&] { return must<aws::logs::FilterLogEvents>(filter).events.size() == 2; }));

  ecs::StopTaskRequest stop;
  stop.cluster = "main";
  stop.task = after[0];
  must<ecs::StopTask>(stop);
  EXPECT_TRUE(eventually([&] {
    auto now = must<ecs::ListTasks>(list).taskArns;
    return now.size() == 2 && now != after && is_stable();
  })) << story();
}

TEST_F(EcsService, runs_one_task_and_tells_how_it_ended) {
  ecs::RunTaskRequest request;
  request.cluster = "main";
  request.taskDefinition = register_version("v1");
  ecs::ContainerOverride override;
  override.name = "app";
  override.command = {"/bin/sh", "-c", "echo from $WHO; exit 7"};
  ecs::KeyValuePair who;
  who.name = "WHO";
  who.value = "afar";
  override.environment = {who};
  request.overrides.emplace().containerOverrides = {override};
  auto task = must<ecs::RunTask>(request).tasks.at(0);
  EXPECT_EQ(task.lastStatus, "PROVISIONING");

  ecs::DescribeTasksRequest describe;
  describe.cluster = "main";
  describe.tasks = {*task.taskArn};
  ASSERT_TRUE(eventually(
      [&] { return must<ecs::DescribeTasks>(describe).tasks.at(0).lastStatus == "STOPPED"; }));
  auto ended = must<ecs::DescribeTasks>(describe).tasks.at(0);
  EXPECT_EQ(ended.stopCode, "EssentialContainerExited");
  EXPECT_EQ(ended.containers.at(0).exitCode, 7);
  aws::logs::FilterLogEventsRequest filter;
  filter.logGroupName = "/ecs/web";
  auto events = must<aws::logs::FilterLogEvents>(filter).events;
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].message, "from afar");
}

TEST_F(EcsService, starts_a_container_after_the_one_that_it_waits_for) {
  ecs::ContainerDefinition first, second;
  first.name = "prepare";
  first.essential = false;
  second.name = "app";
  for (auto* container : {&first, &second}) {
    container->image = image_;
    container->memory = 64;
    auto& logging = container->logConfiguration.emplace();
    logging.logDriver = "awslogs";
    logging.options = {{"awslogs-group", "/ecs/job"},
                       {"awslogs-create-group", "true"},
                       {"awslogs-stream-prefix", "job"}};
  }
  first.command = {"/bin/sh", "-c", "sleep 0.3; echo prepared"};
  second.command = {"/bin/sh", "-c", "echo begun"};
  second.dependsOn.resize(1);
  second.dependsOn[0].containerName = "prepare";
  second.dependsOn[0].condition = "SUCCESS";
  ecs::RegisterTaskDefinitionRequest request;
  request.family = "job";
  request.containerDefinitions = {second, first};
  must<ecs::RegisterTaskDefinition>(request);
  ecs::RunTaskRequest run;
  run.cluster = "main";
  run.taskDefinition = "job";
  ecs::DescribeTasksRequest describe;
  describe.cluster = "main";
  describe.tasks = {*must<ecs::RunTask>(run).tasks.at(0).taskArn};
  ASSERT_TRUE(eventually(
      [&] { return must<ecs::DescribeTasks>(describe).tasks.at(0).lastStatus == "STOPPED"; }));

  auto ended = must<ecs::DescribeTasks>(describe).tasks.at(0);
  EXPECT_EQ(ended.stopCode, "EssentialContainerExited") << *ended.stoppedReason;
  aws::logs::FilterLogEventsRequest filter;
  filter.logGroupName = "/ecs/job";
  auto events = must<aws::logs::FilterLogEvents>(filter).events;
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].message, "prepared");
  EXPECT_EQ(events[1].message, "begun");
}

TEST_F(EcsService, ends_when_it_is_deleted) {
  make_balancer();
  create_service(register_version("v1"), blue_green({}), 1);
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();
  ecs::DeleteServiceRequest request;
  request.cluster = "main";
  request.service = "web";
  EXPECT_EQ(cloud_.call<ecs::DeleteService>(request).error().subject, "InvalidParameterException");
  request.force = true;
  EXPECT_EQ(must<ecs::DeleteService>(request).service->status, "DRAINING");

  ASSERT_TRUE(eventually([&] { return service().status == "INACTIVE"; })) << story();

  ecs::ListTasksRequest list;
  list.cluster = "main";
  EXPECT_TRUE(must<ecs::ListTasks>(list).taskArns.empty());
  create_service(register_version("v2"), blue_green({}), 1);
  ASSERT_TRUE(eventually([&] { return is_stable(); })) << story();
  EXPECT_EQ(fetch(8080), "v2");
}

TEST_F(EcsService, answers_what_it_cannot_do_as_aws_does) {
  make_balancer();
  ecs::UpdateServiceRequest unknown;
  unknown.cluster = "main";
  unknown.service = "nobody";
  EXPECT_EQ(cloud_.call<ecs::UpdateService>(unknown).error().subject, "ServiceNotFoundException");
  unknown.cluster = "nowhere";
  EXPECT_EQ(cloud_.call<ecs::UpdateService>(unknown).error().subject, "ClusterNotFoundException");
  ecs::DescribeTaskDefinitionRequest definition;
  definition.taskDefinition = "nothing";
  EXPECT_EQ(cloud_.call<ecs::DescribeTaskDefinition>(definition).error().subject,
            "ClientException");
  ecs::CreateServiceRequest service;
  service.cluster = "main";
  service.serviceName = "web";
  service.taskDefinition = register_version("v1");
  service.desiredCount = 1;
  service.deploymentConfiguration = blue_green({"PRODUCTION_TRAFFIC_SHIFT"});
  EXPECT_EQ(cloud_.call<ecs::CreateService>(service).error().subject, "InvalidParameterException");
  ecs::ContinueServiceDeploymentRequest proceed;
  proceed.serviceDeploymentArn =
      "arn:aws:ecs:us-west-2:000000000000:service-deployment/main/web/abcdefghijklmnopqrstu";
  proceed.hookId = "x";
  EXPECT_EQ(cloud_.call<ecs::ContinueServiceDeployment>(proceed).error().subject,
            "ServiceDeploymentNotFoundException");
}

}  // namespace
}  // namespace sb::cloud
