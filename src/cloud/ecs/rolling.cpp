// ROLLING: the new tasks replace the old ones inside one target group, never more than the maximum
// alive, never fewer than the minimum ready as long as that many can be had.
#include <algorithm>

#include "cloud/ecs/steps.hpp"

namespace sb::cloud::ecs::steps {

namespace {

Counts count_all(const Service& service) {
  Counts all;
  for (const auto& task : service.tasks) {
    if (!is_live(task)) continue;
    ++all.live;
    if (is_ready(task)) ++all.ready;
  }
  return all;
}

}  // namespace

void roll_towards(Turn turn, const std::string& arn) {
  auto& service = turn.service;
  auto* to = find(service, arn);
  if (!to) return;
  auto all = count_all(service);
  auto mine = count(service, arn);
  int room = std::max(0, max_tasks(service) - all.live);
  to->wanted = std::min(service.desired_count, mine.live + room);

  int spare = std::max(0, all.ready - min_ready_tasks(service));
  // With nothing ready, a sick old task may still answer: it only makes way for a new one.
  bool sick_may_go = all.ready > 0 || (room == 0 && mine.live == 0);
  int staying = 0;
  for (const auto& old : others(service, arn, arn)) {
    auto theirs = count(service, old);
    int sick = theirs.live - theirs.ready;
    int going_ready = std::min(spare, theirs.ready);
    spare -= going_ready;
    int going_sick = !sick_may_go ? 0 : all.ready > 0 ? sick : std::min(sick, 1);
    find(service, old)->wanted = theirs.live - going_ready - going_sick;
    staying += theirs.live - going_ready - going_sick;
  }

  // The new revision does not come up and old tasks die: the last good revision fills the gap.
  auto* good = find(service, service.stable);
  if (!good || good->arn == arn || good->frozen) return;
  int gap = min_ready_tasks(service) - mine.ready - staying;
  if (gap > 0) good->wanted += std::min(gap, room);
}

bool has_rolled(const Service& service, const std::string& arn) {
  if (count(service, arn).ready < service.desired_count) return false;
  return std::all_of(service.tasks.begin(), service.tasks.end(),
                     [&](const Task& task) { return task.revision == arn; });
}

}  // namespace sb::cloud::ecs::steps
