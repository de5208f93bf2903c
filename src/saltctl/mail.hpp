// What the commands do about messages: a dispatch beside each release, a short chance for what
// waits after each other command that opens the journal, and the accounts and audiences for both.
#pragma once

#include "release/alerts/alerts.hpp"
#include "release/notify/dispatch.hpp"
#include "release/runner/runner.hpp"
#include "saltctl/command.hpp"
#include "saltctl/environment/environment.hpp"

namespace sb::saltctl {

fs::Path outbox_file(const Places& places);
release::notify::Audiences audiences(const Places& places);
Result<release::notify::Accounts> accounts(const Places& places);
Result<release::notify::Dispatch> open_dispatch(const Places& places);
release::alerts::AlertsOptions alerts_options(const Places& places, const std::string& environment,
                                              const release::notify::Accounts& accounts);

// Shows a release to `inner` and tells the world beside it. A dispatch that cannot be opened is one
// line on the console: its messages are derived from the journal by the next command.
class Telling final : public release::Observer {
 public:
  Telling(release::Observer& inner, const Places& places, Console& console);
  void start(const Executor& executor);
  // After the release has ended.
  Task<> finish();

  void on_event(const release::Event& event, const release::State& before,
                const release::State& state) override;
  void on_action(const release::Action& action, const release::State& state) override;
  void on_smoke_check(const std::string& target, const release::smoke::CheckResult& check) override;
  void on_watch(const release::analysis::Reading& reading) override;

 private:
  release::Observer& inner_;
  Console& console_;
  std::optional<release::notify::Dispatch> dispatch_;
};

// Sends what is due, if anything is, after a command has done its work; costs nothing otherwise.
void give_mail_a_chance(const Places& places, const Command& command);

}  // namespace sb::saltctl
