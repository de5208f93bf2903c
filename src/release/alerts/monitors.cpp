#include "release/alerts/monitors.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>
#include <set>

#include "base/http/message.hpp"
#include "base/json/codec.hpp"
#include "release/alerts/datadog_api.hpp"
#include "release/alerts/monitors_inside.hpp"

namespace sb::release::alerts {

namespace {

constexpr Duration kTimeout = std::chrono::seconds(10);

struct Summary {
  std::string id;
  std::string title;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(Summary, (), (id, title, description))
struct Summaries {
  std::vector<Summary> dashboards;
};
BOOST_DESCRIBE_STRUCT(Summaries, (), (dashboards))

struct Numbered {
  std::int64_t id = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Numbered, (), (id, name))
struct Named {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Named, (), (id))

// What is declared beside what is there.
struct Pair {
  Change change;
  std::string body;  // to be written
};

}  // namespace

struct Declarations::Impl {
  fs::Path folder;
  DatadogApi api;

  Task<Result<std::vector<Pair>>> monitors();
  Task<Result<std::vector<Pair>>> dashboards();
  Task<Result<std::vector<Pair>>> all();
  Task<Result<>> validate(const std::vector<Pair>& pairs);
  Task<Result<std::string>> write(const Pair& pair);
};

Task<Result<std::vector<Pair>>> Declarations::Impl::monitors() {
  SB_CO_TRY(auto declared, load_monitors(folder / "monitors"));
  SB_CO_TRY(auto answer, co_await api.call("GET", fmt::format("/api/v1/monitor?monitor_tags={}&"
                                                              "page_size=1000",
                                                              http::percent_encode(kManagedTag))));
  if (!answer.is_array())
    co_return fail(ErrorCode::unavailable, "Datadog's list of monitors is none");
  std::map<std::string, const boost::json::value*> present;
  for (const auto& monitor : answer.as_array()) {
    SB_CO_TRY(auto known, json::from_value<Numbered>(monitor));
    present.emplace(known.name, &monitor);
  }
  std::vector<Pair> pairs;
  for (const auto& monitor : declared) {
    Pair pair{.change = {.kind = ChangeKind::create, .what = "monitor", .name = monitor.name},
              .body = monitor.body};
    if (auto it = present.find(monitor.name); it != present.end()) {
      SB_CO_TRY(auto known, json::from_value<Numbered>(*it->second));
      SB_CO_TRY(auto ours, json::parse(monitor.body));
      pair.change.id = std::to_string(known.id);
      pair.change.fields = differences(ours, *it->second);
      pair.change.kind = pair.change.fields.empty() ? ChangeKind::unchanged : ChangeKind::update;
      present.erase(it);
    }
    pairs.push_back(std::move(pair));
  }
  for (const auto& [name, monitor] : present) {
    SB_CO_TRY(auto known, json::from_value<Numbered>(*monitor));
    pairs.push_back({.change = {.kind = ChangeKind::undeclared,
                                .what = "monitor",
                                .name = name,
                                .id = std::to_string(known.id)},
                     .body = {}});
  }
  co_return pairs;
}

Task<Result<std::vector<Pair>>> Declarations::Impl::dashboards() {
  SB_CO_TRY(auto declared, load_dashboards(folder / "dashboards"));
  SB_CO_TRY(auto answer, co_await api.call("GET", "/api/v1/dashboard"));
  SB_CO_TRY(auto present, json::from_value<Summaries>(answer));
  std::vector<Pair> pairs;
  for (const auto& dashboard : declared) {
    Pair pair{.change = {.kind = ChangeKind::create, .what = "dashboard", .name = dashboard.title},
              .body = dashboard.body};
    for (const auto& summary : present.dashboards) {
      if (summary.title != dashboard.title || !summary.description.contains(kManagedTag)) continue;
      SB_CO_TRY(auto theirs,
                co_await api.call("GET", "/api/v1/dashboard/" + http::percent_encode(summary.id)));
      SB_CO_TRY(auto ours, json::parse(dashboard.body));
      pair.change.id = summary.id;
      pair.change.fields = differences(ours, theirs);
      pair.change.kind = pair.change.fields.empty() ? ChangeKind::unchanged : ChangeKind::update;
      break;
    }
    pairs.push_back(std::move(pair));
  }
  co_return pairs;
}

Task<Result<std::vector<Pair>>> Declarations::Impl::all() {
  SB_CO_TRY(auto pairs, co_await monitors());
  SB_CO_TRY(auto more, co_await dashboards());
  for (auto& pair : more) pairs.push_back(std::move(pair));
  co_return pairs;
}

Task<Result<>> Declarations::Impl::validate(const std::vector<Pair>& pairs) {
  for (const auto& pair : pairs) {
    const bool is_written =
        pair.change.kind == ChangeKind::create || pair.change.kind == ChangeKind::update;
    if (pair.change.what != "monitor" || !is_written) continue;
    auto answer = co_await api.call("POST", "/api/v1/monitor/validate", pair.body);
    if (!answer) {
      auto error = std::move(answer).error();
      co_return std::unexpected(std::move(error).in("\u201c" + pair.change.name + "\u201d"));
    }
  }
  co_return Result<>{};
}

Task<Result<std::string>> Declarations::Impl::write(const Pair& pair) {
  const bool is_new = pair.change.kind == ChangeKind::create;
  const std::string base = "/api/v1/" + pair.change.what;
  const std::string method = is_new ? "POST" : "PUT";
  const std::string path = is_new ? base : base + "/" + http::percent_encode(pair.change.id);
  SB_CO_TRY(auto answer, co_await api.call(method, path, pair.body));
  if (pair.change.what == "monitor") {
    SB_CO_TRY(auto made, json::from_value<Numbered>(answer));
    co_return std::to_string(made.id);
  }
  SB_CO_TRY(auto made, json::from_value<Named>(answer));
  co_return made.id;
}

Declarations::Declarations(fs::Path folder, notify::Datadog account, std::string ca_file)
    : impl_(new Impl{std::move(folder), DatadogApi(std::move(account), ca_file, kTimeout)}) {}
Declarations::~Declarations() = default;

Task<Result<std::vector<Change>>> Declarations::diff() {
  SB_CO_TRY(auto pairs, co_await impl_->all());
  std::vector<Change> changes;
  for (auto& pair : pairs) changes.push_back(std::move(pair.change));
  co_return changes;
}

Task<Result<std::vector<Change>>> Declarations::apply() {
  SB_CO_TRY(auto pairs, co_await impl_->all());
  SB_CO_TRY_VOID(co_await impl_->validate(pairs));
  std::vector<Change> done;
  for (auto& pair : pairs) {
    if (pair.change.kind == ChangeKind::create || pair.change.kind == ChangeKind::update) {
      SB_CO_TRY(pair.change.id, co_await impl_->write(pair));
    }
    done.push_back(std::move(pair.change));
  }
  co_return done;
}

}  // namespace sb::release::alerts
