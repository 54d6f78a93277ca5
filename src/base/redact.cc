#include "base/redact.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/secret.h"
#include "base/text.h"

namespace tokentrail {
namespace {

/// JSON inside texts inside JSON is opened this far.
constexpr int kMaxNesting = 6;
constexpr size_t kHashDigits = 16;

/// Below this many characters all values could be tried.
constexpr size_t kGuessable = 20;

std::string HmacHex(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const auto* const ok =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  CHECK(ok != nullptr);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < size; ++i) {
    out.push_back(kHex[digest[i] >> 4]);
    out.push_back(kHex[digest[i] & 15]);
  }
  return out;
}

/// Appends `text` with its secrets replaced. False when it holds none: nothing is appended then.
bool Replace(const Redactor& redactor, std::string_view text, std::string& out) {
  if (!MayHoldSecret(text)) return false;
  Secret found = FindSecret(text, 0);
  if (found.kind.empty()) return false;
  size_t done = 0;
  while (!found.kind.empty()) {
    out += text.substr(done, found.begin - done);
    out += redactor.Mark(found.kind, text.substr(found.begin, found.end - found.begin));
    done = found.end;
    found = FindSecret(text, done);
  }
  out += text.substr(done);
  return true;
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void AppendUtf8(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0 | code >> 6));
    out.push_back(static_cast<char>(0x80 | (code & 63)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | code >> 12));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 63)));
    out.push_back(static_cast<char>(0x80 | (code & 63)));
  } else {
    out.push_back(static_cast<char>(0xf0 | code >> 18));
    out.push_back(static_cast<char>(0x80 | (code >> 12 & 63)));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 63)));
    out.push_back(static_cast<char>(0x80 | (code & 63)));
  }
}

/// Four hexadecimal digits at `at`, or -1.
int32_t Hex4(std::string_view text, size_t at) {
  if (text.size() < at + 4) return -1;
  int32_t out = 0;
  for (size_t i = at; i < at + 4; ++i) {
    const char c = text[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    out = out << 4 | digit;
  }
  return out;
}

/// The text of a JSON string's inside; what is no proper escape stays as it is.
std::string Unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out.push_back(text[i]);
      continue;
    }
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
    const char name = text[++i];
    if (const size_t at = kNames.find(name); at != kNames.npos) {
      out.push_back(kBytes[at]);
      continue;
    }
    const int32_t unit = name == 'u' ? Hex4(text, i + 1) : -1;
    if (unit < 0) {
      out.push_back('\\');
      out.push_back(name);
      continue;
    }
    i += 4;
    auto code = static_cast<uint32_t>(unit);
    if (code >= 0xd800 && code < 0xdc00 && text.substr(i + 1).starts_with("\\u")) {
      const int32_t low = Hex4(text, i + 3);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (static_cast<uint32_t>(low) - 0xdc00);
        i += 6;
      }
    }
    AppendUtf8(code >= 0xd800 && code < 0xe000 ? 0xfffd : code, out);
  }
  return out;
}

std::string Escape(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// One object or array that the walk is inside of.
struct Frame {
  bool is_object = false;
  bool secret_data = false;  ///< members are the contents of a Kubernetes Secret
  std::string key;           ///< of the member being read
  std::string name;          ///< value of a member that names its neighbour: Name, key, ...
};

/// Goes over JSON text and copies it, secrets replaced. It understands strings, keys and nesting
/// and nothing else, so that broken or cut JSON is cleaned as well as the whole.
class JsonCleaner {
 public:
  JsonCleaner(const Redactor& redactor, std::string_view text, int depth)
      : redactor_(redactor), text_(text), depth_(depth), kubernetes_(HoldsSecretObject(text)) {}

  std::string Run() {
    for (size_t at = 0; at < text_.size();) {
      const char c = text_[at];
      if (c == '"') {
        at = String(at);
        continue;
      }
      if (c == '{' || c == '[') {
        Frame frame;
        frame.is_object = c == '{';
        if (!frames_.empty()) frame.secret_data = InheritsSecret(frames_.back());
        if (frames_.size() < kMaxFrames) frames_.push_back(std::move(frame));
      } else if (c == '}' || c == ']') {
        if (!frames_.empty()) frames_.pop_back();
      } else {
        // Between strings and brackets: little in JSON, but all of a text that only begins like it.
        const size_t end = std::min(text_.find_first_of("\"{}[]", at), text_.size());
        const std::string_view bare = text_.substr(at, end - at);
        std::string cleaned;
        const bool found = MayHoldSecret(bare) && Replace(redactor_, bare, cleaned);
        out_ += found ? std::string_view(cleaned) : bare;
        at = end;
        continue;
      }
      out_.push_back(c);
      ++at;
    }
    return std::move(out_);
  }

 private:
  static constexpr size_t kMaxFrames = 20'000;

  /// Kubernetes: the record is about Secret objects, so what stands under `data` is secret. Known
  /// by the object's own kind, by a list's (whose items have none), by the request's resource, or
  /// by Google's type name.
  static bool HoldsSecretObject(std::string_view text) {
    static constexpr std::array<std::array<std::string_view, 2>, 5> kSigns = {{
        {"\"kind\"", "Secret"},
        {"\"kind\"", "SecretList"},
        {"\"resource\"", "secrets"},
        {"\"@type\"", "core.k8s.io/v1.Secret"},
        {"\"@type\"", "type.googleapis.com/core.k8s.io.v1.Secret"},
    }};
    for (const auto& [key, value] : kSigns) {
      for (size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
        size_t start = at + key.size();
        while (start < text.size() && (IsSpace(text[start]) || text[start] == ':')) ++start;
        const std::string_view rest = text.substr(start);
        if (rest.starts_with('"') && rest.substr(1).starts_with(value) &&
            rest.substr(1 + value.size()).starts_with('"')) {
          return true;
        }
      }
    }
    return false;
  }

  bool InheritsSecret(const Frame& parent) const {
    if (parent.secret_data) return true;
    return kubernetes_ && parent.is_object && (parent.key == "data" || parent.key == "stringData");
  }

  /// The string whose opening quote is at `at`; gives where it ends.
  size_t String(size_t at) {
    size_t end = at + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end, text_.size());
    const std::string_view inside = text_.substr(at + 1, end - at - 1);
    const bool closed = end < text_.size();
    size_t after = closed ? end + 1 : end;
    size_t next = after;
    while (next < text_.size() && IsSpace(text_[next])) ++next;
    out_.push_back('"');
    if (next < text_.size() && text_[next] == ':') {
      const std::string key = Unescape(inside);
      std::string cleaned;
      out_ += Replace(redactor_, key, cleaned) ? Escape(cleaned) : std::string(inside);
      if (!frames_.empty()) frames_.back().key = key;
    } else {
      out_ += Value(inside);
    }
    if (closed) out_.push_back('"');
    return after;
  }

  /// What is written for a string value.
  std::string Value(std::string_view inside) {
    const bool plain = inside.find('\\') == inside.npos;
    const std::string unescaped = plain ? std::string() : Unescape(inside);
    const std::string_view value = plain ? inside : std::string_view(unescaped);
    std::string cleaned;
    if (!Clean(value, cleaned)) return std::string(inside);
    return Escape(cleaned);
  }

  bool Clean(std::string_view value, std::string& cleaned) {
    if (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.secret_data && value.size() >= 4 && !value.starts_with("[redacted ")) {
        cleaned = redactor_.Mark("kubernetes", value);
        return true;
      }
      const std::string_view key = KeyOf(frame);
      const SecretKey secret = FindSecretKey(key);
      if (IsSecretValue(secret, value)) {
        const size_t scheme = SchemeSize(value);
        cleaned = std::string(value.substr(0, scheme)) +
                  redactor_.Mark(secret.kind, value.substr(scheme));
        return true;
      }
      if (frame.is_object && IsNameKey(frame.key)) frame.name = std::string(value);
    }
    const std::string_view trimmed = Trim(value);
    if (depth_ < kMaxNesting && (trimmed.starts_with('{') || trimmed.starts_with('['))) {
      cleaned = JsonCleaner(redactor_, value, depth_ + 1).Run();
      return cleaned != value;
    }
    return Replace(redactor_, value, cleaned);
  }

  static bool IsNameKey(std::string_view key) {
    return EqualsIgnoreCase(key, "name") || EqualsIgnoreCase(key, "key") ||
           EqualsIgnoreCase(key, "displayName");
  }

  /// The name that the value goes by: its key, or in a list of names and values its neighbour. An
  /// array's members go by the key of the array.
  std::string_view KeyOf(const Frame& frame) const {
    if (!frame.is_object) {
      for (size_t i = frames_.size(); i-- > 0;) {
        if (frames_[i].is_object) return frames_[i].key;
      }
      return {};
    }
    if (frame.name.empty()) return frame.key;
    for (const std::string_view name : {"value", "newValue", "oldValue", "stringValue"}) {
      if (EqualsIgnoreCase(frame.key, name)) return frame.name;
    }
    return frame.key;
  }

  const Redactor& redactor_;
  std::string_view text_;
  int depth_;
  bool kubernetes_;
  std::vector<Frame> frames_;
  std::string out_;
};

/// Text that is not JSON: by looks, and JSON inside the cells of a CSV row, whose quotes are
/// doubled.
std::string CleanRow(const Redactor& redactor, std::string_view text) {
  const auto append_clean = [&](std::string_view part, std::string& out) {
    if (!Replace(redactor, part, out)) out += part;
  };
  std::string out;
  size_t done = 0;
  for (size_t at = text.find('"'); at != text.npos; at = text.find('"', at)) {
    const bool opens = (at == 0 || text[at - 1] == ',' || text[at - 1] == ';' ||
                        text[at - 1] == '\t' || text[at - 1] == '\n') &&
                       at + 1 < text.size() && (text[at + 1] == '{' || text[at + 1] == '[');
    if (!opens) {
      ++at;
      continue;
    }
    std::string cell;
    size_t end = at + 1;
    while (end < text.size()) {
      if (text[end] == '"') {
        if (!text.substr(end + 1).starts_with('"')) break;
        ++end;
      }
      cell.push_back(text[end++]);
    }
    append_clean(text.substr(done, at + 1 - done), out);
    for (const char c : JsonCleaner(redactor, cell, 1).Run()) {
      if (c == '"') out.push_back('"');
      out.push_back(c);
    }
    done = at = end;
    if (at < text.size()) ++at;
  }
  append_clean(text.substr(done), out);
  return out;
}

}  // namespace

std::string Redactor::Mark(std::string_view kind, std::string_view secret) const {
  // Passwords are chosen by people, so their length says little about how hard they are to guess.
  const bool guessable =
      secret.size() < kGuessable || kind == "password" || kind == "basic" || kind == "kubernetes";
  const std::string hash = guessable ? HmacHex(key_, secret) : Sha256Hex(secret);
  std::string out = "[redacted ";
  out += kind;
  out += guessable ? " hmac:" : " sha256:";
  out += std::string_view(hash).substr(0, kHashDigits);
  out += ']';
  return out;
}

std::string_view Redactor::Clean(std::string_view text, Arena& arena) const {
  if (!MayHoldSecret(text)) return text;
  std::string out;
  return Replace(*this, text, out) ? arena.Copy(out) : text;
}

std::string Redactor::Clean(std::string_view text) const {
  std::string out;
  return Replace(*this, text, out) ? out : std::string(text);
}

std::string Redactor::CleanRecord(std::string_view record) const {
  const std::string_view trimmed = Trim(record);
  if (trimmed.starts_with('{') || trimmed.starts_with('[')) {
    return JsonCleaner(*this, record, 0).Run();
  }
  return CleanRow(*this, record);
}

bool Redactor::IsSecretKey(std::string_view key) {
  const SecretKey found = FindSecretKey(key);
  return !found.kind.empty() && found.care == SecretKey::Care::kNone;
}

}  // namespace tokentrail
