// Taking secrets out of hostile text.

#include "base/redact.h"

#include <string>

#include "fuzz/target.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(Redact, "redact", input) {
  const Redactor redactor("0123456789abcdef");
  Arena arena;
  // Both forms agree, and what is clean stays as it is: a mark is no secret.
  const std::string clean = redactor.Clean(input);
  CHECK(redactor.Clean(input, arena) == clean);
  CHECK(redactor.Clean(clean) == clean);
  (void)redactor.CleanRecord(input);
  (void)Redactor::IsSecretKey(input);
  // A token that stands alone never survives, whatever stands around it.
  const std::string_view secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
  const std::string around =
      std::string(input) + " " + std::string(secret) + " " + std::string(input);
  CHECK(redactor.Clean(around).find(secret) == std::string::npos);
}
