#include "cloud/daemon/services.hpp"

#include <chrono>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"
#include "cloud/cloudwatch/service.hpp"
#include "cloud/ecs/ecs.hpp"
#include "cloud/elasticache/service.hpp"
#include "cloud/elbv2/service.hpp"
#include "cloud/exec/session_host.hpp"
#include "cloud/proxy/proxy.hpp"
#include "cloud/rds/service.hpp"
#include "cloud/runtime/runtime.hpp"
#include "cloud/sts/sts.hpp"

namespace sb::cloud {

namespace {

// As in a signature's scope.
constexpr const char* kBalancing = "elasticloadbalancing";
constexpr const char* kMonitoring = "monitoring";
constexpr const char* kDatabases = "rds";
constexpr const char* kCaches = "elasticache";
constexpr const char* kTasks = "ecs";

constexpr std::chrono::seconds kStopLimit(20);
constexpr std::size_t kPoolThreads = 2;  // for copying data folders and unpacking images

}  // namespace

struct Services::Parts {
  Parts(const Home& home, std::unique_ptr<Store> opened_store, Kms opened_kms,
        AddressBlock opened_addresses, logs::Service opened_logs, const Arns& its_arns,
        const Executor& its_executor, Readiness& its_readiness)
      : executor(its_executor),
        readiness(its_readiness),
        arns(its_arns),
        store(std::move(opened_store)),
        kms(std::move(opened_kms)),
        addresses(std::move(opened_addresses)),
        logs(std::move(opened_logs)),
        ssm(*store, kms, arns),
        secretsmanager(*store, kms, arns),
        proxy(executor, {.folder = home.cloud() / "haproxy"}),
        elbv2(executor, *store, addresses, proxy,
              {.certificates = home.root / "ca" / "certificates", .arns = arns}),
        cloudwatch(executor, *store, arns),
        pool(kPoolThreads),
        rds(executor, *store, kms, addresses, pool, arns),
        elasticache(executor, *store, addresses, arns),
        runtime({.image_layout = home.root / "images",
                 .unpacked_images = home.cloud() / "images",
                 .tasks = home.cloud() / "tasks"},
                pool),
        sessions(executor),
        ecs(executor, {.store = *store,
                       .addresses = addresses,
                       .runtime = runtime,
                       .elbv2 = elbv2,
                       .cloudwatch = cloudwatch,
                       .ssm = ssm,
                       .secrets = secretsmanager,
                       .logs = logs,
                       .sessions = sessions,
                       .arns = arns}) {
    cloudwatch.add_source(elbv2.metrics());
    cloudwatch.add_source(ecs.metrics());
    cloudwatch.add_source(rds.metrics());
    cloudwatch.add_source(elasticache.metrics());
    for (const auto* service : {kBalancing, kMonitoring, kDatabases, kCaches, kTasks})
      readiness.expect(service);
  }

  void attach(gateway::Gateway& gateway) {
    sts::attach(gateway);
    ssm.attach(gateway);
    secretsmanager.attach(gateway);
    logs.attach(gateway);
    elbv2.attach(gateway);
    cloudwatch.attach(gateway);
    rds.attach(gateway);
    elasticache.attach(gateway);
    sessions.attach(gateway);
    ecs.attach(gateway);
  }

  Executor executor;
  Readiness& readiness;
  Arns arns;
  std::unique_ptr<Store> store;  // `addresses` refers to it
  Kms kms;
  AddressBlock addresses;
  logs::Service logs;
  ssm::Service ssm;
  secretsmanager::Service secretsmanager;
  proxy::Proxy proxy;
  elbv2::Service elbv2;
  cloudwatch::Service cloudwatch;
  BlockingPool pool;
  rds::Service rds;
  elasticache::Service elasticache;
  runtime::Runtime runtime;
  exec::SessionHost sessions;
  ecs::Ecs ecs;
};

Services::Services(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Services::~Services() = default;

Result<std::unique_ptr<Services>> Services::open(const Home& home, const Arns& arns,
                                                 const Executor& executor, Readiness& readiness,
                                                 gateway::Gateway& gateway) {
  SB_TRY(auto opened, Store::open(home.cloud()));
  auto store = std::make_unique<Store>(std::move(opened));
  SB_TRY(auto kms, Kms::open(home.cloud() / "kms.key"));
  SB_TRY(auto addresses, AddressBlock::open(*store, home.root));
  SB_TRY(auto logs, logs::Service::open(home.cloud(), arns, executor));
  auto parts = std::make_unique<Parts>(home, std::move(store), std::move(kms), std::move(addresses),
                                       std::move(logs), arns, executor, readiness);
  parts->attach(gateway);
  return std::unique_ptr<Services>(new Services(std::move(parts)));
}

Task<Result<>> Services::start() {
  spawn_logged(parts_->executor, "log retention", parts_->logs.run_retention(Deadline::never()));
  SB_CO_TRY_VOID(co_await parts_->elbv2.start());
  parts_->readiness.set_ready(kBalancing);
  SB_CO_TRY_VOID(co_await parts_->cloudwatch.start());
  parts_->readiness.set_ready(kMonitoring);
  SB_CO_TRY_VOID(co_await parts_->elasticache.start());
  parts_->readiness.set_ready(kCaches);
  SB_CO_TRY_VOID(co_await parts_->rds.start());
  parts_->readiness.set_ready(kDatabases);
  SB_CO_TRY_VOID(co_await parts_->ecs.start());
  parts_->readiness.set_ready(kTasks);
  co_return Result<>{};
}

Task<> Services::end_sessions(Deadline deadline) {
  return parts_->sessions.stop(deadline);
}

Task<> Services::stop() {
  // All at once: each waits for what it is in the middle of.
  Gate stopping(parts_->executor);
  spawn_logged(parts_->executor, stopping, "stop ecs", parts_->ecs.stop());
  spawn_logged(parts_->executor, stopping, "stop rds", parts_->rds.stop());
  spawn_logged(parts_->executor, stopping, "stop elasticache", parts_->elasticache.stop());
  spawn_logged(parts_->executor, stopping, "stop cloudwatch", parts_->cloudwatch.stop());
  spawn_logged(parts_->executor, stopping, "stop elbv2", parts_->elbv2.stop());
  if (!co_await stopping.wait(Deadline::after(kStopLimit)))
    log::warning("not every service has stopped in time");
}

}  // namespace sb::cloud
