// All revisions of an image, as a chain, and the ways along it. Pure but for load().
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/fs/fs.hpp"
#include "migrate/revision.hpp"

namespace sb::migrate {

enum class Direction { upgrade, downgrade };

struct Step {
  const Revision* revision = nullptr;
  Direction direction = Direction::upgrade;
  // The version row before and after; empty is base.
  std::string from, to;
};

class ScriptDirectory {
 public:
  // Errors (invalid_argument, with the file's name): duplicate id, missing parent, a loop.
  static Result<ScriptDirectory> make(std::vector<Revision> revisions);
  // Every *.sql file of the folder.
  static Result<ScriptDirectory> load(const fs::Path& folder);

  // Revisions nobody revises, by id.
  std::vector<std::string> heads() const;
  // Parents before children.
  const std::vector<Revision>& in_order() const {
    return revisions_;
  }
  const Revision* find(std::string_view id) const;

  // An id or a unique prefix of one (three characters or more), "head" or "base". Errors use
  // Alembic's words, with the candidates of an ambiguous prefix.
  Result<std::string> resolve(std::string_view name) const;

  // The steps from `current` (empty: base) to `target`: an id, a prefix, "head", "heads", "+N",
  // "ID+N". A target at or behind `current` needs no steps.
  Result<std::vector<Step>> plan_upgrade(const std::string& current, std::string_view target) const;
  // `target`: an id, a prefix, "base", "-N", "ID-N".
  Result<std::vector<Step>> plan_downgrade(const std::string& current,
                                           std::string_view target) const;

 private:
  // From `id` up to its first ancestor, inclusive.
  std::vector<const Revision*> ancestry(std::string_view id) const;
  // Where a target leads, relative ones counted from `current`; empty is base.
  Result<std::string> destination(const std::string& current, std::string_view target) const;
  Result<std::string> walk(std::string from, int count) const;

  std::vector<Revision> revisions_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace sb::migrate
