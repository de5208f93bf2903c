// `saltctl config get|diff|history`: what an environment is configured with, told without values.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/async/spawn.hpp"
#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "saltctl/config_sources.hpp"

namespace sb::saltctl {
namespace {

namespace config = release::config;

struct Row {
  std::string key;
  const config::Source* source = nullptr;
  std::string version;
  std::optional<Timestamp> at;
  std::string value;
  bool is_there = false;
};

std::string as_json(const Row& row, bool shows) {
  return fmt::format(
      R"({{"key":{},"store":{},"id":{},"version":{},"changed":{},"fingerprint":{}{}}})",
      json::quote(row.key), json::quote(row.source->store_name()), json::quote(row.source->id),
      json::quote(row.version), row.at ? json::quote(format_rfc3339(*row.at)) : "null",
      row.is_there ? json::quote(config::fingerprint(row.key, row.value)) : "null",
      shows && row.is_there ? ",\"value\":" + json::quote(row.value) : "");
}

Task<std::expected<std::vector<Row>, Failure>> read_rows(
    Session& session, const std::vector<config::Source>& sources) {
  config::Store store(*session.client);
  std::vector<Row> rows;
  for (const auto& source : sources) {
    auto document = co_await store.read(source);
    bool is_absent = !document && document.error().subject.contains("NotFound");
    if (!document && !is_absent)
      co_return std::unexpected(with_hint(document.error(), session.environment.name));
    for (const auto& key : source.keys) {
      Row row{.key = key, .source = &source};
      if (document) {
        row.version = document->version;
        row.at = document->at;
        auto value = document->values.find(key);
        row.is_there = value != document->values.end();
        if (row.is_there) row.value = value->second;
      }
      rows.push_back(std::move(row));
    }
  }
  co_return rows;
}

Task<Outcome> get(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  SB_CO_TRY(auto sources, chosen_sources(session.environment, call.arguments.get("KEY")));
  SB_CO_TRY(auto rows, co_await read_rows(session, sources));
  if (auto key = call.arguments.get("KEY"); !key.empty())
    std::erase_if(rows, [&](const Row& row) { return row.key != key; });
  bool shows = call.arguments.has("--show");
  bool is_complete = true;
  for (const auto& row : rows) is_complete &= row.is_there;
  if (call.wants_json) {
    std::vector<std::string> lines;
    for (const auto& row : rows) lines.push_back(as_json(row, shows));
    call.out.line(fmt::format("[{}]", fmt::join(lines, ",")));
    co_return is_complete ? 0 : 1;
  }
  if (shows && rows.size() == 1 && rows.front().is_there) {  // for `$(…)`
    call.out.line(rows.front().value);
    co_return 0;
  }
  std::vector<std::vector<std::string>> table{
      {"KEY", "KEPT IN", "CHANGED", shows ? "VALUE" : "FINGERPRINT"}};
  for (const auto& row : rows) {
    auto shown = !row.is_there ? call.out.paint(Style::red, "missing")
                 : shows       ? row.value
                               : config::fingerprint(row.key, row.value);
    table.push_back({row.key, fmt::format("{} {}", row.source->store_name(), row.source->id),
                     row.at ? format_rfc3339(*row.at).substr(0, 19) + "Z" : "-", shown});
  }
  call.out.line(format_table(table));
  if (!is_complete)
    call.out.line(
        fmt::format("A key is missing; tasks that need it do not start. Set it:\n"
                    "  saltctl config set {} KEY",
                    name));
  co_return is_complete ? 0 : 1;
}

Task<Outcome> history(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  SB_CO_TRY(auto sources, chosen_sources(session.environment, call.arguments.get("KEY")));
  config::Store store(*session.client);
  std::vector<std::string> documents;
  std::vector<std::vector<std::string>> table{{"KEPT IN", "VERSION", "CHANGED", "BY", ""}};
  for (const auto& source : sources) {
    auto versions = co_await store.versions(source);
    if (!versions) co_return std::unexpected(with_hint(versions.error(), name));
    for (const auto& version : *versions) {
      auto labels = version.labels;
      if (version.is_current && labels.empty()) labels.emplace_back("current");
      table.push_back({source.id, version.id,
                       version.at ? format_rfc3339(*version.at).substr(0, 19) + "Z" : "-",
                       version.by.empty() ? "-" : text::last_part(version.by),
                       fmt::format("{}", fmt::join(labels, ", "))});
      documents.push_back(fmt::format(
          R"({{"store":{},"id":{},"version":{},"changed":{},"by":{},"labels":{},"current":{}}})",
          json::quote(source.store_name()), json::quote(source.id), json::quote(version.id),
          version.at ? json::quote(format_rfc3339(*version.at)) : "null", json::quote(version.by),
          json::encode(version.labels), version.is_current));
    }
  }
  if (call.wants_json)
    call.out.line(fmt::format("[{}]", fmt::join(documents, ",")));
  else
    call.out.line(format_table(table));
  co_return 0;
}

struct Compared {
  const config::Source* source = nullptr;
  std::string from;
  std::string to;
  std::vector<config::Difference> differences;
};

// Nothing when the source has no earlier version.
Task<Result<std::optional<Compared>>> compare(config::Store& store, const config::Source& source,
                                              std::string from, std::string to) {
  if (from.empty()) {
    SB_CO_TRY(auto versions, co_await store.versions(source));
    const auto* previous = config::previous_of(versions);
    if (!previous) co_return std::optional<Compared>();
    from = previous->id;
  }
  SB_CO_TRY(auto before, co_await store.read(source, from));
  SB_CO_TRY(auto after, co_await store.read(source, to));
  co_return Compared{&source, before.version, after.version,
                     config::differences(before.values, after.values)};
}

Task<Outcome> diff(Invocation& call) {
  auto name = call.arguments.get("ENV");
  SB_CO_TRY(auto session, co_await open_session(call.places, name));
  SB_CO_TRY(auto sources, chosen_sources(session.environment, call.arguments.get("KEY")));
  bool names_versions = call.arguments.has("--from") || call.arguments.has("--to");
  if (names_versions && sources.size() > 1) {
    co_return std::unexpected(
        Failure(Error{ErrorCode::invalid_argument, "a version is one key's: name the key, too", {}},
                fmt::format("saltctl config history {}", name), 2));
  }
  config::Store store(*session.client);
  std::vector<std::string> documents;
  std::vector<std::string> lines;
  for (const auto& source : sources) {
    auto compared =
        co_await compare(store, source, call.arguments.get("--from"), call.arguments.get("--to"));
    if (!compared)
      co_return std::unexpected(
          Failure(compared.error(), fmt::format("saltctl config history {}", name)));
    if (!*compared) continue;
    for (const auto& difference : (*compared)->differences) {
      lines.push_back(fmt::format("{}  {} -> {}\n    {}", source.id, (*compared)->from,
                                  (*compared)->to, config::describe(difference)));
      documents.push_back(
          fmt::format(R"({{"id":{},"from":{},"to":{},"key":{},"before":{},"after":{}}})",
                      json::quote(source.id), json::quote((*compared)->from),
                      json::quote((*compared)->to), json::quote(difference.key),
                      json::quote(difference.before), json::quote(difference.after)));
    }
  }
  if (call.wants_json) {
    call.out.line(fmt::format("[{}]", fmt::join(documents, ",")));
    co_return 0;
  }
  for (const auto& line : lines) call.out.line(line);
  if (lines.empty()) call.out.line("No difference.");
  co_return 0;
}

}  // namespace

std::expected<std::vector<config::Source>, Failure> chosen_sources(const Environment& environment,
                                                                   const std::string& key) {
  auto sources = config_sources(environment);
  if (key.empty()) return sources;
  std::vector<std::string> known;
  for (const auto& source : sources) {
    known.insert(known.end(), source.keys.begin(), source.keys.end());
    if (source.id == key || std::ranges::find(source.keys, key) != source.keys.end())
      return std::vector{source};
  }
  return std::unexpected(
      Failure(Error{ErrorCode::not_found,
                    fmt::format("{} declares no such key; it has {}. A new one is declared in "
                                "deploy/environments/{}.yaml first",
                                environment.name, fmt::join(known, ", "), environment.name),
                    key},
              "saltctl config get " + environment.name, 2));
}

Outcome run_config_get(Invocation& call) {
  return run_task(get(call));
}

Outcome run_config_history(Invocation& call) {
  return run_task(history(call));
}

Outcome run_config_diff(Invocation& call) {
  return run_task(diff(call));
}

}  // namespace sb::saltctl
