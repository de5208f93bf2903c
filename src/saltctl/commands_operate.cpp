// Rows of the table: configuration, the database, trouble and emergencies.
#include "saltctl/command_operate.hpp"
#include "saltctl/command_rows.hpp"

namespace sb::saltctl {
namespace {

constexpr Positional kKey{"KEY", "DATABASE_URL, SECRET_KEY, …", Kind::text};
constexpr Positional kAnyKey{"KEY", "one key (default: all)", Kind::text, false};
constexpr Option kShow{"--show", "", "show the values, too"};
constexpr Option kRestart{"--restart", "",
                          "restart the service afterwards, so that it picks it up"};
constexpr Option kConfirm{
    "--confirm", "ENV", "with --yes: the environment's name, typed beforehand", Kind::environment};
constexpr Option kTaskDefinition{"--task-definition", "REV",
                                 "whose image runs it (default: the service's); after a rollback "
                                 "the older image lacks the newer "
                                 "revisions"};

void add_database(std::vector<Command>& table) {
  table.push_back({"db current",
                   "the revision that the schema is at",
                   "Runs `alembic current` in a task of its own, as the service's image has it.\n\n"
                   "  saltctl db current production",
                   {kEnvironment},
                   {kTaskDefinition},
                   run_db_current});
  table.push_back(
      {"db upgrade",
       "bring the schema forward",
       "Releases do this by themselves. By hand: `alembic upgrade` in a task of its own, "
       "and the proof\nafterwards.\n\n"
       "  saltctl db upgrade staging\n"
       "  saltctl db upgrade production 7062b4d3f197 --yes",
       {kEnvironment, {"REVISION", "how far (default: head)", Kind::text, false}},
       {kTaskDefinition, kYes},
       run_db_upgrade});
  table.push_back(
      {"db downgrade",
       "take the schema back: says what is lost first",
       "Reads the statements that would be run, counts what they would remove, asks for "
       "the environment's\nname, and runs `alembic downgrade` in a task of its own.\n\n"
       "  saltctl db downgrade production -1\n"
       "  saltctl db downgrade production 7062b4d3f197\n"
       "  saltctl db downgrade staging -1 --yes --confirm staging",
       {kEnvironment, {"REVISION", "-1, a revision's id, or base", Kind::text}},
       {kTaskDefinition, kYes, kConfirm},
       run_db_downgrade});
  table.push_back({"db snapshots",
                   "the database's snapshots",
                   "Newest first.\n\n  saltctl db snapshots production",
                   {kEnvironment},
                   {},
                   run_db_snapshots});
  table.push_back({"db snapshot",
                   "make a snapshot now, and wait for it",
                   "The database goes on meanwhile.\n\n"
                   "  saltctl db snapshot production\n"
                   "  saltctl db snapshot production --name before-the-big-import",
                   {kEnvironment},
                   {{"--name", "ID", "its identifier (default: made from the time)"}},
                   run_db_snapshot});
  table.push_back(
      {"db restore",
       "a new database from a snapshot; the old one stays",
       "Says what would be missing, makes the new database beside the old one, waits for it. With "
       "--switch it\nthen points the service at it, restarts it, and runs the smoke tests. Killed "
       "in "
       "between: run it again.\n\n"
       "  saltctl db restore production\n"
       "  saltctl db restore production --snapshot saltbitter-prod-manual-20261122-102030\n"
       "  saltctl db restore production --switch",
       {kEnvironment},
       {{"--snapshot", "ID", "which one (default: the newest)"},
        {"--name", "ID", "of the new database (default: the old one's and -restored)"},
        {"--switch", "", "point the service at it"},
        kYes,
        kConfirm},
       run_db_restore});
}

void add_configuration(std::vector<Command>& table) {
  table.push_back({"config get",
                   "what an environment is configured with",
                   "Keys, where each is kept, when it changed, and a fingerprint of its value. "
                   "Values only with --show.\n\n"
                   "  saltctl config get production\n"
                   "  saltctl config get staging DATABASE_URL --show",
                   {kEnvironment, kAnyKey},
                   {kShow},
                   run_config_get});
  table.push_back(
      {"config set",
       "change one key",
       "The value is typed without being shown, piped, or read from a file: never given "
       "on the command\nline, which everybody on this machine can read. Other keys of the "
       "same secret stay.\n\n"
       "  saltctl config set production DATABASE_URL --restart\n"
       "  pass stripe | saltctl config set production STRIPE_WEBHOOK_SECRET --yes\n"
       "  saltctl config set staging SECRET_KEY --file key.txt --yes",
       {kEnvironment, kKey},
       {{"--file", "FILE", "read the value from it", Kind::file}, kRestart, kYes},
       run_config_set});
  table.push_back({"config diff",
                   "what differs between two versions",
                   "Keys and fingerprints. Without versions: the one before against the present "
                   "one.\n\n"
                   "  saltctl config diff production\n"
                   "  saltctl config diff staging SECRET_KEY --from 1 --to 3",
                   {kEnvironment, kAnyKey},
                   {{"--from", "VERSION", "as `saltctl config history` shows it"},
                    {"--to", "VERSION", "(default: the present one)"}},
                   run_config_diff});
  table.push_back({"config history",
                   "the versions of an environment's configuration",
                   "Newest first.\n\n  saltctl config history production\n"
                   "  saltctl config history staging SECRET_KEY",
                   {kEnvironment, kAnyKey},
                   {},
                   run_config_history});
  table.push_back({"config rollback",
                   "put an earlier version back",
                   "Without --to: the one before the present one. A secret's keys go back "
                   "together.\n\n"
                   "  saltctl config rollback production DATABASE_URL --restart\n"
                   "  saltctl config rollback staging SECRET_KEY --to 3",
                   {kEnvironment, kKey},
                   {{"--to", "VERSION", "as `saltctl config history` shows it"}, kRestart, kYes},
                   run_config_rollback});
}

void add_trouble(std::vector<Command>& table) {
  table.push_back(
      {"doctor",
       "what is wrong, and what to type next",
       "Walks the runbook's chapter on troubleshooting: cloud, service, deployment, "
       "targets, tasks, logs,\ndatabase (also from inside a task), cache, lock, schema, "
       "certificate. Exit code 0: healthy, 1: there are\nfindings.\n\n"
       "  saltctl doctor production\n  saltctl doctor staging --quick --json",
       {kEnvironment},
       {{"--quick", "", "do not start a task to look from inside"}},
       run_doctor});
  table.push_back({"events",
                   "what ECS says of the service",
                   "The newest service events, oldest first, and whether a deployment is on.\n\n"
                   "  saltctl events production\n  saltctl events production --last 50",
                   {kEnvironment},
                   {{"--last", "N", "how many (default 10)"}},
                   run_events});
  table.push_back({"health",
                   "targets, tasks and what /ready answers",
                   "Exit code 0 when the service answers and no target is unhealthy, else 1.\n\n"
                   "  saltctl health production",
                   {kEnvironment},
                   {},
                   run_health});
  table.push_back({"exec",
                   "a terminal in a running task",
                   "As `aws ecs execute-command` does it, without the AWS CLI. With a command, its "
                   "exit code is passed\nthrough.\n\n"
                   "  saltctl exec production\n"
                   "  saltctl exec production -- alembic current\n"
                   "  saltctl exec staging --task 0123abcd -- tail -n 50 /var/log/app.log",
                   {kEnvironment},
                   {{"--task", "ID", "which one, or the start of its id (default: the first)"}},
                   run_exec,
                   true});
  table.push_back({"restart",
                   "new tasks of the same version",
                   "Picks up changed configuration. The old tasks serve until the new ones are "
                   "healthy; when they\nnever are, ECS puts the old ones back (exit code 4).\n\n"
                   "  saltctl restart production\n  saltctl restart staging --yes",
                   {kEnvironment},
                   {kYes},
                   run_restart});
  table.push_back({"lock show",
                   "who holds the release lock",
                   "  saltctl lock show production",
                   {kEnvironment},
                   {},
                   run_lock_show});
  table.push_back(
      {"lock break",
       "take the release lock away from a dead process",
       "Never from a living one. Usually `saltctl resume` is what is wanted: it ends the "
       "release and gives\nthe lock back. The reason is kept in the journal.\n\n"
       "  saltctl lock break production --reason 'ci-7 was reinstalled' --force",
       {kEnvironment},
       {{"--reason", "TEXT", "why; mandatory"},
        {"--force", "", "also when it is held on another host"},
        kYes,
        kConfirm},
       run_lock_break});
}

void add_emergency(std::vector<Command>& table) {
  table.push_back(
      {"emergency rollback",
       "the complete rollback, step by step, each written down",
       "The last resort of the runbook: application, database (asks; kept unless you say "
       "otherwise), Redis,\n#incidents, status page, post-mortem. What fails is noted and does not "
       "stop what comes after it. Killed\nor left: saltctl resume goes on where it was.\n\n"
       "  saltctl emergency rollback production --reason 'payments fail'\n"
       "  saltctl emergency rollback production --database downgrade\n\n"
       "Exit codes: 0 all six done, 5 something failed and a person is needed, 6 refused, 7 "
       "interrupted.",
       {kEnvironment},
       {{"--reason", "TEXT", "what happened, for people and for the post-mortem"},
        {"--to", "REV", "the task definition revision (default: the last that proved good)"},
        {"--database", "WHAT", "keep, downgrade or restore (default: asks)"},
        {"--new", "", "begin another one although the last is not finished"},
        kYes,
        kConfirm},
       run_emergency_rollback});
  table.push_back({"hotfix start",
                   "a branch for a hotfix, from main as it is now",
                   "Fetches main and makes hotfix/NAME from it; says what to type next.\n\n"
                   "  saltctl hotfix start critical-bug-fix",
                   {{"NAME", "what it fixes, in a few words with hyphens"}},
                   {},
                   run_hotfix_start});
  table.push_back(
      {"hotfix ship",
       "push, pull request, and after its merge the release by the fast path",
       "Run it again after the merge (or give --wait), and it builds what was merged "
       "and releases it "
       "with\nthe checks of a hotfix. Nothing is done twice.\n\n"
       "  saltctl hotfix ship --reason 'payments fail for new cards'\n"
       "  saltctl hotfix ship --reason 'payments fail for new cards' --wait 60\n"
       "  saltctl hotfix ship --reason 'payments fail for new cards' -- --approved-by ben\n\n"
       "What stands after -- goes to saltctl deploy.",
       {},
       {{"--reason", "TEXT", "what is broken; mandatory, kept with the release"},
        {"--title", "TEXT", "of the pull request (default: from the commit)"},
        {"--wait", "MINUTES", "wait for the merge (default: not at all)"},
        kYes},
       run_hotfix_ship,
       true});
}

}  // namespace

std::vector<Command> operate_commands() {
  std::vector<Command> table;
  add_configuration(table);
  add_database(table);
  add_trouble(table);
  add_emergency(table);
  return table;
}

}  // namespace sb::saltctl
