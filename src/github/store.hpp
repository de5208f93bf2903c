// What salthub remembers, in home/github/github.db: written down before it is acted on.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/sqlite/sqlite.hpp"
#include "github/run.hpp"

namespace sb::github {

struct Pull {
  std::int64_t number = 0;
  std::string title, body;
  std::string head, base;          // branches
  std::string head_sha, base_sha;  // head follows pushes; base: what it was opened against
  std::string state = "open";      // open, closed, merged
  std::string merge_sha;
  std::string author;
  bool is_draft = false;
  Timestamp created_at{}, updated_at{};
  std::optional<Timestamp> closed_at;
};
BOOST_DESCRIBE_STRUCT(Pull, (),
                      (number, title, body, head, base, head_sha, base_sha, state, merge_sha,
                       author, is_draft, created_at, updated_at, closed_at))

struct WorkflowEntry {
  std::int64_t id = 0;
  std::string file, name;
};

struct RunFilter {
  std::optional<std::int64_t> workflow_id;
  std::string branch, event, status;  // empty: any; status also takes a conclusion
};

class Store {
 public:
  static Result<Store> open(const fs::Path& path);

  Result<> transaction(const std::function<Result<>()>& body) {
    return database_.transaction(body);
  }

  // The workflow's id, made on first sight.
  Result<WorkflowEntry> workflow(const std::string& file, const std::string& name);
  Result<std::vector<WorkflowEntry>> workflows();

  Result<std::int64_t> next_run_id();
  Result<std::int64_t> next_run_number(std::int64_t workflow_id);
  Result<> put(const Run& run);
  Result<Run> run(std::int64_t id);                        // error not_found
  Result<std::vector<Run>> runs(const RunFilter& filter);  // newest first
  Result<std::vector<std::int64_t>> unfinished();          // oldest first

  Result<std::int64_t> next_pull_number();
  Result<> put(const Pull& pull);
  Result<Pull> pull(std::int64_t number);  // error not_found
  Result<std::vector<Pull>> pulls();       // newest first

  // The branches as they were when their pushes were last turned into runs.
  Result<std::map<std::string, std::string>> seen_branches();
  Result<> set_seen_branches(const std::map<std::string, std::string>& branches);

 private:
  explicit Store(sqlite::Database database) : database_(std::move(database)) {}
  Result<std::int64_t> number(std::string_view sql, const std::vector<sqlite::Value>& parameters);
  sqlite::Database database_;
};

}  // namespace sb::github
