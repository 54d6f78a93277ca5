#include "source/consent.h"

#include <algorithm>

#include "base/text.h"

namespace tokentrail::source {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

size_t SkipSpace(std::string_view text, size_t at) {
  while (at < text.size() && kSpace.find(text[at]) != std::string_view::npos) ++at;
  return at;
}

/// True when `text` has `word`, then a colon (spaces allowed between), at `at`.
bool NameAt(std::string_view text, size_t at, std::string_view word) {
  if (text.substr(at, word.size()) != word) return false;
  const size_t colon = SkipSpace(text, at + word.size());
  return colon < text.size() && text[colon] == ':';
}

/// Where the name of a field starts at or after `from`: a whole word with a colon behind it.
size_t FindName(std::string_view text, std::string_view word, size_t from = 0) {
  for (size_t at = text.find(word, from); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const bool starts =
        at == 0 || std::string_view(" \t\r\n,[").find(text[at - 1]) != std::string_view::npos;
    if (starts && NameAt(text, at, word)) return at;
  }
  return std::string_view::npos;
}

/// What stands behind the colon of the name at `at`.
std::string_view Behind(std::string_view text, size_t at) {
  const size_t colon = text.find(':', at);
  return colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
}

/// The value of a field other than the scopes: up to the next comma or bracket.
std::string_view Value(std::string_view grant, std::string_view name) {
  const size_t at = FindName(grant, name);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = Behind(grant, at);
  return Trim(rest.substr(0, rest.find_first_of(",]")));
}

/// Takes closing brackets, separators and spaces off the end, and the beginning of a next grant
/// that was cut off before its colon.
std::string_view StripEnd(std::string_view text) {
  if (const size_t open = text.rfind('['); open != std::string_view::npos) {
    const std::string_view begun = Trim(text.substr(open + 1));
    const size_t before = open == 0 ? open : text.find_last_not_of(", \t\r\n", open - 1);
    if ((begun.empty() || begun == "I" || begun == "Id") && before != std::string_view::npos &&
        text[before] == ']') {
      text = text.substr(0, before);
    }
  }
  const size_t last = text.find_last_not_of("], ;\t\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

/// `text` up to the last ` name` in it that has `,` before it, if there is one.
std::string_view CutTail(std::string_view text, std::string_view name) {
  const size_t at = text.rfind(name);
  if (at == std::string_view::npos) return text;
  const size_t comma = text.find_last_not_of(kSpace, at == 0 ? 0 : at - 1);
  if (at == 0 || comma == std::string_view::npos || text[comma] != ',') return text;
  return text.substr(0, comma);
}

ConsentGrant ParseGrant(std::string_view text) {
  ConsentGrant out;
  // Scope names are the app maker's own text and may look like fields, so what stands before the
  // scopes is read first and the scopes end at the last possible place.
  const size_t scope = FindName(text, "Scope");
  std::string_view head = text.substr(0, scope);
  if (scope != std::string_view::npos) {
    std::string_view scopes = StripEnd(Behind(text, scope));
    scopes = CutTail(scopes, "LastModifiedDateTime");
    scopes = CutTail(scopes, "CreatedDateTime");
    out.scopes = Trim(scopes);
  }
  const auto value = [&](std::string_view name) {
    const std::string_view found = Value(head, name);
    // Fields in another order than known: behind the scopes, where a forged one could stand too.
    if (!found.empty() || FindName(head, name) != std::string_view::npos) return found;
    return scope == std::string_view::npos ? found : Value(text.substr(scope), name);
  };
  out.id = value("Id");
  out.client = value("ClientId");
  out.principal = value("PrincipalId");
  out.resource = value("ResourceId");
  out.consent_type = value("ConsentType");
  return out;
}

/// Where a grant begins at or after `from`: a bracket, then `Id:`.
size_t FindGrant(std::string_view list, size_t from) {
  for (size_t at = list.find('[', from); at != std::string_view::npos;
       at = list.find('[', at + 1)) {
    if (NameAt(list, SkipSpace(list, at + 1), "Id")) return at;
  }
  return std::string_view::npos;
}

std::vector<ConsentGrant> ParseList(std::string_view list) {
  std::vector<ConsentGrant> out;
  size_t at = FindGrant(list, 0);
  if (at == std::string_view::npos) {
    // No grant as we know it; a text that names scopes is still one grant.
    if (FindName(list, "Scope") != std::string_view::npos) out.push_back(ParseGrant(list));
    return out;
  }
  while (at != std::string_view::npos) {
    const size_t next = FindGrant(list, at + 1);
    const size_t size = next == std::string_view::npos ? next : next - at - 1;
    out.push_back(ParseGrant(list.substr(at + 1, size)));
    at = next;
  }
  return out;
}

/// Where `=>` parts the two lists: the first one between a closing and an opening bracket. What a
/// forged one in the old list could do is make old scopes look new, never the other way round.
size_t FindArrow(std::string_view text) {
  for (size_t at = text.find("=>"); at != std::string_view::npos; at = text.find("=>", at + 1)) {
    const size_t before = at == 0 ? std::string_view::npos : text.find_last_not_of(kSpace, at - 1);
    const size_t after = SkipSpace(text, at + 2);
    const bool closes = before == std::string_view::npos || text[before] == ']';
    const bool opens = after >= text.size() || text[after] == '[';
    if (closes && opens) return at;
  }
  return std::string_view::npos;
}

bool SameGrant(const ConsentGrant& a, const ConsentGrant& b) {
  return EqualsIgnoreCase(a.client, b.client) && EqualsIgnoreCase(a.principal, b.principal) &&
         EqualsIgnoreCase(a.resource, b.resource);
}

/// Scopes of those grants of `list` that are the same grant as `like`.
std::string_view ScopesOf(const std::vector<ConsentGrant>& list, const ConsentGrant& like,
                          Arena& arena) {
  std::vector<std::string_view> parts;
  for (const ConsentGrant& grant : list) {
    if (!SameGrant(grant, like)) continue;
    const auto more = Split(grant.scopes, kSpace);
    parts.insert(parts.end(), more.begin(), more.end());
  }
  return JoinSet(parts, arena);
}

/// Scopes of all grants of `list`.
std::string_view AllScopes(const std::vector<ConsentGrant>& list, Arena& arena) {
  std::vector<std::string_view> parts;
  for (const ConsentGrant& grant : list) {
    const auto more = Split(grant.scopes, kSpace);
    parts.insert(parts.end(), more.begin(), more.end());
  }
  return JoinSet(parts, arena);
}

/// What `list` has beyond `other`, grant by grant.
std::string_view Beyond(const std::vector<ConsentGrant>& list,
                        const std::vector<ConsentGrant>& other, Arena& arena) {
  // Real consents hold one grant an API: a handful. More is hostile; the plain difference is
  // linear and errs only where two APIs share a scope name.
  constexpr size_t kMaxGrants = 64;
  if (list.size() > kMaxGrants || other.size() > kMaxGrants) {
    return SetMinus(AllScopes(list, arena), AllScopes(other, arena), arena);
  }
  std::vector<std::string_view> parts;
  for (const ConsentGrant& grant : list) {
    std::vector<std::string_view> mine = Split(grant.scopes, kSpace);
    const std::string_view left =
        SetMinus(JoinSet(mine, arena), ScopesOf(other, grant, arena), arena);
    const auto more = Split(left, kSpace);
    parts.insert(parts.end(), more.begin(), more.end());
  }
  return JoinSet(parts, arena);
}

/// `part` behind `list`, unless it is there already.
std::string_view Append(std::string_view list, std::string_view part, Arena& arena) {
  if (part.empty()) return list;
  if (list.empty()) return part;
  for (const std::string_view known : Split(list, " ")) {
    if (known == part) return list;
  }
  return Concat(arena, {list, " ", part});
}

}  // namespace

Consent ParseConsent(std::string_view text) {
  Consent out;
  const size_t arrow = FindArrow(text);
  if (arrow == std::string_view::npos) {
    if (text.ends_with('=')) text.remove_suffix(1);  // cut off within the arrow
    out.now = ParseList(text);
    return out;
  }
  out.before = ParseList(text.substr(0, arrow));
  out.now = ParseList(text.substr(arrow + 2));
  return out;
}

ConsentSets Summarise(const Consent& consent, Arena& arena) {
  ConsentSets out;
  out.scopes = AllScopes(consent.now, arena);
  out.scopes_old = AllScopes(consent.before, arena);
  out.added = Beyond(consent.now, consent.before, arena);
  out.removed = Beyond(consent.before, consent.now, arena);
  constexpr size_t kMaxListed = 64;
  size_t listed = 0;
  for (const ConsentGrant& grant : consent.now.empty() ? consent.before : consent.now) {
    if (out.client.empty() && !IsZeroGuid(grant.client)) out.client = grant.client;
    if (out.principal.empty()) out.principal = grant.principal;
    if (out.consent_type != "AllPrincipals" && !grant.consent_type.empty()) {
      out.consent_type = grant.consent_type;
    }
    if (++listed > kMaxListed) continue;
    out.grants = Append(out.grants, grant.id, arena);
    out.resources = Append(out.resources, grant.resource, arena);
  }
  return out;
}

}  // namespace tokentrail::source
