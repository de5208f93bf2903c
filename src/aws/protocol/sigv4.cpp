#include "aws/protocol/sigv4.hpp"

#include <algorithm>

#include "base/crypto/crypto.hpp"
#include "base/http/message.hpp"

namespace sb::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// Without blanks at the ends, and with one blank for each run of them inside.
std::string trim_blanks(std::string_view value) {
  std::string out;
  for (char c : value) {
    bool blank = c == ' ' || c == '\t';
    if (blank && (out.empty() || out.back() == ' ')) continue;
    out += blank ? ' ' : c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// RFC 3986, 5.2.4, and empty segments removed.
std::string canonical_path(std::string_view path) {
  std::vector<std::string_view> segments;
  bool ends_in_slash = path.empty() || path.back() == '/';
  while (!path.empty()) {
    std::size_t slash = path.find('/');
    std::string_view segment = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    if (path.empty() && (segment == "." || segment == "..")) ends_in_slash = true;
  }
  std::string out;
  for (auto segment : segments) {
    out += '/';
    out += segment;
  }
  if (out.empty() || ends_in_slash) out += '/';
  return http::percent_encode(out, true);
}

std::string canonical_query(std::string_view query) {
  auto pairs = http::parse_query(query);
  if (!pairs) return std::string(query);  // malformed: cannot match what any client signs
  for (auto& [name, value] : *pairs) {
    name = http::percent_encode(name);
    value = http::percent_encode(value);
  }
  std::sort(pairs->begin(), pairs->end());
  std::string out;
  for (const auto& [name, value] : *pairs) {
    if (!out.empty()) out += '&';
    out += name + '=' + value;
  }
  return out;
}

std::string header_value(const HeaderList& headers, std::string_view lower_name) {
  std::string out;
  bool first = true;
  for (const auto& [name, value] : headers) {
    if (to_lower(name) != lower_name) continue;
    if (!first) out += ',';
    first = false;
    out += trim_blanks(value);
  }
  return out;
}

std::string join(const std::vector<std::string>& parts, char separator) {
  std::string out;
  for (const auto& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::optional<std::string_view> value_after(std::string_view part, std::string_view key) {
  while (part.starts_with(' ')) part.remove_prefix(1);
  while (part.ends_with(' ')) part.remove_suffix(1);
  if (!part.starts_with(key)) return std::nullopt;
  return part.substr(key.size());
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool parse_credential(std::string_view credential, Authorization& out) {
  // The access key itself may hold slashes: take the scope from the end.
  auto parts = split(credential, '/');
  if (parts.size() < 5 || parts.back() != "aws4_request") return false;
  std::size_t n = parts.size();
  out.scope = {.date = parts[n - 4], .region = parts[n - 3], .service = parts[n - 2]};
  parts.resize(n - 4);
  out.access_key = join(parts, '/');
  return !out.access_key.empty() && out.scope.date.size() == 8 && !out.scope.region.empty() &&
         !out.scope.service.empty();
}

}  // namespace

std::optional<Authorization> parse_authorization(std::string_view header) {
  if (!header.starts_with(kAlgorithm)) return std::nullopt;
  header.remove_prefix(kAlgorithm.size());
  if (!header.starts_with(' ')) return std::nullopt;
  Authorization out;
  bool has_credential = false;
  for (const auto& part : split(header, ',')) {
    if (auto credential = value_after(part, "Credential=")) {
      if (!parse_credential(*credential, out)) return std::nullopt;
      has_credential = true;
    } else if (auto names = value_after(part, "SignedHeaders=")) {
      out.signed_headers = split(*names, ';');
    } else if (auto hex = value_after(part, "Signature=")) {
      out.signature = *hex;
    }
  }
  if (!has_credential || out.signed_headers.empty() || out.signature.size() != 64)
    return std::nullopt;
  return out;
}

std::string canonical_request(const SignedMessage& message,
                              const std::vector<std::string>& signed_headers) {
  std::string out;
  out += message.method;
  out += '\n' + canonical_path(message.path) + '\n' + canonical_query(message.query) + '\n';
  for (const auto& name : signed_headers)
    out += name + ':' + header_value(*message.headers, name) + '\n';
  out += '\n' + join(signed_headers, ';') + '\n' + crypto::sha256_hex(message.body);
  return out;
}

std::string string_to_sign(std::string_view amz_date, const CredentialScope& scope,
                           std::string_view canonical) {
  std::string out(kAlgorithm);
  out += '\n';
  out += amz_date;
  out += '\n' + scope.text() + '\n' + crypto::sha256_hex(canonical);
  return out;
}

std::string signature(std::string_view secret_key, const CredentialScope& scope,
                      std::string_view to_sign) {
  std::string key = crypto::hmac_sha256("AWS4" + std::string(secret_key), scope.date);
  key = crypto::hmac_sha256(key, scope.region);
  key = crypto::hmac_sha256(key, scope.service);
  key = crypto::hmac_sha256(key, "aws4_request");
  return crypto::to_hex(crypto::hmac_sha256(key, to_sign));
}

void sign(std::string_view method, std::string_view path, std::string_view query,
          HeaderList& headers, std::string_view body, const Credentials& credentials,
          std::string_view region, std::string_view service, Timestamp at) {
  std::string amz_date = format_basic(at);
  headers.emplace_back("X-Amz-Date", amz_date);
  if (!credentials.session_token.empty())
    headers.emplace_back("X-Amz-Security-Token", credentials.session_token);

  std::vector<std::string> names;
  for (const auto& [name, value] : headers) names.push_back(to_lower(name));
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());

  CredentialScope scope{amz_date.substr(0, 8), std::string(region), std::string(service)};
  SignedMessage message{method, path, query, &headers, body};
  auto canonical = canonical_request(message, names);
  auto hex = signature(credentials.secret_key, scope, string_to_sign(amz_date, scope, canonical));
  headers.emplace_back("Authorization", std::string(kAlgorithm) +
                                            " Credential=" + credentials.access_key + '/' +
                                            scope.text() + ", SignedHeaders=" + join(names, ';') +
                                            ", Signature=" + hex);
}

Verdict verify(const SignedMessage& message, const Authorization& authorization,
               std::string_view secret_key, Timestamp at, std::chrono::milliseconds window) {
  const auto& names = authorization.signed_headers;
  auto is_signed = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!is_signed("host")) return Verdict::incomplete;
  // Unsigned, a date would let a recorded request live for ever.
  std::string_view date_header = is_signed("x-amz-date") ? "x-amz-date" : "date";
  if (!is_signed(date_header)) return Verdict::incomplete;
  std::string amz_date = header_value(*message.headers, date_header);
  auto signed_at = parse_basic(amz_date);
  if (!signed_at) return Verdict::incomplete;
  if (!amz_date.starts_with(authorization.scope.date)) return Verdict::wrong_time;
  auto age = at - *signed_at;
  if (age > window || age < -window) return Verdict::wrong_time;

  auto canonical = canonical_request(message, names);
  auto expected = signature(secret_key, authorization.scope,
                            string_to_sign(amz_date, authorization.scope, canonical));
  return crypto::constant_time_equal(expected, authorization.signature) ? Verdict::valid
                                                                        : Verdict::wrong_signature;
}

}  // namespace sb::aws
