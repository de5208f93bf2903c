// Rows of the table: what is used every day.
#include "saltctl/command_rows.hpp"

namespace sb::saltctl {

std::vector<Command> everyday_commands() {
  return {
      {"up",
       "start the local cloud and an environment on it",
       "Starts saltcloud if it is not running and makes everything the environment declares: "
       "certificates,\n"
       "database, cache, secrets, load balancer, first image, service. What exists is left as it "
       "is, so\n"
       "running it again only mends what is missing.\n\n"
       "  saltctl up                 development, on http://localhost:8000\n"
       "  saltctl up production      production's twin; then: saltctl shell production",
       {kEnvironmentOrDevelopment},
       {{"--image", "REF", "the first image to run (default: the newest, else one built now)",
         Kind::image}},
       run_up},
      {"ps",
       "what runs: environments, services, tasks, databases",
       "One table of everything the local cloud runs.\n\n  saltctl ps\n  saltctl ps --json | "
       "python3 -m json.tool",
       {kAnyEnvironment},
       {},
       run_ps},
      {"logs",
       "what an environment's tasks print",
       "The newest lines of every task, oldest first.\n\n"
       "  saltctl logs production\n"
       "  saltctl logs -f staging    keep following, until Ctrl-C",
       {kEnvironmentOrDevelopment},
       {{"-f,--follow", "", "keep following"},
        {"--since", "MINUTES", "how far to look back (default 10)"},
        {"--filter", "PATTERN", "a CloudWatch Logs filter pattern"}},
       run_logs},
      {"down",
       "end everything that runs here",
       "Ends saltcloud and all that it started: tasks, load balancers, databases, caches. Data "
       "stays and the\n"
       "next `saltctl up` finds it again.\n\n"
       "  saltctl down\n"
       "  saltctl down --volumes     and remove the data: databases, snapshots, images, logs",
       {},
       {{"--volumes", "", "remove the data too"}},
       run_down},
      {"image build",
       "make an image from the built programs and the schema",
       "Writes an OCI image with build/bin/saltbitter and db/revisions into the local image store "
       "and prints its\n"
       "reference, pinned to its digest.\n\n"
       "  saltctl image build\n"
       "  saltctl image build --version 1.3.0\n"
       "  saltctl image build --version 1.4.0 --faults matches_error=1     a rehearsal's bad "
       "release\n\n"
       "AWS runs what is in a registry. --registry names the image that was pushed there from this "
       "checkout, by its\n"
       "digest; a release on AWS (docs/AWS.md) then registers that one.",
       {},
       {{"--version", "V", "the release's version (default: the project's)"},
        {"--commit", "ID", "the commit it was built from (default: git's)"},
        {"--faults", "F", "deliberate faults, as in SALTBITTER_FAULTS; for rehearsals only"},
        {"--migrations-through", "REV", "leave out the schema's revisions after REV"},
        {"--tag", "NAME:TAG", "its name in the store (default: saltbitter:VERSION)"},
        {"--flags", "A,B",
         "the feature flags that it reads: a release wants each to be set in its environment"},
        {"--registry", "REF", "this version in a registry, as REPOSITORY@sha256:…"}},
       run_image_build},
      {"image list",
       "the images in the local store",
       "Newest first.\n\n  saltctl image list",
       {},
       {{"--names", "", "only their names, for completion"}},
       run_image_list},
      {"smoke",
       "run the smoke tests against an environment or an address",
       "Health, sign-up and login, profile, matches, payment in test mode.\n\n"
       "  saltctl smoke production\n"
       "  saltctl smoke http://localhost:8000",
       {{"TARGET", "an environment or a URL", Kind::environment}},
       {},
       run_smoke},
      {"shell",
       "a shell in which the runbook's commands work as written",
       "aws, curl, psql, alembic and the rest, aimed at one environment of the local cloud. "
       "Nothing outside the\n"
       "shell changes, and no real account can be reached from it by accident.\n\n"
       "  saltctl shell production\n"
       "  saltctl shell production -- aws ecs list-services --cluster saltbitter-prod\n"
       "  saltctl shell production -- bash -c 'psql $DATABASE_URL -c \"SELECT 1\"'\n\n"
       "With a command, its exit code is passed through.",
       {kEnvironment},
       {},
       run_shell,
       true},
      {"env",
       "print the shell's environment, for eval",
       "  eval \"$(saltctl env staging)\"\n\nSecrets are in it: mind who sees it.",
       {kEnvironment},
       {},
       run_env},
  };
}

}  // namespace sb::saltctl
