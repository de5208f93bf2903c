// What the `db` commands share.
#pragma once

#include "migrate/script_directory.hpp"
#include "saltctl/live_database.hpp"

namespace sb::saltctl {

// Runs `command` as a one-off task of the environment's service and shows what it prints.
Task<std::expected<release::operate::OneOffEnd, Failure>> run_in_task(
    Session& session, Console& console, std::vector<std::string> command,
    std::string task_definition = {});
// The same without showing anything.
Task<std::expected<release::operate::OneOffEnd, Failure>> ask_in_task(
    Session& session, std::vector<std::string> command, std::string task_definition = {});

// The revision that `alembic current` printed; empty: the database is empty.
std::string revision_in(const std::vector<std::string>& lines);
// "12" for every name that `saltbitter rows` could count.
std::map<std::string, std::string> counts_in(const std::vector<std::string>& lines);
// The task definition that --task-definition names: a number is a revision of the family.
std::string task_definition_of(const Session& session, const Arguments& arguments);

// The one that is named, else the newest of the database in use.
Task<std::expected<release::operate::Snapshot, Failure>> choose_snapshot(Session& session,
                                                                         std::string wanted);
// What `db restore --switch` does after its questions; may be done again after a kill.
Task<Outcome> restore_and_switch(Session& session, Console& console,
                                 release::operate::Snapshot snapshot, std::string instance);

}  // namespace sb::saltctl
