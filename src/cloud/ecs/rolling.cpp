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

int count_unhealthy(const Service& service, const std::string& revision) {
  int unhealthy = 0;
  for (const auto& task : service.tasks)
    if (task.revision == revision && is_live(task) && fails_checks(task)) ++unhealthy;
  return unhealthy;
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
  // How many ready tasks are missing below the minimum. While the new revision does not come up,
  // the last good one fills the gap.
  int gap = std::max(0, min_ready_tasks(service) - all.ready);
  // With nothing ready, a sick old task may still answer: it only makes way for a new one.
  bool sick_may_go = all.ready > 0 || (room == 0 && mine.live == 0);
  for (const auto& old : others(service, arn, arn)) {
    auto& revision = *find(service, old);
    auto theirs = count(service, old);
    int going = std::min(spare, theirs.ready);
    spare -= going;
    int unready = theirs.live - theirs.ready;
    int starting = unready - count_unhealthy(service, old);
    bool is_good = old == service.stable && !revision.frozen;
    int filling = is_good ? std::min(starting, gap) : 0;
    int sick = unready - filling;
    if (sick_may_go) going += all.ready > 0 ? sick : std::min(sick, 1);
    int more = is_good ? std::min(gap - filling, room) : 0;
    revision.wanted = theirs.live - going + (sick_may_go && all.ready == 0 ? 0 : more);
  }
}

bool has_rolled(const Service& service, const std::string& arn) {
  if (count(service, arn).ready < service.desired_count) return false;
  return std::all_of(service.tasks.begin(), service.tasks.end(),
                     [&](const ServiceTask& task) { return task.revision == arn; });
}

}  // namespace sb::cloud::ecs::steps
