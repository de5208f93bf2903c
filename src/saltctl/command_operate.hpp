// The commands that operate what runs, one function each; their rows are in commands_operate.cpp.
#pragma once

#include "saltctl/command.hpp"

namespace sb::saltctl {

Outcome run_config_diff(Invocation&);
Outcome run_config_get(Invocation&);
Outcome run_config_history(Invocation&);
Outcome run_config_rollback(Invocation&);
Outcome run_config_set(Invocation&);
Outcome run_db_current(Invocation&);
Outcome run_db_downgrade(Invocation&);
Outcome run_db_restore(Invocation&);
Outcome run_db_snapshot(Invocation&);
Outcome run_db_snapshots(Invocation&);
Outcome run_db_upgrade(Invocation&);
Outcome run_doctor(Invocation&);
Outcome run_emergency_rollback(Invocation&);
Outcome run_events(Invocation&);
Outcome run_exec(Invocation&);
Outcome run_health(Invocation&);
Outcome run_hotfix_ship(Invocation&);
Outcome run_hotfix_start(Invocation&);
Outcome run_lock_break(Invocation&);
Outcome run_lock_show(Invocation&);
Outcome run_restart(Invocation&);

}  // namespace sb::saltctl
