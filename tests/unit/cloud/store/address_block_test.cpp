#include "cloud/store/address_block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/temporary_directory.hpp"

namespace sb::cloud {
namespace {

class AddressBlockTest : public ::testing::Test {
 protected:
  struct House {
    fs::Path path;
    std::unique_ptr<Store> store;
  };
  House house(const std::string& name) {
    auto path = folder_ / name;
    auto store = Store::open(path);
    EXPECT_TRUE(store);
    return {path, std::make_unique<Store>(*std::move(store))};
  }
  Result<AddressBlock> open(const House& house) {
    return AddressBlock::open(*house.store, house.path, claims());
  }
  fs::Path claims() const {
    return folder_ / "claims";
  }
  test::TemporaryDirectory folder_;
};

TEST_F(AddressBlockTest, two_homes_get_different_blocks_and_keep_them) {
  auto first = house("first");
  auto second = house("second");

  int a = open(first)->number();
  int b = open(second)->number();

  EXPECT_NE(a, b);
  EXPECT_EQ(open(first)->number(), a);
  EXPECT_EQ(open(second)->number(), b);
}

TEST_F(AddressBlockTest, an_address_is_kept_by_its_owner_until_released) {
  auto home = house("home");
  std::string address;
  {
    auto block = open(home);
    address = *block->allocate(AddressKind::database, "db:one");
    EXPECT_EQ(address, fmt::format("127.{}.2.1", block->number()));
  }

  auto block = open(home);
  EXPECT_EQ(*block->allocate(AddressKind::database, "db:one"), address);
  EXPECT_NE(*block->allocate(AddressKind::database, "db:two"), address);
  ASSERT_TRUE(block->release(address));
  EXPECT_EQ(block->held(AddressKind::database).size(), 1u);
}

TEST_F(AddressBlockTest, a_released_address_rests_before_it_is_given_again) {
  auto home = house("home");
  auto block = open(home);
  auto first = *block->allocate(AddressKind::task, "a");
  ASSERT_TRUE(block->release(first));

  EXPECT_NE(*block->allocate(AddressKind::task, "b"), first);
}

TEST_F(AddressBlockTest, says_when_a_kind_has_no_address_left) {
  auto home = house("home");
  auto block = open(home);
  ASSERT_TRUE(home.store->transaction([&]() -> Result<> {
    for (int i = 0; i < 254; ++i) {
      auto address = block->allocate(AddressKind::cache, fmt::format("cache:{}", i));
      if (!address) return std::unexpected(address.error());
    }
    return {};
  }));

  auto full = block->allocate(AddressKind::cache, "cache:254");

  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::resource_exhausted);
  EXPECT_TRUE(block->allocate(AddressKind::task, "task"));
}

TEST_F(AddressBlockTest, takes_over_the_claim_of_a_home_that_is_gone) {
  auto home = house("home");
  for (int number = 16; number <= 250; ++number) {
    std::filesystem::create_directories(claims());
    std::ofstream(claims() / fmt::format("127.{}", number))
        << (number == 99 ? (folder_ / "gone").string() : folder_.path().string());
  }

  auto block = open(home);

  ASSERT_TRUE(block) << block.error().text();
  EXPECT_EQ(block->number(), 99);
}

TEST_F(AddressBlockTest, refuses_to_share_a_block_whose_claim_was_lost) {
  auto home = house("home");
  int number = open(home)->number();
  std::ofstream(claims() / fmt::format("127.{}", number)) << folder_.path().string();

  auto block = open(home);

  ASSERT_FALSE(block);
  EXPECT_EQ(block.error().code, ErrorCode::conflict);
}

TEST_F(AddressBlockTest, a_lost_claim_is_made_again_and_an_abandoned_one_is_free) {
  auto home = house("home");
  auto block = open(home);
  auto claim = claims() / fmt::format("127.{}", block->number());
  std::filesystem::remove(claim);

  block = open(home);
  ASSERT_TRUE(block);
  EXPECT_TRUE(std::filesystem::exists(claim));

  ASSERT_TRUE(block->abandon());
  EXPECT_FALSE(std::filesystem::exists(claim));
}

}  // namespace
}  // namespace sb::cloud
