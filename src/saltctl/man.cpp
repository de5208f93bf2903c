#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/fs/fs.hpp"
#include "base/json/codec.hpp"
#include "saltctl/completion.hpp"
#include "saltctl/man_page.hpp"
#include "saltctl/parser.hpp"

namespace sb::saltctl {
namespace {

// Writing is slow where every file is synced, and builds run often.
Result<> write_if_changed(const fs::Path& path, const std::string& text) {
  auto present = fs::read_file(path);
  if (present && *present == text) return {};
  return fs::write_file(path, text);
}

// What a build puts beside build/bin: pages that `man` finds because bin/ is on the PATH, and the
// completion scripts where the shells look for them.
Result<> write_all(const fs::Path& share) {
  auto pages = share / "man" / "man1";
  SB_TRY_VOID(fs::make_directories(pages));
  SB_TRY_VOID(write_if_changed(pages / "saltctl.1", man_overview(commands())));
  for (const auto& command : commands()) {
    if (command.is_hidden) continue;
    SB_TRY_VOID(write_if_changed(pages / (man_name(command) + ".1"), man_page(command)));
  }
  struct Script {
    std::string folder;
    std::string name;
    std::string text;
  };
  std::array scripts{
      Script{"bash-completion/completions", "saltctl", bash_completion(commands())},
      Script{"zsh/site-functions", "_saltctl", zsh_completion(commands())},
      Script{"fish/vendor_completions.d", "saltctl.fish", fish_completion(commands())}};
  for (const auto& script : scripts) {
    SB_TRY_VOID(fs::make_directories(share / script.folder));
    SB_TRY_VOID(write_if_changed(share / script.folder / script.name, script.text));
  }
  return {};
}

}  // namespace

Outcome run_man(Invocation& call) {
  if (call.arguments.has("--write")) {
    SB_TRY_VOID(write_all(call.arguments.get("--write")));
    if (call.wants_json)
      call.out.line(fmt::format(R"({{"written":{}}})", json::quote(call.arguments.get("--write"))));
    return 0;
  }
  std::string name = "saltctl";
  auto page = man_overview(commands());
  SB_TRY(auto topic, find_topic(call.arguments));
  if (topic.command != nullptr) {
    name = man_name(*topic.command);
    page = man_page(*topic.command);
  }
  if (call.wants_json) {
    call.out.line(fmt::format(R"({{"name":{},"page":{}}})", json::quote(name), json::quote(page)));
    return 0;
  }
  auto file = call.places.programs.parent_path() / "share" / "man" / "man1" / (name + ".1");
  if (isatty(STDOUT_FILENO) && std::filesystem::exists(file)) {
    // Where man is not installed, the page itself is better than nothing.
    execlp("man", "man", "-l", file.c_str(), nullptr);
  }
  call.out.line(page);
  return 0;
}

}  // namespace sb::saltctl
