#include "github/workflow.hpp"

#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

namespace sb::github {

namespace {

using Problems = std::vector<std::string>;

std::string line_of(const YAML::Node& node) {
  return fmt::format("line {}", node.Mark().line + 1);
}

// Every key is known, harmless, or a problem.
void check_keys(const YAML::Node& node, const std::string& where,
                const std::set<std::string>& allowed, Problems& problems) {
  if (!node.IsMap()) {
    problems.push_back(fmt::format("{} must be a mapping ({})", where, line_of(node)));
    return;
  }
  for (const auto& entry : node) {
    auto key = entry.first.as<std::string>();
    if (!allowed.contains(key))
      problems.push_back(
          fmt::format("{}: salthub does not support '{}' ({})", where, key, line_of(entry.first)));
  }
}

std::string scalar(const YAML::Node& node, const std::string& where, Problems& problems) {
  if (!node || node.IsNull()) return {};
  if (node.IsScalar()) return node.Scalar();
  problems.push_back(fmt::format("{} must be a single value ({})", where, line_of(node)));
  return {};
}

// A list, or one value standing for a list of one.
std::vector<std::string> texts(const YAML::Node& node, const std::string& where,
                               Problems& problems) {
  std::vector<std::string> out;
  if (!node || node.IsNull()) return out;
  if (node.IsScalar()) return {node.Scalar()};
  if (!node.IsSequence()) {
    problems.push_back(fmt::format("{} must be a list ({})", where, line_of(node)));
    return out;
  }
  for (const auto& entry : node) out.push_back(scalar(entry, where, problems));
  return out;
}

std::map<std::string, std::string> variables(const YAML::Node& node, const std::string& where,
                                             Problems& problems) {
  std::map<std::string, std::string> out;
  if (!node || node.IsNull()) return out;
  if (!node.IsMap()) {
    problems.push_back(fmt::format("{} must be a mapping ({})", where, line_of(node)));
    return out;
  }
  for (const auto& entry : node)
    out[entry.first.as<std::string>()] = scalar(entry.second, where, problems);
  return out;
}

std::vector<std::string> branches(const YAML::Node& node, const std::string& where,
                                  Problems& problems) {
  if (!node || node.IsNull()) return {};
  // `types` narrows pull_request; the ones that salthub raises are the default ones.
  check_keys(node, where, {"branches"}, problems);
  return node.IsMap() ? texts(node["branches"], where + ".branches", problems)
                      : std::vector<std::string>();
}

void read_dispatch(const YAML::Node& node, Workflow& out) {
  out.on_dispatch = true;
  if (!node || node.IsNull()) return;
  check_keys(node, "on.workflow_dispatch", {"inputs"}, out.problems);
  if (!node.IsMap() || !node["inputs"]) return;
  for (const auto& input : node["inputs"]) {
    auto name = input.first.as<std::string>();
    auto fallback = input.second.IsMap() ? input.second["default"] : YAML::Node();
    out.inputs[name] = scalar(fallback, "on.workflow_dispatch.inputs." + name, out.problems);
  }
}

// Triggers that salthub never raises (schedule, release, ...) are harmless: they only never fire.
void read_trigger(const std::string& event, const YAML::Node& node, Workflow& out) {
  if (event == "push") out.push_branches = branches(node, "on.push", out.problems);
  if (event == "pull_request")
    out.pull_request_branches = branches(node, "on.pull_request", out.problems);
  if (event == "workflow_dispatch") read_dispatch(node, out);
}

void read_triggers(const YAML::Node& on, Workflow& out) {
  if (!on || on.IsNull()) {
    out.problems.push_back("'on' is missing: nothing would ever start it");
  } else if (on.IsMap()) {
    for (const auto& entry : on) read_trigger(entry.first.as<std::string>(), entry.second, out);
  } else {
    for (const auto& event : texts(on, "on", out.problems)) read_trigger(event, YAML::Node(), out);
  }
}

StepPlan read_step(const YAML::Node& node, const std::string& where, Problems& problems) {
  StepPlan step;
  // `with` belongs to an action: it matters to none that salthub runs, but for checkout (below).
  check_keys(node, where,
             {"id", "name", "run", "uses", "with", "env", "working-directory", "if", "shell",
              "timeout-minutes"},
             problems);
  if (!node.IsMap()) return step;
  step.run = scalar(node["run"], where + ".run", problems);
  step.uses = scalar(node["uses"], where + ".uses", problems);
  if (step.run.empty() == step.uses.empty())
    problems.push_back(where + " needs either 'run' or 'uses'");
  step.env = variables(node["env"], where + ".env", problems);
  step.working_directory = scalar(node["working-directory"], where, problems);
  auto shell = scalar(node["shell"], where + ".shell", problems);
  if (!shell.empty() && shell != "bash")
    problems.push_back(fmt::format("{}: salthub runs bash, not '{}'", where, shell));
  if (node["if"]) step.condition = scalar(node["if"], where + ".if", problems);
  if (step.condition.starts_with("${{") && step.condition.ends_with("}}"))
    step.condition = step.condition.substr(3, step.condition.size() - 5);
  std::erase(step.condition, ' ');
  if (step.condition != "success()" && step.condition != "always()" &&
      step.condition != "failure()")
    problems.push_back(fmt::format("{}: salthub cannot decide 'if: {}'", where, step.condition));
  if (step.uses.starts_with("actions/checkout@") && node["with"] && node["with"].IsMap())
    check_keys(node["with"], where + ".with", {"fetch-depth", "persist-credentials", "clean"},
               problems);
  auto first_line = step.run.substr(0, step.run.find('\n'));
  step.name = scalar(node["name"], where + ".name", problems);
  if (step.name.empty()) step.name = "Run " + (step.uses.empty() ? first_line : step.uses);
  return step;
}

JobPlan read_job(const std::string& key, const YAML::Node& node, Problems& problems) {
  JobPlan job;
  job.key = key;
  job.name = key;
  auto where = "jobs." + key;
  check_keys(node, where,
             {"name", "needs", "environment", "env", "steps", "runs-on", "permissions",
              "concurrency", "timeout-minutes"},
             problems);
  if (!node.IsMap()) return job;
  if (node["name"]) job.name = scalar(node["name"], where + ".name", problems);
  job.needs = texts(node["needs"], where + ".needs", problems);
  auto environment = node["environment"];
  if (environment && environment.IsMap()) environment.reset(environment["name"]);
  job.environment = scalar(environment, where + ".environment", problems);
  job.env = variables(node["env"], where + ".env", problems);
  if (node["timeout-minutes"])
    job.timeout_minutes = node["timeout-minutes"].as<int>(job.timeout_minutes);
  auto steps = node["steps"];
  if (!steps || !steps.IsSequence() || steps.size() == 0)
    problems.push_back(where + " has no steps");
  else
    for (std::size_t i = 0; i < steps.size(); ++i)
      job.steps.push_back(read_step(steps[i], fmt::format("{}.steps[{}]", where, i), problems));
  return job;
}

// Each job behind those it needs, otherwise in the file's order.
void sort_jobs(std::vector<JobPlan>& jobs, Problems& problems) {
  std::set<std::string> known, placed;
  for (const auto& job : jobs) known.insert(job.key);
  for (const auto& job : jobs)
    for (const auto& need : job.needs)
      if (!known.contains(need))
        problems.push_back(fmt::format("jobs.{} needs '{}', which is not there", job.key, need));
  std::vector<JobPlan> sorted;
  while (!jobs.empty()) {
    auto ready = std::ranges::find_if(jobs, [&](const JobPlan& job) {
      return std::ranges::all_of(job.needs, [&](const std::string& need) {
        return placed.contains(need) || !known.contains(need);
      });
    });
    if (ready == jobs.end()) {
      problems.push_back("the jobs need each other in a circle");
      ready = jobs.begin();
    }
    placed.insert(ready->key);
    sorted.push_back(std::move(*ready));
    jobs.erase(ready);
  }
  jobs = std::move(sorted);
}

Workflow read_workflow(const std::string& file, const YAML::Node& root) {
  Workflow out;
  out.file = file;
  check_keys(root, file, {"name", "run-name", "on", "env", "jobs", "permissions", "concurrency"},
             out.problems);
  out.name = scalar(root["name"], "name", out.problems);
  if (out.name.empty()) out.name = ".github/workflows/" + file;
  read_triggers(root["on"], out);
  out.env = variables(root["env"], "env", out.problems);
  auto jobs = root["jobs"];
  if (!jobs || !jobs.IsMap() || jobs.size() == 0)
    out.problems.push_back("'jobs' is missing or empty");
  else
    for (const auto& entry : jobs)
      out.jobs.push_back(read_job(entry.first.as<std::string>(), entry.second, out.problems));
  sort_jobs(out.jobs, out.problems);
  return out;
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.starts_with("*")) {
    bool crosses = pattern.starts_with("**");
    auto rest = pattern.substr(crosses ? 2 : 1);
    for (std::size_t length = 0;; ++length) {
      if (glob_matches(rest, text.substr(length))) return true;
      if (length == text.size() || (!crosses && text[length] == '/')) return false;
    }
  }
  if (text.empty()) return false;
  bool fits = pattern.front() == text.front() || (pattern.front() == '?' && text.front() != '/');
  return fits && glob_matches(pattern.substr(1), text.substr(1));
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<Workflow> parse_workflow(const std::string& file, const std::string& text) {
  try {
    auto root = YAML::Load(text);
    if (!root.IsMap())
      return fail(ErrorCode::invalid_argument, "a workflow must be a YAML mapping", file);
    return read_workflow(file, root);
  } catch (const YAML::Exception& e) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("not valid YAML: {} (line {}, column {})", e.msg, e.mark.line + 1,
                            e.mark.column + 1),
                file);
  }
}

bool branch_matches(const std::vector<std::string>& patterns, std::string_view branch) {
  if (patterns.empty()) return true;
  bool matches = false;
  for (std::string_view pattern : patterns) {
    bool is_exclusion = pattern.starts_with('!');
    if (is_exclusion) pattern.remove_prefix(1);
    if (glob_matches(pattern, branch)) matches = !is_exclusion;
  }
  return matches;
}

Result<std::string> expand(std::string_view text,
                           const std::map<std::string, std::string>& values) {
  std::string out;
  while (true) {
    auto open = text.find("${{");
    if (open == std::string_view::npos) return out.append(text);
    auto close = text.find("}}", open);
    if (close == std::string_view::npos)
      return fail(ErrorCode::invalid_argument, "'${{' without '}}'", std::string(text));
    auto name = std::string(trimmed(text.substr(open + 3, close - open - 3)));
    auto value = values.find(name);
    // A variable that nobody set is empty, as on GitHub; salthub has none.
    const bool is_unset = value == values.end() && name.starts_with("vars.");
    if (value == values.end() && !is_unset)
      return fail(ErrorCode::unimplemented,
                  fmt::format("salthub cannot evaluate ${{{{ {} }}}}", name), name);
    out.append(text.substr(0, open));
    if (!is_unset) out.append(value->second);
    text.remove_prefix(close + 2);
  }
}

}  // namespace sb::github
