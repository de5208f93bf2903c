#include "image/image.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace sb::image {
namespace {

class ImageLayout : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "sb-image-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    layout_ = folder_ / "images";
    ASSERT_TRUE(fs::write_file(folder_ / "program", std::string(100'000, 'p'), 0755));
    ASSERT_TRUE(fs::write_file(folder_ / "revision", "SELECT 1;\n"));
  }
  void TearDown() override {
    EXPECT_TRUE(fs::remove_all(folder_));
  }

  BuildSpec spec(std::string tag = "1.0.0") const {
    BuildSpec spec;
    spec.name = "saltbitter";
    spec.tag = std::move(tag);
    spec.files = {
        {.path = "bin/saltbitter",
         .source = folder_ / "program",
         .mode = 0755,
         .symlink_target = {}},
        {.path = "bin/alembic", .source = {}, .mode = 0777, .symlink_target = "saltbitter"},
        {.path = "backend/versions/0001_up.sql",
         .source = folder_ / "revision",
         .mode = 0644,
         .symlink_target = {}}};
    spec.config.environment = {"SALTBITTER_VERSION=1.0.0+abc1234"};
    spec.config.command = {"saltbitter", "serve"};
    spec.config.working_directory = "/app";
    spec.config.labels = {{"com.saltbitter.schema.head", "0001"}};
    spec.created = from_unix_ms(1'700'000'000'000);
    return spec;
  }

  fs::Path folder_, layout_;
};

TEST_F(ImageLayout, equal_inputs_give_equal_digests) {
  auto first = build(layout_, spec()).value();
  auto reordered = spec();
  std::ranges::reverse(reordered.files);

  auto second = build(folder_ / "other", reordered).value();

  EXPECT_EQ(first.digest, second.digest);
  EXPECT_EQ(first.reference, "saltbitter:1.0.0@" + first.digest);
}

TEST_F(ImageLayout, other_content_gives_another_digest) {
  auto first = build(layout_, spec()).value();
  ASSERT_TRUE(fs::write_file(folder_ / "revision", "SELECT 2;\n"));

  EXPECT_NE(build(layout_, spec()).value().digest, first.digest);
}

TEST_F(ImageLayout, resolves_by_tag_by_digest_and_with_a_registry_host) {
  auto built = build(layout_, spec()).value();

  for (const std::string& reference :
       {std::string("saltbitter:1.0.0"), built.reference, "saltbitter@" + built.digest,
        std::string("000000000000.dkr.ecr.us-west-2.amazonaws.com/saltbitter:1.0.0")}) {
    auto image = resolve(layout_, reference);
    ASSERT_TRUE(image) << reference << ": " << image.error().text();
    EXPECT_EQ(image->reference.digest, built.digest);
    EXPECT_EQ(image->config.command, (std::vector<std::string>{"saltbitter", "serve"}));
    EXPECT_EQ(image->config.environment.at(0), "SALTBITTER_VERSION=1.0.0+abc1234");
    EXPECT_EQ(image->config.working_directory, "/app");
    EXPECT_EQ(image->config.labels.at("com.saltbitter.schema.head"), "0001");
    EXPECT_EQ(image->created, from_unix_ms(1'700'000'000'000));
  }
}

TEST_F(ImageLayout, unknown_images_are_not_found) {
  EXPECT_EQ(resolve(layout_, "saltbitter:1.0.0").error().code, ErrorCode::not_found);
  ASSERT_TRUE(build(layout_, spec()));

  EXPECT_EQ(resolve(layout_, "saltbitter:2.0.0").error().code, ErrorCode::not_found);
  EXPECT_EQ(resolve(layout_, "saltbitter@sha256:" + std::string(64, '0')).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(resolve(layout_, "Salt Bitter").error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(resolve(layout_, "saltbitter@sha256:../../etc/passwd").error().code,
            ErrorCode::invalid_argument);
}

TEST_F(ImageLayout, a_moved_tag_leaves_the_old_image_reachable_by_digest) {
  auto old_image = build(layout_, spec()).value();
  ASSERT_TRUE(fs::write_file(folder_ / "revision", "SELECT 2;\n"));
  auto new_image = build(layout_, spec()).value();

  EXPECT_EQ(resolve(layout_, "saltbitter:1.0.0")->reference.digest, new_image.digest);
  EXPECT_TRUE(resolve(layout_, old_image.reference));
}

TEST_F(ImageLayout, lists_named_images_in_order) {
  EXPECT_TRUE(list(layout_)->empty());
  ASSERT_TRUE(build(layout_, spec("1.1.0")));
  ASSERT_TRUE(build(layout_, spec("1.0.0")));

  auto images = list(layout_).value();

  ASSERT_EQ(images.size(), 2U);
  EXPECT_EQ(images[0].reference.tag, "1.0.0");
  EXPECT_EQ(images[1].reference.tag, "1.1.0");
}

TEST_F(ImageLayout, unpacks_files_modes_and_links) {
  auto built = build(layout_, spec()).value();

  auto root = unpack(layout_, built.digest, folder_ / "unpacked");

  ASSERT_TRUE(root) << root.error().text();
  EXPECT_EQ(fs::read_file(*root / "backend/versions/0001_up.sql").value(), "SELECT 1;\n");
  EXPECT_EQ(std::filesystem::read_symlink(*root / "bin/alembic"), "saltbitter");
  struct stat info{};
  ASSERT_EQ(::stat((*root / "bin/saltbitter").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0755U);
  EXPECT_EQ(info.st_size, 100'000);
}

TEST_F(ImageLayout, racing_unpackers_agree) {
  auto built = build(layout_, spec()).value();
  std::vector<Result<fs::Path>> results(8);
  {
    std::vector<std::jthread> threads;
    for (auto& result : results)
      threads.emplace_back([&] { result = unpack(layout_, built.digest, folder_ / "unpacked"); });
  }

  for (const auto& result : results) {
    ASSERT_TRUE(result);
    EXPECT_EQ(*result, *results.front());
  }
  EXPECT_EQ(fs::list(folder_ / "unpacked")->size(), 1U);
}

TEST_F(ImageLayout, a_damaged_layer_is_told_and_leaves_nothing) {
  auto built = build(layout_, spec()).value();
  for (const auto& blob : fs::list(layout_ / "blobs" / "sha256").value()) {
    if (std::filesystem::file_size(blob) < 50'000) continue;
    std::fstream file(blob, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(20'000);
    file.put('!');
  }

  auto root = unpack(layout_, built.digest, folder_ / "unpacked");

  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().code, ErrorCode::data_loss);
  EXPECT_TRUE(fs::list(folder_ / "unpacked")->empty());
}

TEST_F(ImageLayout, refuses_bad_names_and_paths) {
  auto bad_tag = spec("no spaces");
  auto outside = spec();
  outside.files[0].path = "../outside";
  auto twice = spec();
  twice.files.push_back(twice.files[0]);
  auto missing = spec();
  missing.files[0].source = folder_ / "absent";

  EXPECT_EQ(build(layout_, bad_tag).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(build(layout_, outside).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(build(layout_, twice).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(build(layout_, missing).error().code, ErrorCode::not_found);
}

TEST_F(ImageLayout, the_layer_is_plain_tar_that_others_can_read) {
  auto built = build(layout_, spec()).value();
  bool found = false;
  for (const auto& blob : fs::list(layout_ / "blobs" / "sha256").value()) {
    if (std::filesystem::file_size(blob) < 50'000) continue;
    auto command =
        "tar -tf " + blob.string() + " | tr '\\n' ' ' > " + (folder_ / "listing").string();
    ASSERT_EQ(std::system(command.c_str()), 0);
    found = true;
  }
  ASSERT_TRUE(found);
  EXPECT_EQ(
      fs::read_file(folder_ / "listing").value(),
      "backend/ backend/versions/ backend/versions/0001_up.sql bin/ bin/alembic bin/saltbitter ");
}

}  // namespace
}  // namespace sb::image
