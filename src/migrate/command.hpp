// The `alembic` command line: same words, same answers, same exit codes as Alembic 1.8 where that
// is sensible; where Alembic leaves the operator in the dark it says more.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace sb::migrate {

// Exit codes: 0 done, 1 the database or a script failed, 2 usage, 255 "FAILED: ..." (a request that
// cannot be carried out), 75 another migration holds the lock (try again later).
inline constexpr int kExitFailed = 255;
inline constexpr int kExitBusy = 75;

// Runs `alembic ARGS...` and returns its exit code. Reads DATABASE_URL, and alembic.ini from -c,
// the working directory, $ALEMBIC_CONFIG or ../backend beside the program. Answers go to stdout,
// progress to stderr.
int main(const std::vector<std::string>& args);

// "postgresql+psycopg2://..." as SQLAlchemy writes it, to what libpq understands.
std::string libpq_url(std::string url);
// "postgresql://user:***@host/db"
std::string mask_password(const std::string& url);

}  // namespace sb::migrate
