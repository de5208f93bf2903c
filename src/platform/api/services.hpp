// Everything that handlers use, wired once by `serve`. Lives as long as the loop does.
#pragma once

#include <memory>

#include "base/metrics/metrics.hpp"
#include "base/pg/pg.hpp"
#include "base/redis/redis.hpp"
#include "platform/attachment/store.hpp"
#include "platform/auth/service.hpp"
#include "platform/compliance/service.hpp"
#include "platform/config/config.hpp"
#include "platform/limits/counters.hpp"
#include "platform/matching/service.hpp"
#include "platform/messaging/service.hpp"
#include "platform/moderation/service.hpp"
#include "platform/payments/service.hpp"
#include "platform/photos/service.hpp"
#include "platform/profiles/store.hpp"

namespace sb::platform {

struct Services {
  Services(Executor executor, Config settings);

  const Config config;
  pg::Pool pool;
  std::unique_ptr<redis::Client> redis;  // null when none is configured
  Counters counters;
  auth::Service auth;
  profiles::Store profiles;
  attachment::Store attachment;
  matching::Service matching;
  payments::Service payments;
  compliance::Service compliance;
  photos::Service photos;
  messaging::Service messaging;
  moderation::Service moderation;
  metrics::Registry metrics;
  int requests_in_flight = 0;
};

}  // namespace sb::platform
