#include "saltctl/changes.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>

namespace sb::saltctl {
namespace {

using aws::ecs::ContainerDefinition;
using Settings = std::map<std::string, std::string>;

// Everything of a container that people change, by the name they know it by.
Settings settings_of(const ContainerDefinition& container) {
  Settings settings;
  const std::string name = container.name.value_or("");
  settings[name + " image"] = container.image.value_or("");
  std::string command;
  for (const auto& word : container.command) command += (command.empty() ? "" : " ") + word;
  if (!command.empty()) settings[name + " command"] = command;
  for (const auto& variable : container.environment)
    settings[name + " " + variable.name.value_or("")] = variable.value.value_or("");
  for (const auto& secret : container.secrets)
    settings[name + " " + secret.name.value_or("") + " (secret)"] =
        "from " + secret.valueFrom.value_or("");
  if (container.stopTimeout)
    settings[name + " stop timeout"] = std::to_string(*container.stopTimeout) + " s";
  return settings;
}

template <class Definition>
Settings all_settings(const Definition& definition) {
  Settings all;
  if (definition.cpu) all["cpu"] = *definition.cpu;
  if (definition.memory) all["memory"] = *definition.memory;
  if (definition.executionRoleArn) all["execution role"] = *definition.executionRoleArn;
  if (definition.taskRoleArn) all["task role"] = *definition.taskRoleArn;
  for (const auto& container : definition.containerDefinitions) all.merge(settings_of(container));
  return all;
}

}  // namespace

std::vector<std::string> changes(const aws::ecs::TaskDefinition& now,
                                 const aws::ecs::RegisterTaskDefinitionRequest& next) {
  const Settings old = all_settings(now);
  const Settings fresh = all_settings(next);
  std::vector<std::string> lines;
  for (const auto& [name, value] : fresh) {
    auto it = old.find(name);
    if (it == old.end())
      lines.push_back(fmt::format("+ {}: {}", name, value));
    else if (it->second != value)
      lines.push_back(fmt::format("~ {}: {} → {}", name, it->second, value));
  }
  for (const auto& [name, value] : old)
    if (!fresh.contains(name)) lines.push_back(fmt::format("- {}: {}", name, value));
  return lines;
}

}  // namespace sb::saltctl
