// Rows of the table: releases.
#include "saltctl/command_rows.hpp"

namespace sb::saltctl {

std::vector<Command> release_commands() {
  return {
      {"deploy",
       "release an image to an environment",
       "Shows the plan (from what to what, which migrations, how it would be undone), asks, and "
       "then releases:\n"
       "snapshot, migrations, new tasks, smoke tests on the test listener, shift, smoke tests "
       "again, watch. Any\n"
       "failure puts the old revision back by itself. Ctrl-C stops watching, not the release's "
       "safety: it says\n"
       "how to go on.\n\n"
       "  saltctl deploy production\n"
       "  saltctl deploy production --image saltbitter:1.3.0 --yes\n"
       "  saltctl deploy staging --yes --json > release.json\n\n"
       "Exit codes: see `saltctl status --help`.",
       {kEnvironment},
       {kImage, kYes, {"--reason", "TEXT", "why, for the history"}},
       run_deploy},
      {"status",
       "an environment at a glance",
       "Which version runs, which task definition and image, how healthy it is, and whether a "
       "release is on.\n\n"
       "  saltctl status production\n"
       "  saltctl status production --json\n\n"
       "Exit codes of a release: 0 complete, 3 failed before production was touched, 4 rolled "
       "back,\n"
       "5 the way back failed (a person is needed), 6 refused (someone else is releasing, or "
       "something is\n"
       "missing), 7 interrupted (saltctl resume); 1 and 2 are errors of saltctl itself and wrong "
       "usage.",
       {kEnvironment},
       {},
       run_status},
      {"rollback",
       "put an earlier revision back",
       "Without --to: the newest other revision that proved good.\n\n"
       "  saltctl rollback production\n"
       "  saltctl rollback production --to 12      the task definition revision "
       "saltbitter-api-prod:12",
       {kEnvironment},
       {{"--to", "REV", "the task definition revision"}, kYes},
       run_rollback},
      {"resume",
       "end a release that was interrupted",
       "Reads the journal of a release whose saltctl was killed or left, looks at where ECS really "
       "is, and goes\n"
       "on or takes it back.\n\n  saltctl resume\n  saltctl resume production",
       {kAnyEnvironment},
       {kYes},
       run_resume},
      {"history",
       "the releases of an environment",
       "Newest first.\n\n  saltctl history production",
       {kEnvironment},
       {},
       run_history},
  };
}

}  // namespace sb::saltctl
