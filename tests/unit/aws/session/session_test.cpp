#include <gtest/gtest.h>

#include "aws/session/channel.hpp"
#include "base/crypto/crypto.hpp"

namespace sb::aws::session {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kNow = Timestamp(1700000000000ms);

SteadyTime at(int ms) {
  return SteadyTime(std::chrono::milliseconds(ms));
}

TEST(SessionMessage, is_laid_out_as_the_agent_does) {
  Message message;
  message.type = kInput;
  message.sequence = 5;
  message.created = kNow;
  message.id = "00112233-4455-6677-8899-aabbccddeeff";
  message.payload_type = PayloadType::output;
  message.payload = "ls\n";
  EXPECT_EQ(crypto::to_hex(encode(message)),
            "00000074"
            "696e7075745f73747265616d5f64617461202020202020202020202020202020"
            "000000010000018bcfe5680000000000000000050000000000000000"
            "8899aabbccddeeff0011223344556677"
            "e9fe7e88e89d532379960402db8f9458194dae772aa5fda5a12806c22215f0ff"
            "00000001000000036c730a");
}

TEST(SessionMessage, survives_the_way_there_and_back) {
  Message message;
  message.type = kOutput;
  message.sequence = 7;
  message.created = kNow;
  message.id = crypto::uuid4();
  message.payload_type = PayloadType::size;
  message.payload = std::string("a\0b", 3);
  auto decoded = decode(encode(message));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->id, message.id);
  EXPECT_EQ(decoded->payload, message.payload);
  EXPECT_EQ(decoded->type, message.type);
}

TEST(SessionMessage, refuses_every_cut_and_every_flipped_payload_bit) {
  Message message;
  message.type = kOutput;
  message.created = kNow;
  message.id = crypto::uuid4();
  message.payload = "hello";
  auto frame = encode(message);
  for (std::size_t cut = 0; cut < frame.size(); ++cut)
    EXPECT_FALSE(decode(frame.substr(0, cut)).has_value()) << cut;
  frame.back() ^= 1;
  EXPECT_FALSE(decode(frame).has_value());
}

TEST(SessionChannel, delivers_once_and_in_order_whatever_the_network_does) {
  Channel client(Side::client), agent(Side::agent);
  std::vector<std::string> frames;
  for (int i = 0; i < 5; ++i)
    frames.push_back(client.send(PayloadType::output, std::to_string(i), kNow, at(0)));
  std::string seen;
  for (int index : {1, 1, 0, 3, 0, 4, 2, 2}) {
    auto received = agent.receive(frames[static_cast<std::size_t>(index)], kNow, at(1));
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(received->replies.size(), 1u);  // duplicates are acknowledged again
    for (const auto& message : received->delivered) seen += message.payload;
    for (const auto& reply : received->replies)
      ASSERT_TRUE(client.receive(reply, kNow, at(2)).has_value());
  }
  EXPECT_EQ(seen, "01234");
  EXPECT_FALSE(client.has_unacknowledged());
}

TEST(SessionChannel, sends_the_oldest_again_until_it_is_acknowledged) {
  Channel client(Side::client), agent(Side::agent);
  client.send(PayloadType::output, "a", kNow, at(0));
  auto second = client.send(PayloadType::output, "b", kNow, at(0));
  EXPECT_TRUE(client.resend(at(100)).empty());
  auto again = client.resend(at(1001));
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(decode(again[0])->payload, "a");
  EXPECT_EQ(client.resends(), 1);
  auto received = agent.receive(again[0], kNow, at(1002));
  (void)client.receive(received->replies[0], kNow, at(1003));
  EXPECT_TRUE(client.has_unacknowledged());
  received = agent.receive(second, kNow, at(1004));
  (void)client.receive(received->replies[0], kNow, at(1005));
  EXPECT_FALSE(client.has_unacknowledged());
}

TEST(SessionChannel, tells_the_client_that_the_agent_closed) {
  Channel client(Side::client);
  auto received = client.receive(channel_closed("s-1", "bye", kNow), kNow, at(0));
  ASSERT_TRUE(received.has_value());
  EXPECT_TRUE(received->is_closed);
  EXPECT_EQ(received->closing_words, "bye");
}

TEST(SessionChannel, refuses_garbage) {
  Channel client(Side::client);
  EXPECT_FALSE(client.receive("garbage", kNow, at(0)).has_value());
  Message message;
  message.type = kAcknowledge;
  message.created = kNow;
  message.payload = "{}";
  EXPECT_FALSE(client.receive(encode(message), kNow, at(0)).has_value());
}

}  // namespace
}  // namespace sb::aws::session
