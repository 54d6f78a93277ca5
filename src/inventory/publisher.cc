#include "inventory/publisher.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "inventory/brand.h"
#include "inventory/name_book.h"
#include "inventory/permission.h"
#include "inventory/site.h"

namespace tokentrail::inventory {
namespace {

bool MadeHere(const App& app, const NameBook& book) {
  if (!app.owner_tenant.empty()) return EqualsIgnoreCase(app.owner_tenant, app.tenant);
  // Without an owner, a publisher domain that is this tenant's says the same.
  const TenantNames* names = book.impl().Find(app.tenant);
  if (names == nullptr || app.publisher_domain.empty()) return false;
  const std::string domain = RegistrableDomain(app.publisher_domain);
  return std::any_of(names->labels.begin(), names->labels.end(),
                     [&](const TenantLabel& one) { return one.domain == domain; });
}

bool SaysMicrosoft(const App& app) {
  const std::string company = CompanyName(app.publisher);
  return company == "microsoft" || company.starts_with("microsoft");
}

}  // namespace

void ExaminePublisher(const App& app, const NameBook& book, std::vector<AppSign>& signs,
                      std::vector<AppSign>& not_assessed) {
  if (app.first_party) return;
  const bool here = MadeHere(app, book);
  const bool foreign = !here && !app.owner_tenant.empty();
  const std::string who =
      app.publisher.empty() ? "its publisher" : "'" + Printable(app.publisher) + "'";

  if (here) {
    // Nobody verifies a tenant to itself.
  } else if (app.verified == App::Verified::kUnknown) {
    not_assessed.push_back(
        {"publisher.not_assessed",
         app.publisher.empty() && app.publisher_domain.empty() && app.owner_tenant.empty()
             ? "who publishes it is not in the evidence"
             : "whether " + who + " is verified is not in the evidence",
         "", "An export of the tenant's service principals tells it."});
  } else if (app.verified == App::Verified::kNo) {
    signs.push_back(
        {foreign ? "publisher.unverified_foreign" : "publisher.unverified",
         foreign ? fmt::format("{} is not verified, and the app belongs to another tenant ({})",
                               who, app.owner_tenant)
                 : who + " is not verified",
         fmt::format("publisher '{}'", Printable(app.publisher)),
         "The publisher is known to you by other means."});
  }

  // By its owner, which the service writes: then our list of Microsoft's apps may be short.
  if (app.platform == "entra" && IsMicrosoftTenant(app.owner_tenant) &&
      MicrosoftApp(app.id) == nullptr) {
    signs.push_back(
        {"publisher.claims_microsoft",
         fmt::format("its owner is given as Microsoft's tenant {}, and its id is not in "
                     "the list of Microsoft's apps",
                     app.owner_tenant),
         "owner tenant " + app.owner_tenant, "Microsoft documents this id as its own."});
  } else if (SaysMicrosoft(app) && app.verified != App::Verified::kYes &&
             !IsMicrosoftTenant(app.owner_tenant) &&
             (app.verified == App::Verified::kNo || !app.owner_tenant.empty())) {
    signs.push_back(
        {"publisher.claims_microsoft",
         fmt::format("its publisher calls itself '{}'; {}", Printable(app.publisher),
                     app.owner_tenant.empty() ? std::string("it is not verified")
                                              : "its owner is tenant " + app.owner_tenant),
         fmt::format("publisher '{}'", Printable(app.publisher)),
         "Microsoft documents this app as its own."});
  }

  constexpr std::string_view kShared = ".onmicrosoft.com";
  const std::string domain = Lower(app.publisher_domain);
  if (!here && domain.ends_with(kShared)) {
    signs.push_back({"publisher.throwaway",
                     fmt::format("its publisher shows no domain but {}, which any new tenant has",
                                 Printable(domain)),
                     "publisher domain " + Printable(domain),
                     "The publisher is known to you by other means."});
  }
}

}  // namespace tokentrail::inventory
