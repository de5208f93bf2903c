#include "aws/model/ssm.hpp"
#include "cloud/exec/session_host.hpp"
#include "cloud/gateway/gateway.hpp"

namespace sb::cloud::exec {

namespace api = aws::ssm;

namespace {

// A session lives as long as its connection: there is nothing to resume. Clients take an empty
// token for "timed out" and end.
Task<gateway::Outcome<api::ResumeSessionResponse>> tell_it_is_over(
    gateway::Caller, api::ResumeSessionRequest request) {
  api::ResumeSessionResponse response;
  response.SessionId = request.SessionId;
  response.TokenValue = "";
  response.StreamUrl = "";
  co_return response;
}

// Ending what has ended is no error, as with AWS.
Task<gateway::Outcome<api::TerminateSessionResponse>> end_session(
    SessionHost& host, api::TerminateSessionRequest request) {
  host.terminate(*request.SessionId);
  api::TerminateSessionResponse response;
  response.SessionId = request.SessionId;
  co_return response;
}

}  // namespace

void SessionHost::attach(gateway::Gateway& gateway) {
  gateway.mount(std::string(kPath), handler());
  gateway.on<api::ResumeSession>(tell_it_is_over);
  gateway.on<api::TerminateSession>([this](gateway::Caller, api::TerminateSessionRequest request) {
    return end_session(*this, std::move(request));
  });
}

}  // namespace sb::cloud::exec
