#include "analytic/mail_app.h"

#include <algorithm>

#include "base/text.h"

namespace tokentrail::analytic {
namespace {

// Microsoft's mailbox services that no public list of first-party apps has. Source: DETECTIONS 2.5,
// USE-05, computed on real tenants; it gives only the first group of each id, and ids are given by
// Entra, not chosen, so no other app is likely to share one.
constexpr std::string_view kServices[] = {"3c8e478f-", "f3f64fec-", "7a5fbd1c-"};

// Exchange logs two seconds late or early against the directory.
constexpr Span kSlack = Minutes(10);

}  // namespace

std::optional<MailApps::Use> MailApps::Read(const Event& event, const State& state) {
  if (!event.succeeded() || !event.Has(Field::kApp)) return std::nullopt;
  const Id id = Id::Of(event.Hash(Field::kTenant), event.Hash(Field::kApp));
  const auto known = skip_.find(id);
  if (known != skip_.end() && known->second) return std::nullopt;

  Use out;
  out.app = AppOf(event, state);
  const bool service =
      std::any_of(std::begin(kServices), std::end(kServices),
                  [&](std::string_view prefix) { return out.app.id.starts_with(prefix); });
  const bool skip =
      out.app.id.empty() || out.app.first_party || service || allow_.contains(out.app.id);
  constexpr size_t kMaxApps = 100'000;
  if (skip_.size() < kMaxApps) skip_[id] = skip;
  if (skip) return std::nullopt;

  out.mailbox = Lower(event.Text(event.Has(Field::kMailbox) ? Field::kMailbox : Field::kUser));
  if (out.mailbox.empty()) out.mailbox = Lower(event.Text(Field::kUserId));
  if (out.mailbox.empty()) return std::nullopt;
  // On an app's own access the id is the app's, not the owner's.
  if (IsGuid(event.Text(Field::kUserId)) && event.Text(Field::kUser) == out.mailbox) {
    out.owner_id = Lower(event.Text(Field::kUserId));
  }
  // Source: Office 365 Management Activity API schema, "User type": application, service principal.
  const std::string_view type = event.Text(Field::kUserType);
  out.app_only = type == "5" || type == "6";
  const std::string_view user = event.Text(Field::kUser);
  if (!out.app_only && user.find('@') != user.npos && user != out.mailbox) out.reader = user;
  out.says_service = ContainsIgnoreCase(event.Text(Field::kClientString), "Client=RESTSystem");
  return out;
}

void StrongGrants::Take(const GrantAct& act) {
  constexpr size_t kMaxApps = 100'000;
  if (granted_.size() < kMaxApps) granted_.insert(act.app.key());
  if (!IsWorthy(act)) return;
  std::vector<GrantAct>& acts = by_app_[act.app.key()];
  constexpr size_t kMaxActs = 4096;
  if (acts.size() < kMaxActs) acts.push_back(act);
}

const GrantAct* StrongGrants::Before(std::string_view tenant, const AppRef& app,
                                     std::string_view mailbox, std::string_view owner_id, Time use,
                                     Span within) const {
  const auto it = by_app_.find(app.key());
  if (it == by_app_.end()) return nullptr;
  const GrantAct* best = nullptr;
  for (const GrantAct& act : it->second) {
    if (!act.tenant.empty() && !tenant.empty() && act.tenant != tenant) continue;
    // A grant whose person no record names could be anyone's: it counts for nobody.
    const bool same = act.principal_name == mailbox || act.principal == mailbox ||
                      (!owner_id.empty() && act.principal == owner_id);
    if (!act.all && !same) continue;
    const Span after = use - act.time;
    if (after < Span{-kSlack.micros} || after > within) continue;
    if (best == nullptr || act.time > best->time) best = &act;
  }
  return best;
}

}  // namespace tokentrail::analytic
