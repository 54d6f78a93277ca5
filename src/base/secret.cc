#include "base/secret.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/text.h"

namespace tokentrail {
namespace {

constexpr bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Which characters a token may have.
enum class Chars : uint8_t { kWord, kUrl, kDotted, kWide };

constexpr bool Has(Chars chars, char c) {
  if (IsAlnum(c) || c == '_') return true;
  if (chars == Chars::kWord) return false;
  if (c == '-') return true;
  if (chars == Chars::kUrl) return false;
  if (c == '.') return true;
  if (chars == Chars::kDotted) return false;
  return c == '%' || c == '~' || c == '+' || c == '/' || c == '!' || c == '*' || c == '$' ||
         c == '=';
}

/// A token known by how it starts.
struct Prefix {
  std::string_view prefix;
  size_t min_size = 0;  ///< of what follows the prefix
  Chars chars = Chars::kUrl;
  bool at_word_start = false;  ///< the prefix is too common in the middle of other text
  std::string_view kind;
};

// Sources: GitHub "Behind GitHub's new authentication token formats" (2021) and "About
// authentication to GitHub"; GitLab "Token overview", token prefixes; Slack "Token types"; Google
// "Using OAuth 2.0", secret scanning partners; npm "About access tokens"; Salesforce "OAuth Tokens
// and Scopes"; GitHub secret scanning "Supported patterns" for the rest. Read 2026-11.
constexpr Prefix kPrefixes[] = {
    {"ghp_", 30, Chars::kDotted, false, "github"},
    {"gho_", 30, Chars::kDotted, false, "github"},
    {"ghu_", 30, Chars::kDotted, false, "github"},
    {"ghs_", 30, Chars::kDotted, false, "github"},
    {"ghr_", 30, Chars::kDotted, false, "github"},
    {"github_pat_", 30, Chars::kWord, false, "github"},
    {"glpat-", 20, Chars::kDotted, false, "gitlab"},
    {"gloas-", 20, Chars::kDotted, false, "gitlab"},
    {"gldt-", 20, Chars::kDotted, false, "gitlab"},
    {"glrt-", 20, Chars::kDotted, false, "gitlab"},
    {"glptt-", 20, Chars::kDotted, false, "gitlab"},
    {"glcbt-", 20, Chars::kDotted, false, "gitlab"},
    {"glsoat-", 20, Chars::kDotted, false, "gitlab"},
    {"glimt-", 20, Chars::kDotted, false, "gitlab"},
    {"glft-", 20, Chars::kDotted, false, "gitlab"},
    {"glagent-", 20, Chars::kDotted, false, "gitlab"},
    {"xoxa-", 16, Chars::kWide, false, "slack"},
    {"xoxb-", 16, Chars::kWide, false, "slack"},
    {"xoxc-", 16, Chars::kWide, false, "slack"},
    {"xoxd-", 16, Chars::kWide, false, "slack"},
    {"xoxe-", 16, Chars::kWide, false, "slack"},
    {"xoxe.xox", 16, Chars::kWide, false, "slack"},
    {"xoxo-", 16, Chars::kWide, false, "slack"},
    {"xoxp-", 16, Chars::kWide, false, "slack"},
    {"xoxr-", 16, Chars::kWide, false, "slack"},
    {"xoxs-", 16, Chars::kWide, false, "slack"},
    {"xapp-", 16, Chars::kUrl, false, "slack"},
    {"ya29.", 20, Chars::kDotted, false, "google"},
    {"1//0", 30, Chars::kUrl, true, "google"},
    {"4/0A", 30, Chars::kUrl, true, "google"},
    {"GOCSPX-", 20, Chars::kUrl, false, "google"},
    {"AIza", 35, Chars::kUrl, true, "google"},
    {"npm_", 36, Chars::kWord, false, "npm"},
    {"5Aep", 60, Chars::kDotted, true, "salesforce"},
    // Entra's opaque authorisation codes and refresh tokens; those of personal accounts.
    {"0.A", 100, Chars::kDotted, true, "entra"},
    {"1.A", 100, Chars::kDotted, true, "entra"},
    {"M.C5", 40, Chars::kWide, true, "microsoft"},
    {"M.R3", 40, Chars::kWide, true, "microsoft"},
    {"IQoJb3JpZ2lu", 100, Chars::kWide, false, "aws"},
    {"FwoGZXIvYXdz", 100, Chars::kWide, false, "aws"},
    {"hvs.", 24, Chars::kUrl, true, "vault"},
    {"sk_live_", 20, Chars::kWord, false, "stripe"},
    {"dckr_pat_", 20, Chars::kUrl, false, "docker"},
    {"dop_v1_", 40, Chars::kWord, false, "digitalocean"},
    {"ATATT3", 40, Chars::kWide, true, "atlassian"},
    {"pypi-AgE", 40, Chars::kUrl, false, "pypi"},
    {"shpat_", 30, Chars::kWord, false, "shopify"},
    {"lin_api_", 30, Chars::kWord, false, "linear"},
};

using Care = SecretKey::Care;

struct KeyDef {
  std::string_view name;  ///< lower case, without `_` and `-`
  std::string_view kind;
  Care care = Care::kNone;
};

// OAuth parameters: RFC 6749, 7521, 7636, 8628, 8693; OpenID Connect; SAML bindings 2.0. The rest:
// names of credentials in cloud APIs and in headers. Sorted by name.
constexpr KeyDef kKeys[] = {
    {"accesstoken", "access_token"},
    {"accountkey", "key"},
    {"actortoken", "actor_token"},
    {"apikey", "api_key"},
    {"apitoken", "api_token"},
    {"assertion", "assertion"},
    {"authcode", "code"},
    {"authorization", "authorization"},
    {"authorizationcode", "code"},
    {"authtoken", "token"},
    {"bearertoken", "token"},
    {"clientassertion", "assertion"},
    {"clientsecret", "client_secret"},
    {"code", "code", Care::kCode},
    {"codeverifier", "code_verifier"},
    {"cookie", "cookie"},
    {"devicecode", "device_code"},
    {"idtoken", "id_token"},
    {"idtokenhint", "id_token"},
    {"jwt", "jwt"},
    {"logouttoken", "token"},
    {"oauthtoken", "token"},
    {"oauthtokensecret", "secret"},
    {"oauthverifier", "code_verifier"},
    {"otc", "user_code"},
    {"passwd", "password"},
    {"password", "password"},
    {"privatekey", "private_key"},
    {"privatekeydata", "private_key"},
    {"pwd", "password"},
    {"refreshtoken", "refresh_token"},
    {"samlresponse", "saml"},
    {"secret", "secret"},
    {"secretaccesskey", "secret"},
    {"secrettext", "secret"},
    {"sessiontoken", "session_token"},
    {"setcookie", "cookie"},
    {"sharedaccesskey", "key"},
    {"sig", "signature"},
    {"subjecttoken", "subject_token"},
    {"temporarypassword", "password"},
    {"token", "token", Care::kToken},
    {"usercode", "user_code"},
    {"xamzsecuritytoken", "session_token"},
    {"xamzsignature", "signature"},
    {"xapikey", "api_key"},
    {"xgoogsignature", "signature"},
};
static_assert(std::is_sorted(std::begin(kKeys), std::end(kKeys),
                             [](const KeyDef& a, const KeyDef& b) { return a.name < b.name; }));
constexpr size_t kMaxKey = 32;

/// Four bytes of text that each secret has. Found with a shift table as in Wu and Manber's search
/// (1994): most of a text is never looked at.
class Prefilter {
 public:
  Prefilter() {
    shift_.fill(3);
    for (const Prefix& row : kPrefixes) {
      if (row.prefix.size() >= 4) Add(std::string(row.prefix.substr(0, 4)));
    }
    for (const std::string_view word : {"eare", "EARE", "asic", "ASIC", "SSWS", "ssws", "--BE"}) {
      Add(std::string(word));
    }
    // Entra's opaque tokens go on with the base64 of a byte 1: its second digit is one of Q to f.
    for (const char c : std::string_view("QRSTUVWXYZabcdef")) {
      Add(std::string("0.A") + c);
      Add(std::string("1.A") + c);
    }
    for (int c = 0; c < 256; ++c) {
      const char any = static_cast<char>(c);
      Add(std::string("eyJ") + any);
      Add(any + std::string("!AQ"));
      Add(any + std::string("!AR"));
      for (char digit = '0'; digit <= '9'; ++digit) Add(std::string{digit, 'Q', '~', any});
    }
    // A key's last letters, and what can follow them: `=`, `%3D`, a quote, an escaped quote.
    for (const KeyDef& row : kKeys) {
      const std::string_view last = row.name.substr(row.name.size() - 3);
      for (const char between : {'=', '%', '"', '\'', '\\'}) {
        std::string gram(last);
        Add(gram + between);
        gram[0] = static_cast<char>(gram[0] & ~0x20);  // Pwd=
        Add(gram + between);
        for (char& c : gram) c = static_cast<char>(c & ~0x20);
        Add(gram + between);
      }
    }
    std::sort(grams_.begin(), grams_.end());
    grams_.erase(std::unique(grams_.begin(), grams_.end()), grams_.end());
  }

  bool Finds(std::string_view text) const {
    const char* const data = text.data();
    for (size_t end = 3; end < text.size();) {
      const uint8_t shift = shift_[Cell(data[end - 1], data[end])];
      if (shift == 0) {
        const uint32_t gram = Gram(data + end - 3);
        const uint32_t bit = Bit(gram);
        if ((bits_[bit / 64] >> (bit % 64) & 1) != 0 &&
            std::binary_search(grams_.begin(), grams_.end(), gram)) {
          return true;
        }
        ++end;
      } else {
        end += shift;
      }
    }
    return false;
  }

 private:
  static size_t Cell(char a, char b) {
    return (static_cast<size_t>(a) & 127) << 7 | (static_cast<size_t>(b) & 127);
  }
  static uint32_t Gram(const char* p) {
    uint32_t out = 0;
    for (int i = 0; i < 4; ++i) out = out << 8 | static_cast<unsigned char>(p[i]);
    return out;
  }
  static uint32_t Bit(uint32_t gram) { return gram * 0x9e3779b1u >> 17; }
  void Add(std::string gram) {
    for (size_t i = 0; i < 3; ++i) {
      uint8_t& shift = shift_[Cell(gram[i], gram[i + 1])];
      shift = std::min(shift, static_cast<uint8_t>(2 - i));
    }
    grams_.push_back(Gram(gram.data()));
    const uint32_t bit = Bit(grams_.back());
    bits_[bit / 64] |= uint64_t{1} << (bit % 64);
  }

  static constexpr size_t kCells = 1 << 14;
  std::array<uint8_t, kCells> shift_{};
  std::array<uint64_t, 512> bits_{};  ///< most grams that are not in the list are not here
  std::vector<uint32_t> grams_;       ///< sorted
};

size_t Run(std::string_view text, size_t from, Chars chars) {
  size_t end = from;
  while (end < text.size() && Has(chars, text[end])) ++end;
  return end;
}

bool AtWordStart(std::string_view text, size_t at) {
  return at == 0 || !(IsAlnum(text[at - 1]) || text[at - 1] == '_' || text[at - 1] == '.' ||
                      text[at - 1] == '-' || text[at - 1] == '/');
}

/// JSON Web Tokens: three parts of base64url, or five of an encrypted one, whose second may be
/// empty (RFC 7515, RFC 7516). Two parts alone open nothing: the signature was left out.
Secret JwtAt(std::string_view text, size_t at) {
  if (!text.substr(at).starts_with("eyJ")) return {};
  std::array<size_t, 5> sizes{};
  size_t parts = 0;
  size_t end = at;
  while (parts < sizes.size()) {
    const size_t part_end = Run(text, end, Chars::kUrl);
    sizes[parts++] = part_end - end;
    end = part_end;
    if (end >= text.size() || text[end] != '.' || parts == sizes.size()) break;
    ++end;
  }
  if (text[end - 1] == '.' && parts > 3) --end;  // the full stop of a sentence
  const bool has_claims = sizes[1] >= 2;
  const bool is_encrypted = parts == 5 && sizes[2] > 0 && sizes[3] > 0;
  if (parts < 3 || sizes[0] < 8 || (!has_claims && !is_encrypted)) return {};
  return {at, end, "jwt"};
}

/// Whether some row of kPrefixes starts with these two characters: nearly every place is ruled out
/// by one look, where comparing with each row would cost the most of redaction.
constexpr auto kPairs = [] {
  std::array<uint64_t, 1024> out{};
  for (const Prefix& row : kPrefixes) {
    const auto pair = static_cast<size_t>(static_cast<unsigned char>(row.prefix[0]) << 8 |
                                          static_cast<unsigned char>(row.prefix[1]));
    out[pair / 64] |= uint64_t{1} << (pair % 64);
  }
  return out;
}();

Secret PrefixedAt(std::string_view text, size_t at) {
  if (at + 1 >= text.size()) return {};
  const auto pair = static_cast<size_t>(static_cast<unsigned char>(text[at]) << 8 |
                                        static_cast<unsigned char>(text[at + 1]));
  if ((kPairs[pair / 64] >> (pair % 64) & 1) == 0) return {};
  for (const Prefix& row : kPrefixes) {
    if (!text.substr(at).starts_with(row.prefix)) continue;
    if (row.at_word_start && !AtWordStart(text, at)) continue;
    const size_t start = at + row.prefix.size();
    size_t end = Run(text, start, row.chars);
    while (end > start && text[end - 1] == '.') --end;
    if (end - start >= row.min_size) return {at, end, row.kind};
  }
  return {};
}

/// An Entra client secret: three characters, a digit, `Q~`, 31 to 34 more.
/// Source: GitHub secret scanning, azure_active_directory_application_secret.
Secret EntraSecretAround(std::string_view text, size_t tilde) {
  const auto in_set = [](char c) {
    return IsAlnum(c) || c == '_' || c == '-' || c == '.' || c == '~';
  };
  if (tilde < 5 || text[tilde - 1] != 'Q' || !IsDigit(text[tilde - 2])) return {};
  for (size_t i = tilde - 5; i < tilde - 2; ++i) {
    if (!in_set(text[i])) return {};
  }
  size_t end = tilde + 1;
  while (end < text.size() && in_set(text[end])) ++end;
  if (end - tilde - 1 < 31) return {};
  return {tilde - 5, end, "entra"};
}

/// A Salesforce session: the organisation's id (15 or 18 characters), `!`, the secret part.
Secret SalesforceAround(std::string_view text, size_t mark) {
  const size_t end = Run(text, mark + 1, Chars::kDotted);
  if (end - mark - 1 < 20) return {};
  for (const size_t size : {size_t{15}, size_t{18}}) {
    if (mark >= size && text.substr(mark - size).starts_with("00D")) {
      return {mark - size, end, "salesforce"};
    }
  }
  return {};
}

/// `Bearer x`, `Basic x`, `SSWS x`: the part after the scheme. `at` is its first letter.
Secret CredentialsAt(std::string_view text, size_t at) {
  static constexpr std::array<std::string_view, 3> kSchemes = {"bearer", "basic", "ssws"};
  if (at != 0 && IsAlnum(text[at - 1]) && !(at >= 3 && text[at - 3] == '%')) return {};
  for (const std::string_view scheme : kSchemes) {
    if (!EqualsIgnoreCase(text.substr(at, scheme.size()), scheme)) continue;
    size_t start = at + scheme.size();
    const std::string_view after = text.substr(start);
    if (after.starts_with("%20")) {
      start += 3;
    } else if (after.starts_with(" ") || after.starts_with("+") || after.starts_with(":")) {
      while (start < text.size() &&
             (text[start] == ' ' || text[start] == '+' || text[start] == ':')) {
        ++start;
      }
    } else {
      return {};
    }
    size_t end = Run(text, start, Chars::kWide);
    while (end > start && text[end - 1] == '.') --end;
    if (const Secret jwt = JwtAt(text, start); !jwt.kind.empty()) return jwt;
    const std::string_view value = text.substr(start, end - start);
    if (scheme == "basic") {
      // Words follow it too (`Basic authentication`): only user:password in base64 counts.
      if (value.size() < 4 || DecodeBase64(value).find(':') == std::string::npos) return {};
    } else {
      const bool has_digit = std::any_of(value.begin(), value.end(), IsDigit);
      if (value.size() < 16 || (!has_digit && value.size() < 40)) return {};
    }
    return {start, end, scheme == "basic" ? "basic" : scheme == "ssws" ? "okta" : "bearer"};
  }
  return {};
}

Secret PrivateKeyAt(std::string_view text, size_t at) {
  static constexpr std::string_view kBegin = "-----BEGIN ";
  if (!text.substr(at).starts_with(kBegin)) return {};
  const size_t title_end = text.find("-----", at + kBegin.size());
  if (title_end == text.npos || title_end - at > 60) return {};
  const std::string_view title = text.substr(at, title_end - at);
  if (!title.ends_with("PRIVATE KEY") && !title.ends_with("PRIVATE KEY BLOCK")) return {};
  const size_t last = text.find("-----END", title_end);
  if (last == text.npos) return {at, text.size(), "private_key"};
  const size_t close = text.find("-----", last + 8);
  return {at, close == text.npos ? text.size() : close + 5, "private_key"};
}

/// The key that ends before `end`; with its start, for what stands before it.
std::string_view KeyBefore(std::string_view text, size_t end, size_t* start = nullptr) {
  size_t begin = end;
  while (begin > 0 && end - begin < 2 * kMaxKey &&
         (IsAlnum(text[begin - 1]) || text[begin - 1] == '_' || text[begin - 1] == '-')) {
    --begin;
  }
  // `%26code%3D`: the two digits belong to the escape; `%2526` is one escaped once more.
  if (begin > 0 && text[begin - 1] == '%' && end - begin > 2) {
    bool again = true;
    while (again && end - begin > 2) {
      again = text.substr(begin, 2) == "25";
      begin += 2;
    }
  }
  if (start != nullptr) *start = begin;
  return text.substr(begin, end - begin);
}

/// `key=value` in addresses and bodies, `key%3Dvalue` in addresses inside addresses. `at` is the
/// `=` or the `%`.
Secret ParameterAt(std::string_view text, size_t at) {
  size_t start = at + 1;
  bool escaped = false;
  if (text[at] == '%') {
    while (text.substr(start).starts_with("25")) start += 2;
    if (!text.substr(start).starts_with("3D") && !text.substr(start).starts_with("3d")) return {};
    start += 2;
    escaped = true;
  }
  size_t key_start = 0;
  const SecretKey key = FindSecretKey(KeyBefore(text, at, &key_start));
  if (key.kind.empty()) return {};
  size_t end = start;
  static constexpr std::string_view kEnds = "&; \t\r\n\"'<>()[]{},\\|#`";
  while (end < text.size() && kEnds.find(text[end]) == kEnds.npos) {
    if (escaped && text[end] == '%') {
      size_t digits = end + 1;
      while (text.substr(digits).starts_with("25")) digits += 2;
      if (text.substr(digits).starts_with("26") || text.substr(digits).starts_with("23")) break;
    }
    ++end;
  }
  const std::string_view value = text.substr(start, end - start);
  if (key.care == Care::kCode) {
    // In an address a code may be short; elsewhere `code=invalid_grant` is plain talk.
    const char before = key_start == 0 ? ' ' : text[key_start - 1];
    const bool in_address = before == '?' || before == '&' || before == '#' || escaped;
    const bool talk = value.starts_with("AADSTS") || IsDigits(value);
    if (in_address && value.size() >= 6 && !talk) return {start, end, key.kind};
  }
  if (!IsSecretValue(key, value)) return {};
  return {start, end, key.kind};
}

/// `"key": "value"`, also with quotes escaped or doubled. `at` is the colon.
Secret MemberAt(std::string_view text, size_t at) {
  size_t key_end = at;
  while (key_end > 0 && (text[key_end - 1] == ' ' || text[key_end - 1] == '\t')) --key_end;
  if (key_end == 0 || (text[key_end - 1] != '"' && text[key_end - 1] != '\'')) return {};
  const char quote = text[key_end - 1];
  while (key_end > 0 && (text[key_end - 1] == quote || text[key_end - 1] == '\\')) --key_end;
  const SecretKey key = FindSecretKey(KeyBefore(text, key_end));
  if (key.kind.empty()) return {};

  size_t start = at + 1;
  while (start < text.size() && (text[start] == ' ' || text[start] == '\t')) ++start;
  size_t escapes = 0;
  while (start < text.size() && text[start] == '\\') ++start, ++escapes;
  if (start >= text.size() || text[start] != quote) return {};
  const bool doubled = escapes == 0 && text.substr(start).starts_with("\"\"") && at >= 2 &&
                       text[at - 1] == '"' && text[at - 2] == '"';
  start += doubled ? 2 : 1;
  // The closing quote is escaped as often as the opening one; one inside is escaped more.
  size_t end = start;
  size_t slashes = 0;
  for (; end < text.size(); ++end) {
    if (text[end] == '\\') {
      ++slashes;
      continue;
    }
    if (text[end] == quote && slashes == escapes) break;
    slashes = 0;
  }
  size_t value_end = end;
  if (end < text.size()) value_end -= escapes;
  if (!IsSecretValue(key, text.substr(start, value_end - start))) return {};
  return {start + SchemeSize(text.substr(start, value_end - start)), value_end, key.kind};
}

Secret SecretAt(std::string_view text, size_t at) {
  switch (text[at]) {
    case '=':
    case '%':
      return ParameterAt(text, at);
    case ':':
      return MemberAt(text, at);
    case '~':
      return EntraSecretAround(text, at);
    case '!':
      return SalesforceAround(text, at);
    case '-':
      return PrivateKeyAt(text, at);
    case 'B':
    case 'b':
    case 'S':
      if (const Secret found = CredentialsAt(text, at); !found.kind.empty()) return found;
      return PrefixedAt(text, at);
    case 'e':
      return JwtAt(text, at);
    default:
      return PrefixedAt(text, at);
  }
}

/// Letters that some row of kPrefixes starts with, and the marks of the other shapes.
constexpr auto kStarts = [] {
  std::array<bool, 256> out{};
  for (const Prefix& row : kPrefixes) out[static_cast<unsigned char>(row.prefix[0])] = true;
  for (const char c : {'=', '%', ':', '~', '!', '-', 'B', 'b', 'S', 's', 'e'}) {
    out[static_cast<unsigned char>(c)] = true;
  }
  return out;
}();

}  // namespace

bool MayHoldSecret(std::string_view text) {
  static constexpr size_t kShortest = 8;  // `pwd=abcd`
  if (text.size() < kShortest) return false;
  static const Prefilter prefilter;
  return prefilter.Finds(text);
}

Secret FindSecret(std::string_view text, size_t from) {
  Secret found;
  for (size_t at = from; at < text.size(); ++at) {
    // A shape known by a mark in its middle may start before one found already.
    if (!kStarts[static_cast<unsigned char>(text[at])]) continue;
    found = SecretAt(text, at);
    if (!found.kind.empty() && found.begin >= from) return found;
  }
  return {};
}

SecretKey FindSecretKey(std::string_view key) {
  if (const size_t dot = key.rfind('.'); dot != key.npos) key = key.substr(dot + 1);
  if (key.size() > 2 * kMaxKey) return {};
  std::array<char, 2 * kMaxKey> plain{};
  size_t size = 0;
  for (const char c : key) {
    if (c == '_' || c == '-') continue;
    plain[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  const std::string_view name(plain.data(), size);
  const auto at = std::lower_bound(
      std::begin(kKeys), std::end(kKeys), name,
      [](const KeyDef& row, std::string_view wanted) { return row.name < wanted; });
  if (at == std::end(kKeys) || at->name != name) return {};
  return {at->kind, at->care};
}

bool IsSecretValue(const SecretKey& key, std::string_view value) {
  static constexpr size_t kShortest = 4;
  if (key.kind.empty() || value.size() < kShortest) return false;
  if (value.starts_with("[redacted ")) return false;
  // JSON under such a name is looked into instead (Azure's `Authorization` holds a role check).
  if (value.front() == '{' || value.front() == '[') return false;
  static constexpr std::array<std::string_view, 9> kWords = {
      "null", "none", "true", "false", "undefined", "redacted", "hidden", "masked", "[redacted]"};
  for (const std::string_view word : kWords) {
    if (EqualsIgnoreCase(value, word)) return false;
  }
  if (value.find_first_not_of("*") == value.npos) return false;
  if (key.care == Care::kNone) return true;
  // Error codes and ids of tokens stand under these names as often as the secrets do.
  static constexpr size_t kShortestUnsure = 20;
  if (value.size() < kShortestUnsure || value.find(' ') != value.npos || IsGuid(value))
    return false;
  return key.care == Care::kToken || std::any_of(value.begin(), value.end(), IsDigit);
}

size_t SchemeSize(std::string_view value) {
  for (const std::string_view scheme : {"bearer ", "basic ", "ssws ", "token "}) {
    if (EqualsIgnoreCase(value.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

}  // namespace tokentrail
