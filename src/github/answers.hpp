// How the API reads requests and writes answers. Private to this folder.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"
#include "base/http/message.hpp"
#include "github/api.hpp"

namespace sb::github {

http::Response answer(int status, const boost::json::value& body);
http::Response empty(int status);
http::Response refuse(const Error& error);
http::Response not_here(const http::Request& request);  // says what salthub does not answer

std::vector<std::string> words_of(const std::string& path);
std::optional<std::int64_t> number_of(std::string_view text);
Result<boost::json::object> body_of(const http::Request& request);
std::string text_of(const boost::json::object& body, std::string_view name);  // empty: no such text

// GitHub's page of a list, with the Link header that clients follow.
class Page {
 public:
  Page(const http::Request& request, const Urls& urls, std::size_t total);
  std::size_t begin() const {
    return std::min((page_ - 1) * size_, total_);
  }
  std::size_t end() const {
    return std::min(begin() + size_, total_);
  }
  http::Response finish(http::Response response) const;

 private:
  const http::Request& request_;
  const Urls& urls_;
  std::size_t total_, size_ = 0, page_ = 1;
};

}  // namespace sb::github
