// The files of a shell's folder, as text.
#pragma once

#include <string>

#include "saltctl/shell/shell.hpp"

namespace sb::saltctl {

// Finds the real aws (the newest that knows ECS's present calls; for `logs tail` one that has it),
// adds the endpoint, and refuses to run when the endpoint in force is not loopback.
std::string aws_shim();
std::string python_site();  // sitecustomize.py
std::string alembic_shim(const ShellSettings& settings);
std::string alembic_settings(const ShellSettings& settings);
std::string program_shim(const ShellSettings& settings, const std::string& program);
std::string curl_settings(const ShellSettings& settings);
std::string aws_config(const ShellSettings& settings);
std::string bashrc(const ShellSettings& settings);
// The system's roots and the local authority.
Result<std::string> certificate_bundle(const ShellSettings& settings);

}  // namespace sb::saltctl
