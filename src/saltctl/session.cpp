#include "saltctl/session.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "saltctl/live_database.hpp"
#include "saltctl/provision/provision.hpp"
#include "saltctl/provision/templates.hpp"
#include "saltctl/surroundings.hpp"

namespace sb::saltctl {

std::unique_ptr<aws::Client> make_client(const CloudAccess& access, const std::string& region) {
  aws::ClientConfig config;
  config.endpoint = access.endpoint;
  config.region = region;
  config.access_key = access.access_key;
  config.secret_key = access.secret_key;
  config.session_token = access.session_token;
  config.ca_file = access.ca_file;
  return std::make_unique<aws::Client>(std::move(config));
}

namespace {

bool is_on_aws() {
  return where_from_environment().value_or(Where::local) == Where::aws;
}

}  // namespace

std::string how_to_make(const std::string& environment) {
  return is_on_aws() ? "docs/AWS.md says what must be there" : "saltctl up " + environment;
}

Failure with_hint(Error error, const std::string& environment) {
  std::string next;
  if (error.code == ErrorCode::not_found ||
      (error.code == ErrorCode::unavailable && !is_on_aws())) {
    next = how_to_make(environment);
  } else if (error.code == ErrorCode::unauthenticated && is_on_aws()) {
    next = "aws sts get-caller-identity";
  } else if (error.code == ErrorCode::conflict || error.code == ErrorCode::timeout) {
    next = "saltctl status " + environment;
  }
  return Failure(std::move(error), std::move(next));
}

std::expected<Environment, Failure> declared_environment(const Places& places,
                                                         const std::string& name) {
  auto environment = load_environment(places.environments(), name, places.where);
  if (environment) return *std::move(environment);
  bool is_unknown = environment.error().code == ErrorCode::not_found;
  return std::unexpected(Failure(environment.error(), is_unknown ? "saltctl ps" : "", 2));
}

Task<std::expected<Session, Failure>> open_session(const Places& places, std::string environment) {
  Session session;
  session.places = places;
  SB_CO_TRY(session.environment, declared_environment(places, environment));
  auto access = co_await find_access(places);
  if (!access) co_return std::unexpected(with_hint(access.error(), environment));
  session.access = *std::move(access);
  session.client = make_client(session.access, session.environment.region);
  co_await adopt_live_database(session);
  co_return session;
}

Task<std::expected<Resources, Failure>> need_resources(Session& session) {
  auto resources = co_await look_up(*session.client, session.environment);
  const auto& name = session.environment.name;
  if (resources) {
    const auto& declared = session.environment.account;
    if (session.places.where == Where::local || declared.empty() || declared == resources->account)
      co_return *std::move(resources);
    co_return std::unexpected(Failure(
        Error{ErrorCode::permission_denied,
              fmt::format("these credentials are of account {}, and {} is declared to be in {}",
                          resources->account, name, declared),
              {}},
        "aws sts get-caller-identity", release::exit_code(release::Outcome::refused)));
  }
  const bool is_locked_out = resources.error().code == ErrorCode::unauthenticated;
  co_return std::unexpected(with_hint(
      std::move(resources).error().in(
          is_locked_out ? "the cloud does not accept the credentials; renew them and try again"
                        : name + " is not complete"),
      name));
}

Task<std::expected<Resources, Failure>> need_all_resources(Session& session) {
  SB_CO_TRY(auto resources, co_await need_resources(session));
  if (resources.lacking.empty()) co_return resources;
  const auto& name = session.environment.name;
  Error error{ErrorCode::not_found, resources.lacking.front(), {}};
  co_return std::unexpected(with_hint(std::move(error).in(name + " is not complete"), name));
}

std::map<std::string, std::string> routes_to(const Environment& environment,
                                             const Resources& resources) {
  std::map<std::string, std::string> routes;
  const auto& balancer = environment.load_balancer;
  auto add = [&](const Listener& listener) {
    routes[fmt::format("{}:{}", balancer.host, listener.port)] =
        fmt::format("{}:{}", resources.load_balancer_address, listener.port);
  };
  add(balancer.production);
  if (balancer.test) add(*balancer.test);
  return routes;
}

Failure lock_is_held(const release::LockInfo& holder, const std::string& environment) {
  const auto life = release::holder_of(holder);
  return {Error{ErrorCode::conflict, "the release lock is " + release::describe(holder, life), {}},
          (life == release::Holder::dead ? "saltctl resume " : "saltctl status ") + environment,
          release::exit_code(release::Outcome::refused)};
}

std::string ca_file_for(const Session& session) {
  const auto& listener = session.environment.load_balancer.production;
  if (session.places.where == Where::aws || listener.protocol != "HTTPS") return {};
  return session.places.authority();
}

std::string user_name() {
  const char* user = std::getenv("USER");
  return user != nullptr && *user != '\0' ? user : "root";
}

release::EnvironmentConfig api_config(const Session& session) {
  release::EnvironmentConfig config;
  config.name = session.environment.name;
  config.endpoint = session.access.endpoint;
  config.region = session.environment.region;
  config.access_key = session.access.access_key;
  config.secret_key = session.access.secret_key;
  config.session_token = session.access.session_token;
  config.api_ca_file = session.access.ca_file;
  return config;
}

namespace {

release::analysis::Limits limits_of(const ReleaseSettings& declared) {
  release::analysis::Limits limits;
  limits.error_rate_critical = declared.critical_error_rate_percent / 100.0;
  limits.error_rate = declared.max_error_rate_percent / 100.0;
  limits.p95_seconds = declared.max_p95_ms / 1000.0;
  limits.request_drop = declared.max_request_drop_percent / 100.0;
  limits.connections_ratio = declared.max_connections_ratio;
  limits.connections_spare = declared.spare_connections;
  limits.memory_percent = declared.max_memory_percent;
  limits.minimum_requests = declared.min_requests;
  limits.lasting_seconds = declared.lasting_seconds;
  limits.silence_seconds = declared.metrics_silence_seconds;
  return limits;
}

}  // namespace

release::EnvironmentConfig engine_config(const Session& session, const Resources& resources) {
  const auto& environment = session.environment;
  const auto& declared = environment.release;
  release::EnvironmentConfig config = api_config(session);
  config.cluster = environment.cluster;
  config.service = environment.service;
  config.family = environment.family;
  config.container = std::string(kContainer);
  config.strategy = declared.strategy == ReleaseSettings::Strategy::blue_green
                        ? release::Strategy::blue_green
                        : release::Strategy::rolling;
  config.url = environment.url();
  config.test_url = environment.test_url();
  config.connect_to = routes_to(environment, resources);
  config.ca_file = ca_file_for(session);
  config.load_balancer = resources.load_balancer_dimension();
  if (declared.snapshot) config.db_instance = environment.database.identifier;
  config.gates = declared.gates;
  config.hotfix_gates = declared.hotfix_gates;
  config.approval = {.required = declared.needs_approval,
                     .expires_minutes = declared.approval_expires_minutes,
                     .by_another_person = declared.approval_by_another_person,
                     .given_by = {},
                     .given_how = {}};
  config.silence_minutes = declared.silence_minutes;
  config.watch_seconds = declared.watch_seconds;
  config.watched_database = environment.database.identifier;
  config.limits = limits_of(declared);
  config.metric_period_seconds = declared.metrics_period_seconds;
  config.hook_timeout_minutes = declared.hook_timeout_minutes;
  config.pace.poll_ms = declared.poll_ms;
  config.pace.retry_ms = declared.poll_ms;
  return config;
}

Result<release::Runner> open_runner(const Session& session, const Resources& resources) {
  release::RunnerOptions options;
  options.journal = session.places.journal();
  options.who = user_name();
  options.surroundings = surroundings_of(session);
  options.evidence = session.places.evidence();
  options.changelog = session.places.changelog(session.environment.name);
  // On AWS it is the registry that has the images, and ECS that asks it.
  if (session.places.where == Where::local) {
    options.check_image = [images =
                               session.places.images()](const std::string& reference) -> Result<> {
      SB_TRY(auto image, image::resolve(images, reference));
      return {};
    };
  }
  return release::Runner::open(engine_config(session, resources), std::move(options));
}

release::DeployRequest deploy_request(const Session& session, const Resources& resources,
                                      const ImageFacts& image, std::string reason) {
  release::DeployRequest request;
  request.image = session.places.where == Where::aws ? image.registry : image.reference;
  request.version = image.version;
  request.task_definition = task_definition_request(session.environment, resources, request.image);
  request.create_service = create_service_request(session.environment, resources);
  request.schema_head = image.schema_head;
  request.revisions = image.revisions;
  request.commit = image.commit;
  request.is_dirty = image.is_dirty;
  request.flags = image.flags;
  request.checksums = image.checksums;
  request.schema_floor = image.schema_floor;
  request.reason = std::move(reason);
  return request;
}

}  // namespace sb::saltctl
