#include "saltctl/live_database.hpp"

#include <algorithm>

#include "saltctl/provision/calls.hpp"

namespace sb::saltctl {

namespace operate = release::operate;
namespace config = release::config;

namespace {

// "host:port" that DATABASE_URL holds now; empty where it cannot be read.
Task<std::string> live_address(Session& session) {
  auto sources = config_sources(session.environment);
  const auto* source = source_of_url(sources);
  if (source == nullptr) co_return std::string();
  config::Store store(*session.client);
  auto document = co_await store.read(*source);
  if (!document) co_return std::string();
  auto address = operate::address_in(document->values[std::string(kDatabaseUrl)]);
  if (!address.empty() && !address.contains(':')) address += ":5432";
  co_return address;
}

}  // namespace

const config::Source* source_of_url(const std::vector<config::Source>& sources) {
  for (const auto& source : sources)
    if (std::ranges::find(source.keys, kDatabaseUrl) != source.keys.end()) return &source;
  return nullptr;
}

Task<> adopt_live_database(Session& session) {
  auto& database = session.environment.database;
  auto address = co_await live_address(session);
  if (address.empty()) co_return;
  auto declared = co_await operate::describe_database(*session.client, database.declared());
  if (!declared || (!declared->status.empty() && declared->address() == address)) co_return;
  auto live = co_await operate::database_at(*session.client, address);
  if (!live || !*live) co_return;
  auto name = database.declared();
  database.identifier = (*live)->id;
  database.replaced = std::move(name);
}

Task<Result<std::vector<operate::Snapshot>>> known_snapshots(Session& session) {
  const auto& database = session.environment.database;
  SB_CO_TRY(auto found, co_await operate::snapshots_of(*session.client, database.identifier));
  if (database.replaced.empty()) co_return found;
  auto older = co_await operate::snapshots_of(*session.client, database.replaced);
  if (!older && !is_missing(older.error())) co_return std::unexpected(std::move(older).error());
  if (older) found.insert(found.end(), older->begin(), older->end());
  co_return operate::newest_first(std::move(found));
}

}  // namespace sb::saltctl
