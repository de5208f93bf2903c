#include "cloud/store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/describe.hpp>

#include "support/temporary_directory.hpp"

namespace sb::cloud {
namespace {

using ::testing::ElementsAre;

struct Moon {
  std::string name;
  std::optional<int> radius_km;
};
BOOST_DESCRIBE_STRUCT(Moon, (), (name, radius_km))

class StoreTest : public ::testing::Test {
 protected:
  Store open() {
    auto store = Store::open(folder_ / "cloud");
    EXPECT_TRUE(store) << store.error().text();
    return *std::move(store);
  }
  test::TemporaryDirectory folder_;
};

TEST_F(StoreTest, remembers_documents_across_a_restart) {
  {
    auto store = open();
    ASSERT_TRUE(store.put("moon", "jupiter/io", Moon{"Io", 1821}));
    ASSERT_TRUE(store.put("moon", "jupiter/io", Moon{"Io", 1822}));
  }

  auto store = open();
  auto moon = store.get<Moon>("moon", "jupiter/io");

  ASSERT_TRUE(moon);
  EXPECT_EQ(moon->name, "Io");
  EXPECT_EQ(moon->radius_km, 1822);
}

TEST_F(StoreTest, lists_a_kind_by_key_prefix_in_key_order) {
  auto store = open();
  for (const auto* key : {"saturn/titan", "jupiter/io", "jupiter/europa", "jupiter0", "jupiter"})
    ASSERT_TRUE(store.put("moon", key, Moon{key, {}}));
  ASSERT_TRUE(store.put("moonlet", "jupiter/x", Moon{"x", {}}));

  EXPECT_THAT(*store.keys("moon", "jupiter/"), ElementsAre("jupiter/europa", "jupiter/io"));
  EXPECT_EQ(store.keys("moon")->size(), 5u);
  auto listed = store.list<Moon>("moon", "saturn/");
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ(listed->front().second.name, "saturn/titan");
}

TEST_F(StoreTest, a_prefix_of_the_highest_bytes_has_no_end) {
  auto store = open();
  ASSERT_TRUE(store.put("moon", "\xff\xff", Moon{}));
  ASSERT_TRUE(store.put("moon", "\xff\x01", Moon{}));

  EXPECT_EQ(store.keys("moon", "\xff")->size(), 2u);
  EXPECT_EQ(store.keys("moon", "\xff\xff")->size(), 1u);
}

TEST_F(StoreTest, tells_missing_from_taken) {
  auto store = open();
  ASSERT_TRUE(store.insert("moon", "luna", Moon{"Luna", 1737}));

  auto taken = store.insert("moon", "luna", Moon{});
  EXPECT_EQ(taken.error().code, ErrorCode::already_exists);
  EXPECT_EQ(store.get<Moon>("moon", "phobos").error().code, ErrorCode::not_found);
  EXPECT_TRUE(*store.contains("moon", "luna"));
  EXPECT_TRUE(*store.erase("moon", "luna"));
  EXPECT_FALSE(*store.erase("moon", "luna"));
  EXPECT_FALSE(*store.contains("moon", "luna"));
}

TEST_F(StoreTest, says_which_document_cannot_be_read) {
  auto store = open();
  ASSERT_TRUE(store.put_text("moon", "luna", R"({"name": 3})"));

  auto moon = store.get<Moon>("moon", "luna");

  ASSERT_FALSE(moon);
  EXPECT_EQ(moon.error().code, ErrorCode::data_loss);
  EXPECT_EQ(moon.error().subject, "luna");
}

TEST_F(StoreTest, undoes_a_transaction_that_fails) {
  auto store = open();

  auto result = store.transaction([&]() -> Result<> {
    SB_TRY_VOID(store.put("moon", "a", Moon{}));
    return fail(ErrorCode::conflict, "no");
  });

  EXPECT_FALSE(result);
  EXPECT_TRUE(store.keys("moon")->empty());
}

TEST_F(StoreTest, numbers_are_never_given_twice) {
  {
    auto store = open();
    EXPECT_EQ(*store.next_number("td/api"), 1);
    EXPECT_EQ(*store.next_number("td/api"), 2);
    EXPECT_EQ(*store.next_number("td/worker"), 1);
  }
  auto store = open();
  EXPECT_EQ(*store.next_number("td/api"), 3);
}

}  // namespace
}  // namespace sb::cloud
