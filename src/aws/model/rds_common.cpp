#include "aws/model/rds_common.hpp"

namespace sb::aws::rds {

BOOST_DESCRIBE_STRUCT(Tag, (), (Key, Value))
BOOST_DESCRIBE_STRUCT(Filter, (), (Name, Values))
BOOST_DESCRIBE_STRUCT(AddTagsToResourceRequest, (), (ResourceName, Tags))
BOOST_DESCRIBE_STRUCT(AddTagsToResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(RemoveTagsFromResourceRequest, (), (ResourceName, TagKeys))
BOOST_DESCRIBE_STRUCT(RemoveTagsFromResourceResponse, (), ())
BOOST_DESCRIBE_STRUCT(ListTagsForResourceRequest, (), (ResourceName, Filters))
BOOST_DESCRIBE_STRUCT(ListTagsForResourceResponse, (), (TagList))
BOOST_DESCRIBE_STRUCT(DescribeEventsRequest, (),
                      (SourceIdentifier, SourceType, StartTime, EndTime, Duration, EventCategories,
                       Filters, MaxRecords, Marker))
BOOST_DESCRIBE_STRUCT(Event, (),
                      (SourceIdentifier, SourceType, Message, EventCategories, Date, SourceArn))
BOOST_DESCRIBE_STRUCT(DescribeEventsResponse, (), (Marker, Events))

}  // namespace sb::aws::rds

SB_JSON_TYPE_HERE(sb::aws::rds::Tag)
SB_JSON_TYPE_HERE(sb::aws::rds::Filter)
SB_JSON_TYPE_HERE(sb::aws::rds::AddTagsToResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::AddTagsToResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::RemoveTagsFromResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::RemoveTagsFromResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::ListTagsForResourceRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::ListTagsForResourceResponse)
SB_JSON_TYPE_HERE(sb::aws::rds::DescribeEventsRequest)
SB_JSON_TYPE_HERE(sb::aws::rds::Event)
SB_JSON_TYPE_HERE(sb::aws::rds::DescribeEventsResponse)
