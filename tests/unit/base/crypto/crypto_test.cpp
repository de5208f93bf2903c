#include "base/crypto/crypto.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <set>

#include "base/crypto/certificates.hpp"

namespace sb::crypto {
namespace {

TEST(Sha256, agrees_with_the_published_examples) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, in_parts_equals_the_whole) {
  Sha256 sum;
  sum.update("a");
  sum.update("");
  sum.update("bc");

  EXPECT_EQ(sum.finish_hex(), sha256_hex("abc"));
}

TEST(HmacSha256, agrees_with_rfc_4231) {
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Encodings, hex_round_trips_and_refuses_what_is_not_hex) {
  std::string bytes("\x00\xff\x10", 3);

  EXPECT_EQ(to_hex(bytes), "00ff10");
  EXPECT_EQ(from_hex("00FF10"), bytes);
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("zz"));
}

TEST(Encodings, base64_pads_and_base64url_does_not) {
  EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(from_base64("+/8="), "\xfb\xff");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(from_base64(""), "");
  EXPECT_FALSE(from_base64("+/8"));
  EXPECT_FALSE(from_base64url("-_8="));
  EXPECT_FALSE(from_base64url("a b"));
  EXPECT_FALSE(from_base64url("A"));
}

TEST(Random, uuids_are_version_4_and_differ) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    std::string uuid = uuid4();
    EXPECT_TRUE(is_uuid(uuid)) << uuid;
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_FALSE(is_uuid("123e4567-e89b-12d3-a456-42661417400"));
  EXPECT_FALSE(is_uuid("123e4567-e89b-12d3-a456_426614174000"));
  EXPECT_TRUE(is_uuid("123E4567-E89B-12D3-A456-426614174000"));
}

TEST(Random, tokens_have_the_length_asked_for) {
  EXPECT_EQ(random_token(43).size(), 43U);
  EXPECT_EQ(random_hex(7).size(), 7U);
  EXPECT_EQ(random_bytes(0).size(), 0U);
}

TEST(ConstantTimeEqual, compares) {
  EXPECT_TRUE(constant_time_equal("abc", "abc"));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "ab"));
  EXPECT_TRUE(constant_time_equal("", ""));
}

TEST(Passwords, are_hashed_with_argon2id_at_the_stated_cost) {
  std::string hash = hash_password("correct horse");

  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
  EXPECT_TRUE(verify_password("correct horse", hash));
  EXPECT_FALSE(verify_password("correct horsf", hash));
  EXPECT_NE(hash, hash_password("correct horse"));
}

TEST(Passwords, long_ones_are_not_cut) {
  std::string a(72, 'x');

  EXPECT_FALSE(verify_password(a + "b", hash_password(a + "a")));
}

TEST(Passwords, bcrypt_rows_still_verify) {
  // A published example of the algorithm (cost 5, "U*U").
  std::string hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

  EXPECT_TRUE(verify_password("U*U", hash));
  EXPECT_FALSE(verify_password("U*V", hash));
  EXPECT_FALSE(verify_password(std::string("U*U\0x", 5), hash));
}

TEST(Passwords, malformed_hashes_never_match) {
  for (const char* hash :
       {"", "$2b$12$short", "plain", "$argon2id$v=19$m=1,t=1,p=1$x$y", "$6$salt$xyz"})
    EXPECT_FALSE(verify_password("plain", hash)) << hash;
}

std::unique_ptr<X509, decltype(&X509_free)> read_certificate(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  return {certificate, &X509_free};
}

TEST(Certificates, a_leaf_is_signed_by_its_authority_for_its_names) {
  auto authority = make_authority("SaltBitter local authority");
  ASSERT_TRUE(authority);
  auto leaf = issue_certificate(*authority, {"api.saltbitter.com", "127.20.1.1"});
  ASSERT_TRUE(leaf) << leaf.error().text();

  auto root = read_certificate(authority->certificate_pem);
  auto server = read_certificate(leaf->certificate_pem);
  ASSERT_TRUE(root && server);
  EXPECT_EQ(X509_verify(server.get(), X509_get0_pubkey(root.get())), 1);
  EXPECT_EQ(X509_check_host(server.get(), "api.saltbitter.com", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(server.get(), "example.com", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(server.get(), "127.20.1.1", 0), 1);
  EXPECT_EQ(X509_check_ca(root.get()), 1);
  EXPECT_EQ(X509_check_ca(server.get()), 0);
}

TEST(Certificates, names_that_would_smuggle_an_entry_are_refused) {
  auto authority = make_authority("x");
  ASSERT_TRUE(authority);

  EXPECT_FALSE(issue_certificate(*authority, {"a,DNS:b"}));
  EXPECT_FALSE(issue_certificate(*authority, {}));
  EXPECT_FALSE(issue_certificate(KeyPair{"x", "y"}, {"a"}));
}

}  // namespace
}  // namespace sb::crypto
