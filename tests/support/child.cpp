#include "support/child.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace sb::testing {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPollEvery = std::chrono::milliseconds(5);

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Everything that allocates happens before fork.
struct Prepared {
  std::vector<std::string> texts;
  std::vector<char*> argv;
  std::vector<char*> envp;
};

Prepared prepare(const ChildOptions& options) {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string text = *entry;
    auto equals = text.find('=');
    if (equals != std::string::npos) environment[text.substr(0, equals)] = text.substr(equals + 1);
  }
  for (const auto& [name, value] : options.environment) environment[name] = value;
  Prepared out;
  out.texts.reserve(environment.size() + options.argv.size());
  for (const std::string& word : options.argv) out.texts.push_back(word);
  for (const auto& [name, value] : environment) out.texts.push_back(name + "=" + value);
  for (std::size_t i = 0; i < out.texts.size(); ++i)
    (i < options.argv.size() ? out.argv : out.envp).push_back(out.texts[i].data());
  out.argv.push_back(nullptr);
  out.envp.push_back(nullptr);
  return out;
}

}  // namespace

ScratchFolder::ScratchFolder(const std::string& name) {
  std::string pattern =
      (std::filesystem::temp_directory_path() / ("sb-" + name + "-XXXXXX")).string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Child::Child(const ChildOptions& options) : log_file_(options.log_file) {
  Prepared prepared = prepare(options);
  const passwd* user =
      options.user.empty() || geteuid() != 0 ? nullptr : getpwnam(options.user.c_str());
  std::string log = options.log_file.empty() ? "/dev/null" : options.log_file.string();
  std::string folder = options.working_directory.string();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ > 0) return;
  int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  dup2(out, 1);
  dup2(out, 2);
  dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
  setsid();
  if (user != nullptr &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // after setuid, which clears it
  if (!folder.empty() && chdir(folder.c_str()) != 0) _exit(126);
  execvpe(prepared.argv[0], prepared.argv.data(), prepared.envp.data());
  _exit(127);
}

Child::~Child() {
  if (!is_running()) return;
  signal(SIGKILL);
  wait(std::chrono::seconds(10));
}

bool Child::is_running() {
  if (status_ >= 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return false;
}

void Child::signal(int number) const {
  if (status_ < 0) kill(pid_, number);
}

int Child::wait(std::chrono::milliseconds limit) {
  return eventually([this] { return !is_running(); }, limit) ? status_ : -1;
}

std::string Child::log() const {
  return read_text(log_file_);
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  auto end = Clock::now() + limit;
  while (true) {
    if (condition()) return true;
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(kPollEvery);
  }
}

int free_port() {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    throw std::runtime_error("no free port");
  close(fd);
  return ntohs(address.sin_port);
}

bool accepts_connections(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(port);
  bool ok = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return ok;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace sb::testing
