// A release as the person who started it sees it: one line for each thing that happened, and on a
// terminal a live block below with the stages, the traffic, the watch, and what happens if nobody
// does anything.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/async/task.hpp"
#include "release/runner/runner.hpp"
#include "saltctl/console/console.hpp"

namespace sb::saltctl {

class ReleaseView : public release::Observer {
 public:
  explicit ReleaseView(Console& console);

  void on_event(const release::Event& event, const release::State& before,
                const release::State& state) override;
  void on_smoke_check(const std::string& target, const release::smoke::CheckResult& check) override;
  void on_watch(const release::analysis::Reading& reading) override;

  // Redraws the live block; called by a ticker, so that clocks move while nothing happens.
  void redraw();
  // Takes the live block away.
  void close();

 private:
  void say(Style style, std::string_view mark, std::string_view text);
  void say_box(const release::Box& box);
  bool say_ceremony(const release::EventBody& body, const release::State& state);
  void say_deployment(const release::DeploymentView& before, const release::DeploymentView& now);
  std::string stages_line() const;
  std::string traffic_line() const;

  Console& console_;
  std::chrono::steady_clock::time_point began_;
  release::State state_;
  std::string watch_;               // what it came to
  std::vector<std::string> panel_;  // its numbers, while it runs
  std::chrono::steady_clock::time_point said_{};
  bool is_open_ = false;
};

// Redraws every 200 ms until cancelled; only worth starting on a terminal.
Task<> keep_redrawing(ReleaseView& view);

// The plan: from what to what, what happens in which order, and how each step would be undone.
std::string plan_text(const release::Plan& plan, const Console& console);
// The end: what it came to, and what to type next.
std::string report_text(const release::Report& report, const Console& console);
// The report for scripts.
std::string report_json(const release::Report& report);

}  // namespace sb::saltctl
