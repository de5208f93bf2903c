// What a command is: one row of the table (commands.cpp). The parser, the help and the completion
// scripts are all made from these rows.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"
#include "saltctl/console/console.hpp"
#include "saltctl/environment/places.hpp"

namespace sb::saltctl {

// What a value names, for completion.
enum class Kind { text, environment, image, file, shell_name, command, command_word };

struct Positional {
  std::string_view name;  // "ENV"
  std::string_view help;
  Kind kind = Kind::text;
  bool is_required = true;
};

struct Option {
  std::string_view names;  // "-f,--follow"
  std::string_view value;  // "REF"; empty: a switch
  std::string_view help;
  Kind kind = Kind::text;
  bool is_repeatable = false;  // may be given more than once: Arguments::all()
};

// Parsed values, by positional name ("ENV") or long option name ("--image").
class Arguments {
 public:
  bool has(const std::string& name) const {
    return values_.contains(name);
  }
  // The last one, of an option that was given more than once.
  std::string get(const std::string& name, std::string fallback = {}) const {
    auto it = values_.find(name);
    return it == values_.end() ? fallback : it->second.back();
  }
  // Every value of a repeatable option, in the order they were given.
  std::vector<std::string> all(const std::string& name) const {
    auto it = values_.find(name);
    return it == values_.end() ? std::vector<std::string>() : it->second;
  }
  void set(const std::string& name, std::string value) {
    values_[name] = {std::move(value)};
  }
  void set_all(const std::string& name, std::vector<std::string> values) {
    if (!values.empty()) values_[name] = std::move(values);
  }
  // What stood after "--".
  std::vector<std::string> rest;

 private:
  std::map<std::string, std::vector<std::string>> values_;  // never an empty list
};

// A failure as the person at the keyboard needs it: what went wrong, and what to type next.
struct Failure {
  Error error;
  std::string next;  // a command; empty when there is none to suggest
  int exit_code = 1;

  Failure(Error e)
      : error(std::move(e)) {}  // NOLINT(google-explicit-constructor): so that SB_TRY works
  Failure(Error e, std::string n, int code = 1)
      : error(std::move(e)), next(std::move(n)), exit_code(code) {}
};
// The exit code of a command that ran.
using Outcome = std::expected<int, Failure>;

struct Command;
struct Invocation {
  const Command& command;
  Arguments arguments;
  Places places;
  Console& out;
  bool wants_json = false;
};

struct Command {
  std::string_view name;     // "image build"
  std::string_view summary;  // one line
  std::string_view help;     // paragraphs, with an example
  std::vector<Positional> positionals;
  std::vector<Option> options;
  Outcome (*run)(Invocation&);
  bool takes_rest = false;  // "-- CMD"
  bool is_hidden = false;
  std::string_view chapter = {};  // of the overview; given by commands.cpp
};

const std::vector<Command>& commands();
// Starts, ends or opens the local cloud: on AWS, which is always there, it says so and does
// nothing.
bool is_local_only(const Command& command);

// One function a command, each in a file of its name.
Outcome run_approve(Invocation&);
Outcome run_checklist(Invocation&);
Outcome run_completion(Invocation&);
Outcome run_deploy(Invocation&);
Outcome run_down(Invocation&);
Outcome run_env(Invocation&);
Outcome run_help(Invocation&);
Outcome run_history(Invocation&);
Outcome run_image_build(Invocation&);
Outcome run_image_list(Invocation&);
Outcome run_inbox(Invocation&);
Outcome run_logs(Invocation&);
Outcome run_man(Invocation&);
Outcome run_monitors_apply(Invocation&);
Outcome run_monitors_diff(Invocation&);
Outcome run_outbox(Invocation&);
Outcome run_outbox_dead(Invocation&);
Outcome run_outbox_flush(Invocation&);
Outcome run_plan(Invocation&);
Outcome run_ps(Invocation&);
Outcome run_reject(Invocation&);
Outcome run_resume(Invocation&);
Outcome run_rollback(Invocation&);
Outcome run_shell(Invocation&);
Outcome run_silences(Invocation&);
Outcome run_silences_clear(Invocation&);
Outcome run_show(Invocation&);
Outcome run_smoke(Invocation&);
Outcome run_status(Invocation&);
Outcome run_up(Invocation&);
Outcome run_version(Invocation&);
Outcome run_watch(Invocation&);

// "usage: …", the help text, arguments and options of a command; or of saltctl as a whole.
std::string help_for(const Command& command);
std::string help_for_group(std::string_view group);
std::string help_overview(const Console& console);

}  // namespace sb::saltctl
