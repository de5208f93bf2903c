#include "aws/protocol/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace sb::aws::xml {
namespace {

constexpr std::size_t kMaxDepth = 64;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == ':' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

void append_utf8(std::string& out, std::uint32_t code) {
  auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

class Parser {
 public:
  explicit Parser(std::string_view document) : text_(document) {}

  Result<Element> run() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    SB_TRY_VOID(skip_between());
    Element root;
    SB_TRY_VOID(element(root, 1));
    SB_TRY_VOID(skip_between());
    if (at_ != text_.size()) return wrong("something follows the document");
    return root;
  }

 private:
  std::unexpected<Error> wrong(std::string_view what) const {
    return fail(ErrorCode::data_loss, fmt::format("not XML: {} at byte {}", what, at_));
  }
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  Result<> skip_to(std::string_view end) {
    std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) return wrong(fmt::format("no '{}'", end));
    at_ = found + end.size();
    return {};
  }
  // Blanks, comments and processing instructions.
  Result<> skip_between() {
    for (;;) {
      skip_blanks();
      if (take("<?"))
        SB_TRY_VOID(skip_to("?>"));
      else if (take("<!--"))
        SB_TRY_VOID(skip_to("-->"));
      else
        return {};
    }
  }
  std::string_view name() {
    std::size_t begin = at_;
    while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  // Reads over attributes; true when the element ends here ("/>").
  Result<bool> rest_of_tag() {
    for (;;) {
      skip_blanks();
      if (take("/>")) return true;
      if (take(">")) return false;
      if (name().empty()) return wrong("a malformed tag");
      skip_blanks();
      if (!take("=")) return wrong("an attribute without a value");
      skip_blanks();
      if (take("\""))
        SB_TRY_VOID(skip_to("\""));
      else if (take("'"))
        SB_TRY_VOID(skip_to("'"));
      else
        return wrong("an attribute without quotes");
    }
  }
  Result<> reference(std::string& out) {
    std::size_t end = text_.find(';', at_);
    if (end == std::string_view::npos || end - at_ > 10) return wrong("a malformed reference");
    std::string_view name = text_.substr(at_, end - at_);
    if (name == "lt")
      out += '<';
    else if (name == "gt")
      out += '>';
    else if (name == "amp")
      out += '&';
    else if (name == "quot")
      out += '"';
    else if (name == "apos")
      out += '\'';
    else if (auto code = character(name))
      append_utf8(out, *code);
    else
      return wrong("an unknown reference");
    at_ = end + 1;
    return {};
  }
  static std::optional<std::uint32_t> character(std::string_view name) {
    if (!name.starts_with('#')) return std::nullopt;
    name.remove_prefix(1);
    bool is_hex = name.starts_with('x');
    if (is_hex) name.remove_prefix(1);
    std::uint32_t code = 0;
    auto [end, error] =
        std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
    if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
    return code;
  }
  Result<> element(Element& out, std::size_t depth) {
    if (depth > kMaxDepth) return wrong("too many levels");
    if (!take("<")) return wrong("no element");
    std::string_view full = name();
    if (full.empty()) return wrong("a tag without a name");
    out.name = full.substr(full.find(':') == std::string_view::npos ? 0 : full.find(':') + 1);
    SB_TRY(bool is_empty, rest_of_tag());
    if (is_empty) return {};
    SB_TRY_VOID(content(out, depth));
    if (name() != full) return wrong("a tag that closes another");
    skip_blanks();
    if (!take(">")) return wrong("a malformed closing tag");
    return {};
  }
  // Up to and with "</".
  Result<> content(Element& out, std::size_t depth) {
    while (at_ < text_.size()) {
      if (take("</")) return {};
      if (take("<![CDATA[")) {
        std::size_t begin = at_;
        SB_TRY_VOID(skip_to("]]>"));
        out.text += text_.substr(begin, at_ - 3 - begin);
      } else if (take("<!--")) {
        SB_TRY_VOID(skip_to("-->"));
      } else if (take("<?")) {
        SB_TRY_VOID(skip_to("?>"));
      } else if (text_[at_] == '<') {
        SB_TRY_VOID(element(out.children.emplace_back(), depth + 1));
      } else if (take("&")) {
        SB_TRY_VOID(reference(out.text));
      } else {
        std::size_t end = std::min(text_.find_first_of("<&", at_), text_.size());
        out.text += text_.substr(at_, end - at_);
        at_ = end;
      }
    }
    return wrong("the end");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

const Element* Element::child(std::string_view wanted) const {
  for (const auto& element : children)
    if (element.name == wanted) return &element;
  return nullptr;
}

Result<Element> parse(std::string_view document) {
  return Parser(document).run();
}

void append_escaped(std::string& out, std::string_view text) {
  for (char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#13;";
        break;
      case '\n':
      case '\t':
        out += c;
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += "\xEF\xBF\xBD";
        else
          out += c;
    }
  }
}

}  // namespace sb::aws::xml
