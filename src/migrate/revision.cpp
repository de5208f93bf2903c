#include "migrate/revision.hpp"

#include <algorithm>
#include <cctype>

namespace sb::migrate {

namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

std::unexpected<Error> bad(const std::string& path, int line, std::string message) {
  return fail(ErrorCode::invalid_argument, std::move(message), fmt::format("{}:{}", path, line));
}

// One "-- key: value" of the header.
Result<> apply(Revision& revision, std::string_view key, std::string_view value, int line) {
  if (key == "revision") {
    if (!is_id(value))
      return bad(revision.path, line, "revision must be 1 to 32 letters, digits or underscores");
    revision.id = value;
  } else if (key == "revises") {
    if (!value.empty() && !is_id(value))
      return bad(revision.path, line, "revises must name a revision or be empty");
    revision.parent = value;
  } else if (key == "message") {
    revision.message = value;
  } else if (key == "created") {
    revision.created = value;
  } else if (key == "phase") {
    if (value != "expand" && value != "contract")
      return bad(revision.path, line, "phase must be expand or contract");
    revision.phase = value == "expand" ? Phase::expand : Phase::contract;
  } else if (key == "transaction") {
    if (value != "none")
      return bad(revision.path, line, "transaction can only be none (or be left out)");
    revision.is_transactional = false;
  } else if (key == "irreversible") {
    if (value.empty()) return bad(revision.path, line, "irreversible needs a reason");
    revision.irreversible = std::string(value);
  }
  return {};  // other keys are remarks
}

// The end of a quoted piece that starts at `at`, or npos when it never ends.
std::size_t skip_quoted(std::string_view sql, std::size_t at) {
  char quote = sql[at];
  bool escapes = quote == '\'' && at > 0 && (sql[at - 1] == 'E' || sql[at - 1] == 'e');
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (escapes && sql[i] == '\\')
      ++i;
    else if (sql[i] == quote)
      return i + 1;  // a doubled quote simply opens another piece
  }
  return std::string_view::npos;
}

// The end of $tag$...$tag$ at `at`, or `at` when no dollar quote starts here.
std::size_t skip_dollar_quoted(std::string_view sql, std::size_t at) {
  std::size_t end = at + 1;
  while (end < sql.size() &&
         (std::isalnum(static_cast<unsigned char>(sql[end])) || sql[end] == '_'))
    ++end;
  if (end >= sql.size() || sql[end] != '$') return at;
  if (end > at + 1 && std::isdigit(static_cast<unsigned char>(sql[at + 1]))) return at;
  auto tag = sql.substr(at, end - at + 1);
  auto close = sql.find(tag, end + 1);
  return close == std::string_view::npos ? close : close + tag.size();
}

std::size_t skip_block_comment(std::string_view sql, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i + 1 < sql.size(); ++i) {
    if (sql.substr(i, 2) == "/*") {
      ++depth;
      ++i;
    } else if (sql.substr(i, 2) == "*/") {
      ++i;
      if (--depth == 0) return i + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Result<Revision> parse_revision(std::string_view text, const std::string& path) {
  Revision revision;
  revision.path = path;
  enum { header, up, down } part = header;
  bool has_up = false, has_down = false, has_revises = false;
  int number = 0;
  while (!text.empty()) {
    ++number;
    auto end = text.find('\n');
    auto line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    auto bare = trim(line);
    if (bare == "-- upgrade" || bare == "-- downgrade") {
      bool& seen = bare == "-- upgrade" ? has_up : has_down;
      if (seen) return bad(path, number, fmt::format("a second '{}' section", bare));
      seen = true;
      part = bare == "-- upgrade" ? up : down;
    } else if (part == header) {
      if (bare.empty()) continue;
      if (!bare.starts_with("--")) return bad(path, number, "SQL before the '-- upgrade' line");
      bare = trim(bare.substr(2));
      auto colon = bare.find(':');
      if (colon == std::string_view::npos) continue;
      auto key = trim(bare.substr(0, colon));
      has_revises = has_revises || key == "revises";
      SB_TRY_VOID(apply(revision, key, trim(bare.substr(colon + 1)), number));
    } else {
      auto& sql = part == up ? revision.upgrade_sql : revision.downgrade_sql;
      sql += line;
      sql += '\n';
    }
  }
  if (revision.id.empty()) return bad(path, 1, "no '-- revision:' line");
  if (!has_revises)
    return bad(path, 1, "no '-- revises:' line (leave its value empty for the first revision)");
  if (revision.id == revision.parent) return bad(path, 1, "a revision cannot revise itself");
  if (!has_up || split_statements(revision.upgrade_sql).empty())
    return bad(path, number, "no '-- upgrade' section with SQL in it");
  bool has_down_sql = !split_statements(revision.downgrade_sql).empty();
  if (!has_down_sql && !revision.irreversible)
    return bad(
        path, number,
        "no '-- downgrade' section with SQL in it: write one, or say '-- irreversible: why'");
  if (!revision.is_transactional && split_statements(revision.upgrade_sql).size() != 1)
    return bad(path, number, "a revision with 'transaction: none' holds exactly one statement");
  return revision;
}

std::vector<std::string> split_statements(std::string_view sql) {
  std::vector<std::string> statements;
  std::size_t start = 0, at = 0;
  bool has_content = false;
  auto finish = [&](std::size_t end) {
    if (has_content) statements.emplace_back(trim(sql.substr(start, end - start)));
    has_content = false;
    start = end;
  };
  while (at < sql.size()) {
    char c = sql[at];
    if (c == ';') {
      finish(at);
      start = ++at;
    } else if (sql.substr(at, 2) == "--") {
      auto end = sql.find('\n', at);
      at = end == std::string_view::npos ? sql.size() : end + 1;
    } else if (sql.substr(at, 2) == "/*") {
      at = std::min(skip_block_comment(sql, at), sql.size());
    } else if (c == '\'' || c == '"') {
      has_content = true;
      at = std::min(skip_quoted(sql, at), sql.size());
    } else if (c == '$') {
      has_content = true;
      auto end = std::min(skip_dollar_quoted(sql, at), sql.size());
      at = end == at ? at + 1 : end;
    } else {
      has_content = has_content || !std::isspace(static_cast<unsigned char>(c));
      ++at;
    }
  }
  finish(sql.size());
  return statements;
}

}  // namespace sb::migrate
