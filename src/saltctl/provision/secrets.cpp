#include "saltctl/provision/secrets.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "aws/model/secretsmanager.hpp"
#include "aws/model/ssm.hpp"
#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"
#include "saltctl/provision/calls.hpp"

namespace sb::saltctl {
namespace {

namespace sm = aws::secretsmanager;
namespace ssm = aws::ssm;

struct StoredSecret {
  std::string arn;  // empty: it does not exist
  std::map<std::string, std::string> values;
  std::string fault;  // why it has no values
};

Result<std::map<std::string, std::string>> text_members(const std::string& text,
                                                        const std::string& name) {
  auto value = json::parse(text);
  if (!value || !value->is_object()) {
    return fail(ErrorCode::failed_precondition, "the secret is not a JSON object of texts", name);
  }
  std::map<std::string, std::string> members;
  for (const auto& [key, member] : value->as_object()) {
    if (member.is_string()) members[std::string(key)] = std::string(member.as_string());
  }
  return members;
}

Task<Result<StoredSecret>> read_secret(aws::Client& client, std::string name) {
  sm::GetSecretValueRequest request;
  request.SecretId = name;
  auto response = co_await call<sm::GetSecretValue>(client, std::move(request));
  if (!response && is_missing(response.error())) co_return StoredSecret{};
  if (!response) co_return std::unexpected(response.error());
  StoredSecret secret;
  secret.arn = response->ARN.value_or("");
  auto values = text_members(response->SecretString.value_or("{}"), name);
  if (values)
    secret.values = *std::move(values);
  else
    secret.fault = values.error().text();
  co_return secret;
}

Task<Result<std::string>> write_secret(aws::Client& client, std::string name, StoredSecret secret) {
  auto text = json::encode(secret.values);
  if (secret.arn.empty()) {
    sm::CreateSecretRequest request;
    request.Name = name;
    request.ClientRequestToken = crypto::uuid4();
    request.SecretString = text;
    SB_CO_TRY(auto response, co_await call<sm::CreateSecret>(client, std::move(request)));
    co_return response.ARN.value_or("");
  }
  sm::UpdateSecretRequest request;
  request.SecretId = name;
  request.ClientRequestToken = crypto::uuid4();
  request.SecretString = text;
  SB_CO_TRY(auto response, co_await call<sm::UpdateSecret>(client, std::move(request)));
  co_return response.ARN.value_or(secret.arn);
}

Task<Result<std::optional<std::string>>> read_parameter(aws::Client& client, std::string name) {
  ssm::GetParameterRequest request;
  request.Name = std::move(name);
  request.WithDecryption = true;
  auto response = co_await call<ssm::GetParameter>(client, std::move(request));
  if (!response && is_missing(response.error())) co_return std::nullopt;
  if (!response) co_return std::unexpected(response.error());
  co_return response->Parameter ? response->Parameter->Value : std::nullopt;
}

Task<Result<>> write_parameter(aws::Client& client, std::string name, std::string value) {
  ssm::PutParameterRequest request;
  request.Name = std::move(name);
  request.Value = std::move(value);
  request.Type = "SecureString";
  request.Overwrite = false;
  SB_CO_TRY(auto response, co_await call<ssm::PutParameter>(client, std::move(request)));
  co_return Result<>{};
}

Result<std::string> first_value(const std::string& key, const Environment& environment,
                                const std::string& password, const Resources& resources) {
  if (key == "DATABASE_URL" && resources.database) {
    return fmt::format("postgresql://{}:{}@{}:{}/{}", environment.database.user, password,
                       resources.database->host, resources.database->port,
                       environment.database.name);
  }
  if (key == "REDIS_URL" && resources.cache) {
    return fmt::format("redis://{}:{}/0", resources.cache->host, resources.cache->port);
  }
  if (key == "SECRET_KEY") return crypto::random_token(64);
  if (key == "STRIPE_WEBHOOK_SECRET") return "whsec_" + crypto::random_token(32);
  return fail(ErrorCode::failed_precondition,
              "this secret has no value and nobody but you knows it", key);
}

Task<Result<>> ensure_in_manager(aws::Client& client, const Environment& environment,
                                 const SecretSource& source, const std::string& password,
                                 Resources& resources) {
  SB_CO_TRY(auto secret, co_await read_secret(client, source.id));
  if (!secret.fault.empty()) co_return fail(ErrorCode::failed_precondition, secret.fault);
  bool is_changed = secret.arn.empty();
  for (const auto& key : source.keys) {
    if (secret.values.contains(key)) continue;
    SB_CO_TRY(secret.values[key], first_value(key, environment, password, resources));
    is_changed = true;
  }
  auto arn = secret.arn;
  if (is_changed) {
    SB_CO_TRY(arn, co_await write_secret(client, source.id, secret));
  }
  resources.secret_arns[source.id] = arn;
  for (const auto& key : source.keys) resources.secret_values[key] = secret.values[key];
  co_return Result<>{};
}

Task<Result<>> ensure_in_parameters(aws::Client& client, const Environment& environment,
                                    const SecretSource& source, const std::string& password,
                                    Resources& resources) {
  for (const auto& key : source.keys) {
    auto name = source.id + "/" + key;
    SB_CO_TRY(auto value, co_await read_parameter(client, name));
    if (!value) {
      SB_CO_TRY(value, first_value(key, environment, password, resources));
      SB_CO_TRY_VOID(co_await write_parameter(client, name, *value));
    }
    resources.secret_values[key] = *value;
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<>> find_secrets(aws::Client& client, const Environment& environment,
                            Resources& resources) {
  for (const auto& source : environment.task.secrets) {
    if (source.store == SecretSource::Store::secretsmanager) {
      SB_CO_TRY(auto secret, co_await read_secret(client, source.id));
      if (secret.arn.empty()) {
        resources.lacking.push_back(fmt::format("there is no secret ({})", source.id));
        continue;
      }
      resources.secret_arns[source.id] = secret.arn;
      if (!secret.fault.empty()) {
        resources.lacking.push_back(secret.fault);
        continue;
      }
      for (const auto& key : source.keys) {
        if (secret.values.contains(key))
          resources.secret_values[key] = secret.values[key];
        else
          resources.lacking.push_back(fmt::format("the secret {} has no key ({})", source.id, key));
      }
      continue;
    }
    for (const auto& key : source.keys) {
      SB_CO_TRY(auto value, co_await read_parameter(client, source.id + "/" + key));
      if (value)
        resources.secret_values[key] = *value;
      else
        resources.lacking.push_back(fmt::format("there is no parameter ({}/{})", source.id, key));
    }
  }
  co_return Result<>{};
}

Task<Result<>> ensure_secrets(aws::Client& client, const Environment& environment,
                              const std::string& password, Resources& resources) {
  for (const auto& source : environment.task.secrets) {
    if (source.store == SecretSource::Store::secretsmanager) {
      SB_CO_TRY_VOID(co_await ensure_in_manager(client, environment, source, password, resources));
    } else {
      SB_CO_TRY_VOID(
          co_await ensure_in_parameters(client, environment, source, password, resources));
    }
  }
  co_return Result<>{};
}

Task<Result<std::string>> ensure_master_password(aws::Client& client,
                                                 const Environment& environment) {
  const auto& name = environment.database.master_secret;
  SB_CO_TRY(auto secret, co_await read_secret(client, name));
  if (!secret.fault.empty()) co_return fail(ErrorCode::failed_precondition, secret.fault);
  auto& password = secret.values["password"];
  if (!password.empty()) co_return password;
  password = crypto::random_token(32);
  secret.values["username"] = environment.database.user;
  SB_CO_TRY(auto arn, co_await write_secret(client, name, secret));
  co_return password;
}

}  // namespace sb::saltctl
