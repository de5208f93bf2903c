#include <gtest/gtest.h>

#include <thread>

#include "base/async/notifier.hpp"
#include "base/async/spawn.hpp"

namespace sb {
namespace {

using namespace std::chrono_literals;

Task<> hold(Gate& gate, Duration duration) {
  auto holder = gate.enter();
  co_await sleep_for(duration);
}

TEST(Gate, waits_for_everyone_inside_and_refuses_newcomers) {
  run_task([]() -> Task<> {
    auto executor = co_await current_executor();
    Gate gate(executor);
    spawn_logged(executor, "hold", hold(gate, 20ms));
    co_await sleep_for(1ms);
    EXPECT_EQ(gate.inside(), 1u);
    gate.close();
    EXPECT_FALSE(gate.enter().has_value());
    EXPECT_TRUE(co_await gate.wait(Deadline::after(5s)));
    EXPECT_EQ(gate.inside(), 0u);
  }());
}

TEST(Gate, gives_up_at_the_deadline) {
  run_task([]() -> Task<> {
    Gate gate(co_await current_executor());
    auto holder = gate.enter();
    EXPECT_FALSE(co_await gate.wait(Deadline::after(5ms)));
  }());
}

Task<> notify_later(Notifier& notifier) {
  co_await sleep_for(5ms);
  notifier.notify_all();
}

TEST(Notifier, wakes_waiters_and_tells_a_deadline_apart) {
  run_task([]() -> Task<> {
    auto executor = co_await current_executor();
    Notifier notifier(executor);
    spawn_logged(executor, "notify", notify_later(notifier));
    EXPECT_TRUE(co_await notifier.wait(Deadline::after(5s)));
    EXPECT_FALSE(co_await notifier.wait(Deadline::after(5ms)));
  }());
}

TEST(BlockingPool, runs_work_elsewhere_and_comes_back) {
  run_task([]() -> Task<> {
    BlockingPool pool(2);
    auto home = std::this_thread::get_id();
    auto there = co_await pool.run([] { return std::this_thread::get_id(); });
    EXPECT_NE(there, home);
    EXPECT_EQ(std::this_thread::get_id(), home);
  }());
}

TEST(RunTask, passes_on_what_the_task_threw) {
  EXPECT_THROW(run_task([]() -> Task<> {
                 co_await sleep_for(1ms);
                 throw std::runtime_error("x");
               }()),
               std::runtime_error);
}

TEST(Deadline, never_passes_and_picks_the_earlier) {
  auto never = Deadline::never();
  EXPECT_TRUE(never.is_never());
  EXPECT_FALSE(never.has_passed());
  auto soon = Deadline::after(0ms);
  EXPECT_TRUE(never.earlier(soon).has_passed());
  EXPECT_EQ(soon.remaining(), 0ms);
}

}  // namespace
}  // namespace sb
