#include "release/operate/losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace sb::release::operate {

namespace {

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '"';
}

// A statement's words and commas, comments left out.
std::vector<std::string> words_of(const std::string& statement) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < statement.size();) {
    if (statement.compare(i, 2, "--") == 0) {
      i = std::min(statement.find('\n', i), statement.size());
    } else if (is_word_char(statement[i])) {
      std::size_t begin = i;
      while (i < statement.size() && is_word_char(statement[i])) ++i;
      words.push_back(statement.substr(begin, i - begin));
      std::erase(words.back(), '"');
    } else {
      if (statement[i] == ',') words.emplace_back(",");
      ++i;
    }
  }
  return words;
}

std::string upper(std::string word) {
  std::ranges::transform(word, word.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

class Reader {
 public:
  explicit Reader(std::vector<std::string> words) : words_(std::move(words)) {}

  bool take(std::string_view word) {
    if (at_ >= words_.size() || upper(words_[at_]) != word) return false;
    ++at_;
    return true;
  }
  std::string next() {
    return at_ < words_.size() ? words_[at_++] : std::string();
  }
  bool at_end() const {
    return at_ >= words_.size();
  }
  // "IF EXISTS", "ONLY": say nothing here.
  void skip_politeness() {
    if (take("IF")) take("EXISTS");
    take("ONLY");
  }

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

void dropped_tables(Reader& reader, Loss loss, std::vector<Loss>& losses) {
  reader.skip_politeness();
  loss.kind = Loss::Kind::table;
  do {
    loss.table = reader.next();
    losses.push_back(loss);
  } while (reader.take(","));
}

// ALTER TABLE t DROP COLUMN a, DROP b, ADD …
void altered_table(Reader& reader, Loss loss, std::vector<Loss>& losses) {
  reader.skip_politeness();
  loss.table = reader.next();
  loss.kind = Loss::Kind::column;
  while (!reader.at_end()) {
    if (!reader.take("DROP")) {
      reader.next();
      continue;
    }
    bool is_column = reader.take("COLUMN");
    if (!is_column && reader.take("CONSTRAINT")) continue;
    reader.skip_politeness();
    loss.column = reader.next();
    auto word = upper(loss.column);
    // ALTER COLUMN c DROP DEFAULT | NOT NULL | …
    if (!is_column && (word == "DEFAULT" || word == "NOT" || word == "EXPRESSION" ||
                       word == "IDENTITY" || word.empty()))
      continue;
    losses.push_back(loss);
  }
}

}  // namespace

std::string Loss::countable() const {
  switch (kind) {
    case Kind::table:
    case Kind::rows:
      return table;
    case Kind::column:
      return table + "." + column;
    case Kind::other:
      break;
  }
  return {};
}

std::vector<Loss> losses_in(const std::string& revision, const std::string& down_sql) {
  std::vector<Loss> losses;
  for (const auto& statement : migrate::split_statements(down_sql)) {
    Reader reader(words_of(statement));
    Loss loss{.revision = revision};
    if (reader.take("DROP")) {
      if (reader.take("TABLE")) {
        dropped_tables(reader, loss, losses);
      } else if (reader.take("SCHEMA")) {
        loss.statement = statement.substr(0, 80);
        losses.push_back(loss);
      }
    } else if (reader.take("ALTER")) {
      if (reader.take("TABLE")) altered_table(reader, loss, losses);
    } else if (reader.take("TRUNCATE")) {
      reader.take("TABLE");
      reader.skip_politeness();
      loss.kind = Loss::Kind::rows;
      loss.table = reader.next();
      losses.push_back(loss);
    } else if (reader.take("DELETE")) {
      reader.take("FROM");
      reader.skip_politeness();
      loss.kind = Loss::Kind::rows;
      loss.table = reader.next();
      losses.push_back(loss);
    } else if (reader.take("UPDATE") || reader.take("DO")) {
      loss.statement = statement.substr(0, 80);
      losses.push_back(loss);
    }
  }
  return losses;
}

std::vector<Loss> losses_of(const std::vector<migrate::Step>& steps) {
  std::vector<Loss> all;
  for (const auto& step : steps) {
    auto losses = losses_in(step.revision->id, step.revision->downgrade_sql);
    all.insert(all.end(), losses.begin(), losses.end());
  }
  return all;
}

std::string describe(const Loss& loss, const std::string& rows) {
  auto counted = [&](std::string_view what) {
    return rows.empty() ? std::string() : fmt::format(" ({} {})", rows, what);
  };
  switch (loss.kind) {
    case Loss::Kind::table:
      return fmt::format("the table {}{}", loss.table, counted("rows"));
    case Loss::Kind::column:
      return fmt::format("the column {}.{}{}", loss.table, loss.column, counted("values"));
    case Loss::Kind::rows:
      return fmt::format("rows of {}{}", loss.table, counted("rows now"));
    case Loss::Kind::other:
      break;
  }
  return fmt::format("whatever this changes: {}", loss.statement);
}

}  // namespace sb::release::operate
