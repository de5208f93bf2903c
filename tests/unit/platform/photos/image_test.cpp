#include "platform/photos/image.hpp"

#include <gtest/gtest.h>

namespace sb::platform::photos {
namespace {

using namespace std::string_literals;

std::string segment(int marker, const std::string& content) {
  std::size_t length = content.size() + 2;
  return {"\xFF"s + static_cast<char>(marker) + static_cast<char>(length >> 8) +
          static_cast<char>(length & 0xFF) + content};
}

std::string frame(int width, int height) {
  return segment(0xC0, "\x08"s + static_cast<char>(height >> 8) + static_cast<char>(height & 0xFF) +
                           static_cast<char>(width >> 8) + static_cast<char>(width & 0xFF) +
                           "\x01\x01\x11\x00"s);
}

std::string jpeg(const std::string& extra = "") {
  return "\xFF\xD8"s + segment(0xE0, "JFIF") + extra + frame(1000, 900) + segment(0xDA, "\x01"s) +
         "scan\xFF\x00more\xFF\xD0rest"s + "\xFF\xD9"s;
}

std::string chunk(const std::string& type, const std::string& content) {
  auto n = static_cast<unsigned>(content.size());
  return std::string{static_cast<char>(n >> 24), static_cast<char>(n >> 16),
                     static_cast<char>(n >> 8), static_cast<char>(n)} +
         type + content + "crc!";
}

std::string png(const std::string& extra = "") {
  return "\x89PNG\r\n\x1a\n"s + chunk("IHDR", "\0\0\x04\0\0\0\x03\x84\x08\x02\0\0\0"s) + extra +
         chunk("IDAT", "data") + chunk("IEND", "");
}

TEST(Images, a_jpeg_loses_what_it_tells_and_keeps_its_picture) {
  auto image =
      read_image(jpeg(segment(0xE1, "Exif GPS 59.9") + segment(0xFE, "a comment")) + "trailing");

  ASSERT_TRUE(image);
  EXPECT_EQ(image->width, 1000);
  EXPECT_EQ(image->height, 900);
  EXPECT_EQ(image->bytes, jpeg());
}

TEST(Images, a_png_loses_what_it_tells_and_keeps_its_picture) {
  auto image =
      read_image(png(chunk("tEXt", "Author\0me"s) + chunk("eXIf", "GPS") + chunk("gAMA", "1234")) +
                 "trailing");

  ASSERT_TRUE(image);
  EXPECT_EQ(image->type, ImageType::png);
  EXPECT_EQ(image->width, 1024);
  EXPECT_EQ(image->height, 900);
  EXPECT_EQ(image->bytes, png(chunk("gAMA", "1234")));
}

TEST(Images, cut_off_anywhere_they_are_refused) {
  for (const std::string& whole : {jpeg(segment(0xE1, "x")), png(chunk("tEXt", "x"))})
    for (std::size_t length = 0; length < whole.size(); ++length)
      EXPECT_FALSE(read_image(whole.substr(0, length))) << length;
}

TEST(Images, other_kinds_are_refused) {
  for (const char* bytes : {"", "GIF89a", "<svg/>", "\xFF\xD8", "RIFF....WEBP"})
    EXPECT_FALSE(read_image(bytes));
}

TEST(Uploads, the_file_is_found_among_other_parts) {
  std::string body =
      "--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n"
      "--B\r\ncontent-disposition: form-data; name=\"photo\"; "
      "filename=\"../../x\"\r\nContent-Type: image/png\r\n\r\n"
      "by\r\ntes\r\n--B--\r\n";

  EXPECT_EQ(find_upload("multipart/form-data; boundary=B", body).value(), "by\r\ntes");
  EXPECT_EQ(find_upload("multipart/form-data; boundary=\"B\"", "preamble\r\n" + body).value(),
            "by\r\ntes");
}

TEST(Uploads, malformed_forms_are_refused) {
  const char* type = "multipart/form-data; boundary=B";
  for (const char* body :
       {"", "--B", "--B--\r\n", "--B\r\n\r\n",
        "--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx",
        "--B\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--B--"})
    EXPECT_FALSE(find_upload(type, body)) << body;
  EXPECT_FALSE(find_upload("multipart/form-data", "--B"));
  EXPECT_FALSE(find_upload("", ""));
}

}  // namespace
}  // namespace sb::platform::photos
