#include "inventory/site.h"

#include <tsl/robin_set.h>

#include <algorithm>
#include <deque>

#include "base/text.h"
#include "inventory/data.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

const tsl::robin_set<std::string_view>& Suffixes() {
  static std::deque<std::string> unescaped;
  static const tsl::robin_set<std::string_view> table = [] {
    tsl::robin_set<std::string_view> out;
    for (const auto& row : ReadTable(SuffixData(), {"country", "second"}, unescaped)) {
      for (const std::string_view second : Split(row[1], "|")) {
        unescaped.push_back(std::string(second) + "." + std::string(row[0]));
        out.insert(unescaped.back());
      }
    }
    return out;
  }();
  return table;
}

bool IsIpV4(std::string_view host) {
  // Also the forms that browsers take: one number, hexadecimal. RFC 3986 3.2.2, WHATWG URL.
  size_t parts = 0;
  for (const std::string_view part : Split(host, ".")) {
    ++parts;
    const bool hex = part.size() > 2 && part[0] == '0' && LowerChar(part[1]) == 'x';
    const std::string_view digits = hex ? part.substr(2) : part;
    for (const char c : digits) {
      const char small = LowerChar(c);
      const bool digit = (c >= '0' && c <= '9') || (hex && small >= 'a' && small <= 'f');
      if (!digit) return false;
    }
  }
  return parts >= 1 && parts <= 4 && !host.empty() && host.back() != '.';
}

/// Where the suffix begins; 0 when the host is nothing but one.
size_t SuffixStart(std::string_view host) {
  const size_t last = host.rfind('.');
  if (last == std::string_view::npos) return 0;
  const size_t second = last == 0 ? std::string_view::npos : host.rfind('.', last - 1);
  const size_t begin = second == std::string_view::npos ? 0 : second + 1;
  if (Suffixes().contains(host.substr(begin))) return begin;
  return last + 1;
}

std::string_view TrimDots(std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  while (host.starts_with('.') || host.starts_with('*')) host.remove_prefix(1);
  return host;
}

}  // namespace

SiteUrl ReadUrl(std::string_view url) {
  SiteUrl out;
  url = Trim(url);
  const size_t colon = url.find(':');
  const size_t slashes = url.find("://");
  std::string_view rest = url;
  if (slashes != std::string_view::npos && slashes == colon) {
    out.scheme = url.substr(0, colon);
    rest = url.substr(slashes + 3);
  } else if (colon != std::string_view::npos) {
    out.scheme = url.substr(0, colon);  // urn:ietf:..., brk-multihub:...: no host
    out.path = url.substr(colon + 1);
    return out;
  }
  const size_t end = std::min(rest.find_first_of("/?#\\"), rest.size());
  std::string_view authority = rest.substr(0, end);
  out.path = rest.substr(end);
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  if (authority.starts_with('[')) {
    const size_t close = std::min(authority.find(']'), authority.size());
    out.host = authority.substr(1, close - 1);
    if (close + 1 < authority.size() && authority[close + 1] == ':') {
      out.port = authority.substr(close + 2);
    }
    out.is_ip = true;
    out.loopback = out.host == "::1" || out.host == "0:0:0:0:0:0:0:1";
    return out;
  }
  const size_t port = authority.rfind(':');
  out.host = authority.substr(0, port);
  if (port != std::string_view::npos) out.port = authority.substr(port + 1);
  out.is_ip = IsIpV4(out.host);
  std::string_view bare = out.host;
  while (bare.ends_with('.')) bare.remove_suffix(1);
  out.loopback =
      (out.is_ip && (out.host.starts_with("127.") || out.host == "2130706433")) ||
      EqualsIgnoreCase(bare, "localhost") ||
      (bare.size() > 10 && EqualsIgnoreCase(bare.substr(bare.size() - 10), ".localhost"));
  return out;
}

std::string RegistrableDomain(std::string_view host) {
  const std::string small = Lower(TrimDots(host));
  const size_t suffix = SuffixStart(small);
  if (suffix == 0 || IsIpV4(small)) return small;
  const size_t before = suffix >= 2 ? small.rfind('.', suffix - 2) : std::string::npos;
  return before == std::string::npos ? small : small.substr(before + 1);
}

std::string SiteLabel(std::string_view host) {
  std::string domain = RegistrableDomain(host);
  return domain.substr(0, domain.find('.'));
}

}  // namespace tokentrail::inventory
