// A box of the runbook's checklists: who ticked it, by which evidence, or who went on without it
// and why. Kept in the release's record.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <string>
#include <vector>

#include "base/clock/clock.hpp"

namespace sb::release {

enum class BoxState {
  open,            // nothing is known yet, or too little to say
  passed,          // by its evidence
  failed,          // the evidence is missing or speaks against it
  waived,          // failed, and a named person goes on without it, with a reason
  not_applicable,  // the environment does not ask for it, or there is nothing to check
};
BOOST_DESCRIBE_ENUM(BoxState, open, passed, failed, waived, not_applicable)

struct Box {
  std::string id;     // "coverage"
  std::string list;   // "pre", "during", "post"
  std::string title;  // as the runbook has it
  BoxState state = BoxState::open;
  std::string evidence;  // one sentence
  std::string proof;     // what it rests on: JSON, or a document
  std::string waived_by;
  std::string waiver_reason;
  Timestamp at{};

  bool operator==(const Box&) const = default;
};
BOOST_DESCRIBE_STRUCT(Box, (),
                      (id, list, title, state, evidence, proof, waived_by, waiver_reason, at))

inline bool stops_release(const Box& box) {
  return box.state == BoxState::failed || box.state == BoxState::open;
}

}  // namespace sb::release
