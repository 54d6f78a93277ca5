#include "inventory/name_book.h"

#include <tsl/robin_set.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "inventory/brand.h"
#include "inventory/name_word.h"
#include "inventory/site.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

/// Names shorter than this are a letter from too many others.
constexpr size_t kShortestNear = 6;
/// An app that so many people use is known by its name; our own guess.
constexpr uint64_t kKnownUsers = 10;
/// Looked at for one name: a tenant may have thousands of apps that begin alike.
constexpr size_t kMostCandidates = 64;

uint64_t Hash(std::string_view text, uint64_t seed) {
  uint64_t hash = 14695981039346656037u ^ (seed * 0x9e3779b97f4a7c15u);
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211u;
  return hash ^ (hash >> 29);
}

// First and last half of a look of this size, with the middle left out: an edit, also of two
// neighbours, spoils at most one of them.
size_t HalfOf(size_t size) { return (size - 1) / 2; }

uint64_t FirstHalf(std::string_view look, size_t half, size_t size) {
  return Hash(look.substr(0, half), size * 2);
}
uint64_t LastHalf(std::string_view look, size_t half, size_t size) {
  return Hash(look.substr(look.size() - half), size * 2 + 1);
}

constexpr std::string_view kMailProviders[] = {
    "gmail.com",  "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com",
    "icloud.com", "aol.com",        "gmx.de",      "gmx.net",     "web.de",   "proton.me",
    "mail.ru",    "yandex.ru",      "qq.com",      "163.com"};

bool IsMailProvider(std::string_view domain) {
  return std::find(std::begin(kMailProviders), std::end(kMailProviders), domain) !=
         std::end(kMailProviders);
}

/// Letters of a person's name or of the local part of an address, without allocating much; empty
/// when there is no second word: `support@` is nobody.
void PersonLetters(std::string_view name, std::string& out) {
  out.clear();
  name = name.substr(0, name.find('@'));
  size_t words = 0;
  bool inside = false;
  for (const char c : name) {
    const bool separator = c == '.' || c == '_' || c == '-' || c == ' ' || c == ',';
    if (separator) {
      inside = false;
      continue;
    }
    if (c >= '0' && c <= '9') continue;
    if (!inside) ++words;
    inside = true;
    out += LowerChar(c);
  }
  if (words < 2 || words > 3 || out.size() < 6) out.clear();
}

/// Counts domains of addresses of one tenant.
class Domains {
 public:
  void Add(std::string_view user) {
    const size_t at = user.rfind('@');
    if (at == std::string_view::npos || at + 1 >= user.size()) return;
    const std::string_view domain = user.substr(at + 1);
    if (domain != last_) {
      last_ = domain;
      // Bounded: guests come from anywhere.
      if (counts_.size() >= 4096 && counts_.find(domain) == counts_.end()) return;
      count_ = &counts_.try_emplace(std::string(domain), 0).first->second;
    }
    ++*count_;
    ++total_;
  }

  /// Domains of at least a fifth of the people seen.
  std::vector<TenantLabel> Labels() const {
    std::vector<TenantLabel> out;
    for (const auto& [domain, count] : counts_) {
      if (count < 3 || count * 5 < total_) continue;
      AddLabel(domain, out);
    }
    return out;
  }

  static void AddLabel(std::string_view domain, std::vector<TenantLabel>& out) {
    std::string label;
    std::string registered = RegistrableDomain(domain);
    constexpr std::string_view kShared = ".onmicrosoft.com";
    if (const std::string small = Lower(domain); small.ends_with(kShared)) {
      registered = small;
      label = small.substr(0, small.size() - kShared.size());
      label = label.substr(label.rfind('.') + 1);
    } else {
      if (IsMailProvider(registered) || registered.find('.') == std::string::npos) return;
      label = SiteLabel(domain);
    }
    const Skeleton skeleton = SkeletonOf(label);
    // A short or ordinary word is in too many names to say anything.
    if (skeleton.plain.size() < 4 || UseOf(skeleton.plain).generic ||
        UseOf(skeleton.plain).security) {
      return;
    }
    const bool known = std::any_of(out.begin(), out.end(), [&](const TenantLabel& one) {
      return one.plain == skeleton.plain;
    });
    if (!known) out.push_back({registered, skeleton.plain, skeleton.whole});
  }

 private:
  std::map<std::string, uint64_t, std::less<>> counts_;
  std::string_view last_;
  uint64_t* count_ = nullptr;
  uint64_t total_ = 0;
};

/// Only names that people know are borrowed: the rest would only be searched in vain.
bool IsKnown(const App& app) {
  return app.first_party || app.tenant_wide || UserCount(app) >= kKnownUsers;
}

void AddPeer(const App& app, const Skeleton& name, TenantNames& out) {
  if (name.whole.size() < 3 || !IsKnown(app)) return;
  const auto position = static_cast<uint32_t>(out.peers.size());
  out.peers.push_back({app.platform, app.id, app.name, name.plain, name.whole, app.owner_tenant,
                       app.publisher, app.first_seen, UserCount(app), app.first_party,
                       app.tenant_wide});
  out.by_whole[Hash(name.whole, 0)].push_back(position);
  const size_t size = name.whole.size();
  if (size < kShortestNear) return;
  const size_t half = HalfOf(size);
  out.by_half[FirstHalf(name.whole, half, size)].push_back(position);
  out.by_half[LastHalf(name.whole, half, size)].push_back(position);
}

bool HasDigitDifference(std::string_view a, std::string_view b) {
  // `App 1` and `App 2` are a series, no disguise: without digits they are the same.
  const auto letters = [](std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c < '0' || c > '9') out += c;
    }
    return out;
  };
  return letters(a) == letters(b);
}

/// Which of two apps people mean by the name.
bool BetterKnown(const NamePeer& peer, const App& app, uint64_t users) {
  if (peer.first_party) return true;
  if (peer.tenant_wide && !app.tenant_wide && peer.first_seen < app.first_seen) return true;
  return peer.users >= kKnownUsers && peer.users >= 5 * std::max<uint64_t>(users, 1);
}

bool SamePublisher(const NamePeer& peer, const App& app) {
  if (!peer.owner_tenant.empty() && EqualsIgnoreCase(peer.owner_tenant, app.owner_tenant)) {
    return true;
  }
  const std::string company = CompanyName(peer.publisher);
  return app.verified == App::Verified::kYes && !company.empty() &&
         company == CompanyName(app.publisher);
}

}  // namespace

std::string PersonKey(const Skeleton& name) {
  std::string out;
  uint32_t words = 0;
  for (size_t at = 0; at < name.pieces.size(); ++at) {
    const SkeletonPiece& piece = name.pieces[at];
    if (at == 0 || name.pieces[at - 1].word != piece.word) ++words;
    const WordUse use = UseOf(piece.plain);
    const bool digits = piece.plain.find_first_of("0123456789") != std::string::npos;
    if (use.generic || use.security || use.integrates || use.relates || digits) return {};
    out += piece.plain;
  }
  return words >= 2 && words <= 3 && out.size() >= 6 ? out : std::string();
}

NameBook::NameBook() : impl_(std::make_unique<const Impl>()) {}

NameBook::NameBook(const Portfolio& portfolio) {
  auto impl = std::make_unique<Impl>();
  tsl::robin_map<std::string, tsl::robin_set<std::string>> wanted;
  for (const App& app : portfolio.apps) {
    const Skeleton name = SkeletonOf(app.name);
    AddPeer(app, name, impl->tenants[app.tenant]);
    if (app.first_party) continue;
    std::string key = PersonKey(name);
    if (!key.empty()) wanted[app.tenant].insert(std::move(key));
  }
  std::map<std::string_view, Domains> domains;
  std::string letters;
  for (const App& app : portfolio.apps) {
    TenantNames& names = impl->tenants[app.tenant];
    const auto of_tenant = wanted.find(app.tenant);
    Domains& addresses = domains[app.tenant];
    for (const AppUser& user : app.users) {
      const std::string& name = user.name.empty() ? user.id : user.name;
      addresses.Add(name);
      if (of_tenant == wanted.end()) continue;
      PersonLetters(name, letters);
      if (letters.empty() || !of_tenant->second.contains(letters)) continue;
      names.people.try_emplace(letters, name);
    }
  }
  for (const auto& [tenant, addresses] : domains) {
    TenantNames& names = impl->tenants[std::string(tenant)];
    names.labels = addresses.Labels();
    if (tenant.find('.') != std::string_view::npos) Domains::AddLabel(tenant, names.labels);
  }
  impl_ = std::move(impl);
}

NameBook::~NameBook() = default;
NameBook::NameBook(NameBook&&) noexcept = default;
NameBook& NameBook::operator=(NameBook&&) noexcept = default;

const NamePeer* NeighbourOf(const App& app, const Skeleton& name, const TenantNames& names,
                            bool& same) {
  const uint64_t users = UserCount(app);
  const NamePeer* best = nullptr;
  const auto consider = [&](const std::vector<uint32_t>& positions, bool equal) {
    size_t looked_at = 0;
    for (const uint32_t position : positions) {
      const NamePeer& peer = names.peers[position];
      if (++looked_at > kMostCandidates) break;
      if (peer.platform != app.platform || peer.id == app.id) continue;
      if (equal != (peer.whole == name.whole)) continue;
      if (!equal &&
          (!WithinOneEdit(peer.whole, name.whole) || HasDigitDifference(peer.plain, name.plain))) {
        continue;
      }
      if (!BetterKnown(peer, app, users) || SamePublisher(peer, app)) continue;
      const bool better = best == nullptr || (peer.first_party && !best->first_party) ||
                          (peer.first_party == best->first_party && peer.users > best->users);
      if (better) best = &peer;
    }
  };
  same = true;
  if (name.whole.size() < 3) return nullptr;
  if (const auto it = names.by_whole.find(Hash(name.whole, 0)); it != names.by_whole.end()) {
    consider(it->second, true);
  }
  if (best != nullptr || name.whole.size() < kShortestNear) return best;
  same = false;
  for (size_t size = name.whole.size() - 1; size <= name.whole.size() + 1; ++size) {
    if (size < kShortestNear) continue;
    const size_t half = HalfOf(size);
    for (const uint64_t key :
         {FirstHalf(name.whole, half, size), LastHalf(name.whole, half, size)}) {
      const auto it = names.by_half.find(key);
      if (it != names.by_half.end()) consider(it->second, false);
    }
  }
  return best;
}

}  // namespace tokentrail::inventory
