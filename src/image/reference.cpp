#include <algorithm>

#include "image/oci.hpp"

namespace sb::image {

namespace {

bool is_lower_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 && is_lower_alnum(text.front()) &&
         is_lower_alnum(text.back()) && std::ranges::all_of(text, [](char c) {
           return is_lower_alnum(c) || c == '.' || c == '_' || c == '-' || c == '/';
         });
}

bool is_tag(std::string_view text) {
  auto is_word = [](char c) { return is_lower_alnum(c) || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && text.size() <= 128 && is_word(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return is_word(c) || c == '.' || c == '-'; });
}

}  // namespace

bool is_digest(std::string_view text) {
  return text.size() == 71 && text.starts_with("sha256:") &&
         std::ranges::all_of(text.substr(7), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string Reference::text() const {
  std::string all = name;
  if (!tag.empty()) all += ":" + tag;
  if (!digest.empty()) all += "@" + digest;
  return all;
}

Result<Reference> parse_reference(std::string_view text) {
  auto bad = [&] {
    return fail(ErrorCode::invalid_argument, "not an image reference", std::string(text));
  };
  Reference reference;
  auto rest = text;
  if (auto at = rest.find('@'); at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    if (!is_digest(reference.digest)) return bad();
    rest = rest.substr(0, at);
  }
  // Like Docker: what is before the first slash is a host if it could not be part of a name.
  if (auto slash = rest.find('/'); slash != std::string_view::npos) {
    auto host = rest.substr(0, slash);
    if (host.contains('.') || host.contains(':') || host == "localhost")
      rest.remove_prefix(slash + 1);
  }
  if (auto colon = rest.rfind(':'); colon != std::string_view::npos) {
    reference.tag = rest.substr(colon + 1);
    if (!is_tag(reference.tag)) return bad();
    rest = rest.substr(0, colon);
  }
  reference.name = rest;
  if (!is_name(rest)) return bad();
  if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
  return reference;
}

}  // namespace sb::image
