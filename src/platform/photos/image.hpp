// What an uploaded photo is, by its content, and the same photo without what it tells about where
// and when it was taken. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error/error.hpp"

namespace sb::platform::photos {

enum class ImageType { jpeg, png };

struct Image {
  ImageType type = ImageType::jpeg;
  int width = 0;
  int height = 0;
  std::string bytes;  // without Exif, comments, text and anything after the end
};

// invalid_argument for what is neither JPEG nor PNG, or is cut off.
Result<Image> read_image(std::string_view bytes);

// The content of the first file part named `file` or `photo` (RFC 7578).
Result<std::string_view> find_upload(std::string_view content_type, std::string_view body);

}  // namespace sb::platform::photos
