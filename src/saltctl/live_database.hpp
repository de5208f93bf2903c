// Which RDS instance an environment uses. A restore makes a new one and points DATABASE_URL at it,
// while the declaration still names the old one: what the service connects to is what counts.
#pragma once

#include "release/operate/snapshots.hpp"
#include "saltctl/operate.hpp"

namespace sb::saltctl {

// Puts the instance that DATABASE_URL leads to into the session's environment. Where that cannot be
// told (no URL yet, a proxy in between, no cloud) the declared one stays.
Task<> adopt_live_database(Session& session);

// Newest first: of the instance in use and, where that is another, of the declared one.
Task<Result<std::vector<release::operate::Snapshot>>> known_snapshots(Session& session);

// Where DATABASE_URL is kept; null when no declared secret holds it.
const release::config::Source* source_of_url(const std::vector<release::config::Source>& sources);
inline constexpr std::string_view kDatabaseUrl = "DATABASE_URL";

}  // namespace sb::saltctl
