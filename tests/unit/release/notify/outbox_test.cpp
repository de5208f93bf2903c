#include "release/notify/outbox.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "support/temporary_directory.hpp"

namespace sb::release::notify {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Message message(const std::string& id, Channel channel = Channel::deploys) {
  Message m;
  m.id = id;
  m.topic = id;
  m.channel = channel;
  m.environment = "production";
  m.title = "title of " + id;
  m.at = from_unix_ms(1'763'806'830'123);
  m.facts = {{"version", "1.3.0"}};
  return m;
}

Message page(const std::string& id, PageAction action, const std::string& key) {
  Message m = message(id, Channel::page);
  m.page = action;
  m.dedup_key = key;
  return m;
}

class OutboxTest : public ::testing::Test {
 protected:
  Outbox open() {
    auto opened = Outbox::open(home / "release/outbox.db");
    EXPECT_TRUE(opened.has_value());
    return std::move(*opened);
  }
  test::TemporaryDirectory home;
};

TEST_F(OutboxTest, keeps_one_of_each_id_with_all_that_it_says) {
  auto outbox = open();

  auto first = outbox.put(message("a"));
  auto second = outbox.put(message("a"));

  EXPECT_TRUE(*first);
  EXPECT_FALSE(*second);
  auto found = outbox.find("a");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->message, message("a"));
}

TEST_F(OutboxTest, is_readable_by_its_owner_alone) {
  open();
  struct stat facts{};

  ASSERT_EQ(stat((home / "release/outbox.db").c_str(), &facts), 0);

  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_F(OutboxTest, survives_being_opened_anew) {
  (void)open().put(message("a"));

  auto pending = open().pending();

  ASSERT_TRUE(pending.has_value());
  EXPECT_THAT(*pending, SizeIs(1));
}

TEST_F(OutboxTest, moves_the_cursor_with_the_messages_and_never_back) {
  auto outbox = open();
  EXPECT_EQ(outbox.cursor()->has_value(), false);

  EXPECT_EQ(*outbox.put_through({message("a"), message("b")}, 7), 2);
  EXPECT_EQ(*outbox.put_through({message("b")}, 5), 0);

  EXPECT_EQ(*outbox.cursor(), 7);
}

TEST_F(OutboxTest, counts_what_became_of_each_message) {
  auto outbox = open();
  for (const char* id : {"a", "b", "c", "d"}) (void)outbox.put(message(id));
  auto entries = *outbox.pending();
  const auto at = from_unix_ms(1);

  (void)outbox.delivered(entries[0].position, at, "");
  (void)outbox.to_inbox(entries[1].position, at);
  (void)outbox.dead(entries[2].position, at, "refused");

  auto counts = *outbox.counts();
  EXPECT_EQ(counts.delivered, 1);
  EXPECT_EQ(counts.inbox, 1);
  EXPECT_EQ(counts.dead, 1);
  EXPECT_EQ(counts.pending, 1);
}

TEST_F(OutboxTest, forgets_a_channels_failures_once_it_delivers) {
  auto outbox = open();
  (void)outbox.put(message("a"));
  const auto position = outbox.pending()->front().position;
  (void)outbox.failed(position, {.channel = Channel::deploys,
                                 .failures = 3,
                                 .not_before = from_unix_ms(99),
                                 .was_told_to_wait = true,
                                 .last_error = "down"});
  auto failing = *outbox.health(Channel::deploys);

  (void)outbox.delivered(position, from_unix_ms(100), "");

  EXPECT_EQ(failing.failures, 3);
  EXPECT_TRUE(failing.was_told_to_wait);
  EXPECT_EQ(outbox.health(Channel::deploys)->failures, 0);
}

TEST_F(OutboxTest, knows_which_alerts_are_still_open) {
  auto outbox = open();
  (void)outbox.put(page("a", PageAction::trigger, "one"));
  (void)outbox.put(page("b", PageAction::trigger, "two"));
  (void)outbox.put(page("c", PageAction::resolve, "one"));

  auto open_ones = *outbox.open_trouble("production");
  auto elsewhere = *outbox.open_trouble("staging");

  EXPECT_THAT(open_ones.pages, ElementsAre("two"));
  EXPECT_THAT(elsewhere.pages, IsEmpty());
}

TEST_F(OutboxTest, knows_whether_an_incident_is_open) {
  auto outbox = open();
  Message opened = message("a", Channel::status_page);
  opened.status = StatusUpdate{.incident = IncidentStep::open};
  Message resolved = message("b", Channel::status_page);
  resolved.status = StatusUpdate{.incident = IncidentStep::resolve};

  (void)outbox.put(opened);
  const bool before = outbox.open_trouble("production")->incident;
  (void)outbox.put(resolved);

  EXPECT_TRUE(before);
  EXPECT_FALSE(outbox.open_trouble("production")->incident);
}

TEST_F(OutboxTest, revives_dead_letters_only) {
  auto outbox = open();
  (void)outbox.put(message("a"));
  (void)outbox.put(message("b"));
  auto entries = *outbox.pending();
  (void)outbox.dead(entries[0].position, from_unix_ms(1), "refused");
  (void)outbox.delivered(entries[1].position, from_unix_ms(1), "");

  for (const auto& entry : entries) (void)outbox.revive(entry.position);

  EXPECT_EQ(outbox.counts()->pending, 1);
  EXPECT_EQ(outbox.counts()->delivered, 1);
}

}  // namespace
}  // namespace sb::release::notify
