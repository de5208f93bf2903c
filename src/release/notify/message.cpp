#include "release/notify/message.hpp"

#include <boost/describe/enum_to_string.hpp>

namespace sb::release::notify {

std::string message_id(const std::string& topic, Channel channel) {
  return topic + "/" + boost::describe::enum_to_string(channel, "?");
}

std::string_view name_of(Channel channel) {
  switch (channel) {
    case Channel::deploys:
      return "#deploys";
    case Channel::incidents:
      return "#incidents";
    case Channel::page:
      return "PagerDuty";
    case Channel::event:
      return "Datadog";
    case Channel::status_page:
      return "the status page";
    case Channel::webhook:
      return "the webhook";
  }
  return "?";
}

}  // namespace sb::release::notify
