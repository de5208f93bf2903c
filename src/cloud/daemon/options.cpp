#include "cloud/daemon/options.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#ifndef SB_VERSION
#define SB_VERSION "1.0.0+dev"
#endif

namespace sb::cloud {

namespace {

std::unexpected<Error> wrong(std::string message, std::string subject = {}) {
  return fail(ErrorCode::invalid_argument, std::move(message), std::move(subject));
}

// "--name value" and "--name=value", one after the other.
class Arguments {
 public:
  Arguments(const std::vector<std::string>& all, std::size_t first) : all_(all), next_(first) {}

  bool is_done() const {
    return next_ >= all_.size();
  }
  std::string take_name() {
    auto text = all_[next_++];
    auto equals = text.find('=');
    inline_value_.reset();
    if (text.starts_with("--") && equals != std::string::npos) {
      inline_value_ = text.substr(equals + 1);
      text.resize(equals);
    }
    return text;
  }
  Result<std::string> take_value(const std::string& name) {
    if (inline_value_) return *std::exchange(inline_value_, std::nullopt);
    if (is_done()) return wrong(fmt::format("{} wants a value", name));
    return all_[next_++];
  }
  bool has_inline_value() const {
    return inline_value_.has_value();
  }

 private:
  const std::vector<std::string>& all_;
  std::size_t next_;
  std::optional<std::string> inline_value_;
};

Result<> set_listen(ServeOptions& options, const std::string& text) {
  auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return wrong("--listen wants ADDRESS:PORT, as in 127.0.0.1:4566", text);
  unsigned port = 0;
  const auto* first = text.data() + colon + 1;
  const auto* last = text.data() + text.size();
  auto [end, error] = std::from_chars(first, last, port);
  if (error != std::errc{} || end != last || port > 65535)
    return wrong("--listen wants a port between 0 and 65535", text);
  options.address = text.substr(0, colon);
  options.port = static_cast<std::uint16_t>(port);
  return {};
}

Result<> set_region(ServeOptions& options, const std::string& text) {
  bool is_good = !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
    return std::islower(static_cast<unsigned char>(c)) != 0 ||
           std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-';
  });
  if (!is_good) return wrong("--region wants a region's name, as in us-west-2", text);
  options.region = text;
  return {};
}

Result<Command> parse_serve(Arguments arguments, const fs::Path& default_home) {
  ServeOptions options;
  options.home = default_home;
  while (!arguments.is_done()) {
    auto name = arguments.take_name();
    if (name == "--help" || name == "-h") return HelpOptions{};
    bool is_known = name == "--home" || name == "--listen" || name == "--region" ||
                    name == "--log-file" || name == "--log-level";
    if (!is_known) return wrong("saltcloud serve has no such option; see saltcloud --help", name);
    SB_TRY(auto value, arguments.take_value(name));
    if (name == "--home") options.home = value;
    if (name == "--listen") SB_TRY_VOID(set_listen(options, value));
    if (name == "--region") SB_TRY_VOID(set_region(options, value));
    if (name == "--log-file") options.log_file = value;
    if (name == "--log-level") options.log_level = log::parse_level(value);
  }
  if (options.home.empty()) return wrong("--home wants a folder");
  return options;
}

Result<Command> parse_stop(Arguments arguments, const fs::Path& default_home,
                           const std::string& command) {
  StopOptions options;
  options.home = default_home;
  options.children = command == "destroy";
  while (!arguments.is_done()) {
    auto name = arguments.take_name();
    if (name == "--help" || name == "-h") return HelpOptions{};
    if (name == "--home") {
      SB_TRY(auto value, arguments.take_value(name));
      options.home = value;
    } else if (name == "--children" && !arguments.has_inline_value()) {
      options.children = true;
    } else if (name == "--volumes" && !arguments.has_inline_value()) {
      options.volumes = true;
    } else {
      return wrong(fmt::format("saltcloud {} has no such option; see saltcloud --help", command),
                   name);
    }
  }
  if (options.home.empty()) return wrong("--home wants a folder");
  if (options.volumes && !options.children)
    return wrong("--volumes deletes what running tasks and databases use: say --children too");
  return options;
}

}  // namespace

Result<Command> parse_command(const std::vector<std::string>& arguments,
                              const fs::Path& default_home) {
  if (arguments.empty()) return HelpOptions{};
  const auto& command = arguments.front();
  if (command == "--help" || command == "-h" || command == "help") return HelpOptions{};
  if (command == "--version" || command == "version") return VersionOptions{};
  if (command == "serve") return parse_serve(Arguments(arguments, 1), default_home);
  if (command == "stop" || command == "destroy")
    return parse_stop(Arguments(arguments, 1), default_home, command);
  return wrong("saltcloud has no such command; see saltcloud --help", command);
}

std::string usage() {
  return R"(saltcloud: the AWS API on this machine, with real parts behind it

  saltcloud serve [--home DIR] [--listen 127.0.0.1:4566] [--region us-west-2]
                  [--log-file FILE] [--log-level info]
      Answers the API until it is told to stop. Tasks, databases, caches and the load balancer
      go on without it; started again, it finds them.
  saltcloud stop [--home DIR] [--children [--volumes]]
      Ends the daemon; with --children also everything that it runs, with --volumes also all
      data (databases, snapshots, logs, secrets).
  saltcloud destroy [--home DIR] [--volumes]
      The same as stop --children. Both work when the daemon is dead, too.
  saltcloud --version

DIR is $SALTBITTER_HOME or .saltbitter. Credentials are made on the first start, in
DIR/cloud/credentials.json; where the daemon answers is in DIR/cloud/saltcloud.json.
)";
}

std::string version() {
  return SB_VERSION;
}

}  // namespace sb::cloud
