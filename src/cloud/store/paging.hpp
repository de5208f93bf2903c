// Pages of a sorted list: the token is the key of the last item shown, so that a list that changes
// between pages neither repeats nor loses what stayed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sb::cloud {

std::string to_page_token(std::string_view last_key);
// Nothing when it is not a token of ours.
std::optional<std::string> from_page_token(std::string_view token);

enum class PageOrder { ascending, descending };

// Takes from `items`, sorted by `key_of` in `order`, those after `after`, at most `limit`. Returns
// the token of the next page, or nothing when this is the last.
template <class Items, class KeyOf>
std::optional<std::string> take_page(Items& items, const std::optional<std::string>& after,
                                     std::size_t limit, KeyOf key_of,
                                     PageOrder order = PageOrder::ascending) {
  auto first = items.begin();
  if (after) {
    first = std::find_if(items.begin(), items.end(), [&](const auto& item) {
      return order == PageOrder::ascending ? key_of(item) > *after : key_of(item) < *after;
    });
  }
  items.erase(items.begin(), first);
  if (items.size() <= limit) return std::nullopt;
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(limit), items.end());
  return to_page_token(key_of(items.back()));
}

}  // namespace sb::cloud
