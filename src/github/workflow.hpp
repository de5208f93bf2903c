// A workflow file of .github/workflows, as far as salthub runs it. What it does not know is ignored
// only where that changes nothing; everything else becomes a problem, and a run that would need it
// fails with that sentence instead of pretending.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"

namespace sb::github {

struct StepPlan {
  std::string name;
  std::string run;   // a script, or
  std::string uses;  // an action
  std::map<std::string, std::string> env;
  std::string working_directory;
  std::string condition = "success()";  // or "always()", "failure()"
};

struct JobPlan {
  std::string key, name;
  std::vector<std::string> needs;
  std::string environment;
  std::map<std::string, std::string> env;
  std::vector<StepPlan> steps;
  int timeout_minutes = 360;
};

struct Workflow {
  std::string file;  // "ci.yml"
  std::string name;
  std::optional<std::vector<std::string>> push_branches;          // empty list: every branch
  std::optional<std::vector<std::string>> pull_request_branches;  // of the base
  bool on_dispatch = false;
  std::map<std::string, std::string> inputs;  // of a dispatch, with their defaults
  std::map<std::string, std::string> env;
  std::vector<JobPlan> jobs;  // each after those it needs
  std::vector<std::string> problems;
};

// Error invalid_argument when it is not YAML or not a mapping; the message names line and column.
Result<Workflow> parse_workflow(const std::string& file, const std::string& text);

// GitHub's filter patterns: '*' stops at '/', '**' does not, '?' and a leading '!' work too.
bool branch_matches(const std::vector<std::string>& patterns, std::string_view branch);

// Replaces ${{ name }} by values["name"]. Error unimplemented for anything else between the braces.
Result<std::string> expand(std::string_view text, const std::map<std::string, std::string>& values);

}  // namespace sb::github
