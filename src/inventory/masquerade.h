// Whom an app's name pretends to be.
//
// Each sign stands by itself, says what decided and what would clear it; points come from the
// table of weights. The codes:
//
//   name.confusable          looks like a brand's (or this tenant's) name, written with other
//   characters name.confusable_weak     the same, at a glance only (`vv` for w, 4 for a) name.near
//   one letter from a brand's name name.mixed_script        letters of several scripts within one
//   word name.invisible           characters that show nothing, or turn the direction of writing
//   name.punctuation         no letter and no digit
//   name.brand_word          names a brand, and somebody else publishes it
//   name.brand_security_word the same, with a word such as security, verification, admin
//   name.brand_unproven      names a brand; nothing in the evidence says who publishes it
//   name.brand_integration   names a brand as what it connects to: `X for Slack`
//   name.cross_vendor        one vendor's product under another vendor's name, or a platform
//                            vendor's product asking on its rival's platform
//   name.lure_by_context     a name that could be anything, with mail or files, few users and no
//                            known publisher
//   name.is_user             the name of a person of this tenant
//   name.is_tenant           this tenant's name, on an app that another tenant owns
//   name.neighbour           the name, or nearly, of a better known app of this tenant

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/app.h"

namespace tokentrail::inventory {

/// Names of a tenant that a newcomer could borrow: its apps, its people, itself. A copy of what it
/// needs, so the portfolio may go. Immutable; safe from several threads.
class NameBook {
 public:
  NameBook();
  explicit NameBook(const Portfolio& portfolio);
  ~NameBook();
  NameBook(NameBook&&) noexcept;
  NameBook& operator=(NameBook&&) noexcept;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<const Impl> impl_;
};

/// Appends the signs that the app's name gives. Reads: platform, tenant, id, name, publisher,
/// publisher_domain, verified, owner_tenant, first_party, users, permissions, tenant_wide.
/// First-party apps give none: their name is their own.
void ExamineName(const App& app, const NameBook& book, std::vector<AppSign>& out);

/// Whether a sign's code says that the name was made to be taken for another (not merely that it
/// mentions one): confusable, near, mixed script, invisible.
bool IsDisguise(std::string_view code);

/// Version of the table of brands: its date, for AppRisk::tables.
std::string_view BrandTableVersion();

}  // namespace tokentrail::inventory
