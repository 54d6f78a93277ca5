// The small decoders: percent, base64, token ids, activity names, sets, text for terminals.

#include "base/text.h"

#include <string>

#include "fuzz/target.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(Text, "text", input) {
  Arena arena;
  CHECK(DecodePercent(input).size() <= input.size());
  CHECK(DecodePercent(input, true).size() <= input.size());
  CHECK(DecodeBase64(EncodeBase64(input)) == input);
  (void)DecodeBase64(input);
  (void)DecodeUti(input, arena);
  const std::string_view activity = NormaliseActivity(input, arena);
  CHECK(NormaliseActivity(activity, arena) == activity);
  const std::string printable = Printable(input);
  for (const char c : printable) {
    CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) || c == '\n' || c == '\t');
  }
  auto parts = Split(input, " ,");
  const std::string_view set = JoinSet(parts, arena);
  CHECK(SetMinus(set, set, arena).empty());
  CHECK(SetMinus(set, "", arena) == set);
  for (const std::string_view part : parts) CHECK(SetHas(set, part));
}
