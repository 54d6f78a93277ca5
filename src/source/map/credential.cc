#include "source/map/credential.h"

#include <algorithm>

#include "base/text.h"

namespace tokentrail::source {
namespace {

constexpr size_t kMaxCredentials = 1024;  // an application holds a few hundred at most

/// `KeyIdentifier=..,KeyType=..,KeyUsage=..,DisplayName=..`, brackets taken off. The name comes
/// last and may hold anything, so the others are looked for before it.
AppCredential ReadKey(std::string_view text) {
  AppCredential out;
  text = Trim(text);
  if (text.starts_with('[')) text.remove_prefix(1);
  if (text.ends_with(']')) text.remove_suffix(1);
  const size_t name = text.find("DisplayName=");
  const std::string_view head = text.substr(0, name);
  if (name != std::string_view::npos) {
    out.name = Trim(text.substr(name + std::string_view("DisplayName=").size()));
  }
  for (const std::string_view part : Split(head, ",")) {
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = Trim(part.substr(0, equals));
    const std::string_view value = Trim(part.substr(equals + 1));
    if (key == "KeyIdentifier") out.id = value;
    if (key == "KeyType") out.type = value;
    if (key == "KeyUsage") out.usage = value;
  }
  return out;
}

std::string_view TextAt(const Record& record, const Node& object, std::string_view upper,
                        std::string_view lower) {
  const Node* node = record.Child(object, upper);
  if (node == nullptr) node = record.Child(object, lower);
  return node == nullptr ? std::string_view() : node->text();
}

AppCredential ReadObject(const Record& record, const Node& object) {
  AppCredential out;
  out.id = TextAt(record, object, "KeyIdentifier", "keyId");
  if (!out.id.empty()) {
    out.type = TextAt(record, object, "KeyType", "type");
    out.usage = TextAt(record, object, "KeyUsage", "usage");
    out.name = TextAt(record, object, "DisplayName", "displayName");
    return out;
  }
  out.issuer = TextAt(record, object, "Issuer", "issuer");
  out.subject = TextAt(record, object, "Subject", "subject");
  out.name = TextAt(record, object, "Name", "name");
  out.id = TextAt(record, object, "Id", "id");
  if (out.id.empty()) out.id = out.name;
  out.type = "federated";
  if (out.issuer.empty() && out.subject.empty()) out.id = {};
  return out;
}

bool Has(const std::vector<AppCredential>& list, std::string_view id) {
  return std::any_of(list.begin(), list.end(),
                     [&](const AppCredential& one) { return EqualsIgnoreCase(one.id, id); });
}

std::string_view Ids(const std::vector<AppCredential>& list, Arena& arena) {
  std::vector<std::string_view> ids;
  for (const AppCredential& one : list) ids.push_back(Lower(one.id, arena));
  return JoinSet(ids, arena);
}

}  // namespace

std::vector<AppCredential> ReadCredentials(const Record& record, const Node* node,
                                           std::string_view text, Arena& arena) {
  std::vector<AppCredential> out;
  const auto keep = [&](const AppCredential& one) {
    if (!one.id.empty() && out.size() < kMaxCredentials) out.push_back(one);
  };
  const Node* list = node == nullptr ? nullptr : record.Open(*node);
  if (list != nullptr) {
    for (const Node& element : Children(*list)) {
      if (element.kind == NodeKind::kObject) {
        keep(ReadObject(record, element));
      } else if (!element.text().empty()) {
        const Node* inner = element.text().starts_with('{') ? record.Open(element) : nullptr;
        keep(inner != nullptr ? ReadObject(record, *inner) : ReadKey(element.text()));
      }
    }
    return out;
  }
  // Not JSON: cut off, or written without quotes.
  constexpr std::string_view kStart = "[KeyIdentifier=";
  size_t at = text.find(kStart);
  while (at != std::string_view::npos) {
    const size_t next = text.find(kStart, at + kStart.size());
    std::string_view one = text.substr(at, next == std::string_view::npos ? next : next - at);
    one = one.substr(0, one.find(']'));
    keep(ReadKey(one));
    at = next;
  }
  static_cast<void>(arena);
  return out;
}

void CredentialDelta::Add(const std::vector<AppCredential>& before,
                          const std::vector<AppCredential>& now) {
  for (const AppCredential& one : now) {
    if (!Has(before, one.id) && !Has(added, one.id)) added.push_back(one);
  }
  for (const AppCredential& one : before) {
    if (!Has(now, one.id) && !Has(removed, one.id)) removed.push_back(one);
  }
}

std::string_view CredentialDelta::AddedIds(Arena& arena) const { return Ids(added, arena); }
std::string_view CredentialDelta::RemovedIds(Arena& arena) const { return Ids(removed, arena); }

std::string_view CredentialDelta::Words(Arena& arena) const {
  constexpr size_t kMaxTold = 8;
  std::string_view out;
  size_t told = 0;
  const auto tell = [&](std::string_view verb, const AppCredential& one) {
    if (++told > kMaxTold) return;
    out = Concat(arena, {out, out.empty() ? "" : "; ", verb, " ", one.type});
    if (!one.usage.empty()) out = Concat(arena, {out, " ", one.usage});
    if (!one.name.empty()) out = Concat(arena, {out, " \"", one.name, "\""});
    if (!one.issuer.empty()) out = Concat(arena, {out, " issuer ", one.issuer});
    if (!one.subject.empty()) out = Concat(arena, {out, " subject ", one.subject});
  };
  for (const AppCredential& one : added) tell("added", one);
  for (const AppCredential& one : removed) tell("removed", one);
  return out;
}

}  // namespace tokentrail::source
