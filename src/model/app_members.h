// The members of an app as apps.jsonl holds them, written down once: what writes them and what
// reads them back go through the same list, so neither can know more than the other. docs/apps.md
// tells what each means.
//
// `Members` is called with a key and a member, in the order of the file. A member that holds its
// default (empty, zero, false, not set) is left out of the file.

#pragma once

#include <cstddef>

#include "model/app.h"

namespace tokentrail {

/// Enumerations that are written by name, and how many values each has.
template <typename Enum>
constexpr size_t kNamed = 0;
template <>
inline constexpr size_t kNamed<AppPermission::Use> = 3;
template <>
inline constexpr size_t kNamed<ConsentAct> = 6;
template <>
inline constexpr size_t kNamed<App::Verified> = 3;
template <>
inline constexpr size_t kNamed<App::Sanction> = 3;
template <>
inline constexpr size_t kNamed<RiskGroup> = kRiskGroups;
template <>
inline constexpr size_t kNamed<Level> = 5;

// `Thing` is the struct, or the const one when it is written.

template <typename Members, typename Thing>
void VisitPermission(Members& members, Thing& it) {
  members("name", it.name);
  members("resource", it.resource);
  members("resource_name", it.resource_name);
  members("application", it.application);
  members("in_force", it.in_force);
  members("all_users", it.all_users);
  members("users", it.users);
  members("granted", it.granted);
  members("last_used", it.last_used);
  members("use", it.use);
  members("uses", it.uses);
  members("severity", it.severity);
  members("family", it.family);
  members("vendor_class", it.vendor_class);
}

template <typename Members, typename Thing>
void VisitUser(Members& members, Thing& it) {
  members("id", it.id);
  members("name", it.name);
  members("first_authorized", it.first_authorized);
  members("last_authorized", it.last_authorized);
  members("last_used", it.last_used);
  members("uses", it.uses);
  members("in_force", it.in_force);
  members("department", it.department);
  members("title", it.title);
  members("roles", it.roles);
}

template <typename Members, typename Thing>
void VisitConsent(Members& members, Thing& it) {
  members("time", it.time);
  members("act", it.act);
  members("all_users", it.all_users);
  members("application", it.application);
  members("user", it.user);
  members("by", it.by);
  members("added", it.added);
  members("removed", it.removed);
  members("ip", it.ip);
  members("network", it.network);
  members("country", it.country);
  members("operation", it.operation);
  members.Place(it);  // source, file, line, offset, length
}

template <typename Members, typename Thing>
void VisitCredential(Members& members, Thing& it) {
  members("id", it.id);
  members("kind", it.kind);
  members("name", it.name);
  members("added", it.added);
  members("expires", it.expires);
  members("removed", it.removed);
  members("last_used", it.last_used);
  members("added_by", it.added_by);
}

template <typename Members, typename Thing>
void VisitPlace(Members& members, Thing& it) {
  members("network", it.network);
  members("country", it.country);
  members("agent", it.agent);
  members("events", it.events);
  members("first", it.first);
  members("last", it.last);
}

template <typename Members, typename Thing>
void VisitTouched(Members& members, Thing& it) {
  members("what", it.what);
  members("events", it.events);
  members("items", it.items);
  members("bytes", it.bytes);
  members("owners", it.owners);
}

template <typename Members, typename Thing>
void VisitDay(Members& members, Thing& it) {
  members("day", it.day);
  members("events", it.events);
  members("users", it.users);
  members("items", it.items);
  members("bytes", it.bytes);
}

template <typename Members, typename Thing>
void VisitFinding(Members& members, Thing& it) {
  members("id", it.id);
  members("rule", it.rule);
  members("title", it.title);
  members("level", it.level);
  members("first", it.first);
  members("last", it.last);
}

template <typename Members, typename Thing>
void VisitListing(Members& members, Thing& it) {
  members("verdict", it.verdict);
  members("name", it.name);
  members("source", it.source);
  members("note", it.note);
}

template <typename Members, typename Thing>
void VisitSign(Members& members, Thing& it) {
  members("code", it.code);
  members("words", it.words);
  members("evidence", it.evidence);
  members("clears", it.clears);
}

template <typename Members, typename Thing>
void VisitReason(Members& members, Thing& it) {
  members("group", it.group);
  members("points", it.points);
  VisitSign(members, it.sign);
}

template <typename Members, typename Thing>
void VisitRisk(Members& members, Thing& it) {
  members("score", it.score);
  members("level", it.level);
  for (size_t i = 0; i < kRiskGroups; ++i) {
    members(Name(static_cast<RiskGroup>(i)), it.groups[i]);
  }
  members("overridden", it.overridden);
  members.List("reasons", it.reasons, [](auto& inner, auto& one) { VisitReason(inner, one); });
  members.List("not_assessed", it.not_assessed,
               [](auto& inner, auto& one) { VisitSign(inner, one); });
  members("tables", it.tables);
}

template <typename Members, typename Thing>
void VisitApp(Members& members, Thing& it) {
  members("platform", it.platform);
  members("tenant", it.tenant);
  members("id", it.id);
  members("name", it.name);
  members("other_names", it.other_names);
  members("object_id", it.object);
  members("application_object_id", it.application_object);
  members("publisher", it.publisher);
  members("publisher_domain", it.publisher_domain);
  members("verified", it.verified);
  members("homepage", it.homepage);
  members("owner_tenant", it.owner_tenant);
  members("first_party", it.first_party);
  members("foci", it.foci);
  members("public_client", it.public_client);
  members("audience", it.audience);
  members("enabled", it.enabled);
  members("assignment_required", it.assignment_required);
  members("reply_urls", it.reply_urls);
  members("created", it.created);
  members("created_by", it.created_by);
  members("route", it.route);
  members("first_seen", it.first_seen);
  members("first_authorized", it.first_authorized);
  members("last_authorized", it.last_authorized);
  members("last_used", it.last_used);
  members("tenant_wide", it.tenant_wide);
  members("app_only", it.app_only);
  members("offline", it.offline);
  members("catalog_users", it.catalog_users);
  members("community_use", it.community_use);
  members("sanction", it.sanction);
  members("category", it.category);
  members("category_source", it.category_source);
  members("events", it.events);
  members("in_snapshot", it.in_snapshot);
  members("calls_logged", it.calls_logged);
  members.Object("risk", it.risk, [](auto& inner, auto& one) { VisitRisk(inner, one); });
  members.List("permissions", it.permissions,
               [](auto& inner, auto& one) { VisitPermission(inner, one); });
  members.List("users", it.users, [](auto& inner, auto& one) { VisitUser(inner, one); });
  members("users_left_out", it.users_left_out);
  members.List("consents", it.consents, [](auto& inner, auto& one) { VisitConsent(inner, one); });
  members("consents_left_out", it.consents_left_out);
  members.List("credentials", it.credentials,
               [](auto& inner, auto& one) { VisitCredential(inner, one); });
  members.List("places", it.places, [](auto& inner, auto& one) { VisitPlace(inner, one); });
  members("places_left_out", it.places_left_out);
  members.List("touched", it.touched, [](auto& inner, auto& one) { VisitTouched(inner, one); });
  members.List("days", it.days, [](auto& inner, auto& one) { VisitDay(inner, one); });
  members.List("findings", it.findings, [](auto& inner, auto& one) { VisitFinding(inner, one); });
  members.List("listings", it.listings, [](auto& inner, auto& one) { VisitListing(inner, one); });
  members.List("signs", it.signs, [](auto& inner, auto& one) { VisitSign(inner, one); });
}

/// What the apps share: the first line of the file.
template <typename Members, typename Thing>
void VisitPortfolio(Members& members, Thing& it) {
  members("first_time", it.first);
  members("last_time", it.last);
  members("as_of", it.as_of);
  members("left_out", it.left_out);
  members.List("active_users", it.active_users, [](auto& inner, auto& one) {
    inner("tenant", one.first);
    inner("users", one.second);
  });
}

}  // namespace tokentrail
