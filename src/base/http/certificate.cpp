#include "base/http/certificate.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <ctime>

#include "base/http/transport.hpp"

namespace sb::http {

namespace {

struct FreeCertificate {
  void operator()(X509* certificate) const {
    X509_free(certificate);
  }
};

Result<CertificateView> view_of(SSL* session) {
  std::unique_ptr<X509, FreeCertificate> certificate(SSL_get1_peer_certificate(session));
  if (!certificate) return fail(ErrorCode::data_loss, "the server shows no certificate");
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &time) != 1)
    return fail(ErrorCode::data_loss, "the certificate's end cannot be read");
  CertificateView view;
  view.ends = Timestamp(std::chrono::seconds(timegm(&time)));
  char name[256] = {};
  X509_NAME_oneline(X509_get_subject_name(certificate.get()), name, sizeof name - 1);
  view.subject = name;
  return view;
}

}  // namespace

Task<Result<CertificateView>> peer_certificate(std::string host, std::string address,
                                               std::uint16_t port, Deadline deadline) {
  auto executor = co_await asio::this_coro::executor;
  asio::ip::tcp::resolver resolver(executor);
  auto [resolve_error, results] =
      co_await resolver.async_resolve(address, std::to_string(port), kAwait);
  if (resolve_error)
    co_return fail(ErrorCode::unavailable, "cannot resolve host: " + resolve_error.message(),
                   address);
  asio::ssl::context context(asio::ssl::context::tls_client);
  context.set_verify_mode(asio::ssl::verify_none);  // an expired one is what is looked for
  for (const auto& result : results) {
    PlainStream stream(executor);
    stream.expires_at(deadline.time());
    Socket::endpoint_type endpoint{result.endpoint()};
    auto [connect_error] = co_await stream.async_connect(endpoint, kAwait);
    if (connect_error) continue;
    TlsStream tls(std::move(stream), context);
    SSL_set_tlsext_host_name(tls.native_handle(), host.c_str());
    auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::client, kAwait);
    if (error) co_return fail(ErrorCode::unavailable, "TLS failed: " + error.message(), host);
    co_return view_of(tls.native_handle());
  }
  co_return fail(ErrorCode::unavailable, "cannot connect", fmt::format("{}:{}", address, port));
}

}  // namespace sb::http
