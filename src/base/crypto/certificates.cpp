#include "base/crypto/certificates.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/crypto/crypto.hpp"

namespace sb::crypto {

namespace {

template <class T, void (*Free)(T*)>
struct Freer {
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
void free_bio(BIO* bio) {
  BIO_free_all(bio);
}
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION, X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO, free_bio>>;

std::unexpected<Error> openssl_error(std::string what) {
  char text[256] = "no detail";
  if (unsigned long code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return fail(ErrorCode::internal, std::move(what) + ": " + text);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  long length = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

Result<KeyPair> to_pem(X509* certificate, EVP_PKEY* key) {
  Bio certificate_bio(BIO_new(BIO_s_mem()));
  Bio key_bio(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_X509(certificate_bio.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_error("cannot encode a certificate");
  return KeyPair{text_of(certificate_bio.get()), text_of(key_bio.get())};
}

// A certificate with a fresh 127-bit serial, valid from an hour ago (for clocks that are a little
// behind) for `days`.
Result<Certificate> make_certificate(const std::string& common_name, EVP_PKEY* key, long days) {
  Certificate certificate(X509_new());
  std::string serial = random_bytes(16);
  serial[0] = static_cast<char>(serial[0] & 0x7F);
  std::unique_ptr<BIGNUM, Freer<BIGNUM, BN_free>> number(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()), 16, nullptr));
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  bool ok = X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
            BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr &&
            X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600) != nullptr &&
            X509_time_adj_ex(X509_getm_notAfter(certificate.get()), static_cast<int>(days), 0,
                             nullptr) != nullptr &&
            X509_set_pubkey(certificate.get(), key) == 1 &&
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(common_name.data()),
                                       static_cast<int>(common_name.size()), -1, 0) == 1;
  if (!ok) return openssl_error("cannot make a certificate for " + common_name);
  return certificate;
}

Result<> add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
    return openssl_error("cannot add a certificate extension");
  return {};
}

bool is_ip_address(const std::string& name) {
  unsigned char buffer[16];
  return inet_pton(AF_INET, name.c_str(), buffer) == 1 ||
         inet_pton(AF_INET6, name.c_str(), buffer) == 1;
}

// The names go into OpenSSL's extension language, so anything that is not part of a host name is
// refused: a comma would add another entry.
Result<std::string> alternative_names(const std::vector<std::string>& names) {
  std::string value;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > 253 ||
        name.find_first_not_of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.:*_") !=
            std::string::npos)
      return fail(ErrorCode::invalid_argument, "not a host name or address", name);
    if (!value.empty()) value += ',';
    value += (is_ip_address(name) ? "IP:" : "DNS:") + name;
  }
  if (value.empty()) return fail(ErrorCode::invalid_argument, "a certificate needs a name");
  return value;
}

}  // namespace

Result<KeyPair> make_authority(const std::string& common_name) {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_error("cannot generate a key");
  SB_TRY(Certificate certificate, make_certificate(common_name, key.get(), 3650));
  X509* self = certificate.get();
  if (X509_set_issuer_name(self, X509_get_subject_name(self)) != 1)
    return openssl_error("cannot name the authority");
  SB_TRY_VOID(add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  SB_TRY_VOID(add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign"));
  SB_TRY_VOID(add_extension(self, self, NID_subject_key_identifier, "hash"));
  if (X509_sign(self, key.get(), EVP_sha256()) == 0) return openssl_error("cannot sign");
  return to_pem(self, key.get());
}

Result<KeyPair> issue_certificate(const KeyPair& authority, const std::vector<std::string>& names) {
  SB_TRY(std::string alternatives, alternative_names(names));
  Bio certificate_bio(BIO_new_mem_buf(authority.certificate_pem.data(),
                                      static_cast<int>(authority.certificate_pem.size())));
  Bio key_bio(BIO_new_mem_buf(authority.private_key_pem.data(),
                              static_cast<int>(authority.private_key_pem.size())));
  Certificate issuer(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  Key issuer_key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (!issuer || !issuer_key) return openssl_error("cannot read the authority");
  Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_error("cannot generate a key");
  // A common name is at most 64 characters; the names that count are the alternative ones.
  SB_TRY(Certificate certificate, make_certificate(names.front().substr(0, 64), key.get(), 397));
  X509* leaf = certificate.get();
  if (X509_set_issuer_name(leaf, X509_get_subject_name(issuer.get())) != 1)
    return openssl_error("cannot name the issuer");
  SB_TRY_VOID(add_extension(leaf, issuer.get(), NID_basic_constraints, "critical,CA:FALSE"));
  SB_TRY_VOID(add_extension(leaf, issuer.get(), NID_key_usage, "critical,digitalSignature"));
  SB_TRY_VOID(add_extension(leaf, issuer.get(), NID_ext_key_usage, "serverAuth"));
  SB_TRY_VOID(add_extension(leaf, issuer.get(), NID_subject_key_identifier, "hash"));
  SB_TRY_VOID(add_extension(leaf, issuer.get(), NID_authority_key_identifier, "keyid:always"));
  SB_TRY_VOID(add_extension(leaf, issuer.get(), NID_subject_alt_name, alternatives));
  if (X509_sign(leaf, issuer_key.get(), EVP_sha256()) == 0) return openssl_error("cannot sign");
  return to_pem(leaf, key.get());
}

}  // namespace sb::crypto
