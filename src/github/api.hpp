// GitHub's REST and GraphQL for gh, and git's smart HTTP, over one hub. Unknown paths and fields
// are refused by name: nothing is answered that salthub does not know.
#pragma once

#include <boost/json/fwd.hpp>

#include "base/http/server.hpp"
#include "github/graphql.hpp"
#include "github/hub.hpp"
#include "github/views.hpp"

namespace sb::github {

class Api {
 public:
  Api(Hub& hub, std::string token) : hub_(hub), token_(std::move(token)) {}

  // Both outlive no hub. Every request must carry the token.
  http::Handler for_gh();   // the unix socket
  http::Handler for_git();  // the proxy on 127.0.0.1

 private:
  using Words = std::vector<std::string>;

  Task<http::Response> answer_gh(http::Request request);
  Task<http::Response> answer_git(http::Request request);
  Task<http::Response> answer_repository(http::Request request, Words words);
  Task<http::Response> answer_actions(http::Request request, Words words);
  Task<http::Response> answer_workflows(http::Request request, Words words);
  Task<http::Response> answer_run(http::Request request, std::int64_t id, Words words);
  Task<http::Response> answer_pulls(http::Request request, Words words);
  http::Response list_runs(const http::Request& request, std::optional<std::int64_t> workflow_id);
  http::Response answer_job(const http::Request& request, std::int64_t id, bool wants_annotations);
  http::Response job_log(const Run& run, const Job& job) const;
  http::Response decide(const http::Request& request, std::int64_t run_id);
  Task<http::Response> dispatch(http::Request request, std::string workflow);
  Task<http::Response> merge_pull(http::Request request, std::int64_t number);
  Task<http::Response> delete_branch(std::string branch);
  Result<WorkflowEntry> find_workflow(const std::string& id_or_file);
  Urls urls(const http::Request& request) const;
  bool is_authorized(const http::Request& request) const;

  // graphql_api.cpp
  Task<http::Response> answer_graphql(http::Request request);
  Task<Result<boost::json::value>> resolve(Operation operation, Urls urls);
  Task<Result<boost::json::value>> resolve_query(Selection field, Urls urls);
  Task<Result<boost::json::value>> resolve_mutation(Selection field, Urls urls);
  Result<boost::json::value> repository_fields(const Selection& field, const Urls& urls);

  Hub& hub_;
  std::string token_;
};

}  // namespace sb::github
