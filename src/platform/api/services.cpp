#include "platform/api/services.hpp"

namespace sb::platform {

namespace {

payments::Options payment_options(const Config& config) {
  return {config.enable_payments, config.payments_provider == PaymentsProvider::local,
          config.stripe_webhook_secret, config.price_premium_cents, config.price_elite_cents};
}

pg::PoolOptions pool_options(const Config& config) {
  pg::PoolOptions options;
  options.max_connections = static_cast<std::size_t>(config.database_pool_size);
  return options;
}

std::unique_ptr<redis::Client> make_redis(const Executor& executor, const std::string& url) {
  return url.empty() ? nullptr : std::make_unique<redis::Client>(executor, url);
}

void describe_metrics(metrics::Registry& metrics) {
  metrics.describe("saltbitter_http_requests_total", "counter",
                   "Requests answered, by route and status");
  metrics.describe("saltbitter_http_request_duration_seconds", "histogram",
                   "Time to answer a request");
  metrics.describe("saltbitter_http_requests_in_flight", "gauge", "Requests being answered now");
  metrics.describe("saltbitter_db_connections", "gauge", "Open database connections, by state");
  metrics.describe("saltbitter_matches_generated_total", "counter",
                   "Matches put into daily batches");
  metrics.describe("saltbitter_mutual_matches_total", "counter", "Pairs that like each other");
  metrics.describe("saltbitter_messages_sent_total", "counter", "Messages sent");
  metrics.describe("saltbitter_payments_succeeded_total", "counter", "Invoices paid");
  metrics.describe("saltbitter_payments_failed_total", "counter", "Invoices not paid");
  metrics.describe("saltbitter_subscriptions_created_total", "counter",
                   "Subscriptions started, by tier");
}

}  // namespace

Services::Services(Executor executor, Config settings)
    : config(std::move(settings)),
      pool(executor, config.database_url, pool_options(config)),
      redis(make_redis(executor, config.redis_url)),
      counters(redis.get()),
      auth(config, pool, counters),
      profiles(pool),
      attachment(pool),
      matching(pool, redis.get(), config.match_cache_seconds, {config.require_email_verification}),
      payments(pool, payment_options(config)),
      compliance(pool),
      photos(pool, config.photo_dir, config.photo_base_url),
      messaging(pool),
      moderation(pool) {
  describe_metrics(metrics);
}

}  // namespace sb::platform
