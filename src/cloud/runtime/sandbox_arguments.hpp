// What bubblewrap is told. Private to this folder.
#pragma once

#include "cloud/runtime/sandbox.hpp"

namespace sb::cloud::runtime {

// Mounts, namespaces and environment, for `--args FD`: nothing of it shows in argv.
std::vector<std::string> hidden_arguments(const SandboxSpec& spec, bool as_root);
// The program as bubblewrap starts it: as root, through setpriv.
std::vector<std::string> inner_command(const SandboxSpec& spec, bool as_root);
// Is there such a program, as the sandbox will see it?
bool has_program(const SandboxSpec& spec);
// A file that need not survive a crash of the machine, as no sandbox does: not synced, which
// matters where many tasks start at once.
Result<> write_transient(const fs::Path& path, std::string_view content);
// passwd, group, hosts and so on for this sandbox, in its folder.
Result<> write_etc(const SandboxSpec& spec, bool as_root);

}  // namespace sb::cloud::runtime
