// The boxes of the runbook's pre-deployment list: pure rules over what could be found out. Facts
// are gathered by the runner; what a box rests on is kept beside it.
#pragma once

#include <boost/describe/class.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error/error.hpp"
#include "release/engine/box.hpp"
#include "release/engine/plan.hpp"

namespace sb::release::gates {

// What `make test`, `make coverage` and `make security` leave behind: NAME.json.
struct Evidence {
  std::int64_t schema = 0;
  std::string commit;  // 40 digits
  bool dirty = true;   // the tree had changes that are in no commit
  std::string at;      // RFC 3339
  bool passed = false;
  std::string summary;  // "811 tests, 0 failed"
  double lines_percent = 0;
  double gate_percent = 0;
};
BOOST_DESCRIBE_STRUCT(Evidence, (),
                      (schema, commit, dirty, at, passed, summary, lines_percent, gate_percent))

// The evidence of one kind that was looked for.
struct Found {
  std::optional<Evidence> evidence;  // about the image's own commit, from a clean tree
  std::string why_not;               // else: what was found instead
  std::string path;
  std::string sha256;
};

// `/saltbitter/staging/migrations/REVISION`: written by a release that staging completed.
struct TestedRevision {
  std::string sha256;
  std::string release_id;
  Timestamp at{};
};
BOOST_DESCRIBE_STRUCT(TestedRevision, (), (sha256, release_id, at))

struct Told {
  BoxState state = BoxState::open;
  std::string sentence;
};

struct Facts {
  std::map<std::string, Found> evidence;         // "tests", "coverage", "security"
  std::map<std::string, TestedRevision> tested;  // by revision
  std::set<std::string> variables;  // the new task definition's environment and secrets, names only
  Told team;                        // was it told on #deploys?
  Timestamp at{};
};

struct BoxName {
  std::string_view id;
  std::string_view list;
  std::string_view title;  // as the runbook has it
  std::string_view next;   // what to run when it is open
};
// All of the three lists, in the page's order.
const std::vector<BoxName>& box_names();
const BoxName* find_box(std::string_view id);

// Every box of the pre-deployment list, waivers applied.
std::vector<Box> evaluate(const Plan& plan, const Facts& facts);

// "tests,coverage=the runner is down" to waivers. Errors (invalid_argument) name the word that is
// wrong and the boxes there are; "all" is not one of them.
Result<std::vector<Waiver>> parse_waivers(const std::vector<std::string>& given,
                                          const std::string& by);

}  // namespace sb::release::gates
