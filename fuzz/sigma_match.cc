// A rule and an event, both hostile: the engine with and without indexes against the reference.
//
// The input is the rule's YAML, a line `=====`, and the event's JSON.

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/target.h"
#include "sigma/pattern.h"
#include "source/json.h"
#include "test/support/sigma_engine.h"
#include "test/support/sigma_reference.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

namespace {

/// What the two are known to see differently, and may: letters whose case the engine leaves alone
/// (sigma/pattern.h says which) and texts that are no UTF-8.
bool HasOddLetter(std::string_view input) {
  for (const test::reference::Char c : test::reference::Decode(input)) {
    if (c >= test::reference::kByte || c == 0) return true;
    if (c < 0x80) continue;
    const test::reference::Char folded = test::reference::FoldChar(c);
    if (sigma::Fold(test::reference::Encode({c})) != test::reference::Encode({folded})) return true;
  }
  return false;
}

/// The same of numbers: more digits than a double or 64 bits hold, or a large power of ten.
bool HasOddNumber(std::string_view input) {
  size_t digits = 0;
  bool fraction = false;
  for (size_t i = 0; i < input.size(); ++i) {
    const char c = input[i];
    if (c == '.') {
      fraction = true;
    } else if (c >= '0' && c <= '9') {
      if (++digits > (fraction ? 15 : 18)) return true;
    } else if ((c == 'e' || c == 'E') && digits > 0) {
      size_t power = i + 1;
      if (power < input.size() && (input[power] == '-' || input[power] == '+')) ++power;
      const size_t end = std::min(input.find_first_not_of("0123456789", power), input.size());
      if (end > power + 1) return true;
    } else {
      digits = 0;
      fraction = false;
    }
  }
  return false;
}

/// One rule, and nothing that makes several documents of it.
bool IsPlainRule(const std::vector<Yaml>& documents) {
  if (documents.size() != 1 || !documents.front().is_map()) return false;
  for (const char* const key : {"action", "correlation", "filter"}) {
    if (documents.front().Find(key) != nullptr) return false;
  }
  return true;
}

}  // namespace

FUZZ_TARGET(SigmaMatch, "sigma_match", input) {
  constexpr std::string_view kLine = "\n=====\n";
  if (input.size() > 4'000 || HasOddLetter(input) || HasOddNumber(input)) return;
  const size_t line = std::min(input.find(kLine), input.size());
  const std::string rule(input.substr(0, line));
  const std::string event(input.substr(std::min(line + kLine.size(), input.size())));
  source::JsonReader json;
  if (!json.ParseUnpadded(event) || !json.repaired().empty()) {
    CHECK(json.ParseUnpadded(R"({"f":"ab -x","g":["x",1,null,""],"a":{"b":"-x","c":{}},"h":[]})"));
  }
  const Result<std::vector<Yaml>> documents = ParseYaml(rule);
  if (!documents.ok() || !IsPlainRule(*documents)) return;

  const test::reference::Placeholders placeholders = {
      {"one", {"a"}}, {"several", {"b", "x", "1"}}, {"wild", {"a*b", "?"}}};
  const test::SigmaEngine engine({rule}, placeholders);
  if (engine.size() == 0) return;
  const test::reference::Rule read = test::reference::ReadRule(documents->front(), placeholders);
  if (!read.refused.empty()) return;
  const bool expected = test::reference::Matches(read, json.record());
  const auto matches = [&](test::SigmaEngine::Mode mode) {
    return !engine.Match(json.record(), mode).empty();
  };
  CHECK(matches(test::SigmaEngine::Mode::kPlain) == expected);
  CHECK(matches(test::SigmaEngine::Mode::kIndexed) == expected);
}
