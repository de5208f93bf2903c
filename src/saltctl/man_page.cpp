#include "saltctl/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "saltctl/reference.hpp"
#include "saltctl/version.hpp"

namespace sb::saltctl {
namespace {

// Text as roff reads it: backslashes and hyphens said outright (a bare "-" may be typeset as a
// dash, which nobody can paste), and no line that a leading dot or quote would make a request.
std::string escaped(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (char c : text) {
    if (at_start && (c == '.' || c == '\'')) out += "\\&";
    at_start = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string title(std::string_view name) {
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  // No date: two builds of one commit give one page.
  return fmt::format(".TH \"{}\" 1 \"\" \"SaltBitter {}\" \"Operator's manual\"\n", escaped(upper),
                     project_version());
}

std::string item(std::string_view head, std::string_view text) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(head), escaped(text));
}

std::string usage_in_bold(const Command& command) {
  auto usage = usage_of(command);
  auto name = fmt::format("saltctl {}", command.name);
  return fmt::format("\\fB{}\\fR{}\n", escaped(name), escaped(usage.substr(name.size())));
}

std::string description(std::string_view help) {
  std::string text = ".SH DESCRIPTION\n";
  for (const auto& block : blocks_of(help)) {
    text += block.is_example ? fmt::format(".PP\n.nf\n{}\n.fi\n", escaped(block.text))
                             : fmt::format(".PP\n{}\n", escaped(block.text));
  }
  return text;
}

}  // namespace

std::string man_name(const Command& command) {
  auto name = fmt::format("saltctl-{}", command.name);
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string man_page(const Command& command) {
  auto name = man_name(command);
  auto text = fmt::format("{}.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n{}", title(name), escaped(name),
                          escaped(command.summary), usage_in_bold(command));
  text += description(command.help);
  text += ".SH OPTIONS\n";
  for (const auto& positional : command.positionals) text += item(positional.name, positional.help);
  for (const auto& option : command.options) {
    std::string head(option.names);
    if (auto comma = head.find(','); comma != std::string::npos) head.insert(comma + 1, " ");
    if (!option.value.empty()) head += fmt::format(" {}", option.value);
    text += item(head, option.is_repeatable
                           ? fmt::format("{}; may be given more than once", option.help)
                           : std::string(option.help));
  }
  if (command.takes_rest) text += item("-- CMD…", "a command to run instead of an interactive one");
  text += item("--json", "the answer as JSON, for scripts");
  text += item("--help", "this text, shorter");
  text += ".SH EXIT STATUS\n";
  for (const auto& code : exit_codes_of(command)) text += item(code.code, code.meaning);
  return text + ".SH SEE ALSO\n\\fBsaltctl\\fR(1)\n";
}

std::string man_overview(const std::vector<Command>& table) {
  auto text =
      title("saltctl") +
      ".SH NAME\nsaltctl \\- deploy SaltBitter, watch it, take it back\n"
      ".SH SYNOPSIS\n\\fBsaltctl\\fR COMMAND [ARGUMENTS]\n.br\n\\fBsaltctl help\\fR [COMMAND]\n"
      ".SH DESCRIPTION\nThe operator's tool and release engine. It speaks only the public AWS API, "
      "so that it deploys to an account as to the local cloud.\n";
  std::string_view chapter;
  for (const auto& command : table) {
    if (command.is_hidden) continue;
    if (command.chapter != chapter) {
      chapter = command.chapter;
      text += fmt::format(".SS {}\n", escaped(chapter));
    }
    text += fmt::format(".TP\n\\fB{}\\fR(1)\n{}\n", escaped(man_name(command)),
                        escaped(command.summary));
  }
  text += ".SH ENVIRONMENT\n";
  text += item("SALTBITTER_HOME", "where all state lies (default: .saltbitter in the checkout)");
  text += item("SALTBITTER_DEPLOY", "what is declared (default: deploy in the checkout)");
  text += item("NO_COLOR", "no colours");
  text += ".SH EXIT STATUS\nOf a release:\n";
  Command release{"deploy", "", "", {}, {}, nullptr};
  for (const auto& code : exit_codes_of(release)) text += item(code.code, code.meaning);
  return text;
}

}  // namespace sb::saltctl
