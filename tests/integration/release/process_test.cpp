// The deployment process around a release: boxes, approval, silence, closing, and every way in
// which each of them can go wrong, with the real runner against the fake world.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "integration/release/runner_fixture.hpp"
#include "release/gates/checklist.hpp"
#include "release/runner/approval_store.hpp"

namespace sb::release {
namespace {

using ::testing::HasSubstr;

constexpr const char* kCommit = "abc1234def5678901234567890123456789012ab";

// Alerts and messages as the runner meets them.
class Around : public Surroundings {
 public:
  Task<Result<AlertsSilenced>> silence(std::string key, std::string, Timestamp until) override {
    ++silences;
    if (!refusal.empty()) co_return AlertsSilenced{.problem = refusal};
    if (is_dead) co_return fail(ErrorCode::unavailable, "Datadog does not answer");
    silenced[key] = until;
    co_return AlertsSilenced{.id = "s-" + key, .until = until, .kept = {"database down"}};
  }
  Task<Result<>> restore(std::string key) override {
    if (is_dead) co_return fail(ErrorCode::unavailable, "Datadog does not answer");
    silenced.erase(key);
    co_return Result<>{};
  }
  Task<Result<gates::Told>> team_was_told(std::string) override {
    co_return team;
  }
  Task<Result<std::string>> public_was_told(std::string) override {
    co_return std::string("nothing to say");
  }

  gates::Told team{BoxState::passed, "#deploys was told"};
  std::map<std::string, Timestamp> silenced;
  std::string refusal;
  bool is_dead = false;
  int silences = 0;
};

// Answers the request for approval as soon as it is there.
class Approver : public Observer {
 public:
  void on_event(const Event& event, const State& before, const State& state) override {
    if (before.stage != Stage::awaiting_approval && state.stage == Stage::awaiting_approval)
      was_locked |= world->parameters.contains(kLock);
    if (!std::holds_alternative<ApprovalAsked>(event.body) || by.empty()) return;
    approval::Answer answer{.digest = digest.empty() ? state.approval.digest : digest,
                            .verdict = verdict,
                            .by = by,
                            .caller_arn = "arn:aws:iam::000000000000:user/saltcloud",
                            .reason = "because"};
    const std::string name = approval::answer_parameter("production", state.plan.release_id);
    world->parameters[name] = json::encode(answer);
    world->changed_at[name] =
        world->changed_at[approval::request_parameter("production", state.plan.release_id)] + late;
  }

  fake::World* world = nullptr;
  std::string by = "ben", verdict = "approved", digest;
  std::chrono::minutes late{0};
  bool was_locked = false;
};

class ProcessTest : public RunnerTest {
 public:
  ProcessTest() {
    around_ = std::make_shared<Around>();
    surroundings_ = around_;
  }

  static EnvironmentConfig strict(const fake::World& world) {
    EnvironmentConfig config = config_of(world);
    config.gates = {"tests", "coverage",      "security", "migrations",
                    "flags", "rollback-plan", "notified"};
    config.approval = {.required = true, .expires_minutes = 60, .by_another_person = true};
    config.silence_minutes = 60;
    return config;
  }

  void write_evidence(const std::string& name, bool passed = true) {
    const fs::Path folder = folder_ / "reports";
    (void)fs::make_directories(folder);
    (void)fs::write_file(folder / (name + ".json"),
                         std::string(R"({"schema":1,"commit":")") + kCommit +
                             R"(","dirty":false,"at":"2026-11-22T10:00:00Z","passed":)" +
                             (passed ? "true" : "false") +
                             R"(,"summary":"as tested","lines_percent":91,"gate_percent":85})");
  }
  void write_all_evidence() {
    for (const char* name : {"tests", "coverage", "security"}) write_evidence(name);
  }

  static DeployRequest ready(fake::World& world, const std::string& version) {
    DeployRequest r = request(world, version);
    r.commit = "abc1234";
    r.checksums = {{"0001", "11"}, {"0002", "22"}};
    r.flags = {"DATABASE_URL"};
    for (const auto& [revision, sha] : r.checksums)
      world.parameters["/saltbitter/staging/migrations/" + revision] =
          json::encode(gates::TestedRevision{.sha256 = sha, .release_id = "rel-staging"});
    return r;
  }

  static bool is_left_behind(const fake::World& world, std::string_view part) {
    return std::ranges::any_of(world.parameters, [&](const auto& entry) {
      return entry.first.find(part) != std::string::npos;
    });
  }

  // What must be true after every end.
  void expect_nothing_left(const fake::World& world) {
    EXPECT_FALSE(world.parameters.contains(kLock));
    EXPECT_FALSE(is_left_behind(world, "/releases/"));
    EXPECT_FALSE(world.has_hooks());
    EXPECT_TRUE(around_->silenced.empty());
  }

  std::shared_ptr<Around> around_;
};

Box box(const Report& report, std::string_view id) {
  auto boxes = gates::checklist(report.state);
  auto it = std::ranges::find(boxes, id, &Box::id);
  return it == boxes.end() ? Box{} : *it;
}

TEST_F(ProcessTest, a_release_with_every_box_ticked_and_approved_is_complete) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    self.write_all_evidence();
    Runner runner = self.open_as(strict(world), "anna");
    Approver approver;
    approver.world = &world;

    Report report = co_await deploy(runner, ready(world, "1.0.0"), approver);

    EXPECT_EQ(report.outcome, Outcome::complete) << report.sentence;
    for (const auto& b : gates::checklist(report.state))
      EXPECT_EQ(b.state, BoxState::passed) << b.id << ": " << b.evidence;
    EXPECT_EQ(report.state.approval.by, "ben");
    EXPECT_FALSE(approver.was_locked) << "waiting holds no lock";
    EXPECT_EQ(self.around_->silences, 1);
    EXPECT_EQ(report.state.kept_alerts, std::vector<std::string>{"database down"});
    self.expect_nothing_left(world);
    EXPECT_THAT(*fs::read_file(self.folder_ / "release/changelog/production.md"),
                HasSubstr("approved by: ben"));
  });
}

TEST_F(ProcessTest, each_open_box_refuses_the_release_by_name_and_can_be_waived) {
  struct Case {
    const char* box;
    void (*spoil)(ProcessTest&, fake::World&, DeployRequest&);
  };
  const Case cases[] = {
      {"tests",
       [](ProcessTest& t, fake::World&, DeployRequest&) { t.write_evidence("tests", false); }},
      {"coverage",
       [](ProcessTest& t, fake::World&, DeployRequest&) { t.write_evidence("coverage", false); }},
      {"security",
       [](ProcessTest& t, fake::World&, DeployRequest&) { t.write_evidence("security", false); }},
      {"migrations",
       [](ProcessTest&, fake::World&, DeployRequest& r) { r.checksums["0002"] = "another file"; }},
      {"flags", [](ProcessTest&, fake::World&, DeployRequest& r) { r.flags = {"ENABLE_VIDEO"}; }},
      {"notified",
       [](ProcessTest& t, fake::World&, DeployRequest&) {
         t.around_->team = {BoxState::failed, "#deploys refused it"};
       }},
  };
  for (const auto& c : cases) {
    with_world([&c](RunnerTest& base, fake::World& world) -> Task<> {
      auto& self = static_cast<ProcessTest&>(base);
      self.around_->team = {BoxState::passed, "#deploys was told"};
      self.write_all_evidence();
      Runner runner = self.open_as(strict(world), "anna");
      Approver approver;
      approver.world = &world;
      DeployRequest open = ready(world, "1.0.0");
      c.spoil(self, world, open);
      DeployRequest waived = open;
      waived.waivers = {{c.box, "anna", "we know"}};

      Report refused = co_await deploy(runner, open, approver);
      Report complete = co_await deploy(runner, waived, approver);

      EXPECT_EQ(refused.outcome, Outcome::refused) << c.box;
      EXPECT_THAT(refused.sentence, HasSubstr(std::string(c.box) + " (")) << c.box;
      EXPECT_EQ(box(refused, c.box).state, BoxState::failed) << c.box;
      EXPECT_EQ(complete.outcome, Outcome::complete) << c.box << complete.sentence;
      EXPECT_EQ(box(complete, c.box).state, BoxState::waived) << c.box;
      EXPECT_EQ(box(complete, c.box).waived_by, "anna");
      EXPECT_EQ(world.deployments(), 1) << "the refused one touched nothing";
      self.expect_nothing_left(world);
    });
    (void)fs::remove_all(folder_ / "release");
  }
}

TEST_F(ProcessTest, an_approval_that_does_not_count_refuses_the_release_and_says_why) {
  struct Case {
    const char* says;
    void (*spoil)(Approver&);
  };
  const Case cases[] = {
      {"rejected by ben: because", [](Approver& a) { a.verdict = "rejected"; }},
      {"another plan", [](Approver& a) { a.digest = "the digest of an older plan"; }},
      {"expired at", [](Approver& a) { a.late = std::chrono::minutes(61); }},
      {"another person's approval", [](Approver& a) { a.by = "anna"; }},
  };
  for (const auto& c : cases) {
    with_world([&c](RunnerTest& base, fake::World& world) -> Task<> {
      auto& self = static_cast<ProcessTest&>(base);
      self.write_all_evidence();
      Runner runner = self.open_as(strict(world), "anna");
      Approver approver;
      approver.world = &world;
      c.spoil(approver);

      Report report = co_await deploy(runner, ready(world, "1.0.0"), approver);

      EXPECT_EQ(report.outcome, Outcome::refused) << c.says;
      EXPECT_THAT(report.sentence, HasSubstr(c.says));
      EXPECT_EQ(world.deployments(), 0);
      EXPECT_EQ(world.registrations(), 0);
      self.expect_nothing_left(world);
    });
    (void)fs::remove_all(folder_ / "release");
  }
}

TEST_F(ProcessTest, an_approval_may_come_with_the_deploy_where_that_is_allowed) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    self.write_all_evidence();
    EnvironmentConfig alone = strict(world);
    alone.approval.by_another_person = false;
    Approver nobody;
    nobody.world = &world;
    nobody.by.clear();
    DeployRequest request = ready(world, "1.0.0");
    request.approved_by = "anna";
    request.approved_how = "--approve";
    Runner runner = self.open_as(alone, "anna");
    Report mine = co_await deploy(runner, request, nobody);
    Runner strict_runner = self.open_as(strict(world), "anna");
    request = ready(world, "2.0.0");
    request.approved_by = "anna";
    Report refused = co_await deploy(strict_runner, request, nobody);
    request.approved_by = "github: ben";
    Report by_ci = co_await deploy(strict_runner, request, nobody);

    EXPECT_EQ(mine.outcome, Outcome::complete) << mine.sentence;
    EXPECT_EQ(mine.state.approval.how, "--approve");
    EXPECT_EQ(refused.outcome, Outcome::refused) << refused.sentence;
    EXPECT_EQ(by_ci.outcome, Outcome::complete) << by_ci.sentence;
    self.expect_nothing_left(world);
  });
}

TEST_F(ProcessTest, interrupted_in_any_of_its_stages_it_is_resumed_to_its_end) {
  for (Stage stage : {Stage::gating, Stage::awaiting_approval, Stage::silencing, Stage::tidying,
                      Stage::closing, Stage::unsilencing, Stage::unlocking}) {
    with_world([stage](RunnerTest& base, fake::World& world) -> Task<> {
      auto& self = static_cast<ProcessTest&>(base);
      self.write_all_evidence();
      struct : Approver {
        void on_event(const Event& event, const State& before, const State& state) override {
          Approver::on_event(event, before, state);
          if (runner && before.stage != at && state.stage == at) runner->stop();
        }
        Runner* runner = nullptr;
        Stage at = Stage::ended;
      } approver;
      approver.world = &world;
      approver.at = stage;
      {
        Runner cut_short = self.open_as(strict(world), "anna");
        approver.runner = &cut_short;
        Report cut = co_await deploy(cut_short, ready(world, "1.0.0"), approver);
        EXPECT_EQ(cut.outcome, Outcome::interrupted) << cut.sentence;
      }
      approver.runner = nullptr;
      if (world.parameters.contains(kLock)) kill_holder(world);
      Runner runner = self.open_as(strict(world), "carol");

      auto report = co_await runner.resume({}, Runner::ResumeAs::go_on, approver);

      EXPECT_TRUE(report && report->outcome == Outcome::complete)
          << (report ? report->sentence : report.error().text());
      EXPECT_EQ(world.deployments(), 1);
      self.expect_nothing_left(world);
    });
    (void)fs::remove_all(folder_ / "release");
  }
}

TEST_F(ProcessTest, a_dead_alert_service_is_a_warning_and_never_stops_a_release) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    self.write_all_evidence();
    EnvironmentConfig config = strict(world);
    config.pace.call_patience_ms = 50;
    config.pace.rollback_patience_ms = 50;
    Runner runner = self.open_as(config, "anna");
    Approver approver;
    approver.world = &world;
    self.around_->is_dead = true;
    Report dead = co_await deploy(runner, ready(world, "1.0.0"), approver);
    self.around_->is_dead = false;
    self.around_->refusal = "database down is alerting";
    Report refused = co_await deploy(runner, ready(world, "2.0.0"), approver);

    EXPECT_EQ(dead.outcome, Outcome::complete) << dead.sentence;
    EXPECT_THAT(fmt::format("{}", fmt::join(dead.state.warnings, "\n")),
                HasSubstr("Datadog does not answer"));
    EXPECT_EQ(refused.outcome, Outcome::complete) << refused.sentence;
    EXPECT_THAT(fmt::format("{}", fmt::join(refused.state.warnings, "\n")),
                HasSubstr("database down is alerting"));
    self.expect_nothing_left(world);
  });
}

TEST_F(ProcessTest, alerts_are_restored_after_a_rollback_too) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    self.write_all_evidence();
    Runner runner = self.open_as(strict(world), "anna");
    Approver approver;
    approver.world = &world;
    co_await deploy(runner, ready(world, "1.0.0"), approver);
    world.fails_smoke = {"2.0.0"};

    Report report = co_await deploy(runner, ready(world, "2.0.0"), approver);

    EXPECT_EQ(report.outcome, Outcome::rolled_back) << report.sentence;
    EXPECT_EQ(box(report, "smoke").state, BoxState::failed);
    EXPECT_EQ(box(report, "features").state, BoxState::open);
    self.expect_nothing_left(world);
  });
}

TEST_F(ProcessTest, a_service_that_changed_while_the_approval_was_waited_for_is_left_alone) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    self.write_all_evidence();
    Runner runner = self.open_as(strict(world), "anna");
    Approver approver;
    approver.world = &world;
    co_await deploy(runner, ready(world, "1.0.0"), approver);
    auto plan = co_await runner.plan_deploy(ready(world, "2.0.0"));
    co_await deploy(runner, ready(world, "3.0.0"), approver);

    auto report = co_await runner.run(*plan, approver);

    EXPECT_EQ(report->outcome, Outcome::refused) << report->sentence;
    EXPECT_THAT(report->sentence, HasSubstr("someone changed it meanwhile"));
    EXPECT_EQ(world.serving_version(), "3.0.0");
    self.expect_nothing_left(world);
  });
}

TEST_F(ProcessTest, throttling_at_any_call_is_waited_out) {
  for (const char* operation :
       {"PutParameter", "GetParameter", "DeleteParameter", "DescribeServices",
        "RegisterTaskDefinition", "RunTask", "UpdateService", "DescribeServiceDeployments",
        "ContinueServiceDeployment", "ListServiceDeployments"}) {
    with_world([operation](RunnerTest& base, fake::World& world) -> Task<> {
      auto& self = static_cast<ProcessTest&>(base);
      self.write_all_evidence();
      Runner runner = self.open_as(strict(world), "anna");
      Approver approver;
      approver.world = &world;
      co_await deploy(runner, ready(world, "1.0.0"), approver);
      auto plan = co_await runner.plan_deploy(ready(world, "2.0.0"));
      world.refusals[operation] = {"ThrottlingException", 3};

      auto report = co_await runner.run(*plan, approver);

      EXPECT_EQ(report->outcome, Outcome::complete) << operation << ": " << report->sentence;
      EXPECT_GT(world.refused, 0) << operation;
      self.expect_nothing_left(world);
    });
    (void)fs::remove_all(folder_ / "release");
  }
}

// Nothing can be written any more: the release is left where it is, and the way on is said.
TEST_F(ProcessTest, credentials_that_run_out_leave_a_release_that_can_be_resumed) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    self.write_all_evidence();
    Approver approver;
    approver.world = &world;
    Runner first = self.open_as(strict(world), "anna");
    co_await deploy(first, ready(world, "1.0.0"), approver);
    struct : Approver {
      void on_event(const Event& event, const State& before, const State& state) override {
        Approver::on_event(event, before, state);
        if (state.stage != Stage::deploying || before.stage == Stage::deploying) return;
        for (const char* operation :
             {"GetParameter", "PutParameter", "DeleteParameter", "DescribeServices",
              "DescribeServiceDeployments", "ContinueServiceDeployment", "StopServiceDeployment",
              "ListServiceDeployments", "GetMetricData", "UpdateService"})
          world->refusals[operation] = {"ExpiredTokenException", 1 << 20};
      }
    } expiring;
    expiring.world = &world;
    Runner runner = self.open_as(strict(world), "anna");

    Report cut = co_await deploy(runner, ready(world, "2.0.0"), expiring);
    world.refusals.clear();
    auto report = co_await first.resume({}, Runner::ResumeAs::go_on, approver);

    EXPECT_EQ(cut.outcome, Outcome::interrupted) << cut.sentence;
    EXPECT_THAT(cut.sentence, HasSubstr("ExpiredTokenException"));
    EXPECT_TRUE(report &&
                (report->outcome == Outcome::complete || report->outcome == Outcome::rolled_back))
        << (report ? report->sentence : report.error().text());
    EXPECT_EQ(world.serving_version(), report->outcome == Outcome::complete ? "2.0.0" : "1.0.0");
    self.expect_nothing_left(world);
  });
}

TEST_F(ProcessTest, of_two_answers_the_first_counts_and_the_second_is_told) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    (void)self;
    EnvironmentConfig config = strict(world);
    Api api(config);
    ApprovalStore store(api, "production");
    approval::Request request{.release_id = "rel-1", .digest = "d", .expires_minutes = 60};
    auto asked = co_await store.ask(request);
    auto again = co_await store.ask(request);
    auto waiting = co_await store.waiting();
    auto yes = co_await store.answer("rel-1", {.digest = "d", .verdict = "approved", .by = "ben"});
    auto no = co_await store.answer("rel-1", {.digest = "d", .verdict = "rejected", .by = "carol"});
    auto after = co_await store.waiting();
    auto removed = co_await store.remove("rel-1");
    auto removed_again = co_await store.remove("rel-1");

    EXPECT_TRUE(asked && again && asked->asked == again->asked)
        << "asking again starts no new hour";
    EXPECT_TRUE(waiting && waiting->size() == 1);
    EXPECT_TRUE(yes.has_value());
    EXPECT_TRUE(!no && no.error().code == ErrorCode::conflict);
    EXPECT_THAT(no.error().message, HasSubstr("approved already, by ben"));
    EXPECT_TRUE(after && after->empty());
    EXPECT_TRUE(removed && removed_again);
    EXPECT_FALSE(is_left_behind(world, "/releases/"));
  });
}

TEST_F(ProcessTest, a_completed_staging_release_is_what_production_asks_for) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    EnvironmentConfig staging = config_of(world);
    staging.name = "staging";
    Approver approver;
    approver.world = &world;
    Runner runner = self.open_as(staging, "anna");
    DeployRequest request = ready(world, "1.0.0");
    std::erase_if(world.parameters,
                  [](const auto& entry) { return entry.first.contains("/migrations/"); });

    Report report = co_await deploy(runner, request, approver);

    EXPECT_EQ(report.outcome, Outcome::complete) << report.sentence;
    auto kept = json::decode<gates::TestedRevision>(
        world.parameters["/saltbitter/staging/migrations/0002"]);
    EXPECT_TRUE(kept && kept->sha256 == "22" && kept->release_id == report.release_id);
  });
}

TEST_F(ProcessTest, a_hotfix_asks_for_fewer_boxes) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    EnvironmentConfig config = strict(world);
    config.hotfix_gates = {"rollback-plan"};
    Runner runner = self.open_as(config, "anna");
    Approver approver;
    approver.world = &world;
    DeployRequest request = ready(world, "1.0.0");
    request.is_hotfix = true;
    request.reason = "payments fail";

    Report report = co_await deploy(runner, request, approver);

    EXPECT_EQ(report.outcome, Outcome::complete) << report.sentence;
    EXPECT_EQ(box(report, "tests").state, BoxState::not_applicable);
    EXPECT_EQ(box(report, "rollback-plan").state, BoxState::passed);
  });
}

TEST_F(ProcessTest, a_rollback_says_whether_the_code_lives_with_the_schema_and_never_waits) {
  with_world([](RunnerTest& base, fake::World& world) -> Task<> {
    auto& self = static_cast<ProcessTest&>(base);
    self.write_all_evidence();
    Runner runner = self.open_as(strict(world), "anna");
    Approver approver;
    approver.world = &world;
    co_await deploy(runner, ready(world, "1.0.0"), approver);
    DeployRequest contracting = ready(world, "2.0.0");
    contracting.revisions = {"0001", "0002", "0003"};
    contracting.schema_head = "0003";
    contracting.schema_floor = 3;
    contracting.checksums["0003"] = "33";
    contracting.waivers = {{"migrations", "anna", "a test"}};
    Report second = co_await deploy(runner, contracting, approver);
    EXPECT_EQ(second.outcome, Outcome::complete) << second.sentence;

    auto refused = co_await runner.plan_rollback({});
    auto despite =
        co_await runner.plan_rollback({.to = {}, .reason = "it burns", .despite_schema = true});

    EXPECT_TRUE(!refused && refused.error().code == ErrorCode::failed_precondition);
    EXPECT_THAT(refused.error().message, HasSubstr("does NOT live"));
    EXPECT_TRUE(despite.has_value());
    if (!despite) co_return;
    approver.by.clear();
    auto report = co_await runner.run(*despite, approver);
    EXPECT_EQ(report->outcome, Outcome::complete) << report->sentence;
    EXPECT_EQ(world.serving_version(), "1.0.0");
    self.expect_nothing_left(world);
  });
}

}  // namespace
}  // namespace sb::release
