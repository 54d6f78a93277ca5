// Addresses as logs write them.

#include <string>

#include "base/net.h"
#include "fuzz/target.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

FUZZ_TARGET(Address, "address", input) {
  Arena arena;
  const std::string_view address = CanonicalAddress(input, arena);
  if (address.empty()) return;
  // The canonical form is canonical, and has a network.
  CHECK(CanonicalAddress(address, arena) == address);
  CHECK(!NetworkOf(address, arena).empty());
  (void)IsPrivate(address);
}
