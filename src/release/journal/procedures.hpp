// What operators do between releases (a restart, a change of the schema or of the configuration),
// kept in the journal as releases are: what, by whom, when, how it ended. Begun before anything is
// changed, so that after a kill another process knows what to go on with.
#pragma once

#include <boost/describe/class.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "release/journal/journal.hpp"

namespace sb::release::journal {

struct Procedure {
  std::string id;  // "op-20261122-102030-4f2a"
  std::string environment;
  std::string what;  // "restart", "db downgrade": the command's name
  std::string by;
  // What a later process needs to go on; never a value of the configuration.
  std::map<std::string, std::string> facts;
  Timestamp at{};

  std::string fact(const std::string& name) const {
    auto it = facts.find(name);
    return it == facts.end() ? "" : it->second;
  }
  bool operator==(const Procedure&) const = default;
};
BOOST_DESCRIBE_STRUCT(Procedure, (), (id, environment, what, by, facts, at))

struct ProcedureEnd {
  std::string outcome;  // "complete", "failed", … as a release's
  std::string why;      // of one that is not complete
  Timestamp at{};

  bool operator==(const ProcedureEnd&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProcedureEnd, (), (outcome, why, at))

struct ProcedureRecord {
  Procedure procedure;
  std::optional<ProcedureEnd> end;  // nothing: it goes on, or was killed
};

class Procedures {
 public:
  explicit Procedures(Journal& journal) : journal_(journal) {}

  Result<> begin(const Procedure& procedure);
  Result<> end(const Procedure& procedure, const ProcedureEnd& end);

  Result<std::optional<ProcedureRecord>> find(const std::string& id);
  // Newest first.
  Result<std::vector<ProcedureRecord>> newest(const std::string& environment, std::size_t limit);
  // The newest that nobody ended.
  Result<std::optional<Procedure>> unfinished(const std::string& environment);

 private:
  Journal& journal_;
};

// Whether what this lock is for has ended: then only its taker's death kept it.
bool has_ended(Journal& journal, const std::string& release_or_procedure);

}  // namespace sb::release::journal
