#include "release/smoke/smoke.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "release/smoke/session.hpp"
#include "release/smoke/wire.hpp"

namespace sb::release::smoke {

namespace {

using Answer = Session::Answer;

// A throw-away person. Words, never an address or a token, get into messages and evidence.
struct Person {
  std::string email;
  std::string password;
  std::string token;
  std::string name;
};

Person new_person(std::string name) {
  return {.email = fmt::format("smoke-{}@smoke.saltbitter.example", crypto::random_hex(16)),
          .password = "Sm0ke-" + crypto::random_token(20),
          .token = {},
          .name = std::move(name)};
}

// "expected 201, got 500 internal_error: Something went wrong"
std::unexpected<Error> unexpected_status(std::string_view what, int expected,
                                         const Answer& answer) {
  std::string detail;
  if (auto error = json::decode<wire::Failure>(answer.body); error && !error->error.empty())
    detail = fmt::format(" {}: {}", error->error, error->message);
  return fail(ErrorCode::failed_precondition,
              fmt::format("{}: expected {}, got {}{}", what, expected, answer.status, detail));
}

template <class T>
Result<T> read(std::string_view what, int expected, const Answer& answer) {
  if (answer.status != expected) return unexpected_status(what, expected, answer);
  auto body = json::decode<T>(answer.body);
  if (!body)
    return fail(ErrorCode::data_loss, fmt::format("{}: the answer is not what was agreed: {}", what,
                                                  body.error().text()));
  return body;
}

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::failed_precondition, std::move(message));
}

bool is_version(std::string_view seen, std::string_view expected) {
  // "1.2.0" is answered as "1.2.0+abc1234".
  return seen == expected ||
         (seen.starts_with(expected) && seen.substr(expected.size()).starts_with("+"));
}

class Run {
 public:
  Run(Options options, OnCheck on_check)
      : options_(std::move(options)),
        on_check_(std::move(on_check)),
        session_(options_, Deadline::after(options_.timeout)) {}

  Task<Report> all();

 private:
  using Test = Task<Result<std::string>> (Run::*)();

  Task<Result<std::string>> health();
  Task<Result<std::string>> authentication();
  Task<Result<std::string>> profile();
  Task<Result<std::string>> matches();
  Task<Result<std::string>> payment();

  Task<Result<>> sign_up(Person& person);
  Task<Result<>> fill_profile(const Person& person);
  Task<Result<>> take_assessment(const Person& person);
  Task<Result<std::vector<wire::Match>>> read_matches(const Person& person);
  Task<> leave(const Person& person);
  Result<> check_version() const;

  Options options_;
  OnCheck on_check_;
  Session session_;
  Person anna_ = new_person("Smoke Anna");
  Person ben_ = new_person("Smoke Ben");
};

Result<> Run::check_version() const {
  if (options_.expected_version.empty()) return {};
  if (session_.versions().empty())
    return wrong(fmt::format("no answer carried X-SaltBitter-Version, expected {}",
                             options_.expected_version));
  for (const auto& version : session_.versions())
    if (!is_version(version, options_.expected_version))
      return wrong(
          fmt::format("version {} answered, expected {}", version, options_.expected_version));
  return {};
}

Task<Result<std::string>> Run::health() {
  SB_CO_TRY(Answer answer, co_await session_.ask("GET", "/health", {}, {}));
  SB_CO_TRY(auto health, read<wire::Health>("GET /health", 200, answer));
  if (health.status != "healthy")
    co_return wrong(fmt::format("GET /health says \"{}\", expected \"healthy\"", health.status));
  SB_CO_TRY_VOID(check_version());
  co_return session_.versions().empty() ? "healthy"
                                        : "healthy, version " + *session_.versions().begin();
}

Task<Result<>> Run::sign_up(Person& person) {
  wire::Register registration{person.email, person.password, person.name, "1994-05-17"};
  SB_CO_TRY(Answer registered,
            co_await session_.ask("POST", "/api/auth/register", json::encode(registration), {}));
  SB_CO_TRY(auto user, read<wire::User>("registration", 201, registered));
  if (!crypto::is_uuid(user.user_id)) co_return wrong("registration: user_id is not a UUID");

  SB_CO_TRY(Answer logged_in,
            co_await session_.ask("POST", "/api/auth/login",
                                  json::encode(wire::Login{person.email, person.password}), {}));
  SB_CO_TRY(auto tokens, read<wire::Tokens>("login", 200, logged_in));
  if (tokens.access_token.empty() || tokens.refresh_token.empty())
    co_return wrong("login: no tokens in the answer");
  person.token = tokens.access_token;
  co_return Result<>{};
}

Task<Result<std::string>> Run::authentication() {
  SB_CO_TRY_VOID(co_await sign_up(anna_));
  SB_CO_TRY(Answer refused, co_await session_.ask("GET", "/api/profiles/me", {}, "not-a-token"));
  if (refused.status != 401) co_return unexpected_status("a wrong token", 401, refused);
  co_return "registered, logged in, and a wrong token was refused";
}

Task<Result<>> Run::fill_profile(const Person& person) {
  wire::ProfileUpdate update{.name = person.name,
                             .date_of_birth = "1994-05-17",
                             .bio = "Made by a smoke test, gone soon.",
                             .interests = {"Hiking", "Films", "Cooking"},
                             .preferences = {18, 100, 500}};
  SB_CO_TRY(Answer written,
            co_await session_.ask("PUT", "/api/profiles/me", json::encode(update), person.token));
  if (written.status != 200) co_return unexpected_status("writing the profile", 200, written);
  co_return Result<>{};
}

Task<Result<std::string>> Run::profile() {
  SB_CO_TRY_VOID(co_await fill_profile(anna_));
  SB_CO_TRY(Answer answer, co_await session_.ask("GET", "/api/profiles/me", {}, anna_.token));
  SB_CO_TRY(auto profile, read<wire::Profile>("reading the profile", 200, answer));
  if (profile.name != anna_.name)
    co_return wrong(fmt::format("the profile's name came back as \"{}\", expected \"{}\"",
                                profile.name, anna_.name));
  if (profile.age < 18 || profile.age > 100)
    co_return wrong(fmt::format("the profile's age came back as {}", profile.age));
  if (profile.interests.size() != 3)
    co_return wrong(fmt::format("{} of 3 interests came back", profile.interests.size()));
  co_return "written, and read back the same";
}

Task<Result<>> Run::take_assessment(const Person& person) {
  SB_CO_TRY(Answer asked,
            co_await session_.ask("GET", "/api/attachment/assessment", {}, person.token));
  SB_CO_TRY(auto assessment, read<wire::Assessment>("reading the assessment", 200, asked));
  if (assessment.questions.empty()) co_return wrong("the assessment has no questions");
  wire::AssessmentAnswers answers;
  for (const auto& question : assessment.questions) answers.responses.push_back({question.id, 2});
  SB_CO_TRY(Answer taken, co_await session_.ask("POST", "/api/attachment/assessment",
                                                json::encode(answers), person.token));
  SB_CO_TRY(auto result, read<wire::AssessmentResult>("taking the assessment", 201, taken));
  if (result.style.empty()) co_return wrong("the assessment gave no attachment style");
  co_return Result<>{};
}

Task<Result<std::vector<wire::Match>>> Run::read_matches(const Person& person) {
  SB_CO_TRY(Answer answer, co_await session_.ask("GET", "/api/matches?limit=10", {}, person.token));
  SB_CO_TRY(auto matches, read<wire::Matches>("reading matches", 200, answer));
  for (const auto& match : matches.matches)
    if (match.user_id.empty() || match.compatibility_score < 0 || match.compatibility_score > 1)
      co_return wrong(fmt::format("a match has the compatibility {}", match.compatibility_score));
  co_return matches.matches;
}

Task<Result<std::string>> Run::matches() {
  SB_CO_TRY_VOID(co_await take_assessment(anna_));
  SB_CO_TRY(auto found, co_await read_matches(anna_));
  if (found.empty()) {
    // Nobody else is there. A second person must find the first: her batch was made just now, his
    // was not.
    SB_CO_TRY_VOID(co_await sign_up(ben_));
    SB_CO_TRY_VOID(co_await fill_profile(ben_));
    SB_CO_TRY_VOID(co_await take_assessment(ben_));
    SB_CO_TRY(found, co_await read_matches(ben_));
  }
  if (found.empty()) co_return wrong("no match was generated for two compatible people");
  co_return fmt::format("{} generated, the best at {:.2f}", found.size(),
                        found.front().compatibility_score);
}

Task<Result<std::string>> Run::payment() {
  wire::Subscribe subscribe;
  SB_CO_TRY(Answer bought, co_await session_.ask("POST", "/api/subscriptions",
                                                 json::encode(subscribe), anna_.token));
  if (bought.status == 503)
    co_return wrong("payments are switched off in this environment (ENABLE_PAYMENTS)");
  SB_CO_TRY(auto subscription, read<wire::Subscription>("subscribing in test mode", 201, bought));
  if (subscription.tier != subscribe.tier)
    co_return wrong(fmt::format("the tier came back as \"{}\"", subscription.tier));

  // It settles by the processor's webhook, within two seconds; we allow five.
  const Deadline settles = session_.deadline().earlier(Deadline::after(std::chrono::seconds(5)));
  for (;;) {
    SB_CO_TRY(Answer asked, co_await session_.ask("GET", "/api/subscriptions/me", {}, anna_.token));
    SB_CO_TRY(auto mine, read<wire::Subscription>("reading the subscription", 200, asked));
    if (mine.status == "active" && mine.tier == subscribe.tier) break;
    if (settles.has_passed())
      co_return wrong(fmt::format("the payment did not settle: the subscription is {} ({})",
                                  mine.status, mine.tier));
    co_await sleep_for(std::chrono::milliseconds(150));
  }
  SB_CO_TRY(Answer answer, co_await session_.ask("GET", "/api/profiles/me", {}, anna_.token));
  SB_CO_TRY(auto profile, read<wire::Profile>("reading the profile", 200, answer));
  if (profile.subscription_tier != subscribe.tier)
    co_return wrong(fmt::format("the profile's tier is \"{}\" after paying for {}",
                                profile.subscription_tier, subscribe.tier));
  // The answers of all calls, not only of the first, came from the version that is tested.
  SB_CO_TRY_VOID(check_version());
  co_return "a test card paid for premium, and the profile has it";
}

Task<> Run::leave(const Person& person) {
  // Out of other people's matches at once. A platform without this call is none the worse.
  if (person.token.empty()) co_return;
  (void)co_await session_.ask("DELETE", "/api/compliance/data-deletion", {}, person.token);
}

Task<Report> Run::all() {
  struct Named {
    std::string_view name;
    Test test;
  };
  static constexpr Named kTests[] = {{"Health check endpoint", &Run::health},
                                     {"Authentication flow", &Run::authentication},
                                     {"Profile creation", &Run::profile},
                                     {"Match generation", &Run::matches},
                                     {"Payment processing (test mode)", &Run::payment}};
  Report report{.base_url = options_.base_url};
  const auto began = std::chrono::steady_clock::now();
  auto since = [](auto start) {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start).count();
  };
  const CheckResult* failed = nullptr;
  report.checks.reserve(std::size(kTests));
  for (const Named& named : kTests) {
    CheckResult& check = report.checks.emplace_back();
    check.name = named.name;
    if (failed) {
      check.message = fmt::format("not run: {} failed before", failed->name);
    } else {
      const auto start = std::chrono::steady_clock::now();
      auto result = co_await (this->*named.test)();
      check.was_run = true;
      check.passed = result.has_value();
      check.message = result ? *result : result.error().message;
      check.duration_ms = since(start);
      check.evidence = session_.take_evidence();
      if (!check.passed) failed = &check;
    }
    if (on_check_) on_check_(check);
  }
  co_await leave(anna_);
  co_await leave(ben_);

  report.passed = failed == nullptr;
  report.asserted = session_.was_answered();
  report.duration_ms = since(began);
  report.versions.assign(session_.versions().begin(), session_.versions().end());
  report.summary = failed ? fmt::format("{}: {}", failed->name, failed->message)
                          : fmt::format("all {} checks passed in {} ms", report.checks.size(),
                                        report.duration_ms);
  co_return report;
}

}  // namespace

Task<Report> run(Options options, OnCheck on_check) {
  while (options.base_url.ends_with('/')) options.base_url.pop_back();
  Run smoke(std::move(options), std::move(on_check));
  co_return co_await smoke.all();
}

}  // namespace sb::release::smoke
