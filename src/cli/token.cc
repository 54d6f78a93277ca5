#include "cli/token.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "source/json.h"

namespace tokentrail::cli {

namespace {

constexpr size_t kMaxToken = 64 << 10;

/// Bytes of hexadecimal text.
std::string FromHex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1])));
  }
  return out;
}

std::string UrlBase64(std::string_view bytes) {
  std::string out = EncodeBase64(bytes);
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  while (out.ends_with('=')) out.pop_back();
  return out;
}

/// Prefixes by which vendors mark their tokens. Sources: GitHub, "Behind GitHub's new
/// authentication token formats" (2021) and "Token expiration and revocation" (2024); Slack, "Token
/// types" (2025); GitLab, "Token overview" (2025); Google, "Using OAuth 2.0" (2025).
struct Prefix {
  std::string_view text;
  std::string_view kind;
};
constexpr Prefix kPrefixes[] = {
    {"ghp_", "GitHub personal access token (classic)"},
    {"github_pat_", "GitHub fine-grained personal access token"},
    {"gho_", "GitHub OAuth access token"},
    {"ghu_", "GitHub App user-to-server token"},
    {"ghs_", "GitHub App server-to-server token"},
    {"ghr_", "GitHub App refresh token"},
    {"xoxb-", "Slack bot token"},
    {"xoxp-", "Slack user token"},
    {"xoxa-", "Slack workspace token"},
    {"xoxe", "Slack token that expires"},
    {"xoxc-", "Slack browser session token"},
    {"xoxd-", "Slack browser session cookie"},
    {"xapp-", "Slack app-level token"},
    {"glpat-", "GitLab personal access token"},
    {"ya29.", "Google OAuth access token"},
    {"1//", "Google OAuth refresh token"},
    {"npm_", "npm access token"},
    {"00D", "Salesforce session id or access token"},
};

void AddTrace(std::string_view name, std::string value, TokenFacts& out) {
  if (value.size() < 8) return;  // too short to mean this token only
  const bool known = std::any_of(out.traces.begin(), out.traces.end(),
                                 [&](const auto& trace) { return trace.value == value; });
  if (!known) out.traces.push_back({std::string(name), std::move(value)});
}

/// A claim as text: scalars as they are, lists joined.
std::string Claim(const Record& record, std::string_view name) {
  const Node* node = record.Child(record.root(), name);
  if (node == nullptr) return {};
  if (node->kind != NodeKind::kArray) return std::string(node->text());
  std::string out;
  for (const Node& item : Children(*node)) {
    if (item.text().empty()) continue;
    if (!out.empty()) out.push_back(' ');
    out += item.text();
  }
  return out;
}

struct ClaimName {
  std::string_view claim;
  std::string_view name;
};
/// Source: RFC 7519 and RFC 9068; Microsoft, "Access token claims reference" (2025); Okta, "Access
/// token payload" (2025); Kubernetes, "Service account token claims" (2025).
constexpr ClaimName kClaims[] = {
    {"iss", "issuer"},
    {"aud", "for (audience)"},
    {"tid", "tenant"},
    {"appid", "app"},
    {"azp", "app"},
    {"client_id", "app"},
    {"cid", "app"},
    {"app_displayname", "app name"},
    {"oid", "object id of the user or service principal"},
    {"sub", "subject"},
    {"upn", "user"},
    {"preferred_username", "user"},
    {"unique_name", "user"},
    {"email", "user"},
    {"scp", "delegated permissions"},
    {"scope", "permissions"},
    {"roles", "application permissions"},
    {"idtyp", "token for"},
    {"ipaddr", "issued to address"},
};

void AddClaims(const Record& record, TokenFacts& out) {
  for (const ClaimName& known : kClaims) {
    const std::string value = Claim(record, known.claim);
    const bool said = std::any_of(out.facts.begin(), out.facts.end(), [&](const auto& fact) {
      return fact.name == known.name && fact.value == value;
    });
    if (!value.empty() && !said) out.facts.push_back({std::string(known.name), value});
  }
  for (const auto& [claim, name] : {ClaimName{"iat", "issued"}, ClaimName{"exp", "expires"}}) {
    const std::string text = Claim(record, claim);
    const ParsedTime time = ParseTime(text);
    if (!text.empty() && time.fault == TimeFault::kNone) {
      out.facts.push_back({std::string(name), FormatTimeShort(time.time)});
    }
  }
  Arena arena;
  if (const std::string uti = Claim(record, "uti"); !uti.empty()) {
    AddTrace("token id (uti)", uti, out);
    // Sign-in logs carry the same id as the GUID of the request.
    AddTrace("token id (uti as request id)", std::string(DecodeUti(uti, arena)), out);
  }
  if (const std::string jti = Claim(record, "jti"); !jti.empty()) {
    AddTrace("token id (jti)", jti, out);
    AddTrace("token id (jti as Kubernetes writes it)", "JTI=" + jti, out);
  }
  for (const std::string_view claim : {"sid", "session_id", "xms_sid"}) {
    AddTrace("session id", Claim(record, claim), out);
  }
  AddTrace("id of the access token's id token (at_hash)", Claim(record, "at_hash"), out);
}

/// The claims of a JSON Web Token; false when it is none. `{` in base64url is `ey`.
bool AddJwt(std::string_view token, TokenFacts& out) {
  if (!token.starts_with("ey")) return false;
  const size_t first = token.find('.');
  if (first == std::string_view::npos) return false;
  const size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return false;
  const auto dots = std::count(token.begin(), token.end(), '.');
  if (dots == 4) {
    out.kind = "encrypted JSON Web Token (its claims can't be read)";
    return true;
  }
  const std::string payload = DecodeBase64(token.substr(first + 1, second - first - 1));
  source::JsonReader reader;
  if (dots != 2 || !reader.ParseUnpadded(payload) ||
      reader.record().root().kind != NodeKind::kObject) {
    return false;
  }
  out.kind = "JSON Web Token";
  AddClaims(reader.record(), out);
  return true;
}

}  // namespace

Result<TokenFacts> ReadToken(std::string_view text) {
  text = Trim(text.substr(0, kMaxToken + 1));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  for (const std::string_view scheme : {"bearer ", "token "}) {
    if (text.size() > scheme.size() && EqualsIgnoreCase(text.substr(0, scheme.size()), scheme)) {
      text = Trim(text.substr(scheme.size()));
    }
  }
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front()) {
    text = text.substr(1, text.size() - 2);
  }
  if (text.empty()) return Error{ErrorKind::kInvalid, "--secret: standard input holds no token"};
  if (text.size() > kMaxToken) {
    return Error{ErrorKind::kInvalid, "--secret: more than 64 KiB is no token"};
  }
  if (text.find_first_of(" \t\r\n") != std::string_view::npos) {
    return Error{ErrorKind::kInvalid,
                 "--secret takes one token; standard input holds several words"};
  }
  if (text.size() < 16) {
    return Error{ErrorKind::kInvalid, "--secret: too short for a token"};
  }
  TokenFacts out;
  out.text = std::string(text);
  if (!AddJwt(text, out)) {
    const auto* const prefix =
        std::find_if(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](const Prefix& p) { return text.starts_with(p.text); });
    out.kind = prefix == std::end(kPrefixes) ? "token of an unknown kind" : prefix->kind;
  }
  // Hashes by which logs name a token. GitHub's hashed_token is the base64 of the SHA-256 (GitHub,
  // "Identifying audit log events performed by an access token", 2025). The URL-safe and the half
  // form are what OpenID Connect Core 3.1.3.6 calls at_hash; Okta's ids of tokens look alike.
  const std::string hex = Sha256Hex(text);
  const std::string bytes = FromHex(hex);
  AddTrace("SHA-256 in base64 (GitHub: hashed_token)", EncodeBase64(bytes), out);
  AddTrace("SHA-256 in URL-safe base64", UrlBase64(bytes), out);
  AddTrace("half SHA-256 in URL-safe base64 (at_hash)",
           UrlBase64(std::string_view(bytes).substr(0, 16)), out);
  AddTrace("SHA-256 in hexadecimal", hex, out);
  return out;
}

}  // namespace tokentrail::cli
