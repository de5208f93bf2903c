#include "platform/photos/image.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sb::platform::photos {

namespace {

constexpr std::string_view kPngSignature("\x89PNG\r\n\x1a\n", 8);
constexpr std::string_view kJpegStart("\xFF\xD8\xFF", 3);

std::unexpected<Error> broken(const char* why) {
  return fail(ErrorCode::invalid_argument, why, "file");
}

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

unsigned two_at(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

std::uint32_t four_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(two_at(bytes, at)) << 16 | two_at(bytes, at + 2);
}

// JPEG: APP0 (JFIF), APP2 (colour profile) and APP14 (colour transform) change how the picture
// looks; the other APPn and comments only tell about it.
bool is_told_only(unsigned marker) {
  if (marker == 0xFE) return true;
  return marker >= 0xE0 && marker <= 0xEF && marker != 0xE0 && marker != 0xE2 && marker != 0xEE;
}

bool is_frame(unsigned marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Where the entropy-coded data that starts at `at` ends: at the next marker that is one.
std::size_t end_of_scan(std::string_view bytes, std::size_t at) {
  while (at + 1 < bytes.size()) {
    unsigned next = byte_at(bytes, at + 1);
    bool is_marker =
        byte_at(bytes, at) == 0xFF && next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7);
    if (is_marker) return at;
    ++at;
  }
  return std::string_view::npos;
}

Result<Image> read_jpeg(std::string_view bytes) {
  Image image;
  image.type = ImageType::jpeg;
  image.bytes = bytes.substr(0, 2);
  std::size_t at = 2;
  while (true) {
    if (at + 2 > bytes.size() || byte_at(bytes, at) != 0xFF)
      return broken("the JPEG is damaged or cut off");
    unsigned marker = byte_at(bytes, at + 1);
    if (marker == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    if (marker == 0xD9) break;
    if (at + 4 > bytes.size()) return broken("the JPEG is damaged or cut off");
    std::size_t length = two_at(bytes, at + 2);
    if (length < 2 || at + 2 + length > bytes.size())
      return broken("the JPEG is damaged or cut off");
    if (is_frame(marker)) {
      if (length < 7) return broken("the JPEG is damaged or cut off");
      image.height = static_cast<int>(two_at(bytes, at + 5));
      image.width = static_cast<int>(two_at(bytes, at + 7));
    }
    std::size_t end = at + 2 + length;
    if (marker == 0xDA) end = end_of_scan(bytes, end);
    if (end == std::string_view::npos) return broken("the JPEG is damaged or cut off");
    if (!is_told_only(marker)) image.bytes += bytes.substr(at, end - at);
    at = end;
  }
  image.bytes += "\xFF\xD9";
  if (image.width == 0 || image.height == 0) return broken("the JPEG has no picture");
  return image;
}

bool is_kept_chunk(std::string_view type) {
  constexpr std::array<std::string_view, 11> kKept = {
      "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "pHYs"};
  return std::ranges::find(kKept, type) != kKept.end();
}

Result<Image> read_png(std::string_view bytes) {
  Image image;
  image.type = ImageType::png;
  image.bytes = kPngSignature;
  std::size_t at = kPngSignature.size();
  while (true) {
    if (at + 12 > bytes.size()) return broken("the PNG is damaged or cut off");
    std::size_t length = four_at(bytes, at);
    std::string_view type = bytes.substr(at + 4, 4);
    if (length > bytes.size() || at + 12 + length > bytes.size())
      return broken("the PNG is damaged or cut off");
    bool is_first = at == kPngSignature.size();
    if (is_first != (type == "IHDR") || (is_first && length != 13))
      return broken("the PNG is damaged or cut off");
    if (is_first) {
      constexpr std::uint32_t kLargest = 100'000;
      image.width = static_cast<int>(std::min(four_at(bytes, at + 8), kLargest));
      image.height = static_cast<int>(std::min(four_at(bytes, at + 12), kLargest));
    }
    if (is_kept_chunk(type)) image.bytes += bytes.substr(at, 12 + length);
    at += 12 + length;
    if (type == "IEND") return image;
  }
}

// The value of `name` in "form-data; name=\"file\"; filename=\"x\"", or empty.
std::string_view parameter(std::string_view header, std::string_view name) {
  for (std::size_t at = header.find(';'); at != std::string_view::npos; at = header.find(';', at)) {
    std::string_view rest = header.substr(++at);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    if (!rest.starts_with(name) || !rest.substr(name.size()).starts_with('=')) continue;
    rest.remove_prefix(name.size() + 1);
    if (rest.starts_with('"')) return rest.substr(1, rest.find('"', 1) - 1);
    return rest.substr(0, rest.find_first_of("; \r\n"));
  }
  return {};
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::ranges::equal(text.substr(0, lower.size()), lower, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
         });
}

bool is_upload(std::string_view headers) {
  constexpr std::string_view kDisposition = "content-disposition:";
  while (!headers.empty()) {
    auto end = std::min(headers.find("\r\n"), headers.size());
    std::string_view line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    if (!starts_with_ignoring_case(line, kDisposition)) continue;
    std::string_view name = parameter(line, "name");
    return name == "file" || name == "photo";
  }
  return false;
}

}  // namespace

Result<Image> read_image(std::string_view bytes) {
  if (bytes.starts_with(kPngSignature)) return read_png(bytes);
  if (bytes.starts_with(kJpegStart)) return read_jpeg(bytes);
  return broken("must be a JPEG or PNG image");
}

Result<std::string_view> find_upload(std::string_view content_type, std::string_view body) {
  std::string_view boundary = parameter(content_type, "boundary");
  if (boundary.empty() || boundary.size() > 70) return broken("the form has no boundary");
  std::string delimiter = "\r\n--" + std::string(boundary);
  // The first delimiter may stand at the very start, without a line before it.
  std::size_t at = body.starts_with(std::string_view(delimiter).substr(2)) ? delimiter.size() - 2
                                                                           : body.find(delimiter);
  if (at == std::string_view::npos) return broken("the form is empty");
  if (at != delimiter.size() - 2) at += delimiter.size();
  while (body.substr(at).starts_with("\r\n")) {
    std::size_t headers_end = body.find("\r\n\r\n", at);
    std::size_t end = body.find(delimiter, at);
    if (headers_end == std::string_view::npos || end == std::string_view::npos || end < headers_end)
      break;
    std::string_view headers = body.substr(at + 2, headers_end - at - 2);
    if (is_upload(headers)) {
      std::size_t start = headers_end + 4;
      return body.substr(start, end < start ? 0 : end - start);
    }
    at = end + delimiter.size();
  }
  return broken("the form has no file");
}

}  // namespace sb::platform::photos
