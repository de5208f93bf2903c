// git's smart HTTP by `git http-backend`, as a CGI program. Bodies go through files: a pack may be
// larger than what should be held in a pipe's buffer.
#include <unistd.h>

#include "base/crypto/crypto.hpp"
#include "base/log/log.hpp"
#include "base/process/process.hpp"
#include "github/repository.hpp"

namespace sb::github {

namespace {

class ScratchFiles {
 public:
  explicit ScratchFiles(const fs::Path& folder)
      : stem_(folder / ("cgi-" + crypto::random_hex(16))) {}
  ~ScratchFiles() {
    for (const char* kind : {".in", ".out", ".err"}) (void)fs::remove_all(path(kind));
  }
  ScratchFiles(const ScratchFiles&) = delete;
  ScratchFiles& operator=(const ScratchFiles&) = delete;
  fs::Path path(const std::string& kind) const {
    return stem_.string() + kind;
  }

 private:
  fs::Path stem_;
};

Result<http::Response> parse_cgi(std::string output) {
  auto end = output.find("\r\n\r\n");
  if (end == std::string::npos) return fail(ErrorCode::internal, "git http-backend gave no answer");
  http::Response response;
  for (std::size_t from = 0; from < end;) {
    auto line_end = output.find("\r\n", from);
    auto line = output.substr(from, line_end - from);
    from = line_end + 2;
    auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    auto name = line.substr(0, colon);
    auto value = line.substr(colon + 2);
    if (name == "Status")
      response.status = std::atoi(value.c_str());
    else
      response.headers.add(name, value);
  }
  response.body = output.substr(end + 4);
  return response;
}

}  // namespace

Task<Result<http::Response>> Repository::smart_http(std::string service_path, http::Request request,
                                                    std::string user) {
  ScratchFiles files(folder_);
  SB_CO_TRY_VOID(fs::write_file(files.path(".in"), request.body, 0600));
  process::SpawnOptions options;
  options.argv = {"git", "http-backend"};
  options.inherit_environment = false;
  options.environment = git_environment();
  options.environment["GIT_PROJECT_ROOT"] = folder_.parent_path().string();
  options.environment["GIT_HTTP_EXPORT_ALL"] = "1";
  options.environment["PATH_INFO"] = "/" + folder_.filename().string() + "/" + service_path;
  options.environment["QUERY_STRING"] = request.query;
  options.environment["REQUEST_METHOD"] = request.method;
  options.environment["CONTENT_TYPE"] = std::string(request.headers.get("Content-Type"));
  options.environment["CONTENT_LENGTH"] = std::to_string(request.body.size());
  options.environment["REMOTE_USER"] = user;
  options.environment["REMOTE_ADDR"] = request.peer_address;
  for (const auto& [header, variable] :
       {std::pair("Content-Encoding", "HTTP_CONTENT_ENCODING"),
        std::pair("Git-Protocol", "GIT_PROTOCOL"), std::pair("Git-Protocol", "HTTP_GIT_PROTOCOL")})
    if (auto value = request.headers.find(header))
      options.environment[variable] = std::string(*value);
  options.stdin_path = files.path(".in");
  options.stdout_path = files.path(".out");
  options.stderr_path = files.path(".err");
  SB_CO_TRY(auto child, process::spawn(options));
  auto status = co_await process::wait(child);
  if (status.code != 0) {
    auto said = fs::read_file(files.path(".err"));
    log::warning("git http-backend failed",
                 {{"path", service_path}, {"code", status.code}, {"said", said.value_or("")}});
  }
  SB_CO_TRY(auto output, fs::read_file(files.path(".out")));
  co_return parse_cgi(std::move(output));
}

}  // namespace sb::github
