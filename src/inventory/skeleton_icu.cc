// The way to a skeleton through the Unicode library: the only user of ICU.

#include <fmt/format.h>
#include <tsl/robin_map.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "base/check.h"
#include "inventory/skeleton.h"
#include "inventory/skeleton_part.h"

namespace tokentrail::inventory {
namespace {

constexpr UChar32 kBad = 0xfffd;

struct Library {
  const UNormalizer2* nfkc = nullptr;
  const UNormalizer2* nfd = nullptr;
  USpoofChecker* spoof = nullptr;

  Library() {
    UErrorCode status = U_ZERO_ERROR;
    nfkc = unorm2_getNFKCInstance(&status);
    nfd = unorm2_getNFDInstance(&status);
    spoof = uspoof_open(&status);
    CHECK(U_SUCCESS(status));  // its data is part of the library
  }
};

// Never closed: used until the program ends.
const Library& Unicode() {
  static const Library library;
  return library;
}

using Characters = std::u32string;

void Append(std::string& out, UChar32 c) {
  uint8_t bytes[4];
  int32_t length = 0;
  UBool failed = false;
  U8_APPEND(bytes, length, 4, c, failed);
  if (!failed) out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(length));
}

Characters Decode(const UChar* text, int32_t length) {
  Characters out;
  for (int32_t at = 0; at < length;) {
    UChar32 c = 0;
    U16_NEXT(text, at, length, c);
    out += static_cast<char32_t>(c);
  }
  return out;
}

Characters Normalised(const UNormalizer2* how, UChar32 c) {
  UChar in[2];
  int32_t length = 0;
  UBool failed = false;
  U16_APPEND(in, length, 2, c, failed);
  if (failed) return {};
  UChar out[64];
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size = unorm2_normalize(how, in, length, out, 64, &status);
  return U_SUCCESS(status) ? Decode(out, size) : Characters(1, static_cast<char32_t>(c));
}

// A mark that only decorates. Marks that belong to one script (vowels of Indic scripts) carry
// meaning, and so do the two of Japanese.
bool IsDecoration(UChar32 c) {
  const int8_t type = u_charType(c);
  if (type != U_NON_SPACING_MARK && type != U_ENCLOSING_MARK) return false;
  if (c == 0x3099 || c == 0x309a) return false;
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(c, &status) == USCRIPT_INHERITED;
}

// Shows nothing, or turns the direction of writing.
bool IsInvisible(UChar32 c) {
  if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return true;
  const int8_t type = u_charType(c);
  return type == U_CONTROL_CHAR || type == U_FORMAT_CHAR || type == U_PRIVATE_USE_CHAR ||
         type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR || c == 0x2800;
}

// Our supplement: where Unicode's table goes to another script's letter or nowhere, what a reader
// sees in small sizes. Lower case. DETECTIONS 3.6, and the small capitals of phonetics.
struct Ours {
  char32_t from;
  char to;
};
constexpr Ours kOurs[] = {
    // Cyrillic
    {U'п', 'n'},
    {U'и', 'u'},
    {U'ш', 'w'},
    {U'щ', 'w'},
    {U'в', 'b'},
    {U'н', 'h'},
    {U'к', 'k'},
    {U'т', 't'},
    {U'м', 'm'},
    {U'з', 'e'},
    {U'г', 'r'},
    {U'ѕ', 's'},
    {U'ԁ', 'd'},
    {U'ц', 'u'},
    {U'ь', 'b'},
    {U'ъ', 'b'},
    {U'я', 'r'},
    {U'ґ', 'r'},
    {U'ғ', 'f'},
    {U'ү', 'y'},
    {U'ұ', 'y'},
    {U'қ', 'k'},
    {U'ҟ', 'k'},
    {U'ң', 'h'},
    {U'ҥ', 'h'},
    {U'ҳ', 'x'},
    {U'ҽ', 'e'},
    {U'є', 'e'},
    {U'ӧ', 'o'},
    {U'ө', 'o'},
    {U'љ', 'h'},
    {U'ҝ', 'k'},
    // Greek
    {U'π', 'n'},
    {U'κ', 'k'},
    {U'τ', 't'},
    {U'ε', 'e'},
    {U'μ', 'u'},
    {U'ω', 'w'},
    {U'β', 'b'},
    {U'η', 'n'},
    {U'χ', 'x'},
    {U'ζ', 'z'},
    {U'ι', 'i'},
    {U'θ', 'o'},
    {U'λ', 'a'},
    {U'δ', 'd'},
    {U'ϲ', 'c'},
    {U'ϳ', 'j'},
    // Latin beyond ASCII, with the small capitals
    {U'ı', 'i'},
    {U'ɡ', 'g'},
    {U'ɑ', 'a'},
    {U'ᴀ', 'a'},
    {U'ʙ', 'b'},
    {U'ᴄ', 'c'},
    {U'ᴅ', 'd'},
    {U'ᴇ', 'e'},
    {U'ꜰ', 'f'},
    {U'ɢ', 'g'},
    {U'ʜ', 'h'},
    {U'ɪ', 'i'},
    {U'ᴊ', 'j'},
    {U'ᴋ', 'k'},
    {U'ʟ', 'l'},
    {U'ᴍ', 'm'},
    {U'ɴ', 'n'},
    {U'ᴏ', 'o'},
    {U'ᴘ', 'p'},
    {U'ʀ', 'r'},
    {U'ꜱ', 's'},
    {U'ᴛ', 't'},
    {U'ᴜ', 'u'},
    {U'ᴠ', 'v'},
    {U'ᴡ', 'w'},
    {U'ʏ', 'y'},
    {U'ᴢ', 'z'},
    {U'ǝ', 'e'},
    {U'ə', 'e'},
    {U'ɛ', 'e'},
    {U'ɩ', 'i'},
    {U'ŋ', 'n'},
    {U'ɦ', 'h'},
    {U'ƙ', 'k'},
    {U'ƭ', 't'},
    {U'ß', 'b'},
    // Digits
    {U'0', 'o'},
    {U'1', 'l'},
    {U'3', 'e'},
    {U'5', 's'},
};

char OurLook(char32_t c) {
  static const tsl::robin_map<char32_t, char> table = [] {
    tsl::robin_map<char32_t, char> out;
    for (const Ours& one : kOurs) out.try_emplace(one.from, one.to);
    return out;
  }();
  const auto it = table.find(c);
  if (it != table.end()) return it->second;
  // Letters in negative circles and squares, and regional indicators: no compatibility forms.
  for (const char32_t first : {U'\U0001F150', U'\U0001F170', U'\U0001F1E6'}) {
    if (c >= first && c < first + 26) return static_cast<char>('a' + static_cast<char>(c - first));
  }
  return 0;
}

Characters Confusable(char32_t c) {
  UChar in[2];
  int32_t length = 0;
  UBool failed = false;
  U16_APPEND(in, length, 2, static_cast<UChar32>(c), failed);
  UChar out[64];
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size = uspoof_getSkeleton(Unicode().spoof, 0, in, length, out, 64, &status);
  if (failed || U_FAILURE(status) || size > 64) return Characters(1, c);
  return Decode(out, size);
}

char32_t Fold(char32_t c) {
  return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
}

// One character's look, beginning with the table of confusables or with ours; ends in what neither
// changes. m stays m: what the table writes as rn becomes m again.
std::string LookOf(char32_t c, bool fold_first) {
  Characters now(1, fold_first ? Fold(c) : c);
  for (int pass = 0; pass < 3; ++pass) {
    Characters next;
    for (const char32_t one : now) {
      const bool small = one != Fold(one);
      const char ours = fold_first || pass > 0 ? OurLook(one) : 0;
      if (ours != 0) {
        next += static_cast<char32_t>(ours);
        continue;
      }
      if (one < 0x80 && one != 'I' && !(one >= '0' && one <= '9') && !small) {
        next += one;
        continue;
      }
      for (const char32_t looks : Confusable(one)) {
        if (IsDecoration(static_cast<UChar32>(looks))) continue;
        next += Fold(looks);
      }
    }
    if (next == now) break;
    now = std::move(next);
    if (now.size() > 16) break;
  }
  std::string out;
  for (const char32_t one : now) {
    const char ours = OurLook(one);
    if (ours != 0) {
      out += ours;
    } else if (u_isalnum(static_cast<UChar32>(one)) ||
               u_charType(static_cast<UChar32>(one)) == U_NON_SPACING_MARK ||
               u_charType(static_cast<UChar32>(one)) == U_COMBINING_SPACING_MARK) {
      Append(out, static_cast<UChar32>(one));
    }
  }
  return out;
}

/// All that is needed of one character.
struct Letter {
  std::string folded;
  std::string raw;
  std::string plain;
  PieceMaker::LetterCase letter_case = PieceMaker::kNone;
  bool word = false;
};

Letter MakeLetter(UChar32 c) {
  Letter out;
  if (u_isupper(c) || u_istitle(c)) out.letter_case = PieceMaker::kUpper;
  if (u_islower(c)) out.letter_case = PieceMaker::kLower;
  Append(out.plain, u_foldCase(c, U_FOLD_CASE_DEFAULT));
  for (const char32_t compatible : Normalised(Unicode().nfkc, c)) {
    for (const char32_t part : Normalised(Unicode().nfd, static_cast<UChar32>(compatible))) {
      if (IsDecoration(static_cast<UChar32>(part))) continue;
      const auto one = static_cast<UChar32>(part);
      const int8_t type = u_charType(one);
      const bool word = u_isalnum(one) || type == U_NON_SPACING_MARK ||
                        type == U_COMBINING_SPACING_MARK || OurLook(part) != 0;
      if (!word) continue;
      out.word = true;
      out.folded += LookOf(part, true);
      out.raw += LookOf(part, false);
    }
  }
  if (out.folded.empty() && out.raw.empty()) out.word = false;
  return out;
}

// Bounded: names are written by strangers.
const Letter& LetterOf(UChar32 c) {
  thread_local tsl::robin_map<UChar32, Letter> known;
  const auto it = known.find(c);
  if (it != known.end()) return it->second;
  if (known.size() >= 4096) known.clear();
  return known.try_emplace(c, MakeLetter(c)).first->second;
}

// UTF-8 that was read as Latin-1 and written as UTF-8 again shows as `â` and control characters:
// undone, or honest names would look as if they hid something.
std::string Repaired(std::string_view name) {
  std::string out;
  const auto* bytes = reinterpret_cast<const uint8_t*>(name.data());
  const auto size = static_cast<int32_t>(name.size());
  bool control = false;
  for (int32_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0 || c > 0xff) return std::string(name);
    control |= c >= 0x80 && c < 0xc0;
    out += static_cast<char>(c);
  }
  if (!control) return std::string(name);
  const auto* again = reinterpret_cast<const uint8_t*>(out.data());
  for (int32_t at = 0; at < static_cast<int32_t>(out.size());) {
    UChar32 c = 0;
    U8_NEXT(again, at, static_cast<int32_t>(out.size()), c);
    if (c < 0) return std::string(name);
  }
  return out;
}

// --- Scripts

// Those whose letters can be taken for Latin ones, and Latin itself. Any other script beside Latin
// is a word in two languages, as in `Teams会議`.
bool LooksLikeLatin(UScriptCode script) {
  switch (script) {
    case USCRIPT_LATIN:
    case USCRIPT_CYRILLIC:
    case USCRIPT_GREEK:
    case USCRIPT_ARMENIAN:
    case USCRIPT_CHEROKEE:
    case USCRIPT_COPTIC:
    case USCRIPT_LISU:
    case USCRIPT_DESERET:
    case USCRIPT_OLD_ITALIC:
    case USCRIPT_GOTHIC:
    case USCRIPT_TIFINAGH:
    case USCRIPT_CANADIAN_ABORIGINAL:
      return true;
    default:
      return false;
  }
}

struct Run {
  UScriptCode script = USCRIPT_COMMON;
  std::u32string letters;
};

// Greek letters that stand for a quantity and look like no Latin letter.
bool IsSymbol(char32_t c) {
  return std::u32string_view(U"βγδελμπσφχψωΓΔΘΛΞΠΣΦΨΩ").find(c) != std::u32string_view::npos;
}

struct WordScripts {
  std::string text;
  std::vector<Run> runs;

  void Add(UChar32 c) {
    Append(text, c);
    if (!u_isalpha(c)) return;
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(c, &status);
    if (!LooksLikeLatin(script)) return;
    if (runs.empty() || runs.back().script != script) {
      runs.emplace_back();
      runs.back().script = script;
    }
    runs.back().letters += static_cast<char32_t>(c);
  }

  bool Mixed() const {
    return std::any_of(runs.begin(), runs.end(),
                       [&](const Run& run) { return run.script != runs.front().script; });
  }

  // `μTorrent`, `PDFконвертер`: one change, and either a symbol or two words.
  bool AsPeopleDo() const {
    if (runs.size() != 2) return false;
    const auto symbol = [](const Run& run) {
      return run.letters.size() == 1 && run.script == USCRIPT_GREEK && IsSymbol(run.letters[0]);
    };
    if (symbol(runs[0]) || symbol(runs[1])) return true;
    return runs[0].letters.size() >= 3 && runs[1].letters.size() >= 3;
  }

  void Tell(NameOddities& odd) {
    if (Mixed() && odd.mixed_word.empty()) {
      if (AsPeopleDo()) {
        odd.mixed_as_people_do = true;
      } else {
        odd.mixed_word = text;
        odd.mixed = Words();
      }
    }
    text.clear();
    runs.clear();
  }

  std::string Words() const {
    const bool latin = std::any_of(runs.begin(), runs.end(),
                                   [](const Run& run) { return run.script == USCRIPT_LATIN; });
    const UScriptCode main = latin ? USCRIPT_LATIN : runs.front().script;
    std::string out = uscript_getName(main);
    std::string letters;
    UScriptCode other = USCRIPT_COMMON;
    std::u32string said;
    for (const Run& run : runs) {
      if (run.script == main) continue;
      if (other == USCRIPT_COMMON) other = run.script;
      for (const char32_t c : run.letters) {
        if (said.find(c) != std::u32string::npos || said.size() >= 8) continue;
        said += c;
        if (!letters.empty()) letters += ", ";
        Append(letters, static_cast<UChar32>(c));
      }
    }
    return fmt::format("{} with {} {}", out, uscript_getName(other), letters);
  }
};

// Joiners and direction marks that writing needs: in scripts that join or run right to left, and
// within emoji.
bool IsNeeded(UChar32 c, UChar32 before, UChar32 after) {
  const auto emoji = [](UChar32 one) {
    return one > 0 && u_hasBinaryProperty(one, UCHAR_EXTENDED_PICTOGRAPHIC);
  };
  if (c == 0xfe0f || c == 0xfe0e) return before > 0 && !u_isalpha(before);
  if (c == 0x200d && emoji(after)) return true;
  if (c >= 0xe0020 && c <= 0xe007f) return before >= 0x1f3f4;  // flags of regions
  const auto joins = [](UChar32 one) {
    if (one <= 0) return false;
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(one, &status);
    return script != USCRIPT_COMMON && script != USCRIPT_INHERITED && !LooksLikeLatin(script);
  };
  const auto right_to_left = [](UChar32 one) {
    return one > 0 && (u_charDirection(one) == U_RIGHT_TO_LEFT ||
                       u_charDirection(one) == U_RIGHT_TO_LEFT_ARABIC);
  };
  if (c == 0x200c || c == 0x200d) return joins(before) || joins(after);
  if (c == 0x200e || c == 0x200f || c == 0x61c) {
    return right_to_left(before) || right_to_left(after);
  }
  return c >= 0x180b && c <= 0x180e && joins(before);
}

}  // namespace

Skeleton SlowSkeletonOf(std::string_view given) {
  const std::string name = Repaired(CutName(given));
  Skeleton out;
  out.ascii = false;
  PieceMaker maker(out);
  WordScripts scripts;

  Characters all;
  const auto* bytes = reinterpret_cast<const uint8_t*>(name.data());
  for (int32_t at = 0; at < static_cast<int32_t>(name.size());) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, static_cast<int32_t>(name.size()), c);
    all += static_cast<char32_t>(c < 0 ? kBad : c);
  }
  const auto at = [&](size_t i) {
    return i < all.size() ? static_cast<UChar32>(all[i]) : UChar32{0};
  };
  for (size_t i = 0; i < all.size(); ++i) {
    const auto c = static_cast<UChar32>(all[i]);
    std::string text;
    Append(text, c);
    if (IsInvisible(c)) {
      if (IsNeeded(c, i > 0 ? at(i - 1) : 0, at(i + 1))) continue;
      if (out.odd.invisible.size() < 8) out.odd.invisible.push_back(static_cast<uint32_t>(c));
      // Control characters and separators break a word, what has no width does not.
      const int8_t type = u_charType(c);
      if (type == U_CONTROL_CHAR || type == U_LINE_SEPARATOR || c == 0x2800) {
        maker.Sign(0);
        scripts.Tell(out.odd);
      } else {
        // Only between letters: at an end it changes nothing of the word.
        bool letter_follows = false;
        for (size_t next = i + 1; next < all.size() && !letter_follows; ++next) {
          if (IsInvisible(at(next))) continue;
          letter_follows = LetterOf(at(next)).word;
          break;
        }
        if (letter_follows) maker.Unseen(text);
      }
      continue;
    }
    if (IsDecoration(c)) {
      maker.Unseen(text);
      continue;
    }
    const Letter letter = LetterOf(c);
    if (!letter.word) {
      maker.Sign(static_cast<uint32_t>(c));
      scripts.Tell(out.odd);
      continue;
    }
    maker.Case(letter.letter_case, u_islower(at(i + 1)));
    maker.Add(text, letter.plain, letter.folded, letter.raw);
    scripts.Add(c);
  }
  maker.Finish();
  scripts.Tell(out.odd);
  return out;
}

std::string CharacterWords(uint32_t character) {
  std::string out;
  const auto c = static_cast<UChar32>(character);
  if (!IsInvisible(c) && !IsDecoration(c)) {
    Append(out, c);
    return fmt::format("{} (U+{:04X})", out, character);
  }
  char name[128] = {};
  UErrorCode status = U_ZERO_ERROR;
  u_charName(c, U_EXTENDED_CHAR_NAME, name, sizeof(name), &status);
  if (U_FAILURE(status)) return fmt::format("U+{:04X}", character);
  return fmt::format("U+{:04X} {}", character, name);
}

std::string ForeignWords(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> groups;  // kind -> letters
  const auto add = [&](std::string kind, UChar32 c, bool show) {
    std::string letter;
    if (show) Append(letter, c);
    for (auto& [known, letters] : groups) {
      if (known != kind) continue;
      if (show && letters.size() < 32 && letters.find(letter) == std::string::npos) {
        letters += (letters.empty() ? "" : ", ") + letter;
      }
      return;
    }
    groups.emplace_back(std::move(kind), letter);
  };
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, static_cast<int32_t>(text.size()), c);
    if (c >= 0 && c < 0x80) continue;
    if (c < 0) {
      add("bytes that are no text", 0, false);
    } else if (IsInvisible(c)) {
      add("invisible " + CharacterWords(static_cast<uint32_t>(c)), c, false);
    } else if (IsDecoration(c)) {
      add("accents", c, false);
    } else if (c >= 0xff01 && c <= 0xff5e) {
      add("full-width letters", c, false);
    } else {
      UErrorCode status = U_ZERO_ERROR;
      const UScriptCode script = uscript_getScript(c, &status);
      const Characters parts = Normalised(Unicode().nfkc, c);
      if (script == USCRIPT_COMMON && parts.size() == 1 && parts[0] < 0x80) {
        add("letters in disguise (mathematical, circled)", c, false);
      } else if (script == USCRIPT_COMMON || script == USCRIPT_INHERITED) {
        add("signs", c, true);
      } else {
        add(script == USCRIPT_LATIN ? "Latin letters" : uscript_getName(script), c, true);
      }
    }
  }
  std::string out;
  for (const auto& [kind, letters] : groups) {
    if (!out.empty()) out += "; ";
    out += kind;
    if (!letters.empty()) out += " " + letters;
  }
  return out;
}

}  // namespace tokentrail::inventory
