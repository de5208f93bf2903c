#include "cloud/daemon/services.hpp"

#include "base/async/spawn.hpp"
#include "cloud/elbv2/service.hpp"
#include "cloud/proxy/proxy.hpp"
#include "cloud/sts/sts.hpp"

namespace sb::cloud {

namespace {
constexpr const char* kBalancing = "elasticloadbalancing";  // as in a signature's scope
}

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
              {.certificates = home.root / "ca" / "certificates", .arns = arns}) {
    readiness.expect(kBalancing);
  }

  void attach(gateway::Gateway& gateway) {
    sts::attach(gateway);
    ssm.attach(gateway);
    secretsmanager.attach(gateway);
    logs.attach(gateway);
    elbv2.attach(gateway);
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
  co_return Result<>{};
}

Task<> Services::stop() {
  co_await parts_->elbv2.stop();
}

}  // namespace sb::cloud
