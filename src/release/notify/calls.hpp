// One HTTP request for each outside service, and what its answer means: pure, so that every limit
// and every answer of theirs is tested without a socket. Private to this folder.
#pragma once

#include "base/async/deadline.hpp"
#include "base/http/client.hpp"
#include "release/notify/accounts.hpp"
#include "release/notify/message.hpp"

namespace sb::release::notify {

enum class Answer {
  accepted,
  retry,    // theirs or the network's trouble: later
  refused,  // ours: the same request would be refused again
};

struct Judgement {
  Answer answer = Answer::retry;
  Duration wait{0};  // what they asked for; 0: nothing
  std::string why;   // a sentence, without secrets; what to do when it was refused
};

// Messages that are told late say so.
std::string text_with_delay(const Message& message, Timestamp now);
// At most `bytes`, cut between characters, with an ellipsis when something was left out.
std::string cut(std::string text, std::size_t bytes);

// Retry-After (seconds or a date), X-RateLimit-Reset (seconds), or 0.
Duration wait_asked_for(const http::ClientResponse& response, Timestamp now);
// For services that go by the status alone.
Judgement judge_status(std::string_view service, const http::ClientResponse& response,
                       Timestamp now);

http::ClientRequest slack_call(const Accounts& accounts, const Message& message, Timestamp now);
Judgement judge_slack(const Message& message, const http::ClientResponse& response, Timestamp now);

http::ClientRequest pagerduty_call(const Accounts& accounts, const Message& message, Timestamp now);
Judgement judge_pagerduty(const http::ClientResponse& response, Timestamp now);

http::ClientRequest datadog_event_call(const Accounts& accounts, const Message& message,
                                       Timestamp now);

http::ClientRequest webhook_call(const Accounts& accounts, const Message& message, Timestamp now);
// "t=1763806830,v1=<hex>": HMAC-SHA256 over "1763806830.<body>".
std::string webhook_signature(const std::string& secret, std::int64_t unix_seconds,
                              const std::string& body);

// The status page takes several calls: find our open incident, then change it or open one.
http::ClientRequest statuspage_component_call(const Accounts& accounts,
                                              const std::string& component, ComponentStatus status);
http::ClientRequest statuspage_unresolved_call(const Accounts& accounts);
struct OpenIncident {
  std::string id;       // empty: none of ours for this environment
  std::string message;  // the newest message that it has
};
Result<OpenIncident> find_incident(const std::string& body, const std::string& environment);
http::ClientRequest statuspage_incident_call(const Accounts& accounts, const Message& message,
                                             const OpenIncident& open);

}  // namespace sb::release::notify
