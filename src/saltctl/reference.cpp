#include "saltctl/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json/codec.hpp"

namespace sb::saltctl {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// As a shell would: quotes keep words together, a pipe or redirection ends the command.
std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (char c : line) {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == '|' || c == '>' || c == ';' || c == ')') {
      break;
    } else if (c == ' ') {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(word);
  return words;
}

std::optional<Example> example_of(std::string_view line) {
  constexpr std::string_view kProgram = "saltctl ";
  auto start = line.find(kProgram);
  if (!line.starts_with("  ") || start == std::string_view::npos) return std::nullopt;
  line.remove_prefix(2);
  Example example;
  auto gap = line.find("  ");
  example.line = line.substr(0, gap);
  if (gap != std::string_view::npos) {
    auto comment = line.substr(gap);
    comment.remove_prefix(std::min(comment.find_first_not_of(" #"), comment.size()));
    example.comment = comment;
  }
  auto command = example.line.find(kProgram);
  if (command == std::string::npos) return std::nullopt;  // the program is named in the comment
  example.words = split_words(std::string_view(example.line).substr(command + kProgram.size()));
  return example;
}

// Damerau's distance: letters left out, put in, exchanged, or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) rows[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto& cell = rows[i][j];
      cell = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1,
                       rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cell = std::min(cell, rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.size()][b.size()];
}

}  // namespace

std::vector<Block> blocks_of(std::string_view help) {
  std::vector<Block> blocks;
  bool is_open = false;
  for (auto line : lines_of(help)) {
    bool is_example = line.starts_with("  ");
    if (line.empty()) {
      is_open = false;
    } else if (is_open && blocks.back().is_example == is_example) {
      blocks.back().text += fmt::format("{}{}", is_example ? "\n" : " ", line);
    } else {
      blocks.push_back({is_example, std::string(line)});
      is_open = true;
    }
  }
  return blocks;
}

std::vector<Example> examples_of(const Command& command) {
  std::vector<Example> examples;
  for (auto line : lines_of(command.help)) {
    if (auto example = example_of(line)) examples.push_back(*std::move(example));
  }
  return examples;
}

std::string usage_of(const Command& command) {
  auto text = fmt::format("saltctl {}", command.name);
  for (const auto& positional : command.positionals) {
    text += positional.is_required ? fmt::format(" {}", positional.name)
                                   : fmt::format(" [{}]", positional.name);
  }
  for (const auto& option : command.options) {
    auto name = option.names.substr(0, option.names.find(','));
    text += option.value.empty() ? fmt::format(" [{}]", name)
                                 : fmt::format(" [{} {}]", name, option.value);
    if (option.is_repeatable) text += "…";
  }
  if (command.takes_rest) text += " [-- CMD…]";
  return text;
}

std::vector<std::string> names_of(const Option& option) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= option.names.size();) {
    auto comma = std::min(option.names.find(',', at), option.names.size());
    names.emplace_back(option.names.substr(at, comma - at));
    at = comma + 1;
  }
  return names;
}

std::vector<std::string> choices_of(std::string_view value) {
  std::vector<std::string> choices;
  if (!value.contains('|')) return choices;
  for (std::size_t at = 0; at <= value.size();) {
    auto bar = std::min(value.find('|', at), value.size());
    choices.emplace_back(value.substr(at, bar - at));
    at = bar + 1;
  }
  return choices;
}

std::optional<std::string> nearest(std::string_view text, const std::vector<std::string>& names) {
  std::optional<std::string> found;
  std::size_t best = std::min<std::size_t>(3, text.size());  // further away is no typing error
  std::size_t begins = 0;
  std::optional<std::string> begun;
  for (const auto& name : names) {
    auto d = distance(text, name);
    if (d < best) {
      best = d;
      found = name;
    }
    if (text.size() >= 2 && name.starts_with(text)) {
      ++begins;
      begun = name;
    }
  }
  return found || begins != 1 ? found : begun;
}

std::string reference_json(const std::vector<Command>& table) {
  auto quoted = [](const std::vector<std::string>& texts) {
    std::vector<std::string> all;
    for (const auto& text : texts) all.push_back(json::quote(text));
    return fmt::format("[{}]", fmt::join(all, ","));
  };
  std::vector<std::string> rows;
  for (const auto& command : table) {
    if (command.is_hidden) continue;
    std::vector<std::string> arguments;
    std::vector<std::string> options;
    std::vector<std::string> examples;
    std::vector<std::string> codes;
    for (const auto& positional : command.positionals) {
      arguments.push_back(fmt::format(R"({{"name":{},"required":{},"help":{}}})",
                                      json::quote(positional.name), positional.is_required,
                                      json::quote(positional.help)));
    }
    for (const auto& option : command.options) {
      options.push_back(fmt::format(R"({{"names":{},"value":{},"repeatable":{},"help":{}}})",
                                    quoted(names_of(option)), json::quote(option.value),
                                    option.is_repeatable, json::quote(option.help)));
    }
    for (const auto& example : examples_of(command)) examples.push_back(example.line);
    for (const auto& code : exit_codes_of(command)) {
      codes.push_back(fmt::format(R"({{"code":{},"meaning":{}}})", json::quote(code.code),
                                  json::quote(code.meaning)));
    }
    rows.push_back(fmt::format(
        R"({{"name":{},"chapter":{},"summary":{},"usage":{},"arguments":[{}],"options":[{}],"examples":{},"exit_codes":[{}]}})",
        json::quote(command.name), json::quote(command.chapter), json::quote(command.summary),
        json::quote(usage_of(command)), fmt::join(arguments, ","), fmt::join(options, ","),
        quoted(examples), fmt::join(codes, ",")));
  }
  return fmt::format("[{}]", fmt::join(rows, ","));
}

}  // namespace sb::saltctl
