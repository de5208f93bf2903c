#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "release/alerts/monitors_inside.hpp"

namespace sb::release::alerts {

namespace {

constexpr std::size_t kShown = 60;

std::string shown(const boost::json::value& value) {
  std::string text = boost::json::serialize(value);
  return text.size() <= kShown ? text : text.substr(0, kShown) + "\u2026";
}

bool is_same_number(const boost::json::value& a, const boost::json::value& b) {
  if (!a.is_number() || !b.is_number()) return false;
  return a.to_number<double>() == b.to_number<double>();
}

bool are_texts(const boost::json::array& array) {
  return std::ranges::all_of(array, [](const auto& item) { return item.is_string(); });
}

std::vector<std::string> sorted(const boost::json::array& array) {
  std::vector<std::string> texts;
  for (const auto& item : array) texts.emplace_back(item.as_string());
  std::ranges::sort(texts);
  return texts;
}

void compare(const boost::json::value& ours, const boost::json::value& theirs,
             const std::string& path, std::vector<std::string>& out);

void compare_arrays(const boost::json::array& ours, const boost::json::array& theirs,
                    const std::string& path, std::vector<std::string>& out) {
  if (are_texts(ours) && are_texts(theirs)) {
    if (sorted(ours) != sorted(theirs))
      out.push_back(fmt::format("{}: {} \u2192 {}", path, shown(theirs), shown(ours)));
    return;
  }
  if (ours.size() != theirs.size()) {
    out.push_back(fmt::format("{}: {} \u2192 {} entries", path, theirs.size(), ours.size()));
    return;
  }
  for (std::size_t i = 0; i < ours.size(); ++i)
    compare(ours[i], theirs[i], fmt::format("{}/{}", path, i), out);
}

void compare(const boost::json::value& ours, const boost::json::value& theirs,
             const std::string& path, std::vector<std::string>& out) {
  if (ours.is_object() && theirs.is_object()) {
    for (const auto& [key, value] : ours.as_object()) {
      const std::string inner = path.empty() ? std::string(key) : path + "/" + std::string(key);
      const auto* other = theirs.as_object().if_contains(key);
      if (other != nullptr)
        compare(value, *other, inner, out);
      else
        out.push_back(fmt::format("{}: absent \u2192 {}", inner, shown(value)));
    }
    return;
  }
  if (ours.is_array() && theirs.is_array())
    return compare_arrays(ours.as_array(), theirs.as_array(), path, out);
  if (ours != theirs && !is_same_number(ours, theirs))
    out.push_back(fmt::format("{}: {} \u2192 {}", path, shown(theirs), shown(ours)));
}

}  // namespace

std::vector<std::string> differences(const boost::json::value& ours,
                                     const boost::json::value& theirs) {
  std::vector<std::string> out;
  compare(ours, theirs, "", out);
  return out;
}

}  // namespace sb::release::alerts
