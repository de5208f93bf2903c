// What saltcloud knows, in one SQLite file: documents, each a described struct as JSON under a kind
// ("ecs.service") and a key ("saltbitter-prod/saltbitter-api-prod"). A write is on disk when the
// call returns, so: write down, then act. One thread; calls are short and block.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error/error.hpp"
#include "base/fs/fs.hpp"
#include "base/json/codec.hpp"
#include "base/sqlite/sqlite.hpp"

namespace sb::cloud {

class Store {
 public:
  // Opens home/cloud/cloud.db, making the folder (0700) when it is missing. Errors: data_loss,
  // resource_exhausted, permission_denied.
  static Result<Store> open(const fs::Path& folder);

  // Inserts or replaces.
  template <class T>
  Result<> put(std::string_view kind, std::string_view key, const T& value) {
    return put_text(kind, key, json::encode(value));
  }
  // Inserts; error already_exists when the key is taken.
  template <class T>
  Result<> insert(std::string_view kind, std::string_view key, const T& value) {
    return insert_text(kind, key, json::encode(value));
  }
  // Error not_found (subject: the key), or data_loss when it no longer decodes.
  template <class T>
  Result<T> get(std::string_view kind, std::string_view key) {
    SB_TRY(auto text, get_text(kind, key));
    auto value = json::decode<T>(text);
    if (!value) return unreadable(kind, key, value.error());
    return value;
  }
  // Every document of the kind whose key begins with `key_prefix`, ordered by key (as bytes).
  template <class T>
  Result<std::vector<std::pair<std::string, T>>> list(std::string_view kind,
                                                      std::string_view key_prefix = {}) {
    SB_TRY(auto rows, list_text(kind, key_prefix));
    std::vector<std::pair<std::string, T>> out;
    out.reserve(rows.size());
    for (auto& [key, text] : rows) {
      auto value = json::decode<T>(text);
      if (!value) return unreadable(kind, key, value.error());
      out.emplace_back(std::move(key), *std::move(value));
    }
    return out;
  }
  Result<std::vector<std::string>> keys(std::string_view kind, std::string_view key_prefix = {});
  Result<bool> contains(std::string_view kind, std::string_view key);
  // True when there was something to erase.
  Result<bool> erase(std::string_view kind, std::string_view key);

  // All of `body`'s writes or none; nested calls are savepoints.
  Result<> transaction(const std::function<Result<>()>& body) {
    return database_.transaction(body);
  }
  // A number that was never given out before under this name: 1, 2, 3, ...
  Result<std::int64_t> next_number(std::string_view name);

  // For services that keep tables of their own (CREATE TABLE IF NOT EXISTS).
  sqlite::Database& database() {
    return database_;
  }
  const fs::Path& folder() const {
    return folder_;
  }

  Result<> put_text(std::string_view kind, std::string_view key, std::string text);
  Result<> insert_text(std::string_view kind, std::string_view key, std::string text);
  Result<std::string> get_text(std::string_view kind, std::string_view key);
  Result<std::vector<std::pair<std::string, std::string>>> list_text(std::string_view kind,
                                                                     std::string_view key_prefix);

 private:
  Store(fs::Path folder, sqlite::Database database)
      : folder_(std::move(folder)), database_(std::move(database)) {}
  static std::unexpected<Error> unreadable(std::string_view kind, std::string_view key,
                                           const Error& error);

  fs::Path folder_;
  sqlite::Database database_;
};

}  // namespace sb::cloud
