// Datadog's management API: keys in headers, errors in sentences, its rate limits honoured. Private
// to this folder.
#pragma once

#include <boost/json/fwd.hpp>

#include <string>
#include <vector>

#include "base/http/client.hpp"
#include "release/notify/accounts.hpp"

namespace sb::release::alerts {

class DatadogApi {
 public:
  DatadogApi(notify::Datadog account, const std::string& ca_file, Duration timeout);

  // The answer's body, parsed; null when it is empty. Errors: not_found (404), unauthenticated
  // (401, 403), invalid_argument (their words), resource_exhausted (asks to wait for long),
  // unavailable, timeout. What only reads is asked again a few times; what writes only when it was
  // refused unread (429).
  Task<Result<boost::json::value>> call(std::string method, std::string path,
                                        std::string body = {});

 private:
  notify::Datadog account_;
  http::Client client_;
  Duration timeout_;
};

// What is needed of a monitor, ours or theirs.
struct MonitorSeen {
  std::string name;
  std::vector<std::string> tags;
  std::string state;  // "Alert", "OK", …; empty for a file

  bool has_tag(std::string_view tag) const;
};
Result<std::vector<MonitorSeen>> decode_monitors(const boost::json::value& answer);

}  // namespace sb::release::alerts
