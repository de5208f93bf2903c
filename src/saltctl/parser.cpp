#include "saltctl/parser.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace sb::saltctl {
namespace {

constexpr int kUsage = 2;

std::unexpected<Failure> usage(std::string message, std::string next) {
  return std::unexpected(
      Failure(Error{ErrorCode::invalid_argument, std::move(message), {}}, std::move(next), kUsage));
}

// Levenshtein, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto next = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = std::exchange(row[j], next);
    }
  }
  return row[b.size()];
}

// The command that the first words name, longest name first, so that "image build" wins over
// "image".
const Command* find_command(const std::vector<Command>& table,
                            const std::vector<std::string>& words, std::size_t& used) {
  const Command* found = nullptr;
  used = 0;
  for (const auto& command : table) {
    std::string name(command.name);
    std::string first = words.empty() ? "" : words[0];
    std::string first_two = words.size() < 2 ? first : words[0] + " " + words[1];
    if (name == first_two && name.contains(' ')) {
      used = 2;
      return &command;
    }
    if (name == first) {
      used = 1;
      found = &command;
    }
  }
  return found;
}

std::unexpected<Failure> unknown_command(const std::vector<Command>& table,
                                         const std::vector<std::string>& words) {
  std::string typed = words[0];
  bool is_group = false;
  for (const auto& command : table) is_group |= command.name.starts_with(typed + " ");
  if (is_group && words.size() > 1) typed += " " + words[1];
  if (is_group && words.size() == 1) {
    return usage(fmt::format("'{}' needs a second word", typed),
                 fmt::format("saltctl {} --help", typed));
  }
  const Command* nearest = nullptr;
  std::size_t best = 3;  // further away is no typing error
  for (const auto& command : table) {
    auto d = distance(typed, command.name);
    if (!command.is_hidden && d < best) {
      best = d;
      nearest = &command;
    }
  }
  return usage(fmt::format("there is no command '{}'", typed),
               nearest ? fmt::format("saltctl {}", nearest->name) : "saltctl --help");
}

std::string long_name(const Option& option) {
  auto comma = option.names.rfind(',');
  return std::string(comma == std::string_view::npos ? option.names
                                                     : option.names.substr(comma + 1));
}

// CLI11 throws out of parse(); nothing of it leaves this function.
std::expected<void, Failure> parse_values(const Command& command, std::vector<std::string> words,
                                          Arguments& arguments, bool& wants_json) {
  CLI::App app;
  app.set_help_flag("");
  std::map<std::string, std::string> values;
  std::map<std::string, std::vector<std::string>> lists;
  std::map<std::string, bool> switches;
  for (const auto& positional : command.positionals) {
    app.add_option(std::string(positional.name), values[std::string(positional.name)]);
  }
  for (const auto& option : command.options) {
    auto name = long_name(option);
    if (option.value.empty()) {
      app.add_flag(std::string(option.names), switches[name]);
    } else if (option.is_repeatable) {
      app.add_option(std::string(option.names), lists[name])->allow_extra_args(false);
    } else {
      app.add_option(std::string(option.names), values[name])->expected(1);
    }
  }
  app.add_flag("--json", wants_json);
  auto help = fmt::format("saltctl {} --help", command.name);
  try {
    std::ranges::reverse(words);
    app.parse(words);
  } catch (const CLI::ExtrasError& error) {
    auto extra = app.remaining().empty() ? std::string(error.what()) : app.remaining().front();
    return usage(fmt::format("'saltctl {}' does not take '{}'", command.name, extra), help);
  } catch (const CLI::ParseError& error) {
    return usage(error.what(), help);
  }
  for (const auto& positional : command.positionals) {
    std::string name(positional.name);
    if (app[name]->count() > 0) {
      arguments.set(name, values[name]);
    } else if (positional.is_required) {
      return usage(fmt::format("'saltctl {}' needs {}: {}", command.name, name, positional.help),
                   help);
    }
  }
  for (const auto& option : command.options) {
    auto name = long_name(option);
    if (app[name]->count() == 0) continue;
    if (option.is_repeatable) {
      arguments.set_all(name, lists[name]);
    } else {
      arguments.set(name, option.value.empty() ? "true" : values[name]);
    }
  }
  return {};
}

}  // namespace

std::expected<Parsed, Failure> parse(const std::vector<Command>& table,
                                     std::vector<std::string> words) {
  Parsed parsed;
  auto dashes = std::ranges::find(words, "--");
  bool has_rest = dashes != words.end();
  if (has_rest) parsed.arguments.rest.assign(dashes + 1, words.end());
  words.erase(dashes, words.end());

  auto is_help = [](const std::string& word) { return word == "--help" || word == "-h"; };
  auto helps = std::erase_if(words, is_help);
  if (!words.empty() && words[0] == "help") {
    ++helps;
    words.erase(words.begin());
  }
  parsed.wants_help = helps > 0 || (words.empty() && !has_rest);
  if (!words.empty() && words[0] == "--version") words[0] = "version";
  if (words.empty()) return parsed;

  std::size_t used = 0;
  parsed.command = find_command(table, words, used);
  if (parsed.command == nullptr) {
    bool is_group = std::ranges::any_of(
        table, [&](const Command& c) { return c.name.starts_with(words[0] + " "); });
    if (parsed.wants_help && is_group && words.size() == 1) return parsed;
    return unknown_command(table, words);
  }
  if (parsed.wants_help) return parsed;
  if (has_rest && !parsed.command->takes_rest) {
    return usage(fmt::format("'saltctl {}' takes nothing after '--'", parsed.command->name),
                 fmt::format("saltctl {} --help", parsed.command->name));
  }
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(used));
  auto values =
      parse_values(*parsed.command, std::move(words), parsed.arguments, parsed.wants_json);
  if (!values) return std::unexpected(std::move(values).error());
  return parsed;
}

}  // namespace sb::saltctl
