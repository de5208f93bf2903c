// `saltctl hotfix start|ship`: with git and gh as a person would use them, each step looked up
// before it is taken, so that it may be run again.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "base/process/process.hpp"
#include "base/text/text.hpp"
#include "saltctl/operate.hpp"

namespace sb::saltctl {
namespace {

constexpr std::string_view kPrefix = "hotfix/";
constexpr auto kPatience = std::chrono::minutes(5);

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

// What a program said last, but for our own advice: "saltctl: why" stands above "     try: this".
std::string complaint_in(std::string text) {
  auto line = text::last_line(text);
  if (!line.starts_with("     try: ")) return line;
  text = trimmed(text);
  text.resize(text.size() - line.size());
  return text::last_line(text);
}

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

using Variables = std::map<std::string, std::string>;

Task<Result<Ran>> run(std::vector<std::string> words, Variables variables = {}) {
  process::SpawnOptions options;
  options.argv = std::move(words);
  options.environment = std::move(variables);
  options.environment["GIT_TERMINAL_PROMPT"] = "0";
  options.environment["GH_PROMPT_DISABLED"] = "1";
  auto output = co_await process::run(std::move(options), "", Deadline::after(kPatience));
  if (!output) co_return std::unexpected(output.error());
  co_return Ran{output->status.code, trimmed(output->out), output->err};
}

// What it printed; a failure is what it said last.
Task<std::expected<std::string, Failure>> must(std::vector<std::string> words, std::string next,
                                               Variables variables = {}) {
  auto shown = fmt::format("{}", fmt::join(words, " "));
  auto ran = co_await run(std::move(words), std::move(variables));
  if (!ran) co_return std::unexpected(Failure(ran.error(), std::move(next)));
  if (ran->code == 0) co_return ran->out;
  co_return std::unexpected(
      Failure(Error{ErrorCode::failed_precondition,
                    fmt::format("`{}` ended with {}: {}", shown, ran->code, complaint_in(ran->err)),
                    {}},
              std::move(next)));
}

Task<bool> holds(std::vector<std::string> words) {
  auto ran = co_await run(std::move(words));
  co_return ran && ran->code == 0;
}

std::unexpected<Failure> refuse(std::string why, std::string next) {
  return std::unexpected(Failure(Error{ErrorCode::failed_precondition, std::move(why), {}},
                                 std::move(next), declined()));
}

Task<std::expected<void, Failure>> check_clean_tree() {
  SB_CO_TRY(auto changes, co_await must({"git", "status", "--porcelain", "--untracked-files=no"},
                                        "cd into the checkout"));
  if (changes.empty()) co_return std::expected<void, Failure>{};
  co_return refuse("there are changes that are not committed", "git status");
}

Task<Outcome> start(Invocation& call) {
  auto name = call.arguments.get("NAME");
  auto branch = name.starts_with(kPrefix) ? name : std::string(kPrefix) + name;
  if (!co_await holds({"git", "check-ref-format", "--branch", branch})) {
    co_return std::unexpected(
        Failure(Error{ErrorCode::invalid_argument, "this makes no branch name", name},
                "saltctl hotfix start critical-bug-fix", 2));
  }
  Screen screen(call);
  auto clean = co_await check_clean_tree();
  if (!clean) co_return std::unexpected(clean.error());
  SB_CO_TRY(auto fetched,
            co_await must({"git", "fetch", "--quiet", "origin", "main"}, "git remote -v"));
  SB_CO_TRY(auto base, co_await must({"git", "rev-parse", "origin/main"}, "git branch -a"));
  bool is_there =
      co_await holds({"git", "rev-parse", "--verify", "--quiet", "refs/heads/" + branch});
  std::vector<std::string> words{"git", "switch", "--quiet", branch};
  if (!is_there) words = {"git", "switch", "--quiet", "--no-track", "-c", branch, "origin/main"};
  SB_CO_TRY(auto switched, co_await must(std::move(words), "git status"));
  screen.console.line(
      is_there ? fmt::format("On {} again.", branch)
               : fmt::format("On {}, made from main at {}.", branch, base.substr(0, 12)));
  screen.console.line(
      "Make the fix, then:\n"
      "  git commit -am 'hotfix: what it fixes'\n"
      "  saltctl hotfix ship --reason 'what is broken'");
  if (call.wants_json)
    call.out.line(fmt::format(R"({{"branch":{},"base":{},"made":{}}})", json::quote(branch),
                              json::quote(base), !is_there));
  co_return 0;
}

struct Pull {
  std::int64_t number = 0;  // 0: there is none
  std::string url;
  bool is_merged = false;
  bool is_closed = false;
};

std::string text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

struct Fix {
  std::string branch;
  std::string head;     // commit
  std::string subject;  // of that commit
};

// The newest pull request of the branch; an open one before a closed one.
Task<std::expected<Pull, Failure>> find_pull(Fix fix) {
  SB_CO_TRY(auto text,
            co_await must({"gh", "api", "repos/{owner}/{repo}/pulls?state=all"}, "gh auth status"));
  auto list = json::parse(text);
  Pull found;
  if (!list || !list->is_array()) co_return found;
  for (const auto& item : list->get_array()) {
    const auto* pull = item.if_object();
    const auto* head = pull ? pull->if_contains("head") : nullptr;
    if (!head || !head->is_object() || text_of(head->get_object(), "ref") != fix.branch) continue;
    Pull seen{.url = text_of(*pull, "html_url")};
    if (const auto* number = pull->if_contains("number"); number && number->is_int64())
      seen.number = number->get_int64();
    seen.is_merged = !text_of(*pull, "merged_at").empty();
    // Merged before this commit was made: that was an earlier fix of the same name.
    if (seen.is_merged && text_of(head->get_object(), "sha") != fix.head) continue;
    seen.is_closed = text_of(*pull, "state") == "closed" && !seen.is_merged;
    if (found.number == 0 || (found.is_closed && !seen.is_closed)) found = std::move(seen);
  }
  co_return found;
}

Task<std::expected<Fix, Failure>> look_at_branch() {
  Fix fix;
  SB_CO_TRY(fix.branch,
            co_await must({"git", "rev-parse", "--abbrev-ref", "HEAD"}, "cd into the checkout"));
  if (!fix.branch.starts_with(kPrefix))
    co_return refuse(fmt::format("{} is no hotfix branch", fix.branch),
                     "saltctl hotfix start NAME");
  auto clean = co_await check_clean_tree();
  if (!clean) co_return std::unexpected(clean.error());
  SB_CO_TRY(auto fetched,
            co_await must({"git", "fetch", "--quiet", "origin", "main"}, "git remote -v"));
  SB_CO_TRY(fix.head, co_await must({"git", "rev-parse", "HEAD"}, "git log"));
  SB_CO_TRY(fix.subject, co_await must({"git", "log", "-1", "--format=%s"}, "git log"));
  co_return fix;
}

// Of a branch that was not merged yet.
Task<std::expected<void, Failure>> check_commits(Fix fix) {
  SB_CO_TRY(auto ahead,
            co_await must({"git", "rev-list", "--count", "origin/main..HEAD"}, "git log"));
  if (ahead == "0")
    co_return refuse("there is no commit on it yet", "git commit -am 'hotfix: what it fixes'");
  if (!co_await holds({"git", "merge-base", "--is-ancestor", "origin/main", "HEAD"}))
    co_return refuse("main went on since the branch was made", "git rebase origin/main");
  if (!fix.subject.starts_with("hotfix: "))
    co_return refuse(
        fmt::format("the commit's message does not begin with 'hotfix: ' ({})", fix.subject),
        "git commit --amend -m 'hotfix: what it fixes'");
  co_return std::expected<void, Failure>{};
}

Task<std::expected<Pull, Failure>> open_pull(Invocation& call, Console& console, Fix fix,
                                             std::string reason) {
  auto checked = co_await check_commits(fix);
  if (!checked) co_return std::unexpected(checked.error());
  SB_CO_TRY(auto pull, co_await find_pull(fix));
  if (pull.is_closed)
    co_return refuse(
        fmt::format("its pull request #{} was closed without being merged", pull.number),
        "gh pr reopen " + std::to_string(pull.number));
  Steps steps(console);
  steps.begin("Push " + fix.branch);
  auto pushed = co_await must({"git", "push", "--quiet", "--set-upstream", "origin", fix.branch},
                              "git push origin " + fix.branch);
  if (!pushed) {
    steps.failed(pushed.error().error.message);
    co_return std::unexpected(pushed.error());
  }
  steps.done(fix.head.substr(0, 12));
  if (pull.number != 0) co_return pull;
  steps.begin("Pull request");
  auto title = call.arguments.get("--title", fix.subject.substr(8));
  auto made = co_await must({"gh", "pr", "create", "--base", "main", "--head", fix.branch,
                             "--title", "[HOTFIX] " + title, "--body", reason},
                            "gh pr create --base main");
  if (!made) {
    steps.failed(made.error().error.message);
    co_return std::unexpected(made.error());
  }
  SB_CO_TRY(pull, co_await find_pull(fix));
  steps.done(pull.url.empty() ? *made : pull.url);
  co_return pull;
}

std::expected<int, Failure> minutes_of(const Arguments& arguments) {
  auto text = arguments.get("--wait", "0");
  int minutes = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), minutes);
  if (error == std::errc() && end == text.data() + text.size() && minutes >= 0) return minutes;
  return std::unexpected(
      Failure(Error{ErrorCode::invalid_argument, "--wait takes a number of minutes, not", text},
              "saltctl hotfix ship --help", 2));
}

Task<std::expected<bool, Failure>> await_merge(Console& console, Fix fix, Pull pull, int minutes) {
  if (pull.is_merged) co_return true;
  if (minutes == 0) co_return false;
  Steps steps(console);
  steps.begin(fmt::format("Merge of #{}", pull.number));
  auto deadline = Deadline::after(std::chrono::minutes(minutes));
  while (!deadline.has_passed()) {
    SB_CO_TRY(pull, co_await find_pull(fix));
    if (pull.is_merged) {
      steps.done();
      co_return true;
    }
    steps.note("waits for approval and merge");
    co_await sleep_for(std::chrono::seconds(2));
  }
  steps.failed("not merged yet");
  co_return false;
}

// A program that says for itself what it does, on our terminal.
Task<int> run_here(std::vector<std::string> words, fs::Path folder) {
  process::SpawnOptions options;
  options.argv = std::move(words);
  options.working_directory = std::move(folder);
  options.inherit_stdio = true;
  options.new_session = false;
  auto child = process::spawn(options);
  if (!child) co_return 127;
  co_return (co_await process::wait(*child)).code;
}

// What was merged, built in a folder of its own so that the checkout stays as it is; its image goes
// where this saltctl looks for images, for the cloud that is meant.
Task<std::expected<std::string, Failure>> build_merged(Console& console, const Places& places,
                                                       std::string commit, std::string again) {
  const fs::Path folder = places.home / "hotfix";
  Steps steps(console);
  steps.begin("Build main at " + commit.substr(0, 12));
  std::error_code ignored;
  if (!std::filesystem::exists(folder / ".git", ignored)) {
    auto made = co_await must(
        {"git", "worktree", "add", "--quiet", "--force", "--detach", folder.string(), commit},
        again);
    if (!made) co_return std::unexpected(made.error());
  }
  auto checked_out = co_await must(
      {"git", "-C", folder.string(), "checkout", "--quiet", "--detach", commit}, again);
  if (!checked_out) co_return std::unexpected(checked_out.error());
  auto built =
      co_await must({"make", "-C", folder.string(), "--no-print-directory", "build"}, again);
  if (!built) {
    steps.failed(built.error().error.message);
    co_return std::unexpected(built.error());
  }
  const auto home = places.where == Where::aws ? places.home.parent_path() : places.home;
  auto image = co_await must(
      {(folder / "tools" / "release_image").string(), "--commit", commit.substr(0, 7)}, again,
      {{"SALTBITTER_HOME", home.string()}});
  if (!image) {
    steps.failed(image.error().error.message);
    co_return std::unexpected(image.error());
  }
  auto reference = text::last_line(*image);
  steps.done(reference);
  co_return reference;
}

Task<Outcome> ship(Invocation& call) {
  auto reason = call.arguments.get("--reason");
  auto again = std::string("saltctl hotfix ship --reason 'what is broken'");
  if (reason.empty()) {
    co_return std::unexpected(
        Failure(Error{ErrorCode::invalid_argument,
                      "a hotfix needs a --reason: it is kept with the release",
                      {}},
                again, 2));
  }
  SB_CO_TRY(auto minutes, minutes_of(call.arguments));
  Screen screen(call);
  Console& console = screen.console;
  SB_CO_TRY(auto fix, co_await look_at_branch());
  SB_CO_TRY(auto pull, co_await find_pull(fix));
  if (!pull.is_merged) {
    SB_CO_TRY(pull, co_await open_pull(call, console, fix, reason));
    SB_CO_TRY(pull.is_merged, co_await await_merge(console, fix, pull, minutes));
  }
  if (!pull.is_merged) {
    console.line(fmt::format(
        "Now somebody approves and merges it:\n  gh pr merge {} --merge\nand then:\n  {}",
        pull.number, again));
    if (call.wants_json)
      call.out.line(fmt::format(R"({{"branch":{},"pull":{},"url":{},"merged":false}})",
                                json::quote(fix.branch), pull.number, json::quote(pull.url)));
    co_return release::exit_code(release::Outcome::interrupted);
  }
  SB_CO_TRY(auto fetched, co_await must({"git", "fetch", "--quiet", "origin", "main"}, again));
  SB_CO_TRY(auto merged, co_await must({"git", "rev-parse", "origin/main"}, again));
  SB_CO_TRY(auto image, co_await build_merged(console, call.places, merged, again));
  std::vector<std::string> words{
      (fs::executable_directory() / "saltctl").string(),
      "deploy",
      "production",
      "--image",
      image,
      "--hotfix",
      "--reason",
      fmt::format("{} ({}, #{}): {}", fix.subject, fix.branch, pull.number, reason)};
  if (call.arguments.has("--yes")) words.emplace_back("--yes");
  if (call.wants_json) words.emplace_back("--json");
  words.insert(words.end(), call.arguments.rest.begin(), call.arguments.rest.end());
  co_return co_await run_here(std::move(words), {});
}

}  // namespace

Outcome run_hotfix_start(Invocation& call) {
  return run_task(start(call));
}

Outcome run_hotfix_ship(Invocation& call) {
  return run_task(ship(call));
}

}  // namespace sb::saltctl
