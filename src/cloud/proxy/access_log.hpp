// HAProxy's access log as it comes over the ring's stream, and what each line says. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"

namespace sb::cloud::proxy {

// Octet counting (RFC 6587, 3.4.1): "5 hello3 abc". Bytes go in as they arrive, whole messages come
// out. After a malformed or absurdly long frame the stream cannot be trusted: is_broken(), drop the
// connection.
class FrameParser {
 public:
  // Messages completed by `bytes`.
  std::vector<std::string> feed(std::string_view bytes);
  bool is_broken() const {
    return is_broken_;
  }

 private:
  std::string pending_;
  bool is_broken_ = false;
};

// One request. Whether a status came from the target or from the load balancer itself is what tells
// HTTPCode_Target_5XX from HTTPCode_ELB_5XX.
struct AccessLine {
  std::string load_balancer;
  std::string group;  // empty when no group was chosen
  bool has_target = false;
  int status = 0;  // 0: the client left before there was one
  bool target_answered = false;
  std::int64_t response_ms = 0;  // until the target began to answer
  int connection_errors = 0;     // tries that failed before (or instead of) this answer
  Timestamp ended;
};
// Nothing for HAProxy's own notices and for anything else that is not a request.
std::optional<AccessLine> parse_access_line(std::string_view line);

}  // namespace sb::cloud::proxy
