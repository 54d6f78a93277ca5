#include "inventory/feed_row.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace tokentrail::inventory {
namespace {

std::string Bare(std::string_view column) {
  std::string out;
  for (const char c : Lower(column)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  if (out.starts_with("metadata") && out.size() > 8) out.erase(0, 8);
  return out;
}

template <size_t n>
bool IsOneOf(std::string_view word, const std::string_view (&words)[n]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string PlatformName(std::string_view word) {
  const std::string small = Bare(word);
  struct Known {
    std::string_view part;
    std::string_view platform;
  };
  constexpr Known kKnown[] = {{"entra", "entra"},
                              {"azure", "entra"},
                              {"microsoft", "entra"},
                              {"m365", "entra"},
                              {"o365", "entra"},
                              {"office", "entra"},
                              {"google", "google"},
                              {"workspace", "google"},
                              {"github", "github"},
                              {"slack", "slack"},
                              {"salesforce", "salesforce"},
                              {"okta", "okta"},
                              {"kubernetes", "kubernetes"}};
  for (const Known& one : kKnown) {
    if (small.find(one.part) != std::string::npos) return std::string(one.platform);
  }
  return small;
}

}  // namespace

FeedField FieldOf(std::string_view column) {
  const std::string bare = Bare(column);
  constexpr std::string_view kIds[] = {"appid",         "applicationid", "clientid", "oauthappid",
                                       "oauthclientid", "appclientid",   "id"};
  constexpr std::string_view kNames[] = {
      "appname", "appdisplayname", "displayname", "applicationname", "name", "app", "application"};
  constexpr std::string_view kVerdicts[] = {"verdict", "category", "classification", "type",
                                            "label",   "class",    "status"};
  constexpr std::string_view kSeverities[] = {"severity", "risk", "risklevel", "level"};
  constexpr std::string_view kPlatforms[] = {"platform", "provider", "vendor", "idp", "cloud"};
  constexpr std::string_view kNotes[] = {"note", "notes", "comment", "comments"};
  constexpr std::string_view kReferences[] = {"reference", "references", "source",
                                              "url",       "link",       "report"};
  constexpr std::string_view kDates[] = {"date",    "dateadded",  "added",       "updated",
                                         "created", "lastupdate", "lastupdated", "firstseen"};
  if (IsOneOf(bare, kIds)) return FeedField::kId;
  if (IsOneOf(bare, kNames)) return FeedField::kName;
  if (IsOneOf(bare, kVerdicts)) return FeedField::kVerdict;
  if (IsOneOf(bare, kSeverities)) return FeedField::kSeverity;
  if (IsOneOf(bare, kPlatforms)) return FeedField::kPlatform;
  if (IsOneOf(bare, kNotes)) return FeedField::kNote;
  if (IsOneOf(bare, kReferences)) return FeedField::kReference;
  if (IsOneOf(bare, kDates)) return FeedField::kDate;
  if (bare == "tags") return FeedField::kTags;
  if (bare == "mitrettp") return FeedField::kRogueApps;
  return FeedField::kOther;
}

void FeedCells::Set(FeedField field, std::string_view text) {
  const auto set = [&](std::string& cell) {
    if (cell.empty()) cell = Trim(text);
  };
  switch (field) {
    case FeedField::kId:
      return set(id);
    case FeedField::kName:
      return set(name);
    case FeedField::kVerdict:
      return set(verdict);
    case FeedField::kSeverity:
      return set(severity);
    case FeedField::kPlatform:
      return set(platform);
    case FeedField::kNote:
      return set(note);
    case FeedField::kReference:
      return set(reference);
    case FeedField::kDate:
      return set(date);
    case FeedField::kTags:
      return set(tags);
    case FeedField::kRogueApps:
      rogue_apps = true;
      return;
    case FeedField::kOther:
      return;
  }
}

std::string VerdictOf(std::string_view word) {
  const std::string bare = Bare(word);
  const auto has = [&](std::string_view part) { return bare.find(part) != std::string::npos; };
  if (has("compromised")) return "compromised_vendor";
  if (has("firstparty") || bare == "microsoft" || bare == "google") return "first_party";
  if (has("risk") || has("traitor") || has("suspicious") || has("abused") || has("dualuse") ||
      has("greyware") || has("grayware")) {
    return "risky";
  }
  if (has("notmalicious") || has("nonmalicious")) return "benign";
  if (has("malicious") || has("malware") || has("phish") || has("attack") || has("rogue") ||
      bare == "bad" || has("knownbad") || bare == "evil" || bare == "ioc") {
    return "malicious";
  }
  return Lower(Trim(word));
}

FeedRow RowOf(const FeedCells& cells, std::string_view source, std::string_view otherwise) {
  FeedRow out;
  out.id = Lower(cells.id);
  if (!cells.platform.empty()) out.platform = PlatformName(cells.platform);
  AppListing& listing = out.listing;
  listing.name = cells.name;
  listing.source = source;
  std::string note = cells.note;
  const auto add = [&](std::string_view what, std::string_view text) {
    if (text.empty()) return;
    note += fmt::format("{}{}{}", note.empty() ? "" : "; ", what, text);
  };
  if (!cells.verdict.empty()) {
    listing.verdict = VerdictOf(cells.verdict);
    add("severity ", cells.severity);
  } else if (cells.rogue_apps) {
    listing.verdict = "risky";
    add("severity ", cells.severity);
  } else if (!cells.severity.empty()) {
    const std::string severity = Lower(cells.severity);
    listing.verdict = severity == "critical" || severity == "high" ? "malicious" : "risky";
    add("by its severity, ", severity);
  } else {
    listing.verdict = otherwise.empty() ? "malicious" : otherwise;
    if (otherwise.empty()) add("", "the list gives no verdict");
  }
  add("tags ", cells.tags);
  add("added ", cells.date);
  add("", cells.reference);
  listing.note = std::move(note);
  return out;
}

}  // namespace tokentrail::inventory
