// Rows of the table: releases.
#include "saltctl/command_rows.hpp"

namespace sb::saltctl {

std::vector<Command> release_commands() {
  return {
      {"deploy",
       "release an image to an environment",
       "Shows the plan (from what to what, which migrations, how it would be undone), asks, and "
       "then releases:\n"
       "checklist, approval, snapshot, migrations, new tasks, smoke tests on the test listener, "
       "shift, smoke tests "
       "again, watch. Any\n"
       "failure puts the old revision back by itself. Ctrl-C stops watching, not the release's "
       "safety: it says\n"
       "how to go on.\n\n"
       "  saltctl deploy production\n"
       "  saltctl deploy production --waive 'coverage=the runner is down'\n"
       "  saltctl deploy production --image saltbitter:1.3.0 --yes\n"
       "  saltctl deploy staging --yes --json > release.json",
       {kEnvironment},
       {kImage,
        kYes,
        kReason,
        kWaive,
        kHotfix,
        {"--approve", "",
         "approve it in the same breath, where the environment lets the same person do that"},
        {"--approved-by", "NAME",
         "for CI whose own gate asked a person: the name goes into the record"}},
       run_deploy},
      {"plan",
       "what a deploy would change, and the exact way back",
       "From what to what, what of the task definition changes, which boxes of the checklist are "
       "open, and how\neach step would be undone. Nothing is changed.\n\n"
       "  saltctl plan production\n"
       "  saltctl plan production --image saltbitter:1.3.0 --json\n\n"
       "Exit code 6 when a box is open: a deploy would be refused.",
       {kEnvironment},
       {kImage, kReason, kWaive, kHotfix},
       run_plan},
      {"approve",
       "let a release go ahead that waits for it",
       "Shows the plan and its digest, asks, and approves exactly that plan. Another process, "
       "another person,\nanother machine: the answer is kept in the cloud. The release goes on by "
       "itself.\n\n"
       "  saltctl approve production\n"
       "  saltctl approve production --by ben --yes",
       {kEnvironment},
       {{"--by", "NAME", "who approves (default: $USER)"},
        {"--release", "ID", "which one, when several wait"},
        kReason,
        kYes},
       run_approve},
      {"reject",
       "end a release that waits for an approval",
       "The release ends as refused, with your reason in its record. Nothing was changed.\n\n"
       "  saltctl reject production --reason 'wait for the night' --yes",
       {kEnvironment},
       {{"--by", "NAME", "who rejects (default: $USER)"},
        {"--release", "ID", "which one, when several wait"},
        kReason,
        kYes},
       run_reject},
      {"checklist",
       "the runbook's boxes: ticked, open or waived",
       "pre: of the release that a deploy would make now. during and post: of the newest "
       "release.\n\n"
       "  saltctl checklist pre production\n"
       "  saltctl checklist post production --json\n\n"
       "Exit code 6 when a box is open.",
       {{"LIST", "pre, during or post"}, kEnvironment},
       {kImage, kWaive, kHotfix, kReason},
       run_checklist},
      {"show",
       "the record of a release, or of an operator's procedure",
       "Every box with its evidence, who approved, what was waived and why, the timeline, what "
       "people were told,\nand the way back as it was written down beforehand.\n\n"
       "  saltctl show rel-20261122-102030-4f2a9c1d\n"
       "  saltctl show rel-20261122-102030-4f2a9c1d --json\n"
       "  saltctl show op-20261122-102030-4f2a                a restart, a change of the schema, …",
       {{"RELEASE", "its id, as in `saltctl history ENV`"}},
       {{"--boxes", "", "only the boxes of the three lists"}},
       run_show},
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
      {"watch",
       "the deployment dashboard's five numbers, now",
       "Error rate, latency p95, request rate, database connections and memory, from CloudWatch, "
       "with their\n"
       "targets: the newest half minute against the minute before (longer where metrics come by "
       "the "
       "minute). A\n"
       "release watches the same by itself. Until Ctrl-C; exit code 0 when all is within the "
       "limits, 1 on a\n"
       "breach. With --json one document a look, one a line.\n\n"
       "  saltctl watch production\n"
       "  saltctl watch production --once --json",
       {kEnvironment},
       {{"--once", "", "look once and end"}},
       run_watch},
      {"rollback",
       "put an earlier revision back",
       "Without --to: the newest other revision that proved good.\n\n"
       "  saltctl rollback production\n"
       "  saltctl rollback production --to 12      the task definition revision "
       "saltbitter-api-prod:12",
       {kEnvironment},
       {{"--to", "REV", "the task definition revision"},
        {"--despite-schema", "",
         "also to code that does not live with the present schema; undo the schema right after"},
        kReason,
        kYes},
       run_rollback},
      {"resume",
       "end what was interrupted",
       "Reads the journal of a release whose saltctl was killed or left, looks at where ECS really "
       "is, and goes\n"
       "on or takes it back. An emergency rollback goes on with its next step; a restart, a "
       "restore "
       "and a change of\nthe schema or of the configuration are ended.\n\n  saltctl resume\n  "
       "saltctl resume production",
       {kAnyEnvironment},
       {kYes},
       run_resume},
      {"history",
       "the releases of an environment, and what operators did between them",
       "Newest first: deploys, rollbacks, restarts, restores, changes of the schema and of the "
       "configuration.\n\n  saltctl history production",
       {kEnvironment},
       {},
       run_history},
  };
}

}  // namespace sb::saltctl
