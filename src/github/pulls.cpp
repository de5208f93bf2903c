// The part of the hub that knows pull requests.
#include <algorithm>

#include "github/hub.hpp"

namespace sb::github {

namespace {

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::failed_precondition, std::move(message));
}

}  // namespace

Task<Result<Pull>> Hub::open_pull(NewPull wanted) {
  auto held = co_await lock();
  if (wanted.title.empty()) co_return invalid("title can't be blank");
  SB_CO_TRY(auto branches, co_await repository_.branches());
  auto colon = wanted.head.find(':');  // "owner:branch"
  if (colon != std::string::npos) wanted.head.erase(0, colon + 1);
  for (const auto& name : {wanted.head, wanted.base})
    if (!branches.contains(name)) co_return invalid(fmt::format("there is no branch '{}'", name));
  SB_CO_TRY(auto pulls, store_.pulls());
  for (const auto& pull : pulls)
    if (pull.state == "open" && pull.head == wanted.head && pull.base == wanted.base)
      co_return invalid(
          fmt::format("A pull request already exists for {}:{}.", config_.owner, wanted.head));
  SB_CO_TRY(bool is_in,
            co_await repository_.is_ancestor(branches[wanted.head], branches[wanted.base]));
  if (is_in)
    co_return invalid(fmt::format("No commits between {} and {}", wanted.base, wanted.head));

  Pull pull;
  pull.title = wanted.title;
  pull.body = wanted.body;
  pull.head = wanted.head;
  pull.base = wanted.base;
  pull.head_sha = branches[wanted.head];
  pull.base_sha = branches[wanted.base];
  pull.author = config_.login;
  pull.is_draft = wanted.is_draft;
  pull.created_at = pull.updated_at = now();
  SB_CO_TRY(auto workflows, co_await workflows_at(pull.head_sha));
  SB_CO_TRY_VOID(store_.transaction([&]() -> Result<> {
    SB_TRY(pull.number, store_.next_pull_number());
    SB_TRY_VOID(store_.put(pull));
    for (const auto& workflow : workflows)
      if (workflow.pull_request_branches &&
          branch_matches(*workflow.pull_request_branches, pull.base))
        SB_TRY_VOID(
            add_run(workflow, trigger("pull_request", pull.head, pull.head_sha, pull.title)));
    return {};
  }));
  schedule();
  co_return pull;
}

Task<Result<Pull>> Hub::merge_pull(MergeOptions options) {
  auto held = co_await lock();
  SB_CO_TRY(auto pull, store_.pull(options.number));
  if (pull.state != "open" || pull.is_draft) co_return invalid("Pull Request is not mergeable");
  if (!options.expected_head.empty() && options.expected_head != pull.head_sha)
    co_return fail(ErrorCode::conflict,
                   "Head branch was modified. Review and try the merge again.");
  SB_CO_TRY(auto branches, co_await repository_.branches());
  MergeRequest request{.base = pull.base,
                       .base_sha = branches[pull.base],
                       .head_sha = pull.head_sha,
                       .message = {},
                       .is_squash = options.is_squash};
  auto title = options.title;
  auto body = options.message;
  if (title.empty() && options.is_squash) title = fmt::format("{} (#{})", pull.title, pull.number);
  if (title.empty()) {
    title = fmt::format("Merge pull request #{} from {}/{}", pull.number, config_.owner, pull.head);
    if (body.empty()) body = pull.title;
  }
  request.message = body.empty() ? title : title + "\n\n" + body;
  SB_CO_TRY(auto sha, co_await repository_.merge(request));
  pull.state = "merged";
  pull.merge_sha = sha;
  pull.updated_at = now();
  pull.closed_at = pull.updated_at;
  SB_CO_TRY_VOID(store_.put(pull));
  SB_CO_TRY_VOID(co_await notice_pushes_locked(config_.login));
  co_return pull;
}

Task<Result<Pull>> Hub::close_pull(std::int64_t number) {
  auto held = co_await lock();
  SB_CO_TRY(auto pull, store_.pull(number));
  if (pull.state != "open") co_return invalid("the pull request is not open");
  pull.state = "closed";
  pull.updated_at = now();
  pull.closed_at = pull.updated_at;
  SB_CO_TRY_VOID(store_.put(pull));
  co_return pull;
}

}  // namespace sb::github
