// Times as logs write them.

#include "base/time.h"

#include "fuzz/target.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(Time, "time", input) {
  for (const DateOrder order : {DateOrder::kRefuse, DateOrder::kMonthFirst, DateOrder::kDayFirst}) {
    const ParsedTime parsed = ParseTime(input, order);
    if (parsed.fault != TimeFault::kNone) continue;
    // What we print we can read, and it is the same moment.
    const ParsedTime again = ParseTime(FormatTime(parsed.time));
    CHECK(again.fault == TimeFault::kNone);
    CHECK(again.time == parsed.time);
  }
  if (const auto span = ParseSpan(input)) (void)FormatSpan(*span);
}
