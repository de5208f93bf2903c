// A model as the files that HAProxy starts from. Pure: the same model always gives the same bytes.
// The files always hold the whole truth (servers, weights, drains), so that a restart or a reload
// needs nothing else; what can also be changed at run time (servers, weights) is left out of
// `structure`, and only a change of `structure` needs a reload.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cloud/proxy/model.hpp"

namespace sb::cloud::proxy {

struct Surroundings {
  std::string user, group;   // dropped to after binding; empty when not started by root
  std::string ring_address;  // where the access log goes: "abns@name"
};

struct Files {
  std::string config;
  std::string weights;                        // the map file: rule key -> weights_value()
  std::map<std::string, std::string> bodies;  // file name -> fixed response
  std::string structure;                      // fingerprint; HAProxy repeats it in `show info`
};

constexpr std::string_view kConfigFile = "haproxy.cfg";
constexpr std::string_view kWeightsFile = "weights.map";
constexpr std::string_view kAdminSocket = "admin.sock";
// The twin of a group's backend, without checks: takes the traffic while none of its targets is up
// (the load balancer fails open).
constexpr std::string_view kOpenSuffix = ".open";

// Servers that are not known to be up are left out of their checked backend: the replay after the
// start adds them, and they come in through their checks (see plan.hpp).
Files render(const Model& model, const Surroundings& surroundings, const HealthTable& health);

// "blue|750000|green|1000000|…": group i takes a draw r in [0, 1000000) when r is below its bound
// and not below the bound before it. "-|1000000|…" when no weight is above zero.
std::string weights_value(const std::vector<WeightedGroup>& forward, std::size_t slots);
// How many slots the weights of this model's rules have: all the same, so that the frontends agree.
std::size_t weight_slots(const Model& model);

// The keywords of a server line (and of `add server`) after the address.
std::string server_options(const HealthCheck& check);
// AWS's wildcards as an anchored regular expression without any character that HAProxy could
// misread.
std::string wildcard_regex(std::string_view pattern);

}  // namespace sb::cloud::proxy
