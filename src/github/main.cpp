// salthub: a local stand-in for the part of GitHub that the runbook uses.
#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"
#include "github/serve.hpp"

namespace {

using namespace sb;

constexpr int kRefused = 2;

constexpr const char* kUsage =
    R"txt(salthub: the part of GitHub that the runbook uses, on this machine

  salthub serve [--home DIR] [--port N]
      Serves one repository to git and gh, and runs its workflows. State is in DIR/github.
  salthub seed PATH [--home DIR]
      Puts main and develop of a checkout into the repository; salthub must not run.
  salthub env [--home DIR]
      The variables with which git and gh of a shell reach it: eval "$(salthub env)"
  salthub approve RUN --by NAME [--comment TEXT] [--home DIR]
  salthub reject RUN --by NAME [--comment TEXT] [--home DIR]
      Answers what a waiting run asks.

DIR is $SALTBITTER_HOME or .saltbitter.
)txt";

int refuse(const std::string& message) {
  fmt::print(stderr, "salthub: {}\n", message);
  return kRefused;
}

struct Arguments {
  std::vector<std::string> words;
  std::map<std::string, std::string> options;
};

Result<Arguments> read_arguments(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (!word.starts_with("--")) {
      out.words.push_back(word);
      continue;
    }
    auto equals = word.find('=');
    if (equals != std::string::npos)
      out.options[word.substr(0, equals)] = word.substr(equals + 1);
    else if (word == "--help")
      out.words = {"help"};
    else if (i + 1 < argc)
      out.options[word] = argv[++i];
    else
      return fail(ErrorCode::invalid_argument, word + " wants a value");
  }
  for (const auto& [name, value] : out.options)
    if (name != "--home" && name != "--port" && name != "--by" && name != "--comment")
      return fail(ErrorCode::invalid_argument, "no such option; see salthub --help", name);
  return out;
}

template <class T>
bool parse_number(const std::string& text, T& value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

int run_serve(const github::Home& home, const std::string& port_text) {
  std::uint16_t port = 0;
  if (!port_text.empty() && !parse_number(port_text, port))
    return refuse("--port wants a number from 0 to 65535");
  log::configure({.service = "salthub", .environment = {}, .level = log::Level::info, .fd = 2});
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGHUP, SIG_IGN);
  auto served = run_task(github::serve(home, port));
  return served ? 0 : refuse(served.error().text());
}

int run_env(const github::Home& home) {
  auto record = home.running();
  if (!record) return refuse(record.error().text());
  const char* no_proxy = std::getenv("NO_PROXY");
  auto variables = github::shell_variables(home, *record, no_proxy != nullptr ? no_proxy : "");
  if (!variables) return refuse(variables.error().text());
  for (const auto& [name, value] : *variables)
    fmt::print("export {}={}\n", name, shell_quoted(value));
  return 0;
}

int run_decide(const github::Home& home, Arguments& arguments) {
  std::int64_t run = 0;
  if (arguments.words.size() != 2 || !parse_number(arguments.words[1], run))
    return refuse("which run? see salthub --help");
  auto user = arguments.options["--by"];
  if (user.empty()) return refuse("--by NAME is needed: who answers is written down");
  auto said = run_task(github::decide(home, run, arguments.words[0] == "approve", user,
                                      arguments.options["--comment"]));
  if (!said) return refuse(said.error().text());
  fmt::print("{}\n", *said);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = read_arguments(argc, argv);
  if (!arguments) return refuse(arguments.error().text());
  const char* variable = std::getenv("SALTBITTER_HOME");
  std::string root = variable != nullptr && *variable != '\0' ? variable : ".saltbitter";
  if (arguments->options.contains("--home")) root = arguments->options["--home"];
  if (root.empty()) return refuse("--home wants a folder");
  auto home = github::Home::at(root);
  auto command = arguments->words.empty() ? "help" : arguments->words[0];
  if (command == "serve") return run_serve(home, arguments->options["--port"]);
  if (command == "env") return run_env(home);
  if (command == "approve" || command == "reject") return run_decide(home, *arguments);
  if (command == "seed") {
    if (arguments->words.size() != 2) return refuse("seed wants the path of a checkout");
    auto seeded = run_task(github::seed(home, arguments->words[1]));
    return seeded ? 0 : refuse(seeded.error().text());
  }
  if (command != "help") return refuse("no such command: " + command + "; see salthub --help");
  fmt::print("{}", kUsage);
  return 0;
}
