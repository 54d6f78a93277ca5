// OneLogin events: the Events API (`created_at`) and the event webhook, also in its line format for
// SIEMs (`event_timestamp`, `uuid`).
//
// From documentation only, no real log was at hand. Only event types are told apart whose numbers
// we are sure of; any other event is kept as `other` with its number. Source: OneLogin developers,
// "Event resource", "Event types", "Event webhooks" (as known 2026-02, not checked live).

#include "base/text.h"
#include "source/map/maps.h"

namespace tokentrail::source {
namespace {

constexpr Claim kClaims[] = {
    {.keys = {"event_type_id", "created_at"}},
    {.keys = {"event_type_id", "event_timestamp"}},
};

constexpr FieldMap kFields[] = {
    {Field::kTenant, {"account_id"}},
    {Field::kOperation, {"event_type_id"}},
    {Field::kUser, {"actor_user_name", "user_name"}, As::kLower},
    {Field::kUserId, {"actor_user_id", "user_id"}},
    {Field::kActorApp, {"actor_system"}},
    {Field::kApp, {"app_id"}},
    {Field::kAppName, {"app_name"}},
    {Field::kCredential, {"client_id"}, As::kCasedId},
    {Field::kIp, {"ipaddr"}, As::kIp},
    {Field::kStatusDetail, {"error_description", "resolution"}},
    {Field::kRole, {"role_name"}},
    {Field::kTarget, {"user_id"}},
    {Field::kTargetName, {"user_name"}},
    {Field::kReason, {"risk_reasons", "notes", "custom_message"}},
};

struct Type {
  std::string_view id;
  Kind kind;
  Outcome outcome;
};

constexpr Type kTypes[] = {
    {"3", Kind::kSignIn, Outcome::kSuccess},        // assumed another user
    {"5", Kind::kSignIn, Outcome::kSuccess},        // signed in to OneLogin
    {"6", Kind::kSignIn, Outcome::kFailure},        // could not
    {"8", Kind::kSignIn, Outcome::kSuccess},        // signed in to an app
    {"11", Kind::kUserChange, Outcome::kSuccess},   // changed the password
    {"13", Kind::kUserChange, Outcome::kSuccess},   // created
    {"14", Kind::kUserChange, Outcome::kSuccess},   // updated
    {"15", Kind::kUserChange, Outcome::kSuccess},   // deactivated
    {"16", Kind::kUserChange, Outcome::kSuccess},   // activated
    {"17", Kind::kUserChange, Outcome::kSuccess},   // deleted
    {"532", Kind::kUserChange, Outcome::kSuccess},  // locked through the API
    {"551", Kind::kUserChange, Outcome::kSuccess},  // suspended through the API
    {"553", Kind::kUserChange, Outcome::kSuccess},  // locked through the API
};

void Fixup(const Record& record, Draft& draft) {
  const std::string_view id = draft.Text(Field::kOperation);
  for (const Type& type : kTypes) {
    if (type.id != id) continue;
    draft.kind = type.kind;
    draft.outcome = type.outcome;
  }
  // Whom it was done to, when that is somebody else.
  const Node* const actor = record.Find("actor_user_id");
  if (actor == nullptr || actor->text().empty() || actor->text() == draft.Text(Field::kTarget)) {
    draft.Clear(Field::kTarget);
    draft.Clear(Field::kTargetName);
  } else if (draft.Has(Field::kTarget)) {
    draft.Set(Field::kTargetType, "User");
  }
}

}  // namespace

extern constinit const SourceDef kOneloginEvent = {
    .name = "onelogin_event",
    .summary = "OneLogin events: sign-ins, assumed users, account changes",
    .reference = "OneLogin developers, Event resource and Event types (2026)",
    .sigma = {{{.product = "onelogin", .category = {}, .service = "onelogin.events"}}},
    .claims = kClaims,
    .head = {.time = {"created_at", "event_timestamp"}, .key = {"uuid|id"}},
    .fields = kFields,
    .split = {},
    .fixup = Fixup,
    .headerless = {},
};

}  // namespace tokentrail::source
