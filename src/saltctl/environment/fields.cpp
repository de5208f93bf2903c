#include "saltctl/environment/fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace sb::saltctl {
namespace {

template <class T>
bool parse_whole(const std::string& text, T& value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

void Problems::add(const YAML::Mark& mark, std::string_view what) {
  if (mark.is_null()) {
    lines_.push_back(fmt::format("{}: {}", file_, what));
  } else {
    lines_.push_back(fmt::format("{}:{}:{}: {}", file_, mark.line + 1, mark.column + 1, what));
  }
}

std::string Problems::text() const {
  return fmt::format("{}", fmt::join(lines_, "\n"));
}

Fields::Fields(Problems& problems, YAML::Node node, std::string name)
    : problems_(&problems), node_(std::move(node)), name_(std::move(name)) {
  if (node_.IsDefined() && !node_.IsNull() && !node_.IsMap()) {
    problems_->add(node_.Mark(),
                   fmt::format("{} must be a map", name_.empty() ? "the file" : name_));
    node_.reset(YAML::Node(YAML::NodeType::Undefined));  // '=' would write into the tree
  }
}

std::string Fields::path(const std::string& key) const {
  return name_.empty() ? key : name_ + "." + key;
}

bool Fields::has(const std::string& key) const {
  if (!node_.IsDefined() || !node_.IsMap()) return false;
  const YAML::Node& map = node_;
  return static_cast<bool>(map[key]);
}

YAML::Node Fields::take(const std::string& key) {
  asked_.insert(key);
  if (!has(key)) return YAML::Node(YAML::NodeType::Undefined);
  const YAML::Node& map = node_;
  return map[key];
}

void Fields::text(const std::string& key, std::string& value, std::size_t max_length) {
  auto node = take(key);
  if (!node.IsDefined()) return;
  if (!node.IsScalar() || node.Scalar().empty()) {
    problems_->add(node.Mark(), path(key) + " must be a non-empty text");
  } else if (node.Scalar().size() > max_length) {
    problems_->add(node.Mark(),
                   fmt::format("{} is longer than {} characters", path(key), max_length));
  } else {
    value = node.Scalar();
  }
}

void Fields::number(const std::string& key, int& value, int low, int high) {
  auto node = take(key);
  if (!node.IsDefined()) return;
  int number = 0;
  if (!node.IsScalar() || !parse_whole(node.Scalar(), number) || number < low || number > high) {
    problems_->add(node.Mark(),
                   fmt::format("{} must be a whole number from {} to {}", path(key), low, high));
  } else {
    value = number;
  }
}

void Fields::decimal(const std::string& key, double& value, double low, double high) {
  auto node = take(key);
  if (!node.IsDefined()) return;
  double number = 0;
  if (!node.IsScalar() || !parse_whole(node.Scalar(), number) ||
      !(number >= low && number <= high)) {
    problems_->add(node.Mark(),
                   fmt::format("{} must be a number from {} to {}", path(key), low, high));
  } else {
    value = number;
  }
}

void Fields::flag(const std::string& key, bool& value) {
  auto node = take(key);
  if (!node.IsDefined()) return;
  if (node.IsScalar() && (node.Scalar() == "true" || node.Scalar() == "false")) {
    value = node.Scalar() == "true";
  } else {
    problems_->add(node.Mark(), path(key) + " must be true or false");
  }
}

void Fields::choice(const std::string& key, std::string& value,
                    std::initializer_list<std::string_view> allowed) {
  auto node = take(key);
  if (!node.IsDefined()) return;
  if (node.IsScalar() && std::ranges::find(allowed, node.Scalar()) != allowed.end()) {
    value = node.Scalar();
  } else {
    problems_->add(node.Mark(),
                   fmt::format("{} must be one of: {}", path(key), fmt::join(allowed, ", ")));
  }
}

void Fields::texts(const std::string& key, std::vector<std::string>& value) {
  auto node = take(key);
  if (!node.IsDefined()) return;
  if (!node.IsSequence()) {
    problems_->add(node.Mark(), path(key) + " must be a list");
    return;
  }
  value.clear();
  for (const auto& item : node) {
    if (!item.IsScalar() || item.Scalar().empty()) {
      problems_->add(item.Mark(), path(key) + " must hold non-empty texts only");
    } else if (std::ranges::find(value, item.Scalar()) != value.end()) {
      problems_->add(item.Mark(), fmt::format("{} names {} twice", path(key), item.Scalar()));
    } else {
      value.push_back(item.Scalar());
    }
  }
}

void Fields::text_map(const std::string& key, std::map<std::string, std::string>& value) {
  auto node = take(key);
  if (!node.IsDefined()) return;
  if (!node.IsMap()) {
    problems_->add(node.Mark(), path(key) + " must be a map of texts");
    return;
  }
  for (const auto& item : node) {
    if (!item.second.IsScalar()) {
      problems_->add(item.second.Mark(),
                     fmt::format("{}.{} must be a text", path(key), item.first.Scalar()));
    } else {
      value[item.first.Scalar()] = item.second.Scalar();
    }
  }
}

Fields Fields::map(const std::string& key) {
  return Fields(*problems_, take(key), path(key));
}

std::vector<Fields> Fields::maps(const std::string& key) {
  auto node = take(key);
  std::vector<Fields> result;
  if (!node.IsDefined()) return result;
  if (!node.IsSequence()) {
    problems_->add(node.Mark(), path(key) + " must be a list");
    return result;
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    result.emplace_back(*problems_, node[i], fmt::format("{}[{}]", path(key), i));
  }
  return result;
}

void Fields::require(std::initializer_list<std::string_view> keys) {
  for (auto key : keys) {
    if (has(std::string(key))) continue;
    auto mark = node_.IsDefined() ? node_.Mark() : YAML::Mark::null_mark();
    problems_->add(mark, path(std::string(key)) + " is missing");
  }
}

void Fields::problem(const std::string& key, std::string_view what) {
  const YAML::Node& map = node_;
  if (has(key)) {
    problems_->add(map[key].Mark(), fmt::format("{} {}", path(key), what));
  } else {
    auto mark = node_.IsDefined() ? node_.Mark() : YAML::Mark::null_mark();
    problems_->add(mark, fmt::format("{} {}", path(key), what));
  }
}

void Fields::finish() {
  if (!node_.IsDefined() || !node_.IsMap()) return;
  for (const auto& item : node_) {
    if (!item.first.IsScalar() || asked_.contains(item.first.Scalar())) continue;
    problems_->add(item.first.Mark(),
                   fmt::format("{} is not a known setting; known here: {}",
                               path(item.first.Scalar()), fmt::join(asked_, ", ")));
  }
}

}  // namespace sb::saltctl
