// Pull requests, and the branches that their merging deletes.
#include <boost/json.hpp>

#include "github/answers.hpp"
#include "github/api.hpp"

namespace sb::github {

namespace json = boost::json;

Task<http::Response> Api::answer_pulls(http::Request request, Words words) {
  bool is_get = request.method == "GET";
  auto where = urls(request);
  if (words.size() == 1 && is_get) {
    auto pulls = hub_.store().pulls();
    if (!pulls) co_return refuse(pulls.error());
    auto state = http::query_value(request.query, "state").value_or("open");
    json::array list;
    for (const auto& pull : *pulls)
      if (state == "all" || (state == "open") == (pull.state == "open"))
        list.push_back(pull_view(pull, hub_.config(), where));
    co_return answer(200, list);
  }
  if (words.size() == 1 && request.method == "POST") {
    auto body = body_of(request);
    if (!body) co_return refuse(body.error());
    NewPull wanted{text_of(*body, "title"), text_of(*body, "body"), text_of(*body, "head"),
                   text_of(*body, "base")};
    auto pull = co_await hub_.open_pull(std::move(wanted));
    if (!pull) co_return refuse(pull.error());
    co_return answer(201, pull_view(*pull, hub_.config(), where));
  }
  auto number = words.size() > 1 ? number_of(words[1]) : std::nullopt;
  if (!number) co_return not_here(request);
  if (words.size() == 3 && words[2] == "merge" && request.method == "PUT")
    co_return co_await merge_pull(std::move(request), *number);
  if (words.size() != 2 || !is_get) co_return not_here(request);
  auto pull = hub_.store().pull(*number);
  if (!pull) co_return refuse(pull.error());
  co_return answer(200, pull_view(*pull, hub_.config(), where));
}

Task<http::Response> Api::merge_pull(http::Request request, std::int64_t number) {
  auto body = body_of(request);
  if (!body) co_return refuse(body.error());
  auto method = text_of(*body, "merge_method");
  if (!method.empty() && method != "merge" && method != "squash")
    co_return answer(422, json::object{{"message", "salthub merges with 'merge' or 'squash'"}});
  MergeOptions options{.number = number,
                       .title = text_of(*body, "commit_title"),
                       .message = text_of(*body, "commit_message"),
                       .expected_head = text_of(*body, "sha"),
                       .is_squash = method == "squash"};
  auto pull = co_await hub_.merge_pull(std::move(options));
  if (pull)
    co_return answer(200, json::object{{"sha", pull->merge_sha},
                                       {"merged", true},
                                       {"message", "Pull Request successfully merged"}});
  if (pull.error().code == ErrorCode::failed_precondition)
    co_return answer(405, json::object{{"message", pull.error().text()}});
  co_return refuse(pull.error());
}

Task<http::Response> Api::delete_branch(std::string branch) {
  auto branches = co_await hub_.repository().branches();
  if (!branches) co_return refuse(branches.error());
  auto found = branches->find(branch);
  if (found == branches->end() || branch == "main")
    co_return answer(422, json::object{{"message", "Reference does not exist or is protected"}});
  auto deleted = co_await hub_.repository().delete_branch(branch, found->second);
  if (!deleted) co_return refuse(deleted.error());
  auto noticed = co_await hub_.notice_pushes(hub_.config().login);
  if (!noticed) co_return refuse(noticed.error());
  co_return empty(204);
}

}  // namespace sb::github
