// The service's state in the proxy's words, and the proxy's news in AWS's. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cloud/elbv2/service.hpp"
#include "cloud/elbv2/state.hpp"
#include "cloud/proxy/model.hpp"

namespace sb::cloud::elbv2 {

std::string group_key(const TargetGroup& group);  // the proxy's name of it
std::string rule_key(const Rule& rule);

// The file of a certificate, and a stamp that changes with its content.
using CertificateFile = std::function<std::pair<std::string, std::string>(const std::string& arn)>;

// Only groups that some rule leads to.
proxy::Model to_model(const State& state, const CertificateFile& certificate_file);

// `seen`: what the proxy says of it, if it has it.
TargetState state_of(const Target& target, const TargetGroup& group, bool is_in_use,
                     const proxy::TargetHealth* seen, Timestamp now);
// All requests are done, or the time that the group gives them is over.
bool is_drained(const Target& target, const TargetGroup& group, const proxy::TargetHealth* seen,
                Timestamp now);

}  // namespace sb::cloud::elbv2
