// The GraphQL fields that gh asks for. Each resolver returns everything it knows; select() cuts it
// to what was asked.
#include <algorithm>
#include <boost/json.hpp>

#include "base/json/codec.hpp"
#include "base/log/log.hpp"
#include "github/api.hpp"

namespace sb::github {

namespace json = boost::json;

namespace {

http::Response graphql_error(const Error& error) {
  json::array errors;
  errors.push_back(
      json::object{{"type", error.code == ErrorCode::not_found ? "NOT_FOUND" : "UNPROCESSABLE"},
                   {"message", error.text()}});
  return http::Response::json(200,
                              json::serialize(json::object{{"data", nullptr}, {"errors", errors}}));
}

std::string text_argument(const Selection& field, std::string_view name) {
  auto value = sb::json::parse(field.argument(name));
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_argument(const Selection& field, std::string_view name) {
  auto value = sb::json::parse(field.argument(name));
  return value && value->is_int64() ? value->get_int64() : 0;
}

json::object connection(json::array nodes) {
  json::array edges;
  for (const auto& node : nodes) edges.push_back(json::object{{"node", node}});
  return {{"totalCount", nodes.size()},
          {"nodes", std::move(nodes)},
          {"edges", std::move(edges)},
          {"pageInfo", {{"hasNextPage", false}, {"endCursor", ""}, {"hasPreviousPage", false}}}};
}

json::object actor(const std::string& login) {
  return {{"id", "U_" + login}, {"login", login}, {"name", login}, {"__typename", "User"}};
}

json::value time_or_null(bool is_there, const std::optional<Timestamp>& time) {
  if (!is_there || !time) return nullptr;
  return json::value(format_rfc3339(*time));
}

json::object repository_node(const Config& config, const Urls& urls) {
  return {{"__typename", "Repository"},
          {"id", "R_1"},
          {"name", config.repository},
          {"nameWithOwner", config.full_name()},
          {"owner", actor(config.owner)},
          {"url", urls.page()},
          {"defaultBranchRef", {{"name", "main"}}},
          {"viewerPermission", "ADMIN"},
          {"viewerCanAdminister", true},
          {"hasIssuesEnabled", false},
          {"hasWikiEnabled", false},
          {"hasProjectsEnabled", false},
          {"description", ""},
          {"parent", nullptr},
          {"isPrivate", true},
          {"isFork", false},
          {"isArchived", false},
          {"mergeCommitAllowed", true},
          {"squashMergeAllowed", true},
          {"rebaseMergeAllowed", false},
          {"autoMergeAllowed", false},
          {"deleteBranchOnMerge", false},
          {"pullRequestTemplates", json::array()},
          {"issueTemplates", json::array()}};
}

json::object pull_node(const Pull& pull, const Config& config, const Urls& urls) {
  bool is_merged = pull.state == "merged";
  auto state = is_merged ? "MERGED" : pull.state == "open" ? "OPEN" : "CLOSED";
  json::object commit = {{"oid", pull.head_sha}, {"statusCheckRollup", nullptr}};
  json::value merge_commit = nullptr;
  if (is_merged) merge_commit = json::object{{"oid", pull.merge_sha}};
  json::object out = {
      {"__typename", "PullRequest"},
      {"id", fmt::format("PR_{}", pull.number)},
      {"number", pull.number},
      {"title", pull.title},
      {"body", pull.body},
      {"state", state},
      {"closed", pull.state != "open"},
      {"url", fmt::format("{}/pull/{}", urls.page(), pull.number)},
      {"headRefName", pull.head},
      {"headRefOid", pull.head_sha},
      {"baseRefName", pull.base},
      {"headRepository",
       {{"id", "R_1"},
        {"name", config.repository},
        {"nameWithOwner", config.full_name()},
        {"owner", actor(config.owner)}}},
      {"headRepositoryOwner", actor(config.owner)},
      {"author", actor(pull.author)},
      {"isDraft", pull.is_draft},
      {"isCrossRepository", false},
      {"maintainerCanModify", false},
      {"mergeable", pull.state == "open" ? "MERGEABLE" : "UNKNOWN"},
      {"mergeStateStatus", pull.state == "open" ? "CLEAN" : "UNKNOWN"},
      {"reviewDecision", ""},
      {"createdAt", format_rfc3339(pull.created_at)},
      {"updatedAt", format_rfc3339(pull.updated_at)},
      {"closedAt", time_or_null(true, pull.closed_at)},
      {"mergedAt", time_or_null(is_merged, pull.closed_at)},
      {"mergeCommit", merge_commit},
      {"milestone", nullptr},
      {"autoMergeRequest", nullptr},
      {"reactionGroups", json::array()},
      {"isInMergeQueue", false},
      {"isMergeQueueEnabled", false},
      {"commits", connection({json::object{{"commit", commit}}})},
  };
  out["statusCheckRollup"] = connection({json::object{{"commit", commit}}});
  for (const char* name : {"assignees", "labels", "projectCards", "projectItems", "reviews",
                           "latestReviews", "reviewRequests", "comments", "files"})
    out[name] = connection({});
  return out;
}

bool fits(const Pull& pull, const Selection& field) {
  auto head = text_argument(field, "headRefName");
  auto base = text_argument(field, "baseRefName");
  if ((!head.empty() && pull.head != head) || (!base.empty() && pull.base != base)) return false;
  auto states = sb::json::parse(field.argument("states"));
  if (!states || states->is_null()) return true;
  std::string state = pull.state == "open" ? "OPEN" : pull.state == "merged" ? "MERGED" : "CLOSED";
  if (states->is_string()) return states->get_string() == state;
  const auto* list = states->if_array();
  return list == nullptr || std::ranges::any_of(*list, [&](const json::value& wanted) {
           return wanted.is_string() && wanted.get_string() == state;
         });
}

json::value named_fields(const json::object& object) {
  json::array names;
  for (const auto& [name, value] : object)
    if (name != "__typename") names.push_back(json::object{{"name", name}});
  return json::object{{"fields", names}};
}

}  // namespace

Task<http::Response> Api::answer_graphql(http::Request request) {
  auto body = sb::json::parse(request.body);
  const auto* object = body ? body->if_object() : nullptr;
  const auto* query = object ? object->if_contains("query") : nullptr;
  if (query == nullptr || !query->is_string())
    co_return http::Response::json(400, R"({"message":"Problems parsing JSON"})");
  const auto* variables = object->if_contains("variables");
  const auto* name = object->if_contains("operationName");
  auto operation =
      parse_operation(query->get_string(), variables ? *variables : json::value(nullptr),
                      name && name->is_string() ? std::string_view(name->get_string()) : "");
  if (!operation) co_return graphql_error(operation.error());
  auto operation_name = operation->name;
  auto data = co_await resolve(*std::move(operation), urls(request));
  if (!data) {
    log::info("GraphQL refused", {{"operation", operation_name}, {"error", data.error().text()}});
    co_return graphql_error(data.error());
  }
  co_return http::Response::json(200, json::serialize(json::object{{"data", *std::move(data)}}));
}

Task<Result<json::value>> Api::resolve(Operation operation, Urls urls) {
  json::object data;
  for (const auto& field : operation.fields) {
    Result<json::value> value = json::value();
    if (operation.is_mutation)
      value = co_await resolve_mutation(field, urls);
    else
      value = co_await resolve_query(field, urls);
    if (!value) co_return std::unexpected(std::move(value).error());
    data[field.alias] = *std::move(value);
  }
  co_return json::value(std::move(data));
}

Task<Result<json::value>> Api::resolve_query(Selection field, Urls urls) {
  const auto& config = hub_.config();
  if (field.name == "viewer") co_return select(actor(config.login), field.fields, "viewer");
  if (field.name == "repository") {
    if (text_argument(field, "owner") != config.owner ||
        text_argument(field, "name") != config.repository)
      co_return fail(ErrorCode::not_found,
                     fmt::format("Could not resolve to a Repository: salthub has {} only",
                                 config.full_name()));
    co_return repository_fields(field, urls);
  }
  if (field.name == "__type") {  // gh asks which fields a server knows before it uses new ones
    json::value type = nullptr;
    auto name = text_argument(field, "name");
    if (name == "Repository") type = named_fields(repository_node(config, urls));
    if (name == "PullRequest") type = named_fields(pull_node(Pull(), config, urls));
    co_return select(type, field.fields, "__type");
  }
  co_return fail(ErrorCode::not_found,
                 fmt::format("salthub does not know the GraphQL query '{}'", field.name));
}

// Fields with arguments are looked up one by one, all others are cut from the node.
Result<json::value> Api::repository_fields(const Selection& field, const Urls& urls) {
  const auto& config = hub_.config();
  auto node = repository_node(config, urls);
  json::object out;
  for (const auto& inner : field.fields) {
    if (inner.name == "pullRequests") {
      SB_TRY(auto pulls, hub_.store().pulls());
      json::array nodes;
      for (const auto& pull : pulls)
        if (fits(pull, inner)) nodes.push_back(pull_node(pull, config, urls));
      SB_TRY(auto cut,
             select(connection(std::move(nodes)), inner.fields, "repository.pullRequests"));
      out[inner.alias] = std::move(cut);
    } else if (inner.name == "pullRequest" || inner.name == "issueOrPullRequest") {
      SB_TRY(auto pull, hub_.store().pull(number_argument(inner, "number")));
      SB_TRY(auto cut,
             select(pull_node(pull, config, urls), inner.fields, "repository.pullRequest"));
      out[inner.alias] = std::move(cut);
    } else {
      SB_TRY(auto cut, select(node, {inner}, "repository"));
      out[inner.alias] = cut.get_object().at(inner.alias);
    }
  }
  return json::value(std::move(out));
}

Task<Result<json::value>> Api::resolve_mutation(Selection field, Urls urls) {
  SB_CO_TRY(auto input_value, sb::json::parse(field.argument("input")));
  const auto* input = input_value.if_object();
  if (input == nullptr)
    co_return fail(ErrorCode::invalid_argument, "the mutation needs an input", field.name);
  auto text = [&](std::string_view name) {
    const auto* value = input->if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  auto number = [&](std::string_view name) {
    auto id = text(name);  // "PR_7"
    return id.starts_with("PR_") ? std::atoll(id.c_str() + 3) : 0;
  };
  Result<Pull> pull = Pull();
  if (field.name == "createPullRequest") {
    NewPull wanted{text("title"), text("body"), text("headRefName"), text("baseRefName")};
    const auto* draft = input->if_contains("draft");
    wanted.is_draft = draft != nullptr && draft->is_bool() && draft->get_bool();
    pull = co_await hub_.open_pull(std::move(wanted));
  } else if (field.name == "mergePullRequest") {
    auto method = text("mergeMethod");
    if (method == "REBASE")
      co_return fail(ErrorCode::failed_precondition, "salthub merges with MERGE or SQUASH");
    MergeOptions options{.number = number("pullRequestId"),
                         .title = text("commitHeadline"),
                         .message = text("commitBody"),
                         .expected_head = text("expectedHeadOid"),
                         .is_squash = method == "SQUASH"};
    pull = co_await hub_.merge_pull(std::move(options));
  } else if (field.name == "closePullRequest") {
    pull = co_await hub_.close_pull(number("pullRequestId"));
  } else {
    co_return fail(ErrorCode::not_found,
                   fmt::format("salthub does not know the GraphQL mutation '{}'", field.name));
  }
  if (!pull) co_return std::unexpected(std::move(pull).error());
  json::object payload = {{"clientMutationId", nullptr},
                          {"pullRequest", pull_node(*pull, hub_.config(), urls)}};
  co_return select(payload, field.fields, field.name);
}

}  // namespace sb::github
