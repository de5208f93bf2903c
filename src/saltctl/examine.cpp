#include "saltctl/examine.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "aws/model/ecs_task_definition.hpp"
#include "aws/model/logs.hpp"
#include "aws/model/sts.hpp"
#include "base/http/certificate.hpp"
#include "base/json/codec.hpp"
#include "release/runner/build_calls.hpp"
#include "release/runner/lock.hpp"
#include "release/runner/task_logs.hpp"
#include "saltctl/db.hpp"
#include "saltctl/live_database.hpp"
#include "saltctl/mail.hpp"
#include "saltctl/procedure.hpp"
#include "saltctl/provision/calls.hpp"
#include "saltctl/provision/provision.hpp"
#include "saltctl/provision/stores.hpp"
#include "saltctl/provision/templates.hpp"
#include "saltctl/service_health.hpp"

namespace sb::saltctl {
namespace {

namespace ecs = aws::ecs;
namespace operate = release::operate;
namespace doctor = release::doctor;
using doctor::Facts;

constexpr auto kLately = std::chrono::minutes(10);
constexpr std::size_t kTasksLookedInto = 3;

bool is_refusal(const Error& error) {
  return error.code == ErrorCode::unauthenticated || error.code == ErrorCode::permission_denied ||
         error.subject == "ExpiredTokenException" || error.subject == "ExpiredToken" ||
         error.subject == "InvalidClientTokenId" || error.subject == "SignatureDoesNotMatch" ||
         error.subject == "UnrecognizedClientException";
}

Task<bool> reaches_cloud(Session& session, Facts& facts) {
  aws::sts::GetCallerIdentityRequest request;
  auto reply = co_await call<aws::sts::GetCallerIdentity>(*session.client, std::move(request));
  if (reply) co_return true;
  facts.cloud = is_refusal(reply.error()) ? doctor::Reach::refused : doctor::Reach::unreachable;
  facts.cloud_error = reply.error().text();
  co_return false;
}

Task<> look_at_service(Session& session, Facts& facts) {
  facts.service = session.environment.service;
  auto service = co_await operate::describe_service(*session.client, service_ref(session));
  if (!service) {
    if (!is_missing(service.error())) facts.missing = service.error().text();
    co_return;
  }
  facts.has_service = true;
  facts.desired = service->desiredCount.value_or(0);
  facts.running = service->runningCount.value_or(0);
  ecs::DescribeTaskDefinitionRequest request;
  request.taskDefinition = service->taskDefinition;
  request.include = {"TAGS"};
  auto described = co_await call<ecs::DescribeTaskDefinition>(*session.client, std::move(request));
  if (!described) co_return;
  for (const auto& tag : described->tags)
    if (tag.key == release::kSchemaTag) facts.image_schema = tag.value.value_or("");
}

Task<> look_at_deployment(Session& session, Facts& facts) {
  auto newest = co_await operate::newest_deployment(*session.client, service_ref(session));
  if (!newest || !*newest) co_return;
  const auto& watch = **newest;
  facts.deployment = doctor::Deployment{.is_in_progress = operate::is_in_progress(watch),
                                        .status = watch.status,
                                        .reason = watch.reason,
                                        .description = operate::describe(watch),
                                        .waits_for_hook = watch.waits_for_hook,
                                        .hook_expires_at = watch.hook_expires_at,
                                        .hook_timeout_action = watch.hook_timeout_action,
                                        .failed_tasks = watch.failed};
}

Task<std::string> complaint_of(Session& session, std::string stream_end) {
  aws::logs::FilterLogEventsRequest request;
  request.logGroupName = session.environment.log_group;
  request.logStreamNamePrefix = std::string(kContainer) + "/" + stream_end;
  auto reply = co_await call<aws::logs::FilterLogEvents>(*session.client, std::move(request));
  if (!reply) co_return std::string();
  std::vector<std::string> lines;
  for (const auto& event : reply->events) lines.push_back(event.message.value_or(""));
  co_return release::newest_complaint(lines);
}

Task<> look_at_tasks(Session& session, Facts& facts) {
  auto tasks = co_await tasks_of(session);
  if (!tasks) co_return;
  std::size_t looked_into = 0;
  for (auto& task : *tasks) {
    if (!task.stopped_at || facts.at - *task.stopped_at > kLately) continue;
    doctor::StoppedTask stopped{.id = task.id,
                                .revision = task.revision,
                                .reason = task.reason,
                                .exit_code = task.exit_code,
                                .at = task.stopped_at};
    if (!doctor::is_ended_by_ecs(stopped) && looked_into++ < kTasksLookedInto)
      stopped.complaint = co_await complaint_of(session, task.log_stream);
    facts.stopped.push_back(std::move(stopped));
  }
}

Task<> look_at_traffic(Session& session, Facts& facts) {
  auto targets = co_await targets_of(session);
  if (targets) {
    for (const auto& target : *targets)
      facts.targets.push_back({target.group, target.address, target.state,
                               target.description.empty() ? target.reason : target.description});
  }
  auto resources = co_await look_up(*session.client, session.environment);
  if (!resources) {
    facts.missing = resources.error().text();
    co_return;
  }
  if (!resources->lacking.empty()) facts.missing = resources->lacking.front();
  auto ready = co_await ask(session, *resources, "/ready");
  facts.ready_status = ready.status;
  facts.ready_text = ready.status == 0 ? ready.error : ready.body;
  const auto& listener = session.environment.load_balancer.production;
  if (listener.protocol != "HTTPS") co_return;
  auto certificate = co_await http::peer_certificate(
      session.environment.load_balancer.host, resources->load_balancer_address, listener.port,
      Deadline::after(std::chrono::seconds(5)));
  if (certificate)
    facts.certificate_ends = certificate->ends;
  else
    facts.certificate_error = certificate.error().text();
}

Task<> look_at_stores(Session& session, Facts& facts) {
  facts.database = session.environment.database.identifier;
  facts.cache = session.environment.cache.identifier;
  auto database = co_await saltctl::describe_database(*session.client, session.environment);
  if (database) facts.database_status = database->status;
  auto cache = co_await describe_cache(*session.client, session.environment);
  if (cache) facts.cache_status = cache->status;
}

Task<> look_at_log(Session& session, Facts& facts) {
  aws::logs::FilterLogEventsRequest request;
  request.logGroupName = session.environment.log_group;
  request.startTime = to_unix_ms(facts.at - kLately);
  request.filterPattern = R"({ $.level = "error" })";
  auto reply = co_await call<aws::logs::FilterLogEvents>(*session.client, std::move(request));
  if (!reply) co_return;
  std::vector<std::string> lines;
  for (const auto& event : reply->events) lines.push_back(event.message.value_or(""));
  facts.log_errors = static_cast<std::int64_t>(lines.size());
  facts.newest_log_error = release::newest_complaint(lines);
}

const boost::json::object* member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value ? value->if_object() : nullptr;
}

std::string text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool is_true(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

// What `saltbitter check` printed. False: it is none of it.
bool read_check(const std::vector<std::string>& lines, doctor::Inside& inside) {
  for (const auto& line : lines) {
    auto value = json::parse(line);
    if (!value || !value->is_object()) continue;
    const auto* database = member(value->get_object(), "database");
    const auto* cache = member(value->get_object(), "cache");
    if (!database || !cache) continue;
    inside.database_reached = is_true(*database, "reachable");
    inside.database_error = text_member(*database, "error");
    inside.revision = text_member(*database, "revision");
    inside.cache_reached = is_true(*cache, "reachable") || !is_true(*cache, "configured");
    inside.cache_error = text_member(*cache, "error");
    return true;
  }
  return false;
}

Task<> look_inside(Session& session, Facts& facts) {
  auto& inside = facts.inside;
  inside.was_asked = true;
  auto end = co_await ask_in_task(session, {"saltbitter", "check"});
  if (!end) {
    inside.error = end.error().error.message;
    co_return;
  }
  if (read_check(end->lines, inside)) co_return;
  // An image from before `check`: alembic says at least of the database whether it answers.
  auto alembic = co_await ask_in_task(session, {"alembic", "current"});
  if (!alembic) {
    inside.error = alembic.error().error.message;
    co_return;
  }
  inside.database_reached = alembic->exit_code == 0;
  if (inside.database_reached)
    inside.revision = revision_in(alembic->lines);
  else
    inside.database_error = alembic->lines.empty() ? "" : alembic->lines.back();
}

Task<> look_at_release(Session& session, Facts& facts) {
  auto resources = co_await look_up(*session.client, session.environment);
  if (!resources) co_return;
  auto runner = open_runner(session, *resources);
  if (!runner) co_return;
  auto status = co_await runner->status();
  if (!status) co_return;
  if (status->unfinished) facts.unfinished_release = status->unfinished->release_id;
  auto procedure =
      release::journal::Procedures(runner->journal()).unfinished(session.environment.name);
  if (procedure && *procedure && (*procedure)->fact(procedure_facts::kAlone) == "yes")
    facts.unfinished_procedure = describe(**procedure);
  if (!status->lock) co_return;
  auto holder = release::holder_of(*status->lock);
  facts.lock = {.is_held = true,
                .text = describe(*status->lock, holder),
                .holder_is_dead = holder == release::Holder::dead,
                .is_elsewhere = holder == release::Holder::elsewhere,
                .release_id = status->lock->release_id};
}

Task<> look_at_silences(Session& session, Facts& facts) {
  auto keys = accounts(session.places);
  if (!keys) co_return;
  auto alerts = release::alerts::Alerts::open(
      alerts_options(session.places, session.environment.name, *keys));
  if (!alerts) co_return;
  auto active = co_await alerts->active();
  if (!active) co_return;
  for (const auto& silence : *active)
    facts.silences.push_back({silence.id, silence.reason, silence.until});
}

}  // namespace

Task<Facts> examine(Places places, Environment environment, Examination how,
                    std::function<void(const std::string&)> notice) {
  Facts facts;
  facts.environment = environment.name;
  facts.at = now();
  if (auto free = fs::free_bytes(places.home)) facts.free_bytes = *free;
  facts.is_aws = places.where == Where::aws;
  notice("the cloud");
  auto access = co_await find_access(places);
  if (!access) {
    const bool is_refused = access.error().code == ErrorCode::unauthenticated;
    facts.cloud = is_refused ? doctor::Reach::refused : doctor::Reach::unreachable;
    facts.cloud_error = access.error().text();
    co_return facts;
  }
  Session session;
  session.places = std::move(places);
  session.environment = std::move(environment);
  session.access = *std::move(access);
  session.client = make_client(session.access, session.environment.region);
  if (!co_await reaches_cloud(session, facts)) co_return facts;
  co_await adopt_live_database(session);
  notice("the service and its deployment");
  co_await look_at_service(session, facts);
  if (!facts.has_service) co_return facts;
  co_await look_at_deployment(session, facts);
  co_await look_at_release(session, facts);
  notice("targets and tasks");
  co_await look_at_traffic(session, facts);
  co_await look_at_tasks(session, facts);
  notice("the database and the cache");
  co_await look_at_stores(session, facts);
  if (how.looks_inside) {
    notice("the database and the cache, from inside a task");
    co_await look_inside(session, facts);
  }
  notice("silenced alerts");
  co_await look_at_silences(session, facts);
  notice("the log");
  co_await look_at_log(session, facts);
  co_return facts;
}

}  // namespace sb::saltctl
