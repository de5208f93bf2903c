// What every command that speaks to a cloud begins with: the environment's declaration, the cloud's
// address and a client for it; and from these what the release engine needs to know.
#pragma once

#include <memory>
#include <string>

#include "aws/client/client.hpp"
#include "release/runner/runner.hpp"
#include "saltctl/command.hpp"
#include "saltctl/environment/environment.hpp"
#include "saltctl/images.hpp"
#include "saltctl/provision/access.hpp"
#include "saltctl/provision/resources.hpp"

namespace sb::saltctl {

class HeldLock;

struct Session {
  Places places;
  Environment environment;
  CloudAccess access;
  std::unique_ptr<aws::Client> client;
  std::shared_ptr<HeldLock> held;  // the release lock, while this process must be alone
};

std::unique_ptr<aws::Client> make_client(const CloudAccess& access, const std::string& region);

// Loads the environment and finds its cloud: AWS, or the local one that runs. The failure says what
// to type when it cannot be reached.
Task<std::expected<Session, Failure>> open_session(const Places& places, std::string environment);
// The environment's declaration alone.
std::expected<Environment, Failure> declared_environment(const Places& places,
                                                         const std::string& name);
// Resources that must be there; the failure says how to make them.
Task<std::expected<Resources, Failure>> need_resources(Session& session);
// Likewise with a value for every declared secret, which new tasks need.
Task<std::expected<Resources, Failure>> need_all_resources(Session& session);

// The local authority, which signs for the names of the local cloud; empty where the system's roots
// are enough.
std::string ca_file_for(const Session& session);

// Who is at the keyboard: $USER.
std::string user_name();

// What calls to the cloud need, without looking anything up first.
release::EnvironmentConfig api_config(const Session& session);
release::EnvironmentConfig engine_config(const Session& session, const Resources& resources);
Result<release::Runner> open_runner(const Session& session, const Resources& resources);
release::DeployRequest deploy_request(const Session& session, const Resources& resources,
                                      const ImageFacts& image, std::string reason);

// "host:port" -> "address:port" for the listeners; empty where the host is the machine itself.
std::map<std::string, std::string> routes_to(const Environment& environment,
                                             const Resources& resources);

// What to type when something of the environment is missing.
std::string how_to_make(const std::string& environment);
// Somebody else holds the release lock: who, and what to type.
Failure lock_is_held(const release::LockInfo& holder, const std::string& environment);
// What to type after a failure, by what it is about.
Failure with_hint(Error error, const std::string& environment);

}  // namespace sb::saltctl
