// A real saltcloud of the test's own: private home, free port. Ends with the test together with
// everything it started.
//
//   testing::Saltcloud cloud;              // answers when the constructor returns
//   auto reply = cloud.call<aws::ssm::GetParameter>(request);
//   cloud.kill();  cloud.start();          // kill -9 and the same home again, on the same port
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/client/client.hpp"
#include "base/async/spawn.hpp"
#include "support/child.hpp"

namespace sb::testing {

class Saltcloud {
 public:
  Saltcloud();
  ~Saltcloud();  // saltcloud destroy: its children too
  Saltcloud(const Saltcloud&) = delete;
  Saltcloud& operator=(const Saltcloud&) = delete;

  void start();
  void kill();          // SIGKILL; children go on
  int stop_politely();  // SIGTERM; the exit code

  std::filesystem::path home() const {
    return folder_.path() / "home";
  }
  std::string endpoint() const {
    return "http://127.0.0.1:" + std::to_string(port_);
  }
  pid_t pid() const;
  std::string log() const;  // the daemon's, all starts of it
  aws::ClientConfig client_config() const;
  // AWS_* variables with which aws, boto3 and our own tools reach it and nothing else.
  std::map<std::string, std::string> environment() const;

  // One call, on a loop of its own.
  template <class Operation>
  Result<typename Operation::Response> call(typename Operation::Request request) const {
    return run_task(call_task<Operation>(client_config(), std::move(request)));
  }

  static std::filesystem::path program();

 private:
  template <class Operation>
  static Task<Result<typename Operation::Response>> call_task(aws::ClientConfig config,
                                                              typename Operation::Request request) {
    aws::Client client(std::move(config));
    co_return co_await client.call<Operation>(std::move(request),
                                              Deadline::after(std::chrono::seconds(60)));
  }

  ScratchFolder folder_;
  int port_ = 0;
  std::unique_ptr<Child> daemon_;
};

}  // namespace sb::testing
