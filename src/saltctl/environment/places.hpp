// Where things are on this machine.
#pragma once

#include <string>
#include <vector>

#include "base/fs/fs.hpp"
#include "saltctl/environment/where.hpp"

namespace sb::saltctl {

struct Places {
  fs::Path checkout;  // holds deploy/ and db/revisions/
  fs::Path programs;  // the built binaries
  fs::Path home;      // all state
  Where where = Where::local;
  fs::Path deploy;  // what is declared: $SALTBITTER_DEPLOY, or deploy/ in the checkout
  fs::Path environments() const {
    return deploy / "environments";
  }
  fs::Path revisions() const {
    return checkout / "db" / "revisions";
  }
  // Of either cloud's releases: an image is the same everywhere.
  fs::Path images() const {
    return (where == Where::aws ? home.parent_path() : home) / "images";
  }
  fs::Path authority() const {
    return home / "ca" / "authority.pem";
  }
  fs::Path cloud() const {
    return home / "cloud";
  }
  fs::Path journal() const {
    return home / "release" / "journal.db";
  }
  fs::Path changelog(const std::string& environment) const {
    return home / "release" / "changelog" / (environment + ".md");
  }
  // Where `make test`, `make coverage` and `make security` leave what they found:
  // $SALTBITTER_EVIDENCE first.
  std::vector<fs::Path> evidence() const;
  fs::Path shell(const std::string& environment) const {
    return home / "shell" / environment;
  }
};

// The checkout is found upward from the executable (or from the working directory when saltctl was
// copied elsewhere); the home is $SALTBITTER_HOME, or .saltbitter/ in the checkout, and aws/ in it
// for what happens on AWS: a rehearsal's record is never taken for a release's.
Result<Places> find_places();

}  // namespace sb::saltctl
