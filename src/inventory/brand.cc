#include "inventory/brand.h"

#include <tsl/robin_map.h>

#include <algorithm>
#include <array>
#include <deque>

#include "base/check.h"
#include "base/text.h"
#include "inventory/data.h"
#include "inventory/name_word.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

/// Nearness and parts of words are asked of names from this length on: shorter ones are a letter
/// from ordinary words.
constexpr size_t kLong = 6;
constexpr size_t kMaxToken = 24;

struct Table {
  std::deque<std::string> unescaped;
  std::deque<Brand> brands;
  std::deque<BrandToken> tokens;
  tsl::robin_map<std::string_view, const BrandToken*> by_plain;
  tsl::robin_map<std::string_view, const BrandToken*> by_look;
  tsl::robin_map<std::string_view, const BrandToken*> by_weak;
  std::array<std::vector<const BrandToken*>, 256> long_by_first;
  /// What a look can begin with at a length: most words of names fail here.
  std::array<std::array<bool, kMaxToken + 1>, 256> possible{};
  std::array<bool, kMaxToken + 1> long_sizes{};

  Table() {
    const auto rows = ReadTable(BrandData(),
                                {"vendor", "names", "products", "common", "genuine", "publishers",
                                 "domains", "tenants", "home", "not"},
                                unescaped);
    for (const auto& row : rows) {
      Brand& brand = brands.emplace_back();
      brand.vendor = row[0];
      for (const std::string_view one : Split(row[4], "|")) {
        brand.genuine.push_back(SkeletonOf(one).plain);
      }
      brand.publishers = Split(row[5], "|");
      brand.domains = Split(row[6], "|");
      brand.tenants = Split(row[7], "|");
      brand.home = Split(row[8], "|");
      brand.not_it = Split(row[9], "|");
      for (const std::string_view one : Split(row[1], "|")) Add(brand, one, true, false);
      for (const std::string_view one : Split(row[2], "|")) Add(brand, one, false, false);
      for (const std::string_view one : Split(row[3], "|")) Add(brand, one, false, true);
    }
    for (const BrandToken& token : tokens) Index(token);
  }

  void Add(const Brand& brand, std::string_view text, bool vendor_name, bool common) {
    const Skeleton skeleton = SkeletonOf(text);
    BrandToken& token = tokens.emplace_back();
    token.brand = &brand;
    token.text = text;
    token.plain = skeleton.plain;
    token.folded = skeleton.whole;
    for (const SkeletonPiece& piece : skeleton.pieces) {
      token.raw += piece.raw.empty() ? piece.folded : piece.raw;
    }
    token.weak = WeakLook(token.folded);
    token.vendor_name = vendor_name;
    token.common = common;
    token.spaced = text.find_first_of(" .-") != std::string_view::npos;
    CHECK(token.plain.size() <= kMaxToken && token.plain.size() >= 3);
  }

  void Index(const BrandToken& token) {
    CHECK(by_plain.try_emplace(token.plain, &token).second);  // a name belongs to one vendor
    by_look.try_emplace(token.folded, &token);
    by_look.try_emplace(token.raw, &token);
    by_weak.try_emplace(token.weak, &token);
    for (const std::string& look : {token.plain, token.folded, token.raw, token.weak}) {
      possible[static_cast<unsigned char>(look[0])][look.size()] = true;
    }
    if (token.folded.size() >= kLong && !token.common) long_sizes[token.folded.size()] = true;
    const bool digits = token.plain.find_first_of("0123456789") != std::string::npos;
    // Of several words: each alone says nothing.
    if (token.folded.size() >= kLong && !digits && !token.spaced) {
      long_by_first[static_cast<unsigned char>(token.folded[0])].push_back(&token);
    }
  }

  bool Possible(std::string_view look) const {
    return !look.empty() && look.size() <= kMaxToken &&
           possible[static_cast<unsigned char>(look[0])][look.size()];
  }
};

const Table& Brands() {
  static const Table table;
  return table;
}

const BrandToken* In(const tsl::robin_map<std::string_view, const BrandToken*>& map,
                     std::string_view key) {
  const auto it = map.find(key);
  return it == map.end() ? nullptr : it->second;
}

bool HasAsciiLetter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const char small = LowerChar(c);
    return small >= 'a' && small <= 'z';
  });
}

bool IsKnownWord(std::string_view word) {
  const WordUse use = UseOf(word);
  return use.security || use.generic || use.integrates || In(Brands().by_plain, word) != nullptr;
}

std::string WithI(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '1', 'i');
  return out;
}

bool CouldFoolAGlance(const Skeleton& name) {
  const std::string& plain = name.plain;
  return !name.ascii || plain.find_first_of("0123456789") != std::string::npos ||
         plain.find("vv") != std::string::npos || plain.find("cl") != std::string::npos ||
         plain.find("ci") != std::string::npos;
}

/// Finds the mentions of one name.
class Finder {
 public:
  explicit Finder(const Skeleton& name)
      : name_(name), pieces_(name.pieces), glance_(CouldFoolAGlance(name)) {}

  std::vector<Mention> Find() {
    for (size_t at = 0; at < pieces_.size();) {
      Mention best;
      Longest(at, best);
      if (best.token == nullptr) {
        ++at;
        continue;
      }
      at = best.last + 1;
      out_.push_back(std::move(best));
    }
    for (const std::string& sign : name_.signs) {
      const BrandToken* token = In(table_.by_weak, sign);
      if (token != nullptr && sign.size() >= 4) {
        out_.push_back({token, Likeness::kGlance, 0, 0, std::string(token->text)});
      }
    }
    WithinWords();
    std::sort(out_.begin(), out_.end(),
              [](const Mention& a, const Mention& b) { return a.first < b.first; });
    return std::move(out_);
  }

 private:
  bool StartsWord(size_t at) const { return at == 0 || pieces_[at - 1].word != pieces_[at].word; }
  bool EndsWord(size_t at) const {
    return at + 1 == pieces_.size() || pieces_[at + 1].word != pieces_[at].word;
  }

  void Longest(size_t first, Mention& best) {
    plain_.clear();
    folded_.clear();
    raw_.clear();
    bool raw_differs = false;
    bool letters_only = true;  // each word so far is one letter: `M i c r o`
    for (size_t last = first; last < pieces_.size(); ++last) {
      const SkeletonPiece& piece = pieces_[last];
      plain_ += piece.plain;
      folded_ += piece.folded;
      raw_ += piece.raw.empty() ? piece.folded : piece.raw;
      raw_differs |= !piece.raw.empty();
      letters_only &= piece.folded.size() == 1;
      if (folded_.size() > kMaxToken) return;
      Likeness how = Likeness::kExact;
      const BrandToken* token = Match(raw_differs, how);
      if (token == nullptr || !Allowed(*token, first, last, letters_only)) continue;
      // `M i c r o s o f t` is spelled so that filters don't know it.
      const bool spelled = letters_only && last > first && how == Likeness::kExact;
      best = {token, spelled ? Likeness::kLooks : how, first, last, TextOf(first, last)};
    }
  }

  const BrandToken* Match(bool raw_differs, Likeness& how) const {
    if (table_.Possible(plain_)) {
      if (const BrandToken* token = In(table_.by_plain, plain_)) {
        how = Likeness::kExact;
        return token;
      }
    }
    how = Likeness::kLooks;
    if (table_.Possible(folded_)) {
      if (const BrandToken* token = In(table_.by_look, folded_)) return token;
    }
    if (raw_differs && table_.Possible(raw_)) {
      if (const BrandToken* token = In(table_.by_look, raw_)) return token;
    }
    // 1 stands for l, and for i.
    if (name_.ascii && plain_.find('1') != std::string::npos) {
      std::string look = SkeletonOf(WithI(plain_)).whole;
      if (const BrandToken* token = In(table_.by_look, look)) return token;
    }
    // Only what a digit, `vv` or `cl` could have made: a letter i for l is no disguise by itself.
    if (!glance_ || folded_.size() < 4) return nullptr;
    const std::string weak = WeakLook(folded_);
    if (!table_.Possible(weak)) return nullptr;
    how = Likeness::kGlance;
    const BrandToken* token = In(table_.by_weak, weak);
    // `365 days`: digits that only stand for themselves.
    return token != nullptr && token->plain.size() >= 4 && HasAsciiLetter(plain_) ? token : nullptr;
  }

  bool Allowed(const BrandToken& token, size_t first, size_t last, bool letters_only) const {
    const bool whole = StartsWord(first) && EndsWord(last);
    const bool crosses = pieces_[first].word != pieces_[last].word;
    // A short word of another script that happens to look like one: `сар`, in a name without Latin.
    const bool all = first == 0 && last + 1 == pieces_.size();
    if (!name_.ascii && token.plain.size() < 5 && !all && !HasAsciiLetter(name_.plain)) {
      return false;
    }
    if (crosses) {
      if (!whole) return false;
      return token.spaced || letters_only || (!token.common && token.plain.size() >= 7);
    }
    return whole || !token.common;
  }

  std::string TextOf(size_t first, size_t last) const {
    std::string out;
    for (size_t at = first; at <= last; ++at) {
      if (at > first && pieces_[at].word != pieces_[at - 1].word) out += ' ';
      out += pieces_[at].text;
    }
    return out;
  }

  bool Taken(size_t first, size_t last) const {
    return std::any_of(out_.begin(), out_.end(),
                       [&](const Mention& one) { return one.first <= last && first <= one.last; });
  }

  // Words that begin or end with a brand, and words a letter from one.
  void WithinWords() {
    for (size_t first = 0; first < pieces_.size();) {
      size_t last = first;
      while (!EndsWord(last)) ++last;
      if (!Taken(first, last)) Word(first, last);
      first = last + 1;
    }
  }

  void Word(size_t first, size_t last) {
    plain_.clear();
    folded_.clear();
    for (size_t at = first; at <= last; ++at) {
      plain_ += pieces_[at].plain;
      folded_ += pieces_[at].folded;
    }
    if (folded_.size() < kLong - 1) return;
    for (size_t size = std::min(kMaxToken, folded_.size() - 2); size >= kLong; --size) {
      if (!table_.long_sizes[size]) continue;
      for (const bool start : {true, false}) {
        const std::string_view part =
            std::string_view(folded_).substr(start ? 0 : folded_.size() - size, size);
        if (!table_.Possible(part)) continue;
        const BrandToken* token = In(table_.by_look, part);
        if (token == nullptr || token->common) continue;
        const bool exact = start ? std::string_view(plain_).starts_with(token->plain)
                                 : std::string_view(plain_).ends_with(token->plain);
        // `dropboxapp` says Dropbox; `amazonia` is a word of its own.
        if (exact && !IsKnownWord(std::string_view(plain_).substr(
                         start ? size : 0, plain_.size() - token->plain.size()))) {
          continue;
        }
        out_.push_back(
            {token, exact ? Likeness::kExact : Likeness::kLooks, first, last, TextOf(first, last)});
        return;
      }
    }
    if (const BrandToken* token = Near(folded_, plain_)) {
      out_.push_back({token, Likeness::kNear, first, last, TextOf(first, last)});
      return;
    }
    for (size_t at = first; first != last && at <= last; ++at) {
      if (const BrandToken* token = Near(pieces_[at].folded, pieces_[at].plain)) {
        out_.push_back({token, Likeness::kNear, at, at, pieces_[at].text});
        return;
      }
    }
  }

  const BrandToken* Near(std::string_view folded, std::string_view plain) const {
    if (folded.size() < kLong) return nullptr;
    for (const BrandToken* token : table_.long_by_first[static_cast<unsigned char>(folded[0])]) {
      if (!WithinOneEdit(folded, token->folded)) continue;
      // `outlooks`, `officer`: a word with an ending, not a slip.
      if (folded.starts_with(token->folded)) continue;
      const auto& excused = token->brand->not_it;
      if (std::find(excused.begin(), excused.end(), plain) != excused.end()) continue;
      if (token->common && !BesideItsBrand(*token)) continue;
      return token;
    }
    return nullptr;
  }

  // An ordinary word misspelt says nothing, unless its brand stands beside it.
  bool BesideItsBrand(const BrandToken& token) const {
    return std::any_of(out_.begin(), out_.end(), [&](const Mention& one) {
      return one.token->brand == token.brand && one.token != &token;
    });
  }

  const Table& table_ = Brands();
  const Skeleton& name_;
  const std::vector<SkeletonPiece>& pieces_;
  const bool glance_;
  std::vector<Mention> out_;
  std::string plain_;
  std::string folded_;
  std::string raw_;
};

bool IsUnder(std::string_view domain, std::string_view parent) {
  if (domain.size() < parent.size()) return false;
  if (!EqualsIgnoreCase(domain.substr(domain.size() - parent.size()), parent)) return false;
  return domain.size() == parent.size() || domain[domain.size() - parent.size() - 1] == '.';
}

}  // namespace

std::vector<Mention> MentionsIn(const Skeleton& name) { return Finder(name).Find(); }

std::string CompanyName(std::string_view publisher) {
  constexpr std::string_view kLegal[] = {
      "inc", "llc", "ltd", "limited", "corporation", "corp", "co",  "company", "gmbh", "ag",
      "sa",  "bv",  "plc", "pty",     "se",          "sarl", "srl", "oy",      "ab",   "pbc"};
  std::string out;
  for (const std::string_view word : Split(publisher, " ,.;()/-\t")) {
    const std::string small = Lower(word);
    if (std::find(std::begin(kLegal), std::end(kLegal), small) != std::end(kLegal)) continue;
    out += small;
  }
  return out;
}

bool PublisherNamed(const App& app, const Brand& brand) {
  const std::string company = CompanyName(app.publisher);
  if (company.empty()) return false;
  return std::any_of(brand.publishers.begin(), brand.publishers.end(),
                     [&](std::string_view one) { return CompanyName(one) == company; });
}

Ownership OwnershipOf(const App& app, const Brand& brand) {
  const auto is_owner = [&](std::string_view tenant) {
    return EqualsIgnoreCase(tenant, app.owner_tenant);
  };
  const auto is_domain = [&](std::string_view domain) {
    return IsUnder(app.publisher_domain, domain);
  };
  if (!app.owner_tenant.empty()) {
    // The service writes the owner's tenant: nobody can claim another's.
    if (std::any_of(brand.tenants.begin(), brand.tenants.end(), is_owner)) return Ownership::kOwner;
    if (!brand.tenants.empty()) return Ownership::kOther;
  }
  // A publisher domain is one whose DNS its owner controls.
  if (!app.publisher_domain.empty() &&
      std::any_of(brand.domains.begin(), brand.domains.end(), is_domain)) {
    return Ownership::kOwner;
  }
  if (PublisherNamed(app, brand)) {
    switch (app.verified) {
      case App::Verified::kYes:
        return Ownership::kOwner;
      case App::Verified::kNo:
        return Ownership::kOther;
      case App::Verified::kUnknown:
        return Ownership::kUnknown;
    }
  }
  if (!app.publisher.empty() || !app.publisher_domain.empty()) return Ownership::kOther;
  if (!app.owner_tenant.empty() && EqualsIgnoreCase(app.owner_tenant, app.tenant)) {
    return Ownership::kOther;  // made in this tenant
  }
  return Ownership::kUnknown;
}

std::string_view BrandVersion() { return TableVersion(BrandData()); }

}  // namespace tokentrail::inventory
