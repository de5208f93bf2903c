#include <gtest/gtest.h>

#include <signal.h>

#include <atomic>
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

struct Farewell {
  bool& said;
  ~Farewell() {
    said = true;
  }
};

Task<> never_leave(Executor executor, bool& has_left) {
  Farewell farewell{has_left};
  Notifier nobody(executor);
  for (;;) (void)co_await nobody.wait(Deadline::never());
}

TEST(Gate, drain_cancels_those_who_do_not_leave) {
  run_task([]() -> Task<> {
    auto executor = co_await current_executor();
    Gate gate(executor);
    bool has_left = false, has_other_left = false;
    spawn_logged(executor, gate, "never leave", never_leave(executor, has_left));
    spawn_logged(executor, gate, "never leave", never_leave(executor, has_other_left));
    co_await gate.drain(Deadline::after(1ms));
    EXPECT_TRUE(has_left);
    EXPECT_TRUE(has_other_left);
    EXPECT_EQ(gate.inside(), 0u);
  }());
}

TEST(Gate, drain_lets_those_end_who_are_quick) {
  run_task([]() -> Task<> {
    auto executor = co_await current_executor();
    Gate gate(executor);
    bool is_done = false;
    spawn_logged(executor, gate, "quick", [](bool& done) -> Task<> {
      co_await sleep_for(5ms);
      done = true;
    }(is_done));
    co_await gate.drain(Deadline::after(5s));
    EXPECT_TRUE(is_done);
  }());
}

TEST(Gate, may_go_before_those_inside) {
  bool has_left = false;
  run_task([](bool& left) -> Task<> {
    auto executor = co_await current_executor();
    auto gate = std::make_unique<Gate>(executor);
    spawn_logged(executor, *gate, "never leave", never_leave(executor, left));
    gate.reset();
    EXPECT_FALSE(left);
  }(has_left));
  EXPECT_TRUE(has_left);
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

TEST(BlockingPool, passes_on_what_the_work_threw) {
  run_task([]() -> Task<> {
    BlockingPool pool(1);
    bool was_caught = false;
    try {
      co_await pool.run([]() -> int { throw std::runtime_error("x"); });
    } catch (const std::runtime_error&) {
      was_caught = true;
    }
    EXPECT_TRUE(was_caught);
  }());
}

Task<> work_long(BlockingPool& pool, std::atomic<bool>& may_end, bool& has_ended) {
  co_await pool.run([&may_end] {
    may_end.wait(false);
    return 0;
  });
  has_ended = true;
}

TEST(BlockingPool, is_waited_for_when_its_caller_is_cancelled) {
  run_task([]() -> Task<> {
    auto executor = co_await current_executor();
    BlockingPool pool(2);
    Gate gate(executor);
    std::atomic<bool> may_end = false;
    bool has_ended = false;
    spawn_logged(executor, gate, "work", work_long(pool, may_end, has_ended));
    spawn_logged(executor, "let it end", [](std::atomic<bool>& end, const Gate& watched) -> Task<> {
      co_await sleep_for(20ms);
      EXPECT_EQ(watched.inside(), 1u);
      end = true;
      end.notify_all();
    }(may_end, gate));
    co_await gate.drain(Deadline::after(1ms));
    EXPECT_TRUE(may_end);
    EXPECT_TRUE(has_ended);  // it was on its way and asks for nothing more
  }());
}

TEST(BlockingPool, may_have_work_under_way_when_its_loop_ends) {
  std::atomic<bool> may_end = false;
  bool has_ended = false;
  std::optional<BlockingPool> pool;
  std::thread other;
  run_task([](auto& the_pool, auto& end, bool& ended, auto& thread) -> Task<> {
    auto executor = co_await current_executor();
    the_pool.emplace(1);
    spawn_logged(executor, "work", work_long(*the_pool, end, ended));
    thread = std::thread([&end] {
      end = true;
      end.notify_all();
    });
    co_await sleep_for(1ms);
    the_pool.reset();
  }(pool, may_end, has_ended, other));
  other.join();
}

TEST(RunTask, passes_on_what_the_task_threw) {
  EXPECT_THROW(run_task([]() -> Task<> {
                 co_await sleep_for(1ms);
                 throw std::runtime_error("x");
               }()),
               std::runtime_error);
}

TEST(Signals, keeps_those_that_come_while_nobody_waits) {
  run_task([]() -> Task<> {
    Signals signals(co_await current_executor(), {SIGUSR1, SIGUSR2});
    ::raise(SIGUSR1);
    EXPECT_EQ(co_await signals.wait(), SIGUSR1);
    ::raise(SIGUSR2);
    co_await sleep_for(1ms);
    EXPECT_EQ(co_await signals.wait(), SIGUSR2);
  }());
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
