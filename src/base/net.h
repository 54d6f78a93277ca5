// Addresses in one form.

#pragma once

#include <string_view>

#include "base/arena.h"

namespace tokentrail {

/// The canonical text of the address in `text` (inet_ntop's form, lower case): takes `a.b.c.d`,
/// `a.b.c.d:port`, `[v6]:port`, `v6`, `v6%zone`, `::ffff:a.b.c.d` (made v4). Empty when it is none.
std::string_view CanonicalAddress(std::string_view text, Arena& arena);

/// The network of a canonical address: its /24 or /48, as `192.0.2.0/24` or `2001:db8:1::/48`.
std::string_view NetworkOf(std::string_view address, Arena& arena);

/// Loopback, link-local, RFC 1918, RFC 4193, RFC 6598, unspecified.
bool IsPrivate(std::string_view address);

}  // namespace tokentrail
