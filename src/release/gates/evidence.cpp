#include "release/gates/evidence.hpp"

#include <fmt/format.h>

#include "base/crypto/crypto.hpp"
#include "base/json/codec.hpp"

namespace sb::release::gates {

namespace {

constexpr std::int64_t kSchema = 1;
constexpr std::size_t kShortestCommit = 7;

// Why this file does not count; empty when it does.
std::string objection(const Evidence& evidence, const std::string& commit) {
  if (evidence.schema != kSchema)
    return fmt::format("its schema is {}, not {}", evidence.schema, kSchema);
  const bool is_same = commit.size() >= kShortestCommit && evidence.commit.starts_with(commit);
  if (!is_same)
    return "the newest evidence is about " +
           (evidence.commit.empty() ? "no commit" : evidence.commit.substr(0, kShortestCommit));
  if (evidence.dirty) return "the evidence is from a tree with changes that are in no commit";
  return {};
}

}  // namespace

Found find_evidence(const std::vector<fs::Path>& folders, const std::string& name,
                    const std::string& commit) {
  Found best;
  for (const auto& folder : folders) {
    const fs::Path path = folder / (name + ".json");
    auto text = fs::read_file(path);
    if (!text) continue;
    auto evidence = json::decode<Evidence>(*text);
    const std::string why_not = evidence
                                    ? objection(*evidence, commit)
                                    : path.string() + " cannot be read: " + evidence.error().text();
    if (!why_not.empty()) {
      if (best.why_not.empty()) best.why_not = why_not;
      continue;
    }
    return {.evidence = *std::move(evidence),
            .why_not = {},
            .path = path.string(),
            .sha256 = crypto::sha256_hex(*text)};
  }
  return best;
}

}  // namespace sb::release::gates
