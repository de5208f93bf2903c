#include "cloud/proxy/child.hpp"

#include <fmt/format.h>

#include <csignal>
#include <sstream>

#include "base/async/spawn.hpp"
#include "base/log/log.hpp"
#include "cloud/proxy/admin.hpp"
#include "cloud/proxy/render.hpp"

namespace sb::cloud::proxy {

namespace {

constexpr const char* kRecord = "processes";
constexpr const char* kLog = "haproxy.log";
constexpr std::uintmax_t kMaxLogBytes = 1 << 20;

std::size_t size_of(const fs::Path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<std::size_t>(size);
}

}  // namespace

bool Child::owns(pid_t pid) const {
  if (current_ && current_->pid == pid) return true;
  return std::any_of(finishing_.begin(), finishing_.end(),
                     [pid](const process::Identity& old) { return old.pid == pid; });
}

Result<> Child::record() const {
  std::string text;
  auto add = [&text](std::string_view role, const process::Identity& p) {
    text += fmt::format("{} {} {}\n", role, p.pid, p.start_ticks);
  };
  if (current_) add("current", *current_);
  for (const process::Identity& old : finishing_) add("finishing", old);
  return fs::write_file(folder_ / kRecord, text, 0600);
}

Task<Result<Info>> Child::info(Deadline deadline) const {
  auto answer = co_await ask(folder_, "show info", deadline);
  if (!answer) co_return std::unexpected(std::move(answer).error());
  auto info = parse_info(*answer);
  if (!info) co_return fail(ErrorCode::data_loss, "HAProxy's `show info` cannot be read");
  co_return *std::move(info);
}

Task<> Child::adopt() {
  current_.reset();
  finishing_.clear();
  if (auto text = fs::read_file(folder_ / kRecord)) {
    std::istringstream rows(*text);
    std::string role;
    process::Identity recorded;
    while (rows >> role >> recorded.pid >> recorded.start_ticks) {
      if (!process::is_alive(recorded)) continue;
      if (role == "current") {
        current_ = recorded;
      } else {
        finishing_.push_back(recorded);
      }
    }
  }
  // A daemon may have died between starting a new one and writing it down: the socket knows.
  auto answering = co_await info(Deadline::after(std::chrono::seconds(1)));
  if (!answering || answering->structure.empty() || owns(answering->pid)) co_return;
  auto found = process::identify(answering->pid);
  if (!found) co_return;
  if (current_) finishing_.push_back(*current_);
  current_ = found;
  if (auto recorded = record(); !recorded) {
    log::warning("cannot record HAProxy", {{"error", recorded.error().text()}});
  }
}

void Child::forget_dead() {
  if (current_ && !process::is_alive(*current_)) current_.reset();
  std::erase_if(finishing_, [](const auto& old) { return !process::is_alive(old); });
}

std::string Child::alerts_since(std::size_t log_offset) const {
  auto text = fs::read_file(folder_ / kLog);
  if (!text) return {};
  std::istringstream rows(text->substr(std::min(log_offset, text->size())));
  std::string alerts, row;
  while (std::getline(rows, row) && alerts.size() < 1000) {
    if (!row.starts_with("[ALERT]")) continue;
    const auto colon = row.find(" : ");
    alerts += (alerts.empty() ? "" : "; ") + row.substr(colon == std::string::npos ? 0 : colon + 3);
  }
  return alerts;
}

Task<Result<>> Child::wait_until_serving(process::Identity started, std::size_t log_offset,
                                         Deadline deadline) {
  while (true) {
    if (!process::is_alive(started)) {
      const std::string alerts = alerts_since(log_offset);
      co_return fail(ErrorCode::failed_precondition,
                     alerts.empty() ? "HAProxy ended at once" : "HAProxy refused: " + alerts);
    }
    auto answering = co_await info(deadline);
    if (answering && answering->pid == started.pid) co_return Result<>();
    if (deadline.has_passed())
      co_return fail(ErrorCode::timeout, "HAProxy did not come up in time");
    co_await sleep_for(Duration(5));
  }
}

Task<Result<>> Child::start(Deadline deadline) {
  forget_dead();
  if (size_of(folder_ / kLog) > kMaxLogBytes) {
    std::error_code ignored;
    std::filesystem::resize_file(folder_ / kLog, 0, ignored);
  }
  const std::size_t log_offset = size_of(folder_ / kLog);
  process::SpawnOptions options;
  options.argv = {program_, "-db", "-f", std::string(kConfigFile)};
  if (current_) {
    for (std::string word : {std::string("-x"), std::string(kAdminSocket), std::string("-sf"),
                             std::to_string(current_->pid)}) {
      options.argv.push_back(std::move(word));
    }
  }
  options.working_directory = folder_;
  options.stdout_path = folder_ / kLog;
  options.stderr_path = folder_ / kLog;
  auto started = process::spawn(options);
  if (!started) {
    if (started.error().code == ErrorCode::not_found) {
      co_return fail(ErrorCode::failed_precondition,
                     "HAProxy is not installed: install the package haproxy (make setup)",
                     program_);
    }
    co_return std::unexpected(std::move(started).error());
  }
  const auto before = current_;
  if (before) finishing_.push_back(*before);
  current_ = *started;
  auto outcome = record();
  if (outcome) outcome = co_await wait_until_serving(*started, log_offset, deadline);
  if (outcome) co_return outcome;
  co_await process::stop(*started, std::chrono::seconds(1));
  if (before) std::erase(finishing_, *before);
  current_ = before;
  forget_dead();
  if (auto recorded = record(); !recorded) co_return recorded;
  co_return outcome;
}

Task<> Child::stop(Duration grace) {
  auto all = finishing_;
  if (current_) all.push_back(*current_);
  for (const process::Identity& one : all) co_await process::stop(one, grace);
  current_.reset();
  finishing_.clear();
  if (auto recorded = record(); !recorded) {
    log::warning("cannot record HAProxy's end", {{"error", recorded.error().text()}});
  }
}

}  // namespace sb::cloud::proxy
