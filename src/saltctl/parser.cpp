#include "saltctl/parser.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "saltctl/reference.hpp"

namespace sb::saltctl {
namespace {

constexpr int kUsage = 2;

std::unexpected<Failure> usage(std::string message, std::string next) {
  return std::unexpected(
      Failure(Error{ErrorCode::invalid_argument, std::move(message), {}}, std::move(next), kUsage));
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
  std::vector<std::string> names;
  for (const auto& command : table) {
    if (!command.is_hidden) names.emplace_back(command.name);
    // A group's own name as well: "imgae build" is meant to be one of "image".
    auto space = command.name.find(' ');
    if (space != std::string_view::npos && !typed.contains(' '))
      names.emplace_back(command.name.substr(0, space));
  }
  auto meant = nearest(typed, names);
  auto message = fmt::format("there is no command '{}'", typed);
  if (!meant) {
    return usage(is_group ? message : message + "; saltctl alone lists them",
                 is_group ? fmt::format("saltctl {} --help", words[0]) : "saltctl --help");
  }
  return usage(message, fmt::format("saltctl {}", *meant));
}

std::string long_name(const Option& option) {
  auto comma = option.names.rfind(',');
  return std::string(comma == std::string_view::npos ? option.names
                                                     : option.names.substr(comma + 1));
}

std::string does_not_take(const Command& command, const std::string& extra) {
  auto message = fmt::format("'saltctl {}' does not take '{}'", command.name, extra);
  if (!extra.starts_with("--")) return message;
  std::vector<std::string> names{"--json", "--help"};
  for (const auto& option : command.options) names.push_back(long_name(option));
  if (auto meant = nearest(extra, names)) message += fmt::format("; did you mean {}?", *meant);
  return message;
}

// CLI11 takes whatever stands after an option for its value: `--reason --yes` would lose a switch.
std::optional<std::string> swallowed(const Command& command, const Option& option,
                                     const std::vector<std::string>& values) {
  for (const auto& value : values) {
    auto is_it = [&](const Option& other) {
      return long_name(other) == value || other.names.starts_with(value + ",");
    };
    if (value == "--json" || std::ranges::any_of(command.options, is_it))
      return fmt::format("{} needs {}, not the option {}", long_name(option), option.value, value);
  }
  return std::nullopt;
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
    return usage(does_not_take(command, extra), help);
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
    if (!option.value.empty()) {
      auto given = option.is_repeatable ? lists[name] : std::vector<std::string>{values[name]};
      if (auto wrong = swallowed(command, option, given)) return usage(*std::move(wrong), help);
    }
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

std::expected<Parsed, Failure> find_topic(const Arguments& arguments) {
  std::vector<std::string> words{"--help"};
  for (const auto* name : {"COMMAND", "WORD"}) {
    if (arguments.has(name)) words.push_back(arguments.get(name));
  }
  return parse(commands(), std::move(words));
}

}  // namespace sb::saltctl
