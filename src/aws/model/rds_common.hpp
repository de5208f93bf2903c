// Amazon RDS: tags, filters, events and their operations.
// Names are the wire's; each has a page API_<Name>.html at
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock/clock.hpp"
#include "base/json/type.hpp"

namespace sb::aws::rds {

struct Tag {
  std::optional<std::string> Key;
  std::optional<std::string> Value;

  bool operator==(const Tag&) const = default;
};

struct Filter {
  std::optional<std::string> Name;
  std::vector<std::string> Values;

  bool operator==(const Filter&) const = default;
};

struct AddTagsToResourceRequest {
  std::optional<std::string> ResourceName;
  std::vector<Tag> Tags;

  bool operator==(const AddTagsToResourceRequest&) const = default;
};

struct AddTagsToResourceResponse {
  bool operator==(const AddTagsToResourceResponse&) const = default;
};

struct AddTagsToResource {
  using Request = AddTagsToResourceRequest;
  using Response = AddTagsToResourceResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "AddTagsToResource";
  static constexpr std::array<std::string_view, 2> kRequired{"ResourceName", "Tags"};
};

struct RemoveTagsFromResourceRequest {
  std::optional<std::string> ResourceName;
  std::vector<std::string> TagKeys;

  bool operator==(const RemoveTagsFromResourceRequest&) const = default;
};

struct RemoveTagsFromResourceResponse {
  bool operator==(const RemoveTagsFromResourceResponse&) const = default;
};

struct RemoveTagsFromResource {
  using Request = RemoveTagsFromResourceRequest;
  using Response = RemoveTagsFromResourceResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "RemoveTagsFromResource";
  static constexpr std::array<std::string_view, 2> kRequired{"ResourceName", "TagKeys"};
};

struct ListTagsForResourceRequest {
  std::optional<std::string> ResourceName;
  std::vector<Filter> Filters;

  bool operator==(const ListTagsForResourceRequest&) const = default;
};

struct ListTagsForResourceResponse {
  std::vector<Tag> TagList;

  bool operator==(const ListTagsForResourceResponse&) const = default;
};

struct ListTagsForResource {
  using Request = ListTagsForResourceRequest;
  using Response = ListTagsForResourceResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "ListTagsForResource";
  static constexpr std::array<std::string_view, 1> kRequired{"ResourceName"};
};

struct DescribeEventsRequest {
  std::optional<std::string> SourceIdentifier;
  // db-instance | db-parameter-group | db-security-group | db-snapshot | db-cluster | db-
  // cluster-snapshot | custom-engine-version | db-proxy | blue-green-deployment | db-shard-group
  // | zero-etl
  std::optional<std::string> SourceType;
  std::optional<Timestamp> StartTime;
  std::optional<Timestamp> EndTime;
  std::optional<int> Duration;
  std::vector<std::string> EventCategories;
  std::vector<Filter> Filters;
  std::optional<int> MaxRecords;
  std::optional<std::string> Marker;

  bool operator==(const DescribeEventsRequest&) const = default;
};

struct Event {
  std::optional<std::string> SourceIdentifier;
  // db-instance | db-parameter-group | db-security-group | db-snapshot | db-cluster | db-
  // cluster-snapshot | custom-engine-version | db-proxy | blue-green-deployment | db-shard-group
  // | zero-etl
  std::optional<std::string> SourceType;
  std::optional<std::string> Message;
  std::vector<std::string> EventCategories;
  std::optional<Timestamp> Date;
  std::optional<std::string> SourceArn;

  bool operator==(const Event&) const = default;
};

struct DescribeEventsResponse {
  std::optional<std::string> Marker;
  std::vector<Event> Events;

  bool operator==(const DescribeEventsResponse&) const = default;
};

struct DescribeEvents {
  using Request = DescribeEventsRequest;
  using Response = DescribeEventsResponse;
  static constexpr std::string_view kService = "rds";
  static constexpr std::string_view kName = "DescribeEvents";
  static constexpr std::array<std::string_view, 0> kRequired{};
};

}  // namespace sb::aws::rds

SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::Tag)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::Filter)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::AddTagsToResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::AddTagsToResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::RemoveTagsFromResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::RemoveTagsFromResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::ListTagsForResourceRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::ListTagsForResourceResponse)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DescribeEventsRequest)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::Event)
SB_JSON_TYPE_ELSEWHERE(sb::aws::rds::DescribeEventsResponse)
