// Hosts of URLs, and the domain that somebody registered to have such a host.

#pragma once

#include <string>
#include <string_view>

namespace tokentrail::inventory {

/// The parts of a reply URL that matter here; texts are views of the URL, any case.
struct SiteUrl {
  std::string_view scheme;  ///< without `:`; empty when there is none
  std::string_view host;    ///< without port, brackets and user; empty when there is none
  std::string_view port;
  std::string_view path;  ///< with the slash
  bool is_ip = false;
  bool loopback = false;  ///< this computer: localhost, 127.0.0.0/8, ::1
};
SiteUrl ReadUrl(std::string_view url);

/// The part of a host that somebody registered: `contoso.co.uk` of `login.contoso.co.uk`, lower
/// case. The host itself where it is an address, one label, or a bare suffix. By a table of
/// suffixes of several labels (data/domain_suffixes.csv): a suffix it misses makes unrelated hosts
/// of that country look related, never the other way round.
std::string RegistrableDomain(std::string_view host);

/// `contoso` of `contoso.co.uk`: the label before the suffix.
std::string SiteLabel(std::string_view host);

}  // namespace tokentrail::inventory
