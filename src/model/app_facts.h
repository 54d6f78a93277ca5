// Field::kFacts: what an export of the real state tells of an app, a person or a role beside the
// fields that events have. One fact a line, `name=value`; a name may stand several times; parts of
// a value are parted by tabs. Times are as logged, flags `true` or `false`.
//
// Of apps (Field::kCategory `servicePrincipal`, `application`, `catalog`, `app`, ...):
//   verified            `true` or `false`: the platform checked who publishes it
//   verified_publisher  name of the publisher that was checked
//   verified_id, verified_added
//   publisher_domain, homepage, audience, created, created_by, last_used, last_authorized, added
//   enabled, assignment_required, public_client, hidden, proxy
//   type                as the directory calls it: `Application`, `Legacy`, `ManagedIdentity`
//   tag                 of the directory (several)
//   reply               reply URL (several)
//   credential          kind, id, start, end, name (several): `secret`, `certificate`, `federated`;
//                       of a federated one the issuer stands in place of the start, its subject in
//                       place of the end
//   requests            API, id of the permission, `Scope` or `Role` (several): asked for, not held
//   owner               id, name (several): who can change it
//   permission          name (several), where it is held and Field::kScopes can't hold it
//   application         `true`: those permissions are the app's own
//   all_users           `true`: they are held for everybody
//   users               how many authorised it, as a catalogue counts
//   community, state, level, consent, origin: as Defender for Cloud Apps words them
// Of people (`user`): department, title, manager, enabled, role (several)
// Of roles (`directoryRole`): member: id, name, `user` or `servicePrincipal` (several)

#pragma once

#include <string_view>

namespace tokentrail {

/// Calls `visit(name, value)` for each fact, in order.
template <typename Visit>
void EachFact(std::string_view facts, Visit visit) {
  while (!facts.empty()) {
    const size_t end = facts.find('\n');
    const std::string_view line = facts.substr(0, end);
    const size_t equals = line.find('=');
    if (equals != std::string_view::npos) visit(line.substr(0, equals), line.substr(equals + 1));
    if (end == std::string_view::npos) break;
    facts.remove_prefix(end + 1);
  }
}

/// Takes the part up to the next tab off `value`.
inline std::string_view NextPart(std::string_view& value) {
  const size_t tab = value.find('\t');
  const std::string_view out = value.substr(0, tab);
  value.remove_prefix(tab == std::string_view::npos ? value.size() : tab + 1);
  return out;
}

}  // namespace tokentrail
