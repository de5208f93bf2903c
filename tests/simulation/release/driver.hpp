// Drives one release through the fake cloud as the runner does: journal, then act; crash anywhere,
// and resume from the journal alone.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "simulation/release/fake_cloud.hpp"

namespace sb::release::simulation {

Plan make_plan(const World& world, Strategy strategy, Kind kind);

class Driver {
 public:
  Driver(World world, Plan plan, std::uint64_t seed);

  // Points where the process may die: after the n-th record was journaled (before anything is
  // performed), or after the n-th action was performed (before its result is journaled).
  enum class Point { journaled, performed };
  std::function<bool(Point, int)> crashes = [](Point, int) { return false; };
  std::function<std::int64_t()> dead_ms = [] { return std::int64_t{1000}; };
  std::function<bool(const State&)> aborts = [](const State&) { return false; };

  // Until the release has ended or `limit` actions were performed. False: it did not end.
  bool run(int limit);

  const State& state() const {
    return state_;
  }
  FakeCloud& cloud() {
    return cloud_;
  }
  int records() const {
    return static_cast<int>(journal_.size());
  }
  int performed() const {
    return performed_;
  }
  // A rule that was broken on the way; empty: none.
  const std::string& broken() const {
    return broken_;
  }
  std::string story() const;

 private:
  struct Line {
    Timestamp at;
    std::string type, body;
  };
  bool feed(EventBody body);  // false: the process died
  void die_and_resume();
  void check_end();

  World world_;
  Plan plan_;
  FakeCloud cloud_;
  std::vector<Line> journal_;
  State state_;
  std::optional<Action> pending_;
  std::optional<Timestamp> watch_began_;
  int performed_ = 0;
  std::string broken_;
};

}  // namespace sb::release::simulation
