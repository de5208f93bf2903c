#include "github/repository.hpp"

#include <chrono>
#include <cstdlib>

#include "base/process/process.hpp"
#include "base/text/text.hpp"

namespace sb::github {

namespace {

constexpr std::chrono::minutes kPatience(5);
constexpr std::string_view kEmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from < text.size();) {
    auto end = std::min(text.find('\n', from), text.size());
    out.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

// Runs git; an exit code other than 0 is a value here, for commands that answer with it.
Task<Result<process::Output>> run_git(std::vector<std::string> arguments, std::string input) {
  process::SpawnOptions options;
  options.argv = {"git"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.environment = git_environment();
  options.inherit_environment = false;
  co_return co_await process::run(options, std::move(input), Deadline::after(kPatience));
}

Error git_error(const std::vector<std::string>& arguments, const process::Output& output) {
  auto verb = arguments.size() > 2 && arguments[0] == "-C" ? arguments[2] : arguments[0];
  return {ErrorCode::internal,
          fmt::format("git {} failed ({}): {}", verb, output.status.code, first_line(output.err)),
          {}};
}

}  // namespace

std::map<std::string, std::string> git_environment() {
  std::map<std::string, std::string> out = {
      {"LC_ALL", "C"},
      {"GIT_CONFIG_GLOBAL", "/dev/null"},
      {"GIT_CONFIG_NOSYSTEM", "1"},
      {"GIT_TERMINAL_PROMPT", "0"},
      {"GIT_CONFIG_COUNT", "1"},  // a checkout to seed from may be somebody else's
      {"GIT_CONFIG_KEY_0", "safe.directory"},
      {"GIT_CONFIG_VALUE_0", "*"},
      {"GIT_AUTHOR_NAME", "salthub"},
      {"GIT_AUTHOR_EMAIL", "salthub@github.localhost"},
      {"GIT_COMMITTER_NAME", "salthub"},
      {"GIT_COMMITTER_EMAIL", "salthub@github.localhost"},
  };
  for (const char* name : {"PATH", "HOME", "TMPDIR"})
    if (const char* value = std::getenv(name)) out[name] = value;
  return out;
}

Task<Result<std::string>> Repository::git(std::vector<std::string> arguments, std::string input) {
  arguments.insert(arguments.begin(), {"-C", folder_.string()});
  SB_CO_TRY(auto output, co_await run_git(arguments, std::move(input)));
  if (output.status.code != 0) co_return std::unexpected(git_error(arguments, output));
  co_return std::move(output.out);
}

Task<Result<>> Repository::create() {
  std::error_code ignored;
  bool is_there = std::filesystem::exists(folder_ / "HEAD", ignored);
  if (!is_there) {
    SB_CO_TRY_VOID(fs::make_directories(folder_, 0700));
    std::vector<std::string> init = {"init", "--quiet", "--bare", "--initial-branch=main", "."};
    SB_CO_TRY_VOID(co_await git(init));
  }
  std::vector<std::string> settings = {"config", "http.receivepack", "true"};
  SB_CO_TRY_VOID(co_await git(settings));
  SB_CO_TRY(auto known, co_await branches());
  if (!known.empty()) co_return Result<>();
  std::vector<std::string> make_tree = {"mktree"};
  SB_CO_TRY_VOID(co_await git(make_tree));  // of nothing: the empty tree must be an object
  std::vector<std::string> commit = {"commit-tree", "-m", "Begin", std::string(kEmptyTree)};
  SB_CO_TRY(auto sha, co_await git(commit));
  for (std::string branch : {"main", "develop"})
    SB_CO_TRY_VOID(co_await update_branch(branch, first_line(sha), ""));
  co_return Result<>();
}

Task<Result<>> Repository::seed(fs::Path checkout) {
  std::string last = "HEAD";
  for (std::string branch : {"main", "develop"}) {
    std::vector<std::string> probe = {"-C",       checkout.string(), "rev-parse",
                                      "--verify", "--quiet",         "refs/heads/" + branch};
    SB_CO_TRY(auto found, co_await run_git(probe, ""));
    if (found.status.code == 0) last = "refs/heads/" + branch;
    std::vector<std::string> fetch = {"fetch", "--quiet", checkout.string(),
                                      fmt::format("+{}:refs/heads/{}", last, branch)};
    SB_CO_TRY_VOID(co_await git(fetch));
  }
  co_return Result<>();
}

Task<Result<std::map<std::string, std::string>>> Repository::branches() {
  std::vector<std::string> arguments = {"for-each-ref", "--format=%(objectname) %(refname:strip=2)",
                                        "refs/heads/"};
  SB_CO_TRY(auto text, co_await git(arguments));
  std::map<std::string, std::string> out;
  for (const auto& line : lines_of(text)) {
    auto space = line.find(' ');
    if (space != std::string::npos) out[line.substr(space + 1)] = line.substr(0, space);
  }
  co_return out;
}

Task<Result<std::string>> Repository::resolve(std::string ref) {
  auto missing = fail(ErrorCode::not_found, fmt::format("no ref found for: {}", ref), ref);
  if (ref.empty() || ref.starts_with('-')) co_return missing;
  for (std::string prefix : {"refs/heads/", "refs/tags/", ""}) {
    // Without a prefix only full commit ids and full ref names: no "main@{yesterday}".
    bool is_exact =
        ref.starts_with("refs/") ||
        (ref.size() == 40 && ref.find_first_not_of("0123456789abcdef") == std::string::npos);
    if (prefix.empty() && !is_exact) break;
    std::vector<std::string> arguments = {"-C",       folder_.string(), "rev-parse",
                                          "--verify", "--quiet",        prefix + ref + "^{commit}"};
    SB_CO_TRY(auto output, co_await run_git(arguments, ""));
    if (output.status.code == 0) co_return first_line(output.out);
  }
  co_return missing;
}

Task<Result<std::string>> Repository::subject(std::string sha) {
  std::vector<std::string> arguments = {"show", "--no-patch", "--format=%s", sha};
  SB_CO_TRY(auto text, co_await git(arguments));
  co_return first_line(text);
}

Task<Result<std::map<std::string, std::string>>> Repository::workflow_files(std::string sha) {
  std::vector<std::string> list = {"ls-tree", "--name-only", sha, ".github/workflows/"};
  SB_CO_TRY(auto names, co_await git(list));
  std::map<std::string, std::string> out;
  for (const auto& path : lines_of(names)) {
    if (!path.ends_with(".yml") && !path.ends_with(".yaml")) continue;
    std::vector<std::string> show = {"show", sha + ":" + path};
    SB_CO_TRY(auto text, co_await git(show));
    out[text::last_part(path)] = std::move(text);
  }
  co_return out;
}

Task<Result<bool>> Repository::is_ancestor(std::string ancestor, std::string descendant) {
  std::vector<std::string> arguments = {"-C",     folder_.string(), "merge-base", "--is-ancestor",
                                        ancestor, descendant};
  SB_CO_TRY(auto output, co_await run_git(arguments, ""));
  if (output.status.code > 1) co_return std::unexpected(git_error(arguments, output));
  co_return output.status.code == 0;
}

// git refuses when the branch is not where `old_sha` says (empty: must not exist).
Task<Result<std::string>> Repository::update_branch(std::string branch, std::string sha,
                                                    std::string old_sha) {
  if (old_sha.empty()) old_sha = std::string(40, '0');
  std::vector<std::string> arguments = {"update-ref", "refs/heads/" + branch, sha, old_sha};
  auto updated = co_await git(arguments);
  if (updated) co_return sha;
  co_return fail(ErrorCode::conflict, fmt::format("Base branch was modified: {}", branch), branch);
}

Task<Result<std::string>> Repository::merge(MergeRequest request) {
  std::vector<std::string> merge_tree = {"-C",           folder_.string(), "merge-tree",
                                         "--write-tree", request.base_sha, request.head_sha};
  SB_CO_TRY(auto merged, co_await run_git(merge_tree, ""));
  if (merged.status.code == 1)
    co_return fail(ErrorCode::failed_precondition,
                   "Pull Request is not mergeable: the branches conflict");
  if (merged.status.code != 0) co_return std::unexpected(git_error(merge_tree, merged));
  std::vector<std::string> commit = {"commit-tree", first_line(merged.out), "-p", request.base_sha};
  if (!request.is_squash) commit.insert(commit.end(), {"-p", request.head_sha});
  SB_CO_TRY(auto sha, co_await git(commit, request.message + "\n"));
  co_return co_await update_branch(request.base, first_line(sha), request.base_sha);
}

Task<Result<>> Repository::delete_branch(std::string name, std::string sha) {
  std::vector<std::string> arguments = {"update-ref", "-d", "refs/heads/" + name, sha};
  SB_CO_TRY_VOID(co_await git(arguments));
  co_return Result<>();
}

Task<Result<>> Repository::check_out(std::string sha, fs::Path folder) {
  SB_CO_TRY_VOID(fs::remove_all(folder));
  SB_CO_TRY_VOID(fs::make_directories(folder.parent_path(), 0700));
  std::vector<std::string> clone = {"clone",      "--quiet",        "--no-checkout",
                                    "--no-local", folder_.string(), folder.string()};
  SB_CO_TRY_VOID(co_await git(clone));
  std::vector<std::string> checkout = {"-C",      folder.string(), "checkout",
                                       "--quiet", "--detach",      sha};
  SB_CO_TRY_VOID(co_await git(checkout));
  co_return Result<>();
}

}  // namespace sb::github
