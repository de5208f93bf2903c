// Rows of the table: messages, monitors, silences.
#include "saltctl/command_rows.hpp"

namespace sb::saltctl {

std::vector<Command> notify_commands() {
  return {
      {"inbox",
       "messages of services that have no account here",
       "What would have gone to Slack, PagerDuty, Datadog and the status page. An account is one "
       "or two variables\n"
       "(.env.example names them); until it is there, its messages are read here. Newest last.\n\n"
       "  saltctl inbox\n"
       "  saltctl inbox production --json",
       {kAnyEnvironment},
       {},
       run_inbox},
      {"outbox",
       "messages on their way",
       "Every message is written down before it is sent, and tried again until its service takes "
       "it: by the release\n"
       "itself, then by each later command. This lists what still waits, and why.\n\n"
       "  saltctl outbox\n"
       "  saltctl outbox flush       try them now\n"
       "  saltctl outbox dead        what a service refused for good",
       {},
       {},
       run_outbox},
      {"outbox flush",
       "try to deliver what waits, now",
       "Does not wait for the next attempt's time, except where a service itself asked for "
       "patience. Ends with 1\n"
       "while something is left.\n\n"
       "  saltctl outbox flush\n"
       "  saltctl outbox flush --dead      and again what was refused, once its cause is mended",
       {},
       {{"--dead", "", "also what was refused"}},
       run_outbox_flush},
      {"outbox dead",
       "messages that a service refused for good",
       "With what it answered, and what to do about it.\n\n  saltctl outbox dead",
       {},
       {},
       run_outbox_dead},
      {"monitors diff",
       "compare deploy/datadog with what Datadog has",
       "Reads the monitors and the dashboard declared in deploy/datadog, and shows what `apply` "
       "would create (+) or\n"
       "change (~). Needs DD_API_KEY and DD_APP_KEY. Ends with 1 when there is something to "
       "write.\n\n"
       "  saltctl monitors diff",
       {},
       {},
       run_monitors_diff},
      {"monitors apply",
       "make Datadog have what deploy/datadog declares",
       "Shows the difference, asks, lets Datadog validate every monitor, and only then writes. "
       "Twice is the same as\n"
       "once; what saltctl did not make is left alone.\n\n"
       "  saltctl monitors apply\n"
       "  saltctl monitors apply --yes --json",
       {},
       {kYes},
       run_monitors_apply},
      {"silences",
       "alerts that are silenced for a release",
       "During a release the alerts that are not critical are silenced, always with an end. One "
       "that outlived its\n"
       "release is marked as left behind.\n\n"
       "  saltctl silences production",
       {kAnyEnvironment},
       {},
       run_silences},
      {"silences clear",
       "end silences that outlived their release",
       "Those of a release that is on its way are kept.\n\n  saltctl silences clear",
       {kAnyEnvironment},
       {},
       run_silences_clear},
  };
}

}  // namespace sb::saltctl
