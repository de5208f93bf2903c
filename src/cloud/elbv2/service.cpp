#include "cloud/elbv2/service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log/log.hpp"
#include "cloud/elbv2/service_impl.hpp"
#include "cloud/proxy/render.hpp"

namespace sb::cloud::elbv2 {

namespace {

// How often targets that drain are looked at, and host counts written down.
constexpr Duration kWatchDraining{100};
constexpr Duration kWatchQuiet{1000};

// AWS's code as the subject, for callers inside the daemon.
Error to_error(const gateway::Fault& fault) {
  if (fault.cause) return Error{*fault.cause, fault.message, {}};
  const bool is_missing = fault.code.ends_with("NotFound");
  return Error{is_missing ? ErrorCode::not_found : ErrorCode::invalid_argument, fault.message,
               fault.code};
}

std::string last_parts(const std::string& arn, std::string_view marker) {
  const auto at = arn.find(marker);
  return at == std::string::npos ? std::string() : arn.substr(at);
}

}  // namespace

Service::Impl::Impl(Executor e, Store& s, AddressBlock& a, proxy::Proxy& p, ServiceOptions o)
    : executor(e),
      store(s),
      addresses(a),
      proxy(p),
      options(std::move(o)),
      metrics(p.traffic(), hosts, now),
      health_changed(e),
      woken(e),
      gate(e) {}

Context Service::Impl::context() {
  Context made;
  made.arns = options.arns;
  made.now = now();
  made.allocate_address = [this](const std::string& owner) {
    return addresses.allocate(AddressKind::load_balancer, owner);
  };
  made.has_certificate = [this](const std::string& arn) {
    const auto name = certificate_name(arn);
    return name && std::filesystem::is_regular_file(options.certificates / (*name + ".pem"));
  };
  return made;
}

proxy::Model Service::Impl::model() const {
  return to_model(state, [this](const std::string& arn) {
    const auto path = options.certificates / (certificate_name(arn).value_or("missing") + ".pem");
    std::error_code error;
    const auto written = std::filesystem::last_write_time(path, error);
    return std::pair(path.string(), fmt::format("{} {};", arn, written.time_since_epoch().count()));
  });
}

Task<Result<>> Service::Impl::commit(State next) {
  if (next == state) co_return Result<>();
  State before = state;
  SB_CO_TRY_VOID(save_changes(store, before, next));
  state = next;
  auto applied = co_await proxy.apply(model());
  if (!applied) {
    State current = state;
    take_back(state, before, next);
    if (auto saved = save_changes(store, current, state); !saved) {
      log::error("a refused change stays in the store", {{"error", saved.error().text()}});
    }
    if (auto restored = co_await proxy.apply(model()); !restored) {
      log::error("the load balancer is not as it was", {{"error", restored.error().text()}});
    }
  }
  release_unused_addresses();
  woken.notify_all();
  health_changed.notify_all();
  co_return applied;
}

gateway::Fault Service::Impl::refusal(const Error& error) {
  if (error.code == ErrorCode::failed_precondition) {
    return gateway::Fault("InvalidConfigurationRequest", error.message);
  }
  return gateway::Fault(error);
}

void Service::Impl::release_unused_addresses() {
  for (const auto& [address, owner] : addresses.held(AddressKind::load_balancer)) {
    if (state.load_balancers.contains(owner)) continue;
    if (auto released = addresses.release(address); !released) {
      log::warning("cannot release an address",
                   {{"address", address}, {"error", released.error().text()}});
    }
  }
}

const proxy::TargetHealth* Service::Impl::seen(const TargetGroup& group,
                                               const Target& target) const {
  const auto& health = proxy.health();
  auto targets = health.find(group_key(group));
  if (targets == health.end()) return nullptr;
  auto found = targets->second.find(
      proxy::Target{target.address, static_cast<std::uint16_t>(target.port), false}.key());
  return found == targets->second.end() ? nullptr : &found->second;
}

std::vector<TargetState> Service::Impl::health_of(const TargetGroup& group) const {
  const bool is_in_use = !state.users_of(*group.shape.TargetGroupArn).empty();
  std::vector<TargetState> states;
  for (const Target& target : group.targets) {
    states.push_back(state_of(target, group, is_in_use, seen(group, target), now()));
  }
  return states;
}

Outcome<api::DescribeTargetHealthResponse> Service::Impl::describe_health(
    const api::DescribeTargetHealthRequest& request) {
  SB_TRY(auto group, find_target_group(state, request.TargetGroupArn.value_or("")));
  std::vector<TargetState> states = health_of(*group);
  if (!request.Targets.empty()) {
    std::vector<TargetState> asked;
    for (const api::TargetDescription& description : request.Targets) {
      const TargetAddress address{description.Id.value_or(""),
                                  description.Port.value_or(group->shape.Port.value_or(0))};
      auto found = std::find_if(states.begin(), states.end(),
                                [&](const TargetState& one) { return one.target == address; });
      asked.push_back(found != states.end()
                          ? *found
                          : TargetState{address, "unused", "Target.NotRegistered",
                                        "Target is not registered to the target group"});
    }
    states = std::move(asked);
  }
  api::DescribeTargetHealthResponse response;
  const std::string check_port = group->shape.HealthCheckPort.value_or("traffic-port");
  for (const TargetState& one : states) {
    api::TargetHealthDescription description;
    description.Target = api::TargetDescription{one.target.address, one.target.port, std::nullopt};
    description.HealthCheckPort =
        check_port == "traffic-port" ? std::to_string(one.target.port) : check_port;
    description.TargetHealth.emplace();
    description.TargetHealth->State = one.state;
    if (!one.reason.empty()) {
      description.TargetHealth->Reason = one.reason;
      description.TargetHealth->Description = one.description;
    }
    response.TargetHealthDescriptions.push_back(std::move(description));
  }
  return response;
}

void Service::Impl::record_hosts() {
  std::map<HostHistory::Key, HostCounts> current;
  for (const auto& [arn, group] : state.target_groups) {
    HostCounts counts;
    for (const TargetState& one : health_of(group)) {
      if (one.state == "healthy") ++counts.healthy;
      if (one.state == "unhealthy") ++counts.unhealthy;
    }
    for (const std::string& balancer : state.users_of(arn)) {
      current[{load_balancer_dimension(balancer), target_group_dimension(arn)}] = counts;
    }
  }
  hosts.set(current, now());
}

Task<> Service::Impl::finish_draining() {
  State next = state;
  bool is_changed = false;
  for (auto& [arn, group] : next.target_groups) {
    is_changed = std::erase_if(group.targets,
                               [&, &drained_group = group](const Target& target) {
                                 return is_drained(target, drained_group,
                                                   seen(drained_group, target), now());
                               }) > 0 ||
                 is_changed;
  }
  if (!is_changed) co_return;
  auto done = co_await commit(std::move(next));
  if (!done) log::warning("cannot remove drained targets", {{"error", done.error().text()}});
}

Task<> Service::Impl::watch(std::shared_ptr<Impl> self) {
  while (!self->gate.is_closed()) {
    self->record_hosts();
    co_await self->finish_draining();
    bool is_draining = false;
    for (const auto& [arn, group] : self->state.target_groups) {
      is_draining =
          is_draining || std::any_of(group.targets.begin(), group.targets.end(),
                                     [](const Target& t) { return t.draining_since.has_value(); });
    }
    const Deadline next = Deadline::after(is_draining ? kWatchDraining : kWatchQuiet);
    if (co_await self->proxy.health_changed().wait(next)) self->health_changed.notify_all();
  }
}

Service::Service(Executor executor, Store& store, AddressBlock& addresses, proxy::Proxy& proxy,
                 ServiceOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), store, addresses, proxy,
                                   std::move(options))) {}

Service::~Service() {
  impl_->gate.close();
}

Task<Result<>> Service::start() {
  auto impl = impl_;
  auto loaded = load(impl->store);
  if (!loaded) co_return std::unexpected(std::move(loaded).error());
  impl->state = *std::move(loaded);
  impl->release_unused_addresses();
  auto started = co_await impl->proxy.start(impl->model());
  if (!started)
    log::error("the load balancers are not up yet", {{"error", started.error().text()}});
  spawn_logged(impl->executor, impl->gate, "elbv2 watch", Impl::watch(impl));
  co_return Result<>();
}

Task<> Service::stop() {
  auto impl = impl_;
  impl->gate.close();
  co_await impl->proxy.stop();
  impl->proxy.health_changed().notify_all();  // ends the watch's wait
  co_await impl->gate.drain(Deadline::after(std::chrono::seconds(5)));
}

Task<> Service::shutdown() {
  auto impl = impl_;
  co_await stop();
  co_await impl->proxy.shutdown();
}

Task<Result<>> Service::register_targets(std::string target_group,
                                         std::vector<TargetAddress> targets) {
  auto impl = impl_;
  api::RegisterTargetsRequest request;
  request.TargetGroupArn = std::move(target_group);
  for (TargetAddress& target : targets) {
    request.Targets.push_back({std::move(target.address), target.port, std::nullopt});
  }
  State next = impl->state;
  auto outcome = operate(next, request, impl->context());
  if (!outcome) co_return std::unexpected(to_error(outcome.error()));
  co_return co_await impl->commit(std::move(next));
}

Task<Result<>> Service::deregister_targets(std::string target_group,
                                           std::vector<TargetAddress> targets) {
  auto impl = impl_;
  api::DeregisterTargetsRequest request;
  request.TargetGroupArn = std::move(target_group);
  for (TargetAddress& target : targets) {
    request.Targets.push_back({std::move(target.address), target.port, std::nullopt});
  }
  State next = impl->state;
  auto outcome = operate(next, request, impl->context());
  if (!outcome) co_return std::unexpected(to_error(outcome.error()));
  co_return co_await impl->commit(std::move(next));
}

Result<std::vector<TargetState>> Service::target_health(const std::string& target_group) const {
  auto group = find_target_group(impl_->state, target_group);
  if (!group) return std::unexpected(to_error(group.error()));
  return impl_->health_of(**group);
}

Notifier& Service::health_changed() {
  return impl_->health_changed;
}

Result<std::string> Service::rule_of(const std::string& rule_or_listener) const {
  if (impl_->state.rules.contains(rule_or_listener)) return rule_or_listener;
  auto listener = impl_->state.listeners.find(rule_or_listener);
  if (listener != impl_->state.listeners.end()) return listener->second.default_rule;
  const bool is_listener = rule_or_listener.find(":listener/") != std::string::npos;
  return fail(ErrorCode::not_found, fmt::format("'{}' not found", rule_or_listener),
              is_listener ? "ListenerNotFound" : "RuleNotFound");
}

bool Service::target_group_exists(const std::string& target_group) const {
  return impl_->state.target_groups.contains(target_group);
}

Result<std::string> Service::url_of(const std::string& rule_or_listener) const {
  SB_TRY(auto rule, rule_of(rule_or_listener));
  const Listener& listener = impl_->state.listeners.at(impl_->state.rules.at(rule).listener);
  const LoadBalancer& balancer = impl_->state.load_balancers.at(*listener.shape.LoadBalancerArn);
  return fmt::format("{}://{}:{}", listener.shape.Protocol == "HTTPS" ? "https" : "http",
                     balancer.address, *listener.shape.Port);
}

Task<Result<>> Service::set_rule_weights(std::string rule, std::vector<GroupWeight> weights) {
  auto impl = impl_;
  auto arn = rule_of(rule);
  if (!arn) co_return std::unexpected(std::move(arn).error());
  State next = impl->state;
  api::Action action;
  action.Type = "forward";
  action.ForwardConfig.emplace();
  for (const GroupWeight& weight : weights) {
    action.ForwardConfig->TargetGroups.push_back({weight.target_group, weight.weight});
  }
  std::vector<api::Action> wanted;
  wanted.push_back(std::move(action));
  auto actions = checked_actions(next, std::move(wanted));
  if (!actions) co_return std::unexpected(to_error(actions.error()));
  next.rules.at(*arn).shape.Actions = *std::move(actions);
  co_return co_await impl->commit(std::move(next));
}

Result<std::vector<GroupWeight>> Service::rule_weights(const std::string& rule) const {
  SB_TRY(auto arn, rule_of(rule));
  std::vector<GroupWeight> weights;
  for (const auto& tuple : forward_of(impl_->state.rules.at(arn).shape.Actions)) {
    weights.push_back({tuple.TargetGroupArn.value_or(""), tuple.Weight.value_or(1)});
  }
  return weights;
}

Task<Result<>> Service::verify_live_weights(std::string rule) {
  auto impl = impl_;
  auto arn = rule_of(rule);
  if (!arn) co_return std::unexpected(std::move(arn).error());
  auto live = co_await impl->proxy.live_weights();
  if (!live) co_return std::unexpected(std::move(live).error());
  const proxy::Model model = impl->model();
  const std::string key = rule_key(impl->state.rules.at(*arn));
  for (const proxy::Listener& listener : model.listeners) {
    for (const proxy::Rule& one : listener.rules) {
      if (one.key != key) continue;
      const std::string stored =
          proxy::weights_value(one.action.forward, proxy::weight_slots(model));
      if (live->contains(key) && live->at(key) == stored) co_return Result<>();
    }
  }
  co_return fail(ErrorCode::conflict, "the load balancer's live weights are not the stored ones",
                 *arn);
}

std::string Service::load_balancer_dimension(const std::string& arn) {
  return last_parts(arn, "app/");
}
std::string Service::target_group_dimension(const std::string& arn) {
  return last_parts(arn, "targetgroup/");
}

const metrics::MetricSource& Service::metrics() const {
  return impl_->metrics;
}

}  // namespace sb::cloud::elbv2
