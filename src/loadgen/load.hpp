// A steady load on one URL: requests are due at a fixed rate whatever the server does, sent over a
// fixed number of kept connections, never repeated. A request that is not answered with 2xx counts
// as failed.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/async/task.hpp"
#include "base/fs/fs.hpp"
#include "loadgen/recorder.hpp"

namespace sb::loadgen {

struct Options {
  std::string url;  // "https://api.saltbitter.com:8443", no path
  std::map<std::string, std::string> connect_to;
  std::string ca_file;
  int rate = 500;
  int connections = 16;
  int users = 8;                 // signed up through the API first; 0: only GET /health
  std::int64_t duration_ms = 0;  // 0: until SIGINT or SIGTERM
  Duration timeout = std::chrono::seconds(10);
  fs::Path record;  // JSON lines; empty: none
};

// Errors: the users could not be signed up, or the record cannot be written.
Task<Result<Totals>> run(Options options);

}  // namespace sb::loadgen
