#include "inventory/reply_url.h"

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include <algorithm>
#include <deque>
#include <set>

#include "base/text.h"
#include "inventory/brand.h"
#include "inventory/data.h"
#include "inventory/masquerade.h"
#include "inventory/name_word.h"
#include "inventory/site.h"
#include "inventory/skeleton.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

struct Hosting {
  std::string_view suffix;
  std::string_view kind;
  std::string_view provider;
};

bool IsUnder(std::string_view host, std::string_view suffix) {
  if (host.size() < suffix.size()) return false;
  if (!EqualsIgnoreCase(host.substr(host.size() - suffix.size()), suffix)) return false;
  return host.size() == suffix.size() || host[host.size() - suffix.size() - 1] == '.';
}

/// The longest suffix of the table that the host is under; null when none.
const Hosting* HostingOf(std::string_view host) {
  static std::deque<std::string> unescaped;
  static const FoldMap<Hosting> table = [] {
    FoldMap<Hosting> out;
    for (const auto& row :
         ReadTable(FreeHostingData(), {"suffix", "kind", "provider", "source"}, unescaped)) {
      out.try_emplace(row[0], Hosting{row[0], row[1], row[2]});
    }
    return out;
  }();
  while (host.ends_with('.')) host.remove_suffix(1);
  for (;;) {
    const auto it = table.find(host);
    if (it != table.end()) return &it->second;
    const size_t dot = host.find('.');
    if (dot == std::string_view::npos) return nullptr;
    host.remove_prefix(dot + 1);
  }
}

// Hosts that take codes on behalf of many apps: they say nothing of this one. Sources: Microsoft
// Learn, "Redirect URI best practices", "Custom connectors" and "Bot authentication"; Postman docs.
constexpr std::string_view kBrokers[] = {
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.live.com",
    "consent.azure-apim.net",
    "botframework.com",
    "oauth.powerbi.com",
    "oauth.pstmn.io",
    "teams.microsoft.com",
    "msauth.office.com",
};
bool IsBroker(std::string_view host) {
  return std::any_of(std::begin(kBrokers), std::end(kBrokers),
                     [&](std::string_view one) { return IsUnder(host, one); });
}

/// The host stands for somebody: not this computer, no broker, no scheme of an app's own.
bool IsSomewhere(const SiteUrl& url) {
  return !url.host.empty() && !url.loopback && !IsBroker(url.host);
}

/// Same registered label, whatever the country; or one label within the other.
bool SameHouse(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return false;
  if (a == b) return true;
  if (a.size() > b.size()) std::swap(a, b);
  return a.size() >= 4 && b.find(a) != std::string_view::npos;
}

/// The label that its owner chose: under free hosting the one before the suffix.
std::string HouseOf(std::string_view host) {
  if (const Hosting* hosting = HostingOf(host)) {
    if (host.size() <= hosting->suffix.size() + 1) return Lower(host);
    const std::string_view own = host.substr(0, host.size() - hosting->suffix.size() - 1);
    return Lower(own.substr(own.rfind('.') + 1));
  }
  return SiteLabel(host);
}

bool HasForeignHost(std::string_view host) {
  for (const std::string_view label : Split(host, ".")) {
    if (label.size() > 4 && EqualsIgnoreCase(label.substr(0, 4), "xn--")) return true;
  }
  return std::any_of(host.begin(), host.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// A name that nobody would give to something that others are to find.
bool IsNonsense(const Skeleton& name) {
  if (name.odd.nothing_to_read || name.plain.size() <= 2) return true;
  const std::string& text = name.plain;
  constexpr std::string_view kRows[] = {"qwerty", "asdf", "zxcv", "qwer", "abc", "aaa", "xxx"};
  for (const std::string_view row : kRows) {
    if (text.starts_with(row) && text.size() <= row.size() + 4) return true;
  }
  if (!name.ascii) return false;
  size_t letters = 0;
  size_t vowels = 0;
  std::set<char> different;
  for (const char c : text) {
    different.insert(c);
    if (c < 'a' || c > 'z') continue;
    ++letters;
    if (std::string_view("aeiouy").find(c) != std::string_view::npos) ++vowels;
  }
  if (different.size() <= 2) return true;
  if (letters * 2 < text.size()) return true;  // mostly digits
  const bool one_word = name.pieces.front().word == name.pieces.back().word;
  if (one_word && letters >= 5 && vowels == 0) return true;
  const WordUse use = UseOf(text);
  return use.generic && one_word && text.size() <= 5;  // `test`, `app`, `demo`
}

/// Collects the URLs that show one thing.
struct Shown {
  std::vector<std::string> texts;
  void Add(std::string_view text) {
    std::string shown = Printable(text);
    if (std::find(texts.begin(), texts.end(), shown) == texts.end()) {
      texts.push_back(std::move(shown));
    }
  }
  bool empty() const { return texts.empty(); }
  std::string Words() const {
    std::string out;
    for (size_t i = 0; i < texts.size() && i < 3; ++i) out += (i > 0 ? ", " : "") + texts[i];
    if (texts.size() > 3) out += fmt::format(" and {} more", texts.size() - 3);
    return out;
  }
};

}  // namespace

struct ReplyBook::Impl {
  struct Flagged {
    std::string tenant;
    std::string platform;
    std::string id;
    std::string name;
  };
  tsl::robin_map<std::string, std::vector<Flagged>> by_host;

  void Add(const App& app) {
    std::set<std::string> hosts;
    for (const std::string& text : app.reply_urls) {
      const SiteUrl url = ReadUrl(text);
      if (IsSomewhere(url)) hosts.insert(Lower(url.host));
    }
    for (const std::string& host : hosts) {
      std::vector<Flagged>& all = by_host[host];
      // Enough to name one that is not the app itself.
      if (all.size() < 8) all.push_back({app.tenant, app.platform, app.id, app.name});
    }
  }
};

ReplyBook::ReplyBook() : impl_(std::make_unique<const Impl>()) {}

ReplyBook::ReplyBook(const Portfolio& portfolio, const std::vector<size_t>& flagged) {
  auto impl = std::make_unique<Impl>();
  std::vector<size_t> order = flagged;
  std::sort(order.begin(), order.end());
  for (const size_t position : order) {
    if (position < portfolio.apps.size()) impl->Add(portfolio.apps[position]);
  }
  impl_ = std::move(impl);
}

ReplyBook::ReplyBook(const Portfolio& portfolio) {
  auto impl = std::make_unique<Impl>();
  for (const App& app : portfolio.apps) {
    const bool listed = std::any_of(app.listings.begin(), app.listings.end(),
                                    [](const auto& one) { return one.verdict == "malicious"; });
    const bool disguised = std::any_of(app.signs.begin(), app.signs.end(),
                                       [](const AppSign& one) { return IsDisguise(one.code); });
    if (!app.first_party && (listed || disguised)) impl->Add(app);
  }
  impl_ = std::move(impl);
}

ReplyBook::~ReplyBook() = default;
ReplyBook::ReplyBook(ReplyBook&&) noexcept = default;
ReplyBook& ReplyBook::operator=(ReplyBook&&) noexcept = default;

void ExamineReplyUrls(const App& app, const ReplyBook& book, std::vector<AppSign>& signs,
                      std::vector<AppSign>& not_assessed) {
  if (app.first_party) return;
  if (app.reply_urls.empty()) {
    not_assessed.push_back({"reply.not_assessed", "the evidence does not give its reply URLs", "",
                            "An export of the tenant's app registrations gives them."});
    return;
  }
  const bool own = !app.owner_tenant.empty() && EqualsIgnoreCase(app.owner_tenant, app.tenant);
  std::vector<std::string> homes;  // labels that the publisher shows
  for (const std::string_view known :
       {std::string_view(app.publisher_domain), ReadUrl(app.homepage).host}) {
    // A host without a dot is no domain; a broker says nothing.
    if (known.find('.') != std::string_view::npos && !IsBroker(known)) {
      homes.push_back(HouseOf(known));
    }
  }
  const std::string company = CompanyName(app.publisher);

  Shown ip, http, foreign, wildcard, hosted, unrelated, access;
  std::string hosting_words;
  std::vector<std::string> houses;
  bool only_loopback = true;
  const ReplyBook::Impl::Flagged* shared = nullptr;
  std::string shared_host;
  for (const std::string& text : app.reply_urls) {
    const SiteUrl url = ReadUrl(text);
    const bool out_of_band = EqualsIgnoreCase(text, "urn:ietf:wg:oauth:2.0:oob") ||
                             EqualsIgnoreCase(text, "urn:ietf:wg:oauth:2.0:oob:auto");
    only_loopback &= url.loopback || out_of_band;
    if (text.find('*') != std::string::npos) wildcard.Add(text);
    if (url.loopback && EqualsIgnoreCase(url.scheme, "http") &&
        (EqualsIgnoreCase(url.path, "/access/") || EqualsIgnoreCase(url.path, "/access"))) {
      access.Add(text);
    }
    if (url.host.empty() || url.loopback) continue;
    if (url.is_ip) ip.Add(text);
    if (EqualsIgnoreCase(url.scheme, "http")) http.Add(text);
    if (HasForeignHost(url.host)) foreign.Add(text);
    if (!IsSomewhere(url)) continue;
    const Hosting* hosting = HostingOf(url.host);
    // What this tenant's own people deploy on a cloud is theirs; a tunnel never should be.
    if (hosting != nullptr && !(own && hosting->kind == "hosting")) {
      hosted.Add(text);
      if (hosting_words.empty()) {
        hosting_words = fmt::format("{} ({})", hosting->provider, hosting->kind);
      }
    }
    if (!url.is_ip) {
      const std::string house = HouseOf(url.host);
      const auto same = [&](const std::string& other) { return SameHouse(house, other); };
      if (std::none_of(houses.begin(), houses.end(), same)) houses.push_back(house);
      if (hosting == nullptr && !homes.empty() && !own && !SameHouse(house, company) &&
          std::none_of(homes.begin(), homes.end(), same)) {
        unrelated.Add(text);
      }
    }
    const std::string host = Lower(url.host);
    const auto it = book.impl().by_host.find(host);
    if (shared != nullptr || it == book.impl().by_host.end()) continue;
    for (const ReplyBook::Impl::Flagged& one : it->second) {
      if (one.id == app.id && one.platform == app.platform) continue;
      shared = &one;
      shared_host = host;
      break;
    }
  }

  const auto add = [&](std::string_view code, std::string words, std::string evidence,
                       std::string_view clears) {
    signs.push_back(
        {std::string(code), std::move(words), std::move(evidence), std::string(clears)});
  };
  constexpr std::string_view kOwnHost = "Its publisher says that the host is theirs.";
  if (!ip.empty()) {
    add("reply.ip_host", "sends sign-ins back to an address without a name: " + ip.Words(),
        ip.Words(), kOwnHost);
  }
  if (!http.empty()) {
    add("reply.http",
        "sends sign-ins back without encryption, for anyone on the way to read: " + http.Words(),
        http.Words(), "It is used inside the own network only.");
  }
  if (!foreign.empty()) {
    add("reply.punycode",
        "the reply host has letters beyond plain ASCII, which can look like another host: " +
            foreign.Words(),
        foreign.Words(), "The host, written out, is the publisher's own name.");
  }
  if (!wildcard.empty()) {
    add("reply.wildcard", "sign-ins go back to any host or path that fits " + wildcard.Words(),
        wildcard.Words(), "The pattern covers hosts of the publisher alone.");
  }
  if (!hosted.empty()) {
    add("reply.free_hosting",
        fmt::format("sends sign-ins back to {}, where anybody gets a host: {}", hosting_words,
                    hosted.Words()),
        hosted.Words(), kOwnHost);
  }
  if (!unrelated.empty()) {
    add("reply.unrelated",
        fmt::format("sends sign-ins back to {}, which is neither {}", unrelated.Words(),
                    app.publisher_domain.empty()
                        ? "its home page's domain (" + Printable(app.homepage) + ") nor named so"
                        : "its publisher's domain (" + Printable(app.publisher_domain) +
                              ") nor its home page's"),
        unrelated.Words(), kOwnHost);
  } else if (homes.empty() && !houses.empty() && !own) {
    not_assessed.push_back(
        {"reply.unrelated",
         "whether the reply hosts belong to the publisher: neither its domain nor its home page is "
         "in the evidence",
         "", "An export of the tenant's app registrations gives them."});
  }
  if (houses.size() >= 3) {
    std::sort(houses.begin(), houses.end());
    Shown shown;
    for (const std::string& house : houses) shown.Add(house);
    add("reply.many_domains",
        fmt::format("sends sign-ins back to {} domains that have nothing in common: {}",
                    houses.size(), shown.Words()),
        shown.Words(), "All of them are the publisher's.");
  }
  if (!access.empty() && IsNonsense(SkeletonOf(app.name))) {
    add("reply.localhost_access",
        fmt::format("goes back to {} under a name that says nothing ('{}'), as a known family of "
                    "attackers' apps does",
                    access.Words(), Printable(app.name)),
        access.Words(), "Somebody here develops it.");
  }
  if (shared != nullptr) {
    add("reply.shared_with_flagged",
        fmt::format("sends sign-ins back to {}, as app '{}' ({}) does, which is flagged",
                    Printable(shared_host), Printable(shared->name), Printable(shared->id)),
        Printable(shared_host), "The other app turns out to be harmless.");
  }
  if (only_loopback && MaxSeverity(app) >= 65) {
    add("reply.loopback_only",
        fmt::format("its codes end on the computer where they were asked for, with a permission of "
                    "severity {}: any program there can take them",
                    MaxSeverity(app)),
        app.reply_urls.front(), "It is a program that people here run.");
  }
}

std::string_view HostingTableVersion() { return TableVersion(FreeHostingData()); }

}  // namespace tokentrail::inventory
