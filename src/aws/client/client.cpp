#include "aws/client/client.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "aws/protocol/query.hpp"
#include "aws/protocol/response.hpp"
#include "aws/protocol/sigv4.hpp"
#include "base/async/spawn.hpp"
#include "base/clock/clock.hpp"
#include "base/crypto/crypto.hpp"
#include "base/http/client.hpp"
#include "base/json/codec.hpp"

namespace sb::aws {
namespace {

constexpr Duration kFirstBackOff = std::chrono::milliseconds(50);
constexpr Duration kLongestBackOff = std::chrono::seconds(2);

struct Url {
  std::string base;  // "http://127.0.0.1:4566"
  std::string host;  // as the Host header has it: "127.0.0.1:4566"
};

Result<Url> parse_endpoint(std::string endpoint) {
  while (endpoint.ends_with('/')) endpoint.pop_back();
  std::size_t scheme = endpoint.find("://");
  bool is_http = endpoint.starts_with("http://");
  if ((!is_http && !endpoint.starts_with("https://")) ||
      endpoint.find('/', scheme + 3) != std::string::npos)
    return fail(ErrorCode::invalid_argument,
                "an AWS endpoint is http://HOST[:PORT] or https://HOST[:PORT]", endpoint);
  Url url{.base = endpoint, .host = endpoint.substr(scheme + 3)};
  // A default port is not part of the Host header, and so not of what is signed.
  std::string_view default_port = is_http ? ":80" : ":443";
  if (url.host.ends_with(default_port)) url.host.resize(url.host.size() - default_port.size());
  return url;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Full jitter: anything up to the limit, which doubles with each attempt.
Duration back_off(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  auto limit = std::min(kLongestBackOff, kFirstBackOff * (1 << std::min(attempt - 1, 10)));
  std::uniform_int_distribution<Duration::rep> any(1, limit.count());
  return Duration(any(random));
}

// One try: a failure to get any answer, or an answer.
struct Attempt {
  std::optional<Error> failure;
  bool may_retry = false;
};

}  // namespace

struct Client::Impl {
  explicit Impl(ClientConfig c) : config(std::move(c)), http(options()) {}

  http::ClientOptions options() const {
    http::ClientOptions out;
    out.ca_file = config.ca_file;
    out.user_agent = "saltbitter aws/1";
    return out;
  }

  Result<Url> url_of(const Service& service) const {
    if (!config.endpoint.empty()) return parse_endpoint(config.endpoint);
    return parse_endpoint(
        fmt::format("https://{}.{}.amazonaws.com", service.endpoint_name, config.region));
  }

  http::ClientRequest request(const Service& service, const Invocation& call, const Url& url,
                              const std::string& invocation_id, int attempt) const {
    http::ClientRequest out;
    out.method = "POST";
    out.url = url.base + "/";
    HeaderList headers{{"Host", url.host}, {"Content-Type", std::string(service.content_type)}};
    if (service.speaks_json()) {
      headers.emplace_back("X-Amz-Target",
                           fmt::format("{}.{}", service.target_prefix, call.operation));
      if (service.speaks_query()) headers.emplace_back("x-amzn-query-mode", "true");
      out.body = json::encode_object(call.request_type, call.request,
                                     json::Omit::empty_optionals_and_lists);
    } else {
      out.body = encode_query(service, call.operation, call.request_type, call.request);
    }
    sign("POST", "/", "", headers, out.body,
         {config.access_key, config.secret_key, config.session_token}, config.region,
         service.signing_name, now());
    for (auto& [name, value] : headers) out.headers.add(name, std::move(value));
    out.headers.add("amz-sdk-invocation-id", invocation_id);
    out.headers.add("amz-sdk-request",
                    fmt::format("attempt={}; max={}", attempt, config.max_attempts));
    return out;
  }

  // Reads an answer into the invocation's response.
  Attempt read(const Service& service, const Invocation& call,
               const http::ClientResponse& answer) const {
    bool is_json = service.speaks_json();
    if (answer.status == 200) {
      auto done = is_json ? read_json(call, answer.body)
                          : decode_xml_response(service, call.operation, answer.body,
                                                call.response_type, call.response);
      if (done) return {};
      Error error{ErrorCode::data_loss,
                  fmt::format("{} {} gave an answer that cannot be read: {}", service.title,
                              call.operation, done.error().text()),
                  {}};
      return {.failure = std::move(error)};
    }
    auto header = answer.headers.get("x-amzn-query-error", answer.headers.get("x-amzn-errortype"));
    auto wire = is_json ? decode_json_error(answer.status, header, answer.body)
                        : decode_xml_error(answer.status, answer.body);
    return {.failure = to_error(wire), .may_retry = is_transient(wire)};
  }

  static Result<> read_json(const Invocation& call, std::string_view body) {
    if (body.empty()) return {};  // some operations answer with nothing at all
    return json::decode_into(body, call.response_type, call.response);
  }

  ClientConfig config;
  http::Client http;
};

ClientConfig config_from_environment() {
  ClientConfig config;
  config.endpoint = environment("AWS_ENDPOINT_URL");
  for (const char* name : {"AWS_DEFAULT_REGION", "AWS_REGION"})
    if (auto region = environment(name); !region.empty()) config.region = region;
  config.access_key = environment("AWS_ACCESS_KEY_ID");
  config.secret_key = environment("AWS_SECRET_ACCESS_KEY");
  config.session_token = environment("AWS_SESSION_TOKEN");
  config.ca_file = environment("AWS_CA_BUNDLE");
  return config;
}

Client::Client(ClientConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

const ClientConfig& Client::config() const {
  return impl_->config;
}

Task<Result<>> Client::call_object(Invocation call, Deadline deadline) {
  const Service* service = find_service(call.service);
  if (!service)
    co_return fail(ErrorCode::invalid_argument, "no such service", std::string(call.service));
  SB_CO_TRY(auto url, impl_->url_of(*service));
  auto invocation_id = crypto::uuid4();

  for (int attempt = 1;; ++attempt) {
    auto request = impl_->request(*service, call, url, invocation_id, attempt);
    auto answer = co_await impl_->http.send(std::move(request), deadline);
    Attempt tried;
    if (answer) {
      tried = impl_->read(*service, call, *answer);
    } else {
      tried.may_retry = answer.error().code == ErrorCode::unavailable;
      tried.failure =
          std::move(answer).error().in(fmt::format("{} {}", service->title, call.operation));
    }
    if (!tried.failure) co_return Result<>{};
    auto pause = back_off(attempt);
    if (!tried.may_retry || attempt >= impl_->config.max_attempts || deadline.remaining() <= pause)
      co_return std::unexpected(*std::move(tried.failure));
    co_await sleep_for(pause);
  }
}

}  // namespace sb::aws
