// What `inbox` and `outbox` share.
#pragma once

#include "saltctl/mail.hpp"

namespace sb::saltctl {

bool has_outbox(const Places& places);  // a journal or an outbox: there may be messages
// Not found, with the environments there are.
std::expected<void, Failure> declared_name(const Places& places, const std::string& environment);
// Derives what the journal has new and tries what is due.
Result<release::notify::DeliveryReport> look_first(release::notify::Dispatch& dispatch,
                                                   release::notify::Hurry hurry);
std::string paint_severity(Console& out, release::notify::Severity severity, std::string_view text);
std::string entries_json(const std::vector<release::notify::Entry>& entries);

}  // namespace sb::saltctl
