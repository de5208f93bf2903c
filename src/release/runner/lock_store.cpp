#include "release/runner/lock_store.hpp"

#include <fmt/format.h>

#include "aws/model/ssm.hpp"
#include "base/json/codec.hpp"

namespace sb::release {

namespace ssm = aws::ssm;

Task<Result<std::optional<LockInfo>>> LockStore::peek() {
  ssm::GetParameterRequest request;
  request.Name = parameter_;
  auto reply = co_await api_.call<ssm::GetParameter>(std::move(request));
  if (!reply) {
    if (is_code(reply.error(), "ParameterNotFound")) co_return std::optional<LockInfo>();
    co_return std::unexpected(std::move(reply).error());
  }
  auto lock =
      json::decode<LockInfo>(reply->Parameter ? value_or_default(reply->Parameter->Value) : "");
  if (!lock)
    co_return fail(ErrorCode::failed_precondition,
                   "the release lock holds something that saltctl did not write", parameter_);
  co_return std::optional(*std::move(lock));
}

Task<Result<>> LockStore::put(const LockInfo& lock, bool overwrite) {
  ssm::PutParameterRequest request;
  request.Name = parameter_;
  request.Value = json::encode(lock);
  request.Type = "String";
  request.Overwrite = overwrite;
  auto reply = co_await api_.call<ssm::PutParameter>(std::move(request));
  if (!reply) co_return std::unexpected(std::move(reply).error());
  co_return Result<>{};
}

Task<Result<LockInfo>> LockStore::acquire(LockInfo wanted,
                                          std::function<bool(const LockInfo&)> is_over) {
  auto taken = co_await put(wanted, false);
  if (taken) co_return wanted;
  if (!is_code(taken.error(), "ParameterAlreadyExists"))
    co_return std::unexpected(std::move(taken).error());

  SB_CO_TRY(auto held, co_await peek());
  if (!held)
    co_return fail(ErrorCode::unavailable, "the release lock was given back just now", parameter_);
  if (is_same_holder(*held, wanted)) co_return *held;
  const bool is_dead = holder_of(*held) == Holder::dead;
  const bool may_take_over = is_dead && (held->release_id == wanted.release_id || is_over(*held));
  if (!may_take_over) co_return *held;
  SB_CO_TRY_VOID(co_await put(wanted, true));
  // Two may have taken it over at once: the last one wrote it, and only that one has it.
  SB_CO_TRY(auto now, co_await peek());
  if (!now)
    co_return fail(ErrorCode::unavailable, "the release lock was given back just now", parameter_);
  co_return *now;
}

Task<Result<>> LockStore::check(const LockInfo& mine) {
  SB_CO_TRY(auto held, co_await peek());
  if (!held) co_return fail(ErrorCode::conflict, "it was removed");
  if (!is_same_holder(*held, mine))
    co_return fail(ErrorCode::conflict, describe(*held, holder_of(*held)));
  co_return Result<>{};
}

Task<Result<>> LockStore::release(const LockInfo& mine) {
  SB_CO_TRY(auto held, co_await peek());
  if (!held || !is_same_holder(*held, mine)) co_return Result<>{};
  co_return co_await remove();
}

Task<Result<>> LockStore::remove() {
  ssm::DeleteParameterRequest request;
  request.Name = parameter_;
  auto reply = co_await api_.call<ssm::DeleteParameter>(std::move(request));
  if (!reply && !is_code(reply.error(), "ParameterNotFound"))
    co_return std::unexpected(std::move(reply).error());
  co_return Result<>{};
}

}  // namespace sb::release
