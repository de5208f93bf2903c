#include "base/redis/resp.hpp"

#include <charconv>

namespace sb::redis {

namespace {

constexpr int kMaxDepth = 8;
constexpr std::int64_t kMaxBulkBytes = 512LL << 20;

class Reader {
 public:
  Reader(std::string_view data, std::size_t offset) : data_(data), at_(offset) {}

  std::size_t at() const {
    return at_;
  }
  bool malformed() const {
    return malformed_;
  }

  std::optional<Parsed> read(int depth) {
    auto line = read_line();
    if (!line) return std::nullopt;
    if (line->empty() || depth > kMaxDepth) return broken();
    std::string_view rest = line->substr(1);
    switch (line->front()) {
      case '+':
        return Parsed{{std::string(rest)}, {}};
      case '-':
        return Parsed{{}, ErrorReply{std::string(rest)}};
      case ':': {
        auto value = integer(rest);
        if (!value) return broken();
        return Parsed{{*value}, {}};
      }
      case '$':
        return bulk(rest);
      case '*':
        return array(rest, depth);
      default:
        return broken();
    }
  }

 private:
  std::optional<Parsed> broken() {
    malformed_ = true;
    return std::nullopt;
  }

  std::optional<std::string_view> read_line() {
    auto end = data_.find("\r\n", at_);
    if (end == std::string_view::npos) return std::nullopt;
    auto line = data_.substr(at_, end - at_);
    at_ = end + 2;
    return line;
  }

  static std::optional<std::int64_t> integer(std::string_view text) {
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
  }

  std::optional<Parsed> bulk(std::string_view length_text) {
    auto length = integer(length_text);
    if (!length || *length < -1 || *length > kMaxBulkBytes) return broken();
    if (*length == -1) return Parsed{};
    auto size = static_cast<std::size_t>(*length);
    if (data_.size() < at_ + size + 2) return std::nullopt;
    Parsed parsed{{std::string(data_.substr(at_, size))}, {}};
    if (data_.substr(at_ + size, 2) != "\r\n") return broken();
    at_ += size + 2;
    return parsed;
  }

  std::optional<Parsed> array(std::string_view count_text, int depth) {
    auto count = integer(count_text);
    if (!count || *count < -1) return broken();
    if (*count == -1) return Parsed{};
    std::vector<Reply> items;
    std::optional<ErrorReply> error;
    for (std::int64_t i = 0; i < *count; ++i) {
      auto item = read(depth + 1);
      if (!item) return std::nullopt;
      if (item->error) error = std::move(item->error);
      items.push_back(std::move(item->reply));
    }
    return Parsed{{std::move(items)}, std::move(error)};
  }

  std::string_view data_;
  std::size_t at_;
  bool malformed_ = false;
};

}  // namespace

void append_command(std::string& out, const Command& command) {
  fmt::format_to(std::back_inserter(out), "*{}\r\n", command.size());
  for (const auto& word : command)
    fmt::format_to(std::back_inserter(out), "${}\r\n{}\r\n", word.size(), word);
}

std::optional<Parsed> parse_reply(std::string_view data, std::size_t& offset, bool& malformed) {
  Reader reader(data, offset);
  auto parsed = reader.read(0);
  malformed = reader.malformed();
  if (parsed) offset = reader.at();
  return parsed;
}

}  // namespace sb::redis
