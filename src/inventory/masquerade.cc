#include "inventory/masquerade.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "inventory/brand.h"
#include "inventory/name_book.h"
#include "inventory/name_word.h"
#include "inventory/permission.h"
#include "inventory/skeleton.h"

namespace tokentrail::inventory {
namespace {

/// A name that could be anything is a sign up to so many users: DETECTIONS section 0, "few".
constexpr uint64_t kFewUsers = 3;

std::string Quoted(std::string_view text) { return fmt::format("'{}'", Printable(text)); }

std::string MentionWords(const Mention& mention) {
  const BrandToken& token = *mention.token;
  return token.vendor_name ? std::string(token.text)
                           : fmt::format("{} ({})", token.text, token.brand->vendor);
}

std::string PublisherWords(const App& app) {
  if (!app.publisher.empty()) {
    return fmt::format("{}{}", Quoted(app.publisher),
                       app.verified == App::Verified::kNo ? ", not verified" : "");
  }
  if (!app.publisher_domain.empty()) return app.publisher_domain;
  if (app.owner_tenant.empty()) return "unknown";
  return EqualsIgnoreCase(app.owner_tenant, app.tenant) ? "this tenant itself"
                                                        : "tenant " + app.owner_tenant;
}

/// Examines one name.
class Examiner {
 public:
  Examiner(const App& app, const NameBook& book, std::vector<AppSign>& out)
      : app_(app), names_(book.impl().Find(app.tenant)), name_(SkeletonOf(app.name)), out_(out) {}

  void Run() {
    Oddities();
    // The service writes the owner: what belongs to Microsoft's tenants names whom it likes.
    if (name_.odd.nothing_to_read || IsMicrosoftTenant(app_.owner_tenant)) return;
    mentions_ = MentionsIn(name_);
    Lookalikes();
    BrandWords();
    CrossVendor();
    LureByContext();
    Person();
    Tenant();
    Neighbour();
  }

 private:
  void Add(std::string_view code, std::string words, std::string evidence, std::string clears) {
    out_.push_back({std::string(code), std::move(words), std::move(evidence), std::move(clears)});
  }

  void Oddities() {
    const NameOddities& odd = name_.odd;
    if (odd.nothing_to_read) {
      Add("name.punctuation",
          app_.name.empty()
              ? "the app's name is empty"
              : fmt::format("the name {} has no letter and no digit", Quoted(app_.name)),
          "name " + Quoted(app_.name), "Its publisher says why it is called so.");
    }
    if (!odd.invisible.empty()) {
      std::string characters;
      for (const uint32_t one : odd.invisible) {
        const std::string words = CharacterWords(one);
        if (characters.find(words) != std::string::npos) continue;
        characters += (characters.empty() ? "" : ", ") + words;
      }
      Add("name.invisible",
          fmt::format("the name {} holds characters that nobody sees: {}", Quoted(app_.name),
                      characters),
          characters, "The publisher's own pages write the name with these characters.");
    }
    if (!odd.mixed_word.empty()) {
      Add("name.mixed_script",
          fmt::format("one word of the name, {}, mixes scripts: {}", Quoted(odd.mixed_word),
                      odd.mixed),
          odd.mixed, "The publisher writes its name like this elsewhere.");
    }
  }

  /// The first mention of a likeness whose brand's owner does not publish the app.
  const Mention* Unowned(Likeness how) const {
    for (const Mention& mention : mentions_) {
      if (mention.how != how) continue;
      if (OwnershipOf(app_, *mention.token->brand) != Ownership::kOwner) return &mention;
    }
    return nullptr;
  }

  static std::string Differs(const Mention& mention) {
    const std::string foreign = ForeignWords(mention.text);
    if (!foreign.empty()) return "has " + foreign;
    if (mention.text.find(' ') != std::string::npos &&
        mention.token->text.find(' ') == std::string::npos)
      return "is spelled with spaces";
    return mention.text.find_first_of("0123456789") != std::string::npos
               ? "has digits for letters"
               : "has letters that look like others";
  }

  void Lookalikes() {
    const auto tell = [&](std::string_view code, const Mention& mention, std::string words) {
      Add(code, std::move(words),
          fmt::format("'{}' reads as {}; publisher {}", Printable(mention.text),
                      MentionWords(mention), PublisherWords(app_)),
          fmt::format("{} itself publishes it: owner tenant, publisher domain or verified "
                      "publisher show so.",
                      mention.token->brand->vendor));
    };
    if (const Mention* looks = Unowned(Likeness::kLooks)) {
      tell("name.confusable", *looks,
           fmt::format("{} in the name {}: it reads as {}", Quoted(looks->text), Differs(*looks),
                       MentionWords(*looks)));
    }
    if (const Mention* glance = Unowned(Likeness::kGlance)) {
      tell("name.confusable_weak", *glance,
           fmt::format("at a glance {} reads as {}", Quoted(app_.name), MentionWords(*glance)));
    }
    if (const Mention* near = Unowned(Likeness::kNear)) {
      const bool own_name = app_.verified == App::Verified::kYes &&
                            ContainsIgnoreCase(CompanyName(app_.publisher), near->text);
      if (!own_name) {
        tell("name.near", *near,
             fmt::format("{} in the name is one letter from {}", Quoted(near->text),
                         MentionWords(*near)));
      }
    }
  }

  // --- Brands named as they are written

  bool Covers(const Mention& mention, size_t piece) const {
    return mention.first <= piece && piece <= mention.last;
  }
  bool InMention(size_t piece) const {
    return std::any_of(mentions_.begin(), mentions_.end(),
                       [&](const Mention& one) { return Covers(one, piece); });
  }
  /// `Add-in`, `plug-on`: two words by their hyphen.
  bool IsAddIn(size_t at) const {
    if (at + 1 >= name_.pieces.size() || InMention(at) || InMention(at + 1)) return false;
    const std::string& one = name_.pieces[at].plain;
    const std::string& two = name_.pieces[at + 1].plain;
    return (one == "add" || one == "plug") &&
           (two == "in" || two == "on" || two == "ins" || two == "ons");
  }
  /// Words outside all mentions, one at a time: whole words first, as `SignIn` is one.
  template <typename Each>
  void EachWord(Each each) const {
    const auto& pieces = name_.pieces;
    for (size_t first = 0; first < pieces.size();) {
      size_t last = first;
      while (last + 1 < pieces.size() && pieces[last + 1].word == pieces[first].word) ++last;
      if (IsAddIn(first)) {
        WordUse use;
        use.integrates = true;
        each(first, "addin", use);
        first = last + 2;
        continue;
      }
      bool free = true;
      std::string joined;
      for (size_t at = first; at <= last; ++at) {
        free &= !InMention(at);
        joined += pieces[at].plain;
      }
      const WordUse whole = UseOf(joined);
      const bool known = whole.security || whole.generic || whole.integrates || whole.relates;
      if (free && (known || first == last || whole.by)) {
        each(first, joined, whole);
      } else {
        for (size_t at = first; at <= last; ++at) {
          if (!InMention(at)) each(at, pieces[at].plain, UseOf(pieces[at].plain));
        }
      }
      first = last + 1;
    }
  }

  struct Words {
    std::string security;  ///< the first, as it is in the name
    bool unknown = false;  ///< a word of no list: some name, some purpose
  };

  Words WordsOf() const {
    Words out;
    EachWord([&](size_t, const std::string& word, const WordUse& use) {
      if (use.security && out.security.empty()) out.security = word;
      out.unknown |= !use.security && !use.generic && !use.integrates && !use.relates && !use.by;
    });
    return out;
  }

  /// A brand's ordinary word says something only where nothing else explains it.
  bool Counts(const Mention& mention, const Words& words) const {
    if (!mention.token->common) return true;
    const bool other = std::any_of(mentions_.begin(), mentions_.end(), [&](const Mention& one) {
      return one.token->common && one.token->brand != mention.token->brand;
    });
    if (!words.unknown && !other) return true;
    return std::any_of(mentions_.begin(), mentions_.end(), [&](const Mention& one) {
      return !one.token->common && one.token->brand == mention.token->brand;
    });
  }

  /// What the brand is in the name: the thing itself, or what it connects to.
  bool IsObject(const Mention& mention) const {
    bool relation = false;
    bool something_before = false;  // `Backup for`, not `Verification for`
    bool unknown_before = false;
    bool after = false;
    bool by_other = false;
    bool said_by = false;
    bool security_after = false;
    EachWord([&](size_t at, const std::string& word, const WordUse& use) {
      const bool plain_word = !use.security && !use.generic && !use.relates && !use.by;
      if (at < mention.first) {
        if (use.relates && something_before) relation = true;
        if (!use.relates && !use.by) something_before = true;
        if (!relation && plain_word) unknown_before = true;
        return;
      }
      // `Jira Connector`, `Outlook Mail Backup`; but `Okta Admin Sync` sets out to be Okta's.
      security_after |= use.security;
      if (use.integrates && (at <= mention.last + 1 || !security_after)) after = true;
      if (said_by && !use.by) by_other = true;
      if (use.by) said_by = true;
      // `Gmail to Slack`: both are what it connects.
      const bool joins = word == "to" || word == "from" || word == "and" || word == "und";
      if (joins && at == mention.last + 1 && MentionFollows(at)) after = true;
    });
    // A brand whose owner publishes the app stands before: `Zoom for Outlook`, `Adobe Teams app`.
    for (const Mention& other : mentions_) {
      if (other.first >= mention.first) break;
      if (other.token->brand != mention.token->brand && relation) unknown_before = true;
      if (OwnershipOf(app_, *other.token->brand) == Ownership::kOwner) return true;
      if (other.token->brand != mention.token->brand && RelationBetween(other, mention)) {
        return true;
      }
    }
    if (after || by_other) return true;
    return relation && unknown_before;
  }

  bool MentionFollows(size_t piece) const {
    return std::any_of(mentions_.begin(), mentions_.end(),
                       [&](const Mention& one) { return one.first == piece + 1; });
  }

  bool RelationBetween(const Mention& a, const Mention& b) const {
    for (size_t at = a.last + 1; at < b.first && at < name_.pieces.size(); ++at) {
      if (UseOf(name_.pieces[at].plain).relates) return true;
    }
    return false;
  }

  bool Genuine(const Brand& brand) const {
    const std::string vendor = SkeletonOf(brand.vendor).plain;
    return std::any_of(brand.genuine.begin(), brand.genuine.end(), [&](const std::string& one) {
      return name_.plain == one || name_.plain.starts_with(vendor + one) ||
             (one.starts_with(vendor) && name_.plain.starts_with(one));
    });
  }

  /// The security word beside a brand; another brand's product may be one (`Google Defender`).
  std::string SecurityWord(const Mention& mention, const Words& words) const {
    if (!words.security.empty()) return words.security;
    for (const Mention& other : mentions_) {
      if (other.token->brand == mention.token->brand || other.token->brand == nullptr) continue;
      if (other.token->common && UseOf(other.token->plain).security) return other.token->plain;
    }
    return {};
  }

  void BrandWords() {
    const Words words = WordsOf();
    const Mention* security = nullptr;
    const Mention* plain = nullptr;
    const Mention* unproven = nullptr;
    const Mention* object = nullptr;
    for (const Mention& mention : mentions_) {
      if (mention.how != Likeness::kExact || !Counts(mention, words)) continue;
      const Brand& brand = *mention.token->brand;
      const Ownership owner = OwnershipOf(app_, brand);
      if (owner == Ownership::kOwner) continue;
      const auto first = [&](const Mention*& slot) {
        if (slot == nullptr) slot = &mention;
      };
      if (IsObject(mention)) {
        first(object);
      } else if (!SecurityWord(mention, words).empty() && !Genuine(brand)) {
        first(security);
      } else if (owner == Ownership::kOther) {
        first(plain);
      } else {
        first(unproven);
      }
    }
    const auto clears = [](const Mention& mention) {
      return fmt::format("{} itself publishes it, or has agreed to the name.",
                         mention.token->brand->vendor);
    };
    const std::string evidence =
        fmt::format("name {}; publisher {}", Quoted(app_.name), PublisherWords(app_));
    if (security != nullptr) {
      const bool told = OwnershipOf(app_, *security->token->brand) == Ownership::kOther;
      Add("name.brand_security_word",
          fmt::format("the name sets {} beside '{}', and {}", MentionWords(*security),
                      SecurityWord(*security, words),
                      told ? fmt::format("the publisher is {}", PublisherWords(app_))
                           : fmt::format("nothing shows that {} publishes it",
                                         security->token->brand->vendor)),
          evidence, clears(*security));
    } else if (plain != nullptr) {
      Add("name.brand_word",
          fmt::format("the name says {}, the publisher is {}", MentionWords(*plain),
                      PublisherWords(app_)),
          evidence, clears(*plain));
    } else if (unproven != nullptr) {
      Add("name.brand_unproven",
          fmt::format("the name says {}; the evidence does not say who publishes it",
                      MentionWords(*unproven)),
          evidence, "An export of the tenant's apps tells the publisher and its verification.");
    }
    if (object != nullptr && security == nullptr && plain == nullptr) {
      Add("name.brand_integration",
          fmt::format("the name says {} as what it connects to", MentionWords(*object)), evidence,
          clears(*object));
    }
  }

  void CrossVendor() {
    for (size_t i = 0; i + 1 < mentions_.size(); ++i) {
      // `Google Defender`: the vendor's own name, directly before another vendor's product.
      const Mention& vendor = mentions_[i];
      const Mention& product = mentions_[i + 1];
      if (!vendor.token->vendor_name || product.token->vendor_name) continue;
      if (vendor.token->brand == product.token->brand || vendor.last + 1 != product.first) continue;
      if (IsObject(product) || IsObject(vendor)) continue;
      // An ordinary word counts where the vendor runs a platform of its own: `Google Defender`, not
      // `Zoom Workspace`.
      if (product.token->common && vendor.token->brand->home.empty()) continue;
      if (OwnershipOf(app_, *vendor.token->brand) == Ownership::kOwner) continue;
      Add("name.cross_vendor",
          fmt::format("the name gives {} to {}; it belongs to {}", product.token->text,
                      vendor.token->text, product.token->brand->vendor),
          "name " + Quoted(app_.name),
          fmt::format("{} really has a product of this name.", vendor.token->brand->vendor));
      return;
    }
    for (const Mention& mention : mentions_) {
      const Brand& brand = *mention.token->brand;
      if (brand.home.empty() || mention.token->common || mention.how == Likeness::kNear) continue;
      const bool platform_of_another = app_.platform == "entra" || app_.platform == "google";
      if (!platform_of_another) continue;
      if (std::find(brand.home.begin(), brand.home.end(), app_.platform) != brand.home.end()) {
        continue;
      }
      if (IsObject(mention) || OwnershipOf(app_, brand) == Ownership::kOwner) continue;
      Add("name.cross_vendor",
          fmt::format("the name says {}, and asks for access on {}, where {} has no such product",
                      MentionWords(mention), app_.platform == "entra" ? "Microsoft 365" : "Google",
                      brand.vendor),
          "name " + Quoted(app_.name) + "; platform " + app_.platform,
          fmt::format("{} publishes it: owner tenant or verified publisher show so.",
                      brand.vendor));
      return;
    }
  }

  // --- Context

  /// Permissions over mail or files, as the context of a name that says nothing.
  std::string Power() const {
    const auto data = [](std::string_view family) {
      return family.starts_with("mail") || family == "files" || family == "sites";
    };
    const std::optional<Platform> platform = PlatformOfSource(app_.platform);
    for (const AppPermission& one : app_.permissions) {
      if (!one.in_force) continue;
      if (data(one.family)) return one.name;
      if (!one.family.empty() || !platform) continue;
      const Permission* known =
          Find(*platform, one.application ? Holder::kApplication : Holder::kDelegated, one.name,
               one.resource);
      if (known != nullptr && data(known->family) && known->severity >= 30) return one.name;
    }
    return {};
  }

  void LureByContext() {
    if (!mentions_.empty() || app_.verified == App::Verified::kYes || app_.tenant_wide) return;
    // Made in this tenant: its own people name things plainly.
    if (!app_.owner_tenant.empty() && EqualsIgnoreCase(app_.owner_tenant, app_.tenant)) return;
    const uint64_t users = UserCount(app_);
    if (users > kFewUsers) return;
    const std::string power = Power();
    if (power.empty() || WordsOf().unknown) return;
    bool any = false;
    EachWord([&](size_t, const std::string& word, const WordUse& use) {
      any |= (use.generic || use.security) && !use.relates && word.size() > 2;
    });
    if (!any) return;
    Add("name.lure_by_context",
        fmt::format("{} could be anything, yet it holds {}, for {} user{}, and its publisher is {}",
                    Quoted(app_.name), power, users, users == 1 ? "" : "s",
                    app_.publisher.empty() && app_.publisher_domain.empty() ? "not known"
                                                                            : PublisherWords(app_)),
        fmt::format("name {}; permission {}; users {}", Quoted(app_.name), power, users),
        "Its users know who offers it, and need it to read mail or files.");
  }

  void Person() {
    if (names_ == nullptr || names_->people.empty() || !mentions_.empty()) return;
    const std::string key = PersonKey(name_);
    const auto it = key.empty() ? names_->people.end() : names_->people.find(key);
    if (it == names_->people.end()) return;
    Add("name.is_user",
        fmt::format("the app is called {}, as is a person of this tenant ({})", Quoted(app_.name),
                    Printable(it->second)),
        "user " + Printable(it->second), "That person made it, for themselves.");
  }

  void Tenant() {
    if (names_ == nullptr) return;
    const bool own = !app_.owner_tenant.empty() && EqualsIgnoreCase(app_.owner_tenant, app_.tenant);
    for (const TenantLabel& label : names_->labels) {
      for (size_t first = 0; first < name_.pieces.size(); ++first) {
        if (name_.pieces[first].folded.empty() ||
            name_.pieces[first].folded[0] != label.folded[0]) {
          continue;
        }
        std::string plain;
        std::string folded;
        for (size_t at = first; at < name_.pieces.size() && folded.size() < label.folded.size();
             ++at) {
          plain += name_.pieces[at].plain;
          folded += name_.pieces[at].folded;
        }
        if (folded != label.folded) continue;
        if (plain != label.plain && !own) {
          if (HasSign("name.confusable")) return;
          Add("name.confusable",
              fmt::format("{} reads as {}, the name of this tenant, and is spelled with other "
                          "characters",
                          Quoted(app_.name), label.plain),
              "domain " + label.domain, "Your own administrators made it.");
          return;
        }
        // Without an owner nothing says that it is not the tenant's own.
        if (own || app_.owner_tenant.empty()) return;
        Add("name.is_tenant",
            fmt::format("the name says {}, as this tenant is called, and the app belongs to tenant "
                        "{}",
                        label.plain, app_.owner_tenant),
            "domain " + label.domain, "A supplier made it for you, and you know of it.");
        return;
      }
    }
  }

  bool HasSign(std::string_view code) const {
    return std::any_of(out_.begin(), out_.end(),
                       [&](const AppSign& one) { return one.code == code; });
  }

  void Neighbour() {
    if (names_ == nullptr) return;
    bool same = false;
    const NamePeer* peer = NeighbourOf(app_, name_, *names_, same);
    if (peer == nullptr) return;
    Add("name.neighbour",
        fmt::format("{} {} {} ({}), which {}",
                    peer->plain == name_.plain ? "it has the same name as"
                    : same                     ? "its name looks the same as"
                                               : "its name is one letter from",
                    Quoted(peer->name), peer->id, peer->platform,
                    peer->first_party ? "is the platform's own"
                                      : fmt::format("{} users here know", Grouped(peer->users))),
        "app " + peer->id, "Both have the same owner.");
  }

  const App& app_;
  const TenantNames* names_;
  const Skeleton name_;
  std::vector<AppSign>& out_;
  std::vector<Mention> mentions_;
};

}  // namespace

void ExamineName(const App& app, const NameBook& book, std::vector<AppSign>& out) {
  if (app.first_party) return;
  // Logs that give no name put the id there: nothing to compare.
  if (app.name.empty() || IsGuid(app.name) || app.name == app.id) return;
  Examiner(app, book, out).Run();
}

bool IsDisguise(std::string_view code) {
  return code == "name.confusable" || code == "name.confusable_weak" || code == "name.near" ||
         code == "name.mixed_script" || code == "name.invisible";
}

std::string_view BrandTableVersion() { return BrandVersion(); }

}  // namespace tokentrail::inventory
