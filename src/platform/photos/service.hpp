// Photos of a profile: checked, stripped of metadata, stored under random names in one folder.
#pragma once

#include <string>

#include "base/async/spawn.hpp"
#include "base/fs/fs.hpp"
#include "base/pg/pg.hpp"
#include "platform/wire/api_error.hpp"

namespace sb::platform::photos {

inline constexpr std::size_t kMaxBytes = 10 << 20;
inline constexpr int kMinSide = 800;
inline constexpr int kMaxPhotos = 6;

class Service {
 public:
  // Without a folder uploads are off (503).
  Service(pg::Pool& pool, fs::Path folder, std::string base_url)
      : pool_(pool), folder_(std::move(folder)), base_url_(std::move(base_url)) {}

  Task<Outcome<std::string>> add(std::string user_id, std::string content_type, std::string body,
                                 Deadline deadline);
  Task<Outcome<std::string>> remove(std::string user_id, std::string photo_id, Deadline deadline);
  struct File {
    std::string bytes;
    std::string content_type;
  };
  // A stored photo by its file name; 404 for any other name.
  Task<Outcome<File>> read(std::string file_name);

 private:
  pg::Pool& pool_;
  fs::Path folder_;
  std::string base_url_;
  BlockingPool disk_{1};
};

}  // namespace sb::platform::photos
