#include "migrate/script_directory.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace sb::migrate {

namespace {

// "ID+2" to {"ID", 2}, "-1" to {"", -1}; count 0 when there is no relative part.
struct Relative {
  std::string_view base;
  int count = 0;
};

Relative split_relative(std::string_view target) {
  auto sign = target.find_last_of("+-");
  if (sign == std::string_view::npos) return {target, 0};
  auto digits = target.substr(sign + 1);
  int count = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty())
    return {target, 0};
  return {target.substr(0, sign), target[sign] == '-' ? -count : count};
}

std::unexpected<Error> no_such(std::string_view name, std::string hint = {}) {
  return fail(ErrorCode::not_found,
              fmt::format("Can't locate revision identified by '{}'{}", name, hint));
}

std::unexpected<Error> too_far(int count, std::string_view target) {
  return fail(
      ErrorCode::invalid_argument,
      fmt::format("Relative revision {} didn't produce {} migrations", target, std::abs(count)));
}

}  // namespace

Result<ScriptDirectory> ScriptDirectory::make(std::vector<Revision> revisions) {
  std::map<std::string, Revision> by_id;
  std::multimap<std::string, std::string> children;
  for (auto& revision : revisions) {
    children.emplace(revision.parent, revision.id);
    auto [it, is_new] = by_id.try_emplace(revision.id, revision);
    if (!is_new)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("revision {} is defined twice", revision.id),
                  it->second.path + ", " + revision.path);
  }
  for (const auto& [id, revision] : by_id)
    if (!revision.parent.empty() && !by_id.contains(revision.parent))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("revision {} revises {}, which does not exist", id, revision.parent),
                  revision.path);

  // Parents first; what is never reached from a first revision is part of a loop.
  ScriptDirectory directory;
  std::vector<std::string> ready{std::string()};
  while (!ready.empty()) {
    std::string parent = std::move(ready.back());
    ready.pop_back();
    auto [begin, end] = children.equal_range(parent);
    for (auto it = begin; it != end; ++it) {
      directory.index_[it->second] = directory.revisions_.size();
      directory.revisions_.push_back(std::move(by_id.at(it->second)));
      ready.push_back(it->second);
    }
  }
  for (const auto& [id, revision] : by_id)
    if (!directory.index_.contains(id))
      return fail(ErrorCode::invalid_argument, fmt::format("revision {} is part of a loop", id),
                  revision.path);
  return directory;
}

Result<ScriptDirectory> ScriptDirectory::load(const fs::Path& folder) {
  SB_TRY(auto entries, fs::list(folder));
  std::vector<Revision> revisions;
  for (const auto& path : entries) {
    if (path.extension() != ".sql") continue;
    SB_TRY(auto text, fs::read_file(path));
    SB_TRY(auto revision, parse_revision(text, path.string()));
    revisions.push_back(std::move(revision));
  }
  return make(std::move(revisions));
}

std::vector<std::string> ScriptDirectory::heads() const {
  std::set<std::string> heads;
  for (const auto& revision : revisions_) heads.insert(revision.id);
  for (const auto& revision : revisions_) heads.erase(revision.parent);
  return {heads.begin(), heads.end()};
}

const Revision* ScriptDirectory::find(std::string_view id) const {
  auto it = index_.find(id);
  return it == index_.end() ? nullptr : &revisions_[it->second];
}

Result<std::string> ScriptDirectory::resolve(std::string_view name) const {
  if (name == "base") return std::string();
  if (name == "head" || name == "heads") {
    auto all = heads();
    if (all.empty()) return std::string();
    if (all.size() > 1)
      return fail(ErrorCode::failed_precondition,
                  fmt::format("Multiple head revisions are present for given argument '{}'; please "
                              "specify a specific "
                              "target revision: {}",
                              name, fmt::join(all, ", ")));
    return all.front();
  }
  if (find(name)) return std::string(name);
  std::vector<std::string> candidates;
  if (name.size() >= 3)
    for (auto it = index_.lower_bound(name); it != index_.end() && it->first.starts_with(name);
         ++it)
      candidates.push_back(it->first);
  if (candidates.size() == 1) return candidates.front();
  if (candidates.size() > 1)
    return no_such(name, fmt::format(" (it could be {})", fmt::join(candidates, ", ")));
  return no_such(name);
}

std::vector<const Revision*> ScriptDirectory::ancestry(std::string_view id) const {
  std::vector<const Revision*> line;
  for (const Revision* r = find(id); r; r = find(r->parent)) line.push_back(r);
  return line;
}

// `count` steps up (the only child each time) or down from `from`.
Result<std::string> ScriptDirectory::walk(std::string from, int count) const {
  for (int i = 0; i < count; ++i) {
    std::vector<const Revision*> next;
    for (const auto& revision : revisions_)
      if (revision.parent == from) next.push_back(&revision);
    if (next.empty()) return fail(ErrorCode::invalid_argument, "past the end");
    if (next.size() > 1)
      return fail(ErrorCode::failed_precondition,
                  fmt::format("revision {} has several children: name the one to go to",
                              from.empty() ? "<base>" : from));
    from = next.front()->id;
  }
  for (int i = 0; i > count; --i) {
    const Revision* revision = find(from);
    if (!revision) return fail(ErrorCode::invalid_argument, "past the end");
    from = revision->parent;
  }
  return from;
}

Result<std::string> ScriptDirectory::destination(const std::string& current,
                                                 std::string_view target) const {
  auto [base, count] = split_relative(target);
  if (count == 0) return resolve(target);
  SB_TRY(std::string from, base.empty() ? Result<std::string>(current) : resolve(base));
  auto reached = walk(std::move(from), count);
  if (!reached && reached.error().code == ErrorCode::invalid_argument)
    return too_far(count, target);
  return reached;
}

Result<std::vector<Step>> ScriptDirectory::plan_upgrade(const std::string& current,
                                                        std::string_view target) const {
  if (!current.empty() && !find(current)) return no_such(current);
  SB_TRY(std::string to, destination(current, target));
  auto line = ancestry(to);
  auto here = std::ranges::find_if(line, [&](const Revision* r) { return r->id == current; });
  auto behind = ancestry(current);
  bool is_behind =
      to.empty() || std::ranges::any_of(behind, [&](const Revision* r) { return r->id == to; });
  if (is_behind) return std::vector<Step>();
  if (here == line.end() && !current.empty())
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("Revision {} is on another branch than the database's {}", to, current));
  std::vector<Step> steps;
  for (auto it = std::make_reverse_iterator(here); it != line.rend(); ++it)
    steps.push_back({*it, Direction::upgrade, (*it)->parent, (*it)->id});
  return steps;
}

Result<std::vector<Step>> ScriptDirectory::plan_downgrade(const std::string& current,
                                                          std::string_view target) const {
  if (!current.empty() && !find(current)) return no_such(current);
  SB_TRY(std::string to, destination(current, target));
  auto line = ancestry(current);
  auto end = std::ranges::find_if(line, [&](const Revision* r) { return r->id == to; });
  if (end == line.end() && !to.empty()) {
    auto ahead = ancestry(to);
    bool is_ahead = current.empty() ||
                    std::ranges::any_of(ahead, [&](const Revision* r) { return r->id == current; });
    if (is_ahead) return std::vector<Step>();
    return fail(
        ErrorCode::failed_precondition,
        fmt::format("Destination {} is not a valid downgrade target from current head(s)", target));
  }
  std::vector<Step> steps;
  for (auto it = line.begin(); it != end; ++it)
    steps.push_back({*it, Direction::downgrade, (*it)->id, (*it)->parent});
  return steps;
}

}  // namespace sb::migrate
