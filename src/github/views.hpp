// What GitHub's REST API shows of runs, jobs, workflows and pull requests.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "github/home.hpp"
#include "github/store.hpp"

namespace sb::github {

struct Urls {
  std::string base;  // "http://api.github.localhost"
  std::string html;  // "https://github.com": what people and `git remote` say
  std::string full_name;

  std::string repository() const {
    return base + "/repos/" + full_name;
  }
  std::string page() const {
    return html + "/" + full_name;
  }
};

boost::json::object user_view(const std::string& login);
boost::json::object repository_view(const Config& config, const Urls& urls);
boost::json::object workflow_view(const WorkflowEntry& workflow, const Urls& urls);
boost::json::object run_view(const Run& run, const Urls& urls);
boost::json::object job_view(const Run& run, const Job& job, const Urls& urls);
boost::json::array annotations_view(const Run& run, const Job& job);
boost::json::array pending_view(const Run& run, const Config& config, const Urls& urls);
boost::json::object pull_view(const Pull& pull, const Config& config, const Urls& urls);

// GitHub numbers environments; here the number comes from the name and needs no table.
std::int64_t environment_id(const std::string& name);

}  // namespace sb::github
