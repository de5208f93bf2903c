// The words of the questionnaire and of its results.
#include "platform/attachment/assessment.hpp"

namespace sb::platform::attachment {

namespace {

// Odd ids ask about worry and preoccupation, even ones about distance; 4, 8, 10, 22 and 24 are
// written from the comfortable side.
constexpr std::array<std::string_view, kQuestions> kTexts = {
    "When someone I am dating is slow to reply, I start to think that something is wrong between "
    "us.",
    "I keep some of what I feel to myself, even with people I love.",
    "I often wonder whether my partner cares for me as much as I care for them.",
    "Telling a partner about a bad day comes easily to me.",
    "I need to hear often that I am loved.",
    "When a relationship becomes serious, I feel the urge to take a step back.",
    "The thought that a partner could leave me stays on my mind.",
    "I am at ease when someone wants to be close to me.",
    "Small changes in a partner's mood make me look for what I did wrong.",
    "Asking a partner for help feels natural to me.",
    "If my partner spends time with others, I worry that I matter less.",
    "I would rather solve my problems alone than lean on a partner.",
    "I tend to want more closeness than the people I date.",
    "Long talks about feelings make me want to change the subject.",
    "After an argument I cannot settle until I know that we are all right.",
    "I feel crowded when a partner wants to be with me most of the time.",
    "I fear that people will lose interest once they really know me.",
    "Depending on someone makes me uncomfortable.",
    "I think about my relationship so much that other things suffer.",
    "I hold back affection until I am very sure of someone.",
    "When I am not in a relationship, I feel that something essential is missing.",
    "I let the person I love see me when I am weak.",
    "I sometimes push for signs of love in ways that I regret later.",
    "I find comfort in a partner's arms when life is hard.",
    "A partner's silence feels like rejection to me.",
};

constexpr std::array<std::string_view, kMaxAnswer> kScale = {
    "Strongly disagree", "Disagree", "Slightly disagree", "Neither agree nor disagree",
    "Slightly agree",    "Agree",    "Strongly agree",
};

constexpr Portrait kSecure = {
    "Closeness and independence both come fairly easily to you. You tend to trust, to ask for what "
    "you need, and to "
    "give a partner room.",
    "You are likely to bring calm into a relationship. Look for someone who meets openness with "
    "openness.",
    {"Comfortable with closeness", "Open about needs and feelings", "Steady in disagreements"},
    {"Noticing when others need more reassurance than you do",
     "Keeping curiosity alive in calm times", "Saying early when something does not fit"},
};
constexpr Portrait kAnxious = {
    "You love with your whole attention and notice small changes. Uncertainty about where you "
    "stand can take up a lot "
    "of room.",
    "Partners who answer clearly and reliably tend to bring out the best in you.",
    {"Attentive to a partner's feelings", "Ready to invest in a relationship",
     "Warm and expressive"},
    {"Letting a little time pass before reading meaning into silence",
     "Asking directly for reassurance", "Keeping friendships and interests of your own"},
};
constexpr Portrait kAvoidant = {
    "You value self-reliance and need space to feel at ease. Closeness may feel like pressure "
    "before it feels like "
    "comfort.",
    "Partners who respect your pace make it easier to let them in.",
    {"Independent and level-headed", "Respectful of a partner's space",
     "Calm when things become intense"},
    {"Sharing a feeling before it is fully sorted out",
     "Saying when you need distance, and when you will be back", "Accepting help in small things"},
};
constexpr Portrait kFearful = {
    "You long for closeness and are wary of it at the same time. You may move towards people and "
    "then away when it "
    "becomes real.",
    "Slow, predictable steps with a patient partner tend to help most.",
    {"Sensitive to what others feel", "Thoughtful about trust",
     "Able to see both sides of closeness"},
    {"Naming mixed feelings instead of acting on them", "Building trust in small, repeated steps",
     "Choosing partners whose words and actions agree"},
};

}  // namespace

std::span<const std::string_view, kQuestions> questions() {
  return kTexts;
}

std::span<const std::string_view, kMaxAnswer> scale() {
  return kScale;
}

const Portrait& portrait(Style style) {
  switch (style) {
    case Style::secure:
      return kSecure;
    case Style::anxious:
      return kAnxious;
    case Style::avoidant:
      return kAvoidant;
    case Style::fearful_avoidant:
      return kFearful;
  }
  return kSecure;
}

}  // namespace sb::platform::attachment
