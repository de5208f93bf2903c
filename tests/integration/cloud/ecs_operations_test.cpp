// What ECS is asked that moves no traffic: clusters, tags, definitions, services, and refusals in
// AWS's words.
#include "integration/cloud/ecs_operations.hpp"

#include "aws/model/elbv2.hpp"

namespace sb::cloud {
namespace {

namespace elb = aws::elbv2;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(EcsOperations, clusters_are_made_once_described_paged_and_deleted) {
  auto arn = make_cluster("main");
  EXPECT_EQ(make_cluster("main"), arn);
  make_cluster("other");
  ecs::CreateClusterRequest bad;
  bad.clusterName = "no spaces";
  EXPECT_THAT(refusal<ecs::CreateCluster>(bad), HasSubstr("InvalidParameterException"));

  ecs::DescribeClustersRequest describe;
  describe.clusters = {"main", "absent"};
  auto described = must<ecs::DescribeClusters>(describe);
  EXPECT_EQ(described.clusters.at(0).status, "ACTIVE");
  EXPECT_EQ(described.failures.at(0).reason, "MISSING");

  ecs::ListClustersRequest list;
  list.maxResults = 1;
  auto first = must<ecs::ListClusters>(list);
  list.nextToken = first.nextToken;
  auto second = must<ecs::ListClusters>(list);
  EXPECT_THAT(first.clusterArns, ElementsAre(arn));
  EXPECT_THAT(second.clusterArns, ElementsAre(HasSubstr("cluster/other")));
  EXPECT_FALSE(second.nextToken);
  list.nextToken = "not ours";
  EXPECT_THAT(refusal<ecs::ListClusters>(list), HasSubstr("Invalid token."));
  list.maxResults = 1000;
  EXPECT_THAT(refusal<ecs::ListClusters>(list), HasSubstr("InvalidParameterException"));

  ecs::DeleteClusterRequest deletion;
  deletion.cluster = "other";
  EXPECT_EQ(must<ecs::DeleteCluster>(deletion).cluster->status, "INACTIVE");
  EXPECT_THAT(refusal<ecs::DeleteCluster>(deletion), HasSubstr("ClusterNotFoundException"));
}

TEST_F(EcsOperations, a_cluster_with_a_service_stays) {
  make_cluster("main");
  must<ecs::CreateService>(service(register_definition("web")));
  ecs::DeleteClusterRequest deletion;
  deletion.cluster = "main";

  EXPECT_THAT(refusal<ecs::DeleteCluster>(deletion), HasSubstr("ClusterContainsServices"));

  ecs::DeleteServiceRequest gone;
  gone.cluster = "main";
  gone.service = "web";
  must<ecs::DeleteService>(gone);
  EXPECT_TRUE(testing::eventually([&] {
    auto left = cloud_.call<ecs::DeleteCluster>(deletion);
    return left.has_value();
  }));
}

TEST_F(EcsOperations, tags_belong_to_what_exists) {
  auto arn = make_cluster("main");
  ecs::TagResourceRequest tag;
  tag.resourceArn = arn;
  tag.tags = {{"team", "salt"}, {"cost", "1"}};
  must<ecs::TagResource>(tag);
  tag.tags = {{"cost", "2"}, {"tier", "a"}};
  must<ecs::TagResource>(tag);
  ecs::UntagResourceRequest untag;
  untag.resourceArn = arn;
  untag.tagKeys = {"team"};
  must<ecs::UntagResource>(untag);

  ecs::ListTagsForResourceRequest list;
  list.resourceArn = arn;
  auto tags = must<ecs::ListTagsForResource>(list).tags;
  ASSERT_EQ(tags.size(), 2U);
  EXPECT_EQ(tags[0].value, "2");

  tag.tags = {{"", "x"}};
  EXPECT_THAT(refusal<ecs::TagResource>(tag), HasSubstr("A tag needs a key"));
  tag.tags.clear();
  for (int i = 0; i < 49; ++i) tag.tags.push_back({"k" + std::to_string(i), "v"});
  EXPECT_THAT(refusal<ecs::TagResource>(tag), HasSubstr("at most 50 tags"));
  for (const char* resource : {"cluster/absent", "service/main/absent", "task-definition/absent:1",
                               "task/main/absent", "container/absent"}) {
    list.resourceArn = std::string("arn:aws:ecs:us-west-2:000000000000:") + resource;
    EXPECT_THAT(refusal<ecs::ListTagsForResource>(list), HasSubstr("resource was not found"));
  }
  untag.resourceArn = tag.resourceArn = "nonsense";
  EXPECT_THAT(refusal<ecs::UntagResource>(untag), HasSubstr("resource was not found"));
  EXPECT_THAT(refusal<ecs::TagResource>(tag), HasSubstr("resource was not found"));
}

TEST_F(EcsOperations, definitions_are_numbered_listed_and_never_come_back) {
  auto first = register_definition("web");
  auto second = register_definition("web");
  register_definition("job");
  ecs::DeregisterTaskDefinitionRequest retire;
  retire.taskDefinition = "web";
  EXPECT_THAT(refusal<ecs::DeregisterTaskDefinition>(retire), HasSubstr("A revision number is"));
  retire.taskDefinition = second;
  EXPECT_EQ(must<ecs::DeregisterTaskDefinition>(retire).taskDefinition->status, "INACTIVE");

  ecs::DescribeTaskDefinitionRequest describe;
  describe.taskDefinition = "web";
  EXPECT_EQ(must<ecs::DescribeTaskDefinition>(describe).taskDefinition->taskDefinitionArn, first);
  describe.taskDefinition = "web:x";
  EXPECT_THAT(refusal<ecs::DescribeTaskDefinition>(describe), HasSubstr("Invalid revision number"));
  describe.taskDefinition = "web:9";
  EXPECT_THAT(refusal<ecs::DescribeTaskDefinition>(describe), HasSubstr("Unable to describe"));
  EXPECT_THAT(register_definition("web"), HasSubstr("web:3"));

  ecs::ListTaskDefinitionsRequest list;
  list.familyPrefix = "web";
  list.sort = "DESC";
  EXPECT_THAT(must<ecs::ListTaskDefinitions>(list).taskDefinitionArns,
              ElementsAre(HasSubstr("web:3"), first));
  list.sort = "SIDEWAYS";
  EXPECT_THAT(refusal<ecs::ListTaskDefinitions>(list), HasSubstr("sort must be ASC or DESC"));
  ecs::ListTaskDefinitionFamiliesRequest families;
  families.status = "ACTIVE";
  EXPECT_THAT(must<ecs::ListTaskDefinitionFamilies>(families).families, ElementsAre("job", "web"));
  families.status = "INACTIVE";
  EXPECT_TRUE(must<ecs::ListTaskDefinitionFamilies>(families).families.empty());

  make_cluster("main");
  EXPECT_THAT(refusal<ecs::CreateService>(service(second)),
              HasSubstr("TaskDefinition is inactive"));
}

TEST_F(EcsOperations, a_service_is_refused_in_the_words_of_what_is_wrong) {
  make_cluster("main");
  auto definition = register_definition("web");
  auto with = [&](auto change) {
    auto request = service(definition);
    change(request);
    return refusal<ecs::CreateService>(request);
  };
  EXPECT_THAT(with([](auto& r) { r.serviceName = "a b"; }), HasSubstr("Service names have"));
  EXPECT_THAT(with([](auto& r) { r.taskDefinition.reset(); }), HasSubstr("should not be null"));
  EXPECT_THAT(with([](auto& r) { r.schedulingStrategy = "DAEMON"; }),
              HasSubstr("REPLICA strategy"));
  EXPECT_THAT(with([](auto& r) { r.deploymentController.emplace().type = "CODE_DEPLOY"; }),
              HasSubstr("deployment controller ECS only"));
  EXPECT_THAT(with([](auto& r) { r.desiredCount.reset(); }), HasSubstr("DesiredCount is required"));
  EXPECT_THAT(with([](auto& r) { r.desiredCount = 201; }), HasSubstr("between 0 and 200"));
  EXPECT_THAT(with([](auto& r) { r.loadBalancers.resize(2); }), HasSubstr("supports one load"));

  must<ecs::CreateService>(service(definition));
  EXPECT_THAT(refusal<ecs::CreateService>(service(definition)), HasSubstr("not idempotent"));
  ecs::UpdateServiceRequest update;
  update.cluster = "main";
  update.service = "web";
  update.desiredCount = -1;
  EXPECT_THAT(refusal<ecs::UpdateService>(update), HasSubstr("between 0 and 200"));
  ecs::DescribeServicesRequest describe;
  describe.cluster = "main";
  describe.services = {"web", "absent"};
  EXPECT_EQ(must<ecs::DescribeServices>(describe).failures.at(0).reason, "MISSING");
  describe.services.assign(11, "web");
  EXPECT_THAT(refusal<ecs::DescribeServices>(describe), HasSubstr("At most 10 services"));
  ecs::ListServicesRequest list;
  list.cluster = "main";
  EXPECT_THAT(must<ecs::ListServices>(list).serviceArns, ElementsAre(HasSubstr("main/web")));
  list.launchType = "EC2";
  EXPECT_TRUE(must<ecs::ListServices>(list).serviceArns.empty());
}

TEST_F(EcsOperations, load_balancing_is_checked_against_what_is_there) {
  make_cluster("main");
  auto definition = register_definition("web");
  auto group = [&](const std::string& name) {
    elb::CreateTargetGroupRequest request;
    request.Name = name;
    request.Protocol = "HTTP";
    request.Port = 8000;
    request.TargetType = "ip";
    return *must<elb::CreateTargetGroup>(request).TargetGroups.at(0).TargetGroupArn;
  };
  auto blue = group("blue"), green = group("green");
  auto with = [&](auto change, const std::string& strategy = "ROLLING") {
    auto request = service(definition);
    auto& balancer = request.loadBalancers.emplace_back();
    balancer.targetGroupArn = blue;
    balancer.containerName = "app";
    balancer.containerPort = 8000;
    auto& deployment = request.deploymentConfiguration.emplace();
    deployment.strategy = strategy;
    if (strategy != "ROLLING") deployment.bakeTimeInMinutes = 0;
    change(balancer);
    return refusal<ecs::CreateService>(request);
  };
  using Balancer = ecs::LoadBalancer;

  EXPECT_THAT(with([](Balancer& b) { b.containerName = "other"; }),
              HasSubstr("The container other does not exist"));
  EXPECT_THAT(with([](Balancer& b) { b.containerPort = 9; }),
              HasSubstr("container port 9 defined"));
  EXPECT_THAT(with([](Balancer& b) { b.targetGroupArn = "arn:none"; }),
              HasSubstr("The target group arn:none does not exist"));
  EXPECT_THAT(with([](Balancer&) {}, "BLUE_GREEN"),
              HasSubstr("BLUE_GREEN strategy needs advancedConfiguration"));
  auto advanced = [&](std::string alternate, std::string production, std::string test) {
    return [=](Balancer& b) {
      auto& more = b.advancedConfiguration.emplace();
      more.alternateTargetGroupArn = alternate;
      more.productionListenerRule = production;
      more.testListenerRule = test;
    };
  };
  EXPECT_THAT(with(advanced("arn:none", "x", "y"), "BLUE_GREEN"),
              HasSubstr("The target group arn:none does not exist"));
  EXPECT_THAT(with(advanced(blue, "x", "y"), "BLUE_GREEN"), HasSubstr("another target group"));
  EXPECT_THAT(with(advanced(green, "x", "y"), "BLUE_GREEN"),
              HasSubstr("The listener rule x does not exist"));
}

TEST_F(EcsOperations, deployments_are_listed_and_answered_only_while_they_wait) {
  make_cluster("main");
  must<ecs::CreateService>(service(register_definition("web")));
  ecs::ListServiceDeploymentsRequest list;
  list.cluster = "main";
  list.service = "web";
  auto first = must<ecs::ListServiceDeployments>(list).serviceDeployments.at(0);
  ASSERT_TRUE(testing::eventually([&] {
    auto answer = cloud_.call<ecs::ListServiceDeployments>(list);
    return answer && answer->serviceDeployments.at(0).status == "SUCCESSFUL";
  }));

  ecs::ContinueServiceDeploymentRequest proceed;
  proceed.serviceDeploymentArn = first.serviceDeploymentArn;
  proceed.hookId = "nobody-waits";
  EXPECT_THAT(refusal<ecs::ContinueServiceDeployment>(proceed),
              HasSubstr("InvalidParameterException"));
  proceed.action = "SHRUG";
  EXPECT_THAT(refusal<ecs::ContinueServiceDeployment>(proceed), HasSubstr("Unknown action: SHRUG"));
  ecs::StopServiceDeploymentRequest stop;
  stop.serviceDeploymentArn = first.serviceDeploymentArn;
  EXPECT_THAT(refusal<ecs::StopServiceDeployment>(stop), HasSubstr("ConflictException"));
  stop.stopType = "SOFTLY";
  EXPECT_THAT(refusal<ecs::StopServiceDeployment>(stop), HasSubstr("Unknown stop type: SOFTLY"));
  stop.stopType = "ABORT";
  stop.serviceDeploymentArn = "arn:aws:ecs:us-west-2:000000000000:service/main/web";
  EXPECT_THAT(refusal<ecs::StopServiceDeployment>(stop), HasSubstr("is not the ARN of a service"));

  ecs::UpdateServiceRequest update;
  update.cluster = "main";
  update.service = "web";
  update.forceNewDeployment = true;
  must<ecs::UpdateService>(update);
  proceed.action = "CONTINUE";
  EXPECT_THAT(refusal<ecs::ContinueServiceDeployment>(proceed), HasSubstr("has replaced this one"));
  EXPECT_EQ(must<ecs::ListServiceDeployments>(list).serviceDeployments.size(), 2U);
  list.createdAt.emplace().before = first.createdAt;
  EXPECT_TRUE(must<ecs::ListServiceDeployments>(list).serviceDeployments.empty());
  list.createdAt->before.reset();
  list.createdAt->after = first.createdAt;
  EXPECT_EQ(must<ecs::ListServiceDeployments>(list).serviceDeployments.size(), 1U);
  list.createdAt.reset();
  list.status = {"PENDING", "STOPPED"};
  EXPECT_TRUE(must<ecs::ListServiceDeployments>(list).serviceDeployments.empty());

  ecs::DescribeServiceDeploymentsRequest described;
  described.serviceDeploymentArns = {*first.serviceDeploymentArn, "arn:none"};
  auto deployments = must<ecs::DescribeServiceDeployments>(described);
  EXPECT_EQ(deployments.serviceDeployments.size(), 1U);
  EXPECT_EQ(deployments.failures.at(0).reason, "MISSING");
  described.serviceDeploymentArns.assign(21, "arn:none");
  EXPECT_THAT(refusal<ecs::DescribeServiceDeployments>(described), HasSubstr("At most 20"));
  ecs::DescribeServiceRevisionsRequest revisions;
  revisions.serviceRevisionArns = {*first.targetServiceRevisionArn, "arn:none"};
  auto known = must<ecs::DescribeServiceRevisions>(revisions);
  EXPECT_EQ(known.serviceRevisions.at(0).containerImages.at(0).image, "nowhere:1");
  EXPECT_EQ(known.failures.size(), 1U);
  revisions.serviceRevisionArns.assign(21, "arn:none");
  EXPECT_THAT(refusal<ecs::DescribeServiceRevisions>(revisions), HasSubstr("At most 20"));
}

}  // namespace
}  // namespace sb::cloud
