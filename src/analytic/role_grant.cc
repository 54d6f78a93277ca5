#include "analytic/role_grant.h"

#include "base/text.h"

namespace tokentrail::analytic {
namespace {

// Exchange Online `full_access_as_app`: reads and writes every mailbox. Source: Microsoft, Exchange
// Web Services permissions; id as in tenants' logs (DETECTIONS 3.2).
constexpr std::string_view kFullAccessAsApp = "full_access_as_app";
constexpr std::string_view kFullAccessAsAppId = "dc890d15-9560-4a4c-9b7f-a736ec74ec40";

}  // namespace

std::optional<RoleGrant> ReadRoleGrant(const Event& event, const State& state) {
  if (event.kind() != Kind::kAppRoleGrant || !event.succeeded()) return std::nullopt;
  RoleGrant out;
  out.app = AppOf(event, state);
  out.actor = ActorOf(event, state);
  out.role = Trim(event.Text(Field::kRole));
  out.role_id = Lower(event.Text(Field::kRoleId));
  out.resource = event.Text(Field::kResourceName);
  if (out.resource.empty()) out.resource = event.Text(Field::kResource);
  // The all-zero role is "default access": being assigned to the app, no permission.
  if (out.role.empty() && (out.role_id.empty() || IsZeroGuid(out.role_id))) return std::nullopt;

  using inventory::Holder;
  using inventory::Platform;
  // The id first: names of custom APIs may be anything, also `Directory.ReadWrite.All`.
  const inventory::Permission* known = nullptr;
  if (!out.role_id.empty()) {
    known = inventory::Find(Platform::kMicrosoft, Holder::kApplication, out.role_id);
  }
  if (known == nullptr && !out.role.empty()) {
    known = inventory::Find(Platform::kMicrosoft, Holder::kApplication, out.role);
  }
  if (known != nullptr) {
    out.severity = known->severity;
    if (out.role.empty()) out.role = known->name;
  }
  if (out.role.empty()) out.role = out.role_id;
  const bool every_mailbox =
      EqualsIgnoreCase(out.role, kFullAccessAsApp) || out.role_id == kFullAccessAsAppId;
  if (every_mailbox) out.severity = std::max(out.severity, 85);
  out.tier = out.severity >= 95 || every_mailbox ? Tier::kZero
             : out.severity >= 70                ? Tier::kOne
             : out.severity >= 0                 ? Tier::kLow
                                                 : Tier::kUnassessed;
  return out;
}

std::vector<Field> RoleGrantDeciding() {
  return {Field::kRole,     Field::kRoleId, Field::kApp,     Field::kAppObject,
          Field::kResource, Field::kUser,   Field::kActorApp};
}

}  // namespace tokentrail::analytic
