#include "cloud/store/kms.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/temporary_directory.hpp"

namespace sb::cloud {
namespace {

class KmsTest : public ::testing::Test {
 protected:
  fs::Path file() const {
    return folder_ / "kms.key";
  }
  test::TemporaryDirectory folder_;
};

TEST_F(KmsTest, decrypts_after_a_restart_and_only_in_the_same_place) {
  auto ciphertext = Kms::open(file())->encrypt("s3cret", "ssm:/a:1");

  auto kms = Kms::open(file());

  EXPECT_EQ(kms->decrypt(ciphertext, "ssm:/a:1").value_or(""), "s3cret");
  EXPECT_FALSE(kms->decrypt(ciphertext, "ssm:/b:1"));
  EXPECT_EQ(ciphertext.find("s3cret"), std::string::npos);
  EXPECT_NE(kms->encrypt("s3cret", "ssm:/a:1"), ciphertext);
}

TEST_F(KmsTest, notices_every_changed_byte) {
  auto kms = Kms::open(file());
  auto ciphertext = kms->encrypt("", "x");

  for (std::size_t i = 0; i < ciphertext.size() - 2; ++i) {
    auto changed = ciphertext;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(kms->decrypt(changed, "x").error().code, ErrorCode::data_loss) << i;
  }
  EXPECT_FALSE(kms->decrypt("", "x"));
  EXPECT_FALSE(kms->decrypt("not base64!", "x"));
}

TEST_F(KmsTest, keeps_its_key_private_and_refuses_a_damaged_one) {
  ASSERT_TRUE(Kms::open(file()));
  struct stat info{};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);

  ASSERT_TRUE(fs::write_file(file(), "short\n", 0600));
  EXPECT_EQ(Kms::open(file()).error().code, ErrorCode::data_loss);
}

}  // namespace
}  // namespace sb::cloud
