// Text as it is written into JSON: UTF-8, quoted and escaped. Below the log and the JSON codec,
// which both write it. And the last part of a name, or of what a program said.
#pragma once

#include <string>
#include <string_view>

namespace sb::text {

// The length of the valid UTF-8 sequence at the start of `text`, which is not empty, or 0
// (RFC 3629: no surrogates, nothing overlong, nothing beyond U+10FFFF).
std::size_t utf8_length(std::string_view text);
bool is_valid_utf8(std::string_view text);

// "text" with quotes and escapes; bytes that are not UTF-8 become U+FFFD.
void append_quoted(std::string& out, std::string_view text);
std::string quote(std::string_view text);

// What follows the last slash, or all of it: "arn:…:task/cluster/0123" to "0123".
std::string last_part(std::string_view text);
// The last line that is not blank, without what stands after it; empty when there is none.
std::string last_line(std::string_view text);

}  // namespace sb::text
