#include "release/runner/api.hpp"

namespace sb::release {

namespace {

aws::ClientConfig client_config(const EnvironmentConfig& config) {
  aws::ClientConfig client;
  client.endpoint = config.endpoint;
  client.region = config.region;
  client.access_key = config.access_key;
  client.secret_key = config.secret_key;
  client.session_token = config.session_token;
  client.ca_file = config.api_ca_file;
  // One quick retry for a lost connection; what an unknown outcome means is the engine's to decide.
  client.max_attempts = 2;
  return client;
}

}  // namespace

Api::Api(const EnvironmentConfig& config) : client_(client_config(config)) {}

ActionFailed failure_of(ActionKind action, const Error& error) {
  ActionFailed failed{
      .action = action,
      .code = error.subject.empty() ? std::string(to_string(error.code)) : error.subject,
      .message = error.message};
  switch (error.code) {
    case ErrorCode::timeout:
    case ErrorCode::unavailable:
    case ErrorCode::internal:
    case ErrorCode::data_loss:
    case ErrorCode::cancelled:
      failed.unknown = true;
      failed.retryable = true;
      break;
    case ErrorCode::resource_exhausted:
      failed.retryable = true;
      break;
    case ErrorCode::unauthenticated:
      // An alerts service that refuses its keys is another matter: the cloud goes on answering.
      failed.locked_out =
          action != ActionKind::silence_alerts && action != ActionKind::restore_alerts;
      break;
    default:
      break;
  }
  return failed;
}

}  // namespace sb::release
