#include "release/doctor/diagnose.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sb::release::doctor {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kGib = 1ULL << 30U;
constexpr auto kCertificateDays = std::chrono::hours(24 * 21);

// ECS ends its reasons with a full stop, as we do our sentences.
std::string without_stop(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

class Rules {
 public:
  explicit Rules(const Facts& facts) : facts_(facts), name_(facts.environment) {}

  std::vector<Finding> run() {
    if (facts_.cloud != Reach::reached) {
      check_cloud();
      return std::move(findings_);
    }
    check_existence();
    if (!facts_.has_service) return std::move(findings_);
    check_database();
    check_cache();
    check_inside();
    check_schema();
    check_stopped();
    check_deployment();
    check_targets();
    check_answer();
    check_log();
    check_lock();
    check_silences();
    check_certificate();
    check_disk();
    return std::move(findings_);
  }

 private:
  void add(std::string id, Weight weight, std::string sentence, std::string next = {}) {
    findings_.push_back({std::move(id), weight, std::move(sentence), std::move(next)});
  }
  void problem(std::string id, std::string sentence, std::string next = {}) {
    add(std::move(id), Weight::problem, std::move(sentence), std::move(next));
  }
  void warning(std::string id, std::string sentence, std::string next = {}) {
    add(std::move(id), Weight::warning, std::move(sentence), std::move(next));
  }
  std::string command(std::string_view verb) const {
    return fmt::format("saltctl {} {}", verb, name_);
  }

  std::string how_to_make() const {
    return facts_.is_aws ? "docs/AWS.md" : command("up");
  }

  void check_cloud() {
    if (facts_.cloud == Reach::refused) {
      problem("credentials-refused",
              fmt::format("The cloud refuses the credentials: {}.", facts_.cloud_error),
              "aws sts get-caller-identity");
      return;
    }
    problem("cloud-unreachable",
            fmt::format("The cloud cannot be reached: {}.", facts_.cloud_error),
            facts_.is_aws ? "aws sts get-caller-identity" : command("up"));
  }

  void check_existence() {
    if (!facts_.missing.empty())
      problem("incomplete", fmt::format("{} is not complete: {}.", name_, facts_.missing),
              how_to_make());
    else if (!facts_.has_service)
      problem("no-service", fmt::format("There is no service {}.", facts_.service), how_to_make());
  }

  std::string database_events() const {
    const auto words = fmt::format(
        "aws rds describe-events --source-type db-instance --source-identifier {} --duration 1440",
        facts_.database);
    return facts_.is_aws ? words : fmt::format("saltctl shell {} -- {}", name_, words);
  }

  bool database_is_down() const {
    return facts_.database_status != "available" && facts_.database_status != "backing-up" &&
           facts_.database_status != "modifying";
  }

  void check_database() {
    if (facts_.database_status.empty()) {
      problem("database-missing", fmt::format("There is no database {}.", facts_.database),
              command("db restore"));
    } else if (database_is_down()) {
      problem("database-down",
              fmt::format("The database {} is {}, not available.", facts_.database,
                          facts_.database_status),
              database_events());
    }
  }

  void check_cache() {
    if (facts_.cache_status == "available") return;
    warning(
        "cache-down",
        fmt::format("The cache {} is {}: matches come from the database, more slowly.",
                    facts_.cache, facts_.cache_status.empty() ? "not there" : facts_.cache_status),
        command("up"));
  }

  void check_inside() {
    const auto& inside = facts_.inside;
    if (!inside.was_asked) return;
    if (!inside.error.empty()) {
      bool is_secret = inside.error.contains("ecret") || inside.error.contains("arameter");
      problem(is_secret ? "secret-unreadable" : "task-does-not-start",
              fmt::format("A task that was started to look does not run: {}.", inside.error),
              command(is_secret ? "config get" : "events"));
      return;
    }
    if (!inside.database_reached)
      problem("database-unreachable",
              fmt::format("From inside a task the database does not answer: {}.{}",
                          inside.database_error,
                          database_is_down() ? ""
                                             : " RDS calls it available, so DATABASE_URL is wrong "
                                               "or the network is closed."),
              database_is_down() ? database_events()
                                 : fmt::format("saltctl config history {} DATABASE_URL", name_));
    if (!inside.cache_reached)
      warning("cache-unreachable",
              fmt::format("From inside a task the cache does not answer: {}.", inside.cache_error),
              fmt::format("saltctl config history {} REDIS_URL", name_));
  }

  void check_schema() {
    const auto& inside = facts_.inside;
    if (!inside.database_reached || facts_.image_schema.empty()) return;
    if (inside.revision == facts_.image_schema) return;
    if (inside.revision.empty()) {
      problem("schema-empty", "The database has no schema.", command("db upgrade"));
      return;
    }
    warning("schema-differs",
            fmt::format("The schema is at {}, the image that runs was made for {}.",
                        inside.revision, facts_.image_schema),
            command("db current"));
  }

  void check_stopped() {
    // A release or a restart stops tasks, too: what matters is who ended by himself.
    const StoppedTask* worst = nullptr;
    int count = 0;
    for (const auto& task : facts_.stopped) {
      if (is_ended_by_ecs(task)) continue;
      ++count;
      if (!worst) worst = &task;
    }
    if (!worst) return;
    auto text = fmt::format(
        "{} task{} stopped in the last minutes. The newest, {} of {}: {}{}", count,
        count == 1 ? "" : "s", worst->id.substr(0, 8), worst->revision,
        worst->reason.empty() ? "ECS gives no reason" : worst->reason,
        worst->exit_code.value_or(0) != 0 ? fmt::format(" (exit code {})", *worst->exit_code) : "");
    if (!worst->complaint.empty()) text += fmt::format("; its log ends with: {}", worst->complaint);
    // What is over and did no lasting harm is worth a warning only.
    bool still_hurts = facts_.running < facts_.desired || facts_.ready_status != 200;
    add("tasks-stop", still_hurts ? Weight::problem : Weight::warning, text + ".", command("logs"));
  }

  void check_deployment() {
    if (!facts_.deployment) return;
    const auto& deployment = *facts_.deployment;
    if (deployment.is_in_progress && !deployment.waits_for_hook.empty()) {
      bool is_watched = facts_.lock.is_held && !facts_.lock.holder_is_dead;
      auto text = fmt::format("A deployment waits for an answer; unanswered, ECS does {} at {}.",
                              deployment.hook_timeout_action, deployment.hook_expires_at);
      if (is_watched)
        add("deployment-paused", Weight::note, text + " The release that asked for it is at it.",
            command("status"));
      else
        problem("deployment-stuck", text + " Nobody is there to answer.", command("resume"));
    } else if (deployment.is_in_progress && deployment.failed_tasks > 0) {
      problem("deployment-failing",
              fmt::format("A deployment is in progress and its tasks fail: {}.",
                          deployment.description),
              facts_.lock.is_held ? command("rollback") : command("logs"));
    } else if (deployment.is_in_progress) {
      add("deployment-in-progress", Weight::note,
          fmt::format("A deployment is in progress: {}.", deployment.description),
          command("events"));
    } else if (deployment.status == "ROLLBACK_FAILED") {
      problem("rollback-failed",
              fmt::format("The newest deployment failed and so did its way back: {}.",
                          without_stop(deployment.reason)),
              command("rollback"));
    } else if (deployment.status == "ROLLBACK_SUCCESSFUL") {
      add("rolled-back", Weight::note,
          fmt::format(
              "The newest deployment was rolled back: {}.",
              deployment.reason.empty() ? "ECS gives no reason" : without_stop(deployment.reason)),
          command("history"));
    }
    if (!deployment.is_in_progress && facts_.running < facts_.desired)
      problem("tasks-missing", fmt::format("{} of {} tasks run.", facts_.running, facts_.desired),
              command("events"));
  }

  void check_targets() {
    for (const auto& target : facts_.targets) {
      if (target.state != "unhealthy") continue;
      problem("target-unhealthy",
              fmt::format("The load balancer finds {} of {} unhealthy: {}.", target.address,
                          target.group, target.reason.empty() ? "no reason given" : target.reason),
              command("health"));
    }
  }

  void check_answer() {
    if (facts_.ready_status == 200) return;
    if (facts_.ready_status == 0)
      problem("no-answer",
              fmt::format("Nothing answers at the public address: {}.", facts_.ready_text),
              command("health"));
    else
      problem("not-ready",
              fmt::format("/ready answers {}: {}", facts_.ready_status, facts_.ready_text),
              command("health"));
  }

  void check_log() {
    if (facts_.log_errors == 0) return;
    warning(
        "log-errors",
        fmt::format("The tasks logged {} error{} in the last minutes; the newest: {}.",
                    facts_.log_errors, facts_.log_errors == 1 ? "" : "s", facts_.newest_log_error),
        fmt::format("saltctl logs {} --filter '{{ $.level = \"error\" }}'", name_));
  }

  void check_lock() {
    if (facts_.lock.is_held && facts_.lock.holder_is_dead) {
      problem("lock-without-owner", fmt::format("The release lock is {}.", facts_.lock.text),
              facts_.unfinished_release.empty() && facts_.unfinished_procedure.empty()
                  ? fmt::format("saltctl lock break {} --reason 'its process is dead'", name_)
                  : command("resume"));
    } else if (facts_.lock.is_held) {
      add("lock-held", Weight::note, fmt::format("The release lock is {}.", facts_.lock.text),
          command("status"));
    } else if (!facts_.unfinished_release.empty()) {
      problem(
          "release-unfinished",
          fmt::format("The release {} was interrupted and never ended.", facts_.unfinished_release),
          command("resume"));
    } else if (!facts_.unfinished_procedure.empty()) {
      problem("procedure-unfinished",
              fmt::format("The {} was interrupted and never ended.", facts_.unfinished_procedure),
              command("resume"));
    }
  }

  void check_silences() {
    bool is_released = facts_.lock.is_held && !facts_.lock.holder_is_dead;
    if (is_released) return;
    for (const auto& silence : facts_.silences)
      warning("silence-orphaned",
              fmt::format("Alerts are silenced ({}) and no release is on; it ends by itself at {}.",
                          silence.reason, format_rfc3339(silence.until)),
              facts_.unfinished_release.empty() ? command("silences clear") : command("resume"));
  }

  void check_certificate() {
    if (!facts_.certificate_ends) {
      if (!facts_.certificate_error.empty() && facts_.ready_status != 0)
        warning("certificate-unknown",
                fmt::format("The certificate cannot be read: {}.", facts_.certificate_error));
      return;
    }
    auto left = *facts_.certificate_ends - facts_.at;
    auto day = format_date(*facts_.certificate_ends);
    if (left <= 0ms)
      problem("certificate-expired", fmt::format("The certificate expired on {}.", day),
              command("up"));
    else if (left < kCertificateDays)
      warning("certificate-expires",
              fmt::format("The certificate expires on {}, in {} days.", day, left / 24h),
              command("up"));
  }

  void check_disk() {
    if (!facts_.free_bytes || *facts_.free_bytes >= kGib) return;
    warning("disk-full",
            fmt::format("Where saltctl keeps its state only {} MiB are free.",
                        *facts_.free_bytes / (kGib / 1024)),
            "df -h");
  }

  const Facts& facts_;
  std::string name_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> diagnose(const Facts& facts) {
  return Rules(facts).run();
}

bool is_healthy(const std::vector<Finding>& findings) {
  return std::ranges::all_of(findings, [](const Finding& f) { return f.weight == Weight::note; });
}

}  // namespace sb::release::doctor
