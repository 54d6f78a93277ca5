#include "source/frame.h"

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>

namespace tokentrail::source {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

/// Keys whose array of objects holds the records. The vendors: Graph and Log Analytics (`value`),
/// Event Hub (`records`), CloudTrail (`Records`), Google Reports and Kubernetes EventList
/// (`items`), other Google exports (`activities`), CloudWatch subscriptions (`logEvents`), Slack
/// and GCP (`entries`), Splunk (`results`), CloudTrail's lookup-events (`Events`), Atlassian
/// organisations (`data`), GitHub's REST API (`installations`), Slack's
/// (`approved_apps`). Elasticsearch's `hits.hits` stands deeper, see OpensEnvelope.
constexpr std::array<std::string_view, 13> kEnvelopes = {
    "value",         "records", "Records",   "items",   "activities", "logEvents", "installations",
    "approved_apps", "entries", "EventList", "results", "Events",     "data"};

/// Position of the first byte equal to one of the given ones, or the end.
template <char... kWanted>
size_t FindAny(std::string_view text, size_t from) {
  size_t at = from;
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    __m128i hit = _mm_setzero_si128();
    ((hit = _mm_or_si128(hit, _mm_cmpeq_epi8(chunk, _mm_set1_epi8(kWanted)))), ...);
    const unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(hit));
    if (mask != 0) return at + static_cast<size_t>(std::countr_zero(mask));
  }
  for (; at < text.size(); ++at) {
    if (((text[at] == kWanted) || ...)) return at;
  }
  return text.size();
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Whether a line is one whole JSON object, by its brackets.
bool IsWholeObject(std::string_view line) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return false;
      if (--depth == 0) return line.find_first_not_of(kSpace, i + 1) == std::string_view::npos;
    }
  }
  return false;
}

size_t CountOutsideQuotes(std::string_view line, char wanted) {
  size_t count = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == wanted && !quoted) ++count;
  }
  return count;
}

/// First line of `text` from `at` that is not blank; moves `at` behind it. Quotes may hold line
/// ends when `csv`.
std::string_view TakeLine(std::string_view text, size_t& at, bool csv) {
  while (at < text.size()) {
    size_t end = at;
    bool quoted = false;
    for (; end < text.size(); ++end) {
      if (csv && text[end] == '"') quoted = !quoted;
      if (text[end] == '\n' && !quoted) break;
    }
    const std::string_view line = text.substr(at, end - at);
    at = std::min(end + 1, text.size());
    if (line.find_first_not_of(kSpace) != std::string_view::npos) return line;
  }
  return {};
}

bool LooksLikeCsv(std::string_view start) {
  size_t at = 0;
  std::string_view header = TakeLine(start, at, true);
  if (header.substr(0, 5) == "#TYPE") header = TakeLine(start, at, true);
  const char delimiter = SniffDelimiter(header);
  const size_t columns = CountOutsideQuotes(header, delimiter);
  if (columns < 2 || header.front() == '<') return false;
  const std::string_view row = TakeLine(start, at, true);
  if (row.empty()) return true;
  const bool cut = at == start.size() && start.back() != '\n';
  return cut || CountOutsideQuotes(row, delimiter) == columns;
}

/// NUL bytes mean no text; but a few of them in what else looks like a log cost only their lines.
bool IsBinary(std::string_view start) {
  const auto zeros = std::count(start.begin(), start.end(), '\0');
  if (zeros == 0) return false;
  if (static_cast<size_t>(zeros) > start.size() / 8) return true;
  size_t at = 0;
  std::string_view line = TakeLine(start, at, false);
  if (line.empty()) return true;
  if (line.back() == '\r') line.remove_suffix(1);
  const bool plain = std::all_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\t';
  });
  const char first = line[std::min(line.find_first_not_of(kSpace), line.size() - 1)];
  return first != '{' && first != '[' && !(plain && LooksLikeCsv(start));
}

}  // namespace

uint64_t CountLines(std::string_view text) {
  uint64_t count = 0;
  size_t at = 0;
  const __m128i wanted = _mm_set1_epi8('\n');
  while (at + 16 <= text.size()) {
    // Byte counters hold up to 255 rounds.
    const size_t rounds = std::min<size_t>((text.size() - at) / 16, 255);
    __m128i bytes = _mm_setzero_si128();
    for (size_t i = 0; i < rounds; ++i, at += 16) {
      const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
      bytes = _mm_sub_epi8(bytes, _mm_cmpeq_epi8(chunk, wanted));
    }
    const __m128i sums = _mm_sad_epu8(bytes, _mm_setzero_si128());
    count += static_cast<uint64_t>(_mm_cvtsi128_si64(sums)) +
             static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
  }
  for (; at < text.size(); ++at) count += text[at] == '\n' ? 1 : 0;
  return count;
}

char SniffDelimiter(std::string_view header) {
  char best = ',';
  size_t most = 0;
  for (const char c : {',', ';', '\t'}) {
    const size_t count = CountOutsideQuotes(header, c);
    if (count > most) {
      most = count;
      best = c;
    }
  }
  return best;
}

Format SniffFormat(std::string_view start) {
  if (IsBinary(start)) return Format::kNotText;
  const size_t first = start.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return Format::kUnknown;
  if (start[first] == '[') return Format::kJson;
  if (start[first] == '{') {
    // Lines or not? Most of the first lines decide, so one broken line does not.
    size_t whole = 0;
    size_t other = 0;
    size_t at = first;
    while (at < start.size() && whole + other < 16) {
      const size_t begin = at;
      const std::string_view line = TakeLine(start, at, false);
      if (line.empty()) break;
      const bool cut = at == start.size() && start.back() != '\n' && begin != first;
      if (cut) break;
      (line.front() == '{' && IsWholeObject(line) ? whole : other) += 1;
    }
    return whole > other ? Format::kJsonLines : Format::kJson;
  }
  return LooksLikeCsv(start.substr(first)) ? Format::kCsv : Format::kUnknown;
}

bool JsonSplitter::IsEnvelopeKey(std::string_view key) {
  return std::find(kEnvelopes.begin(), kEnvelopes.end(), key) != kEnvelopes.end();
}

size_t JsonSplitter::needed() const {
  if (where_ == Where::kObject && !too_big_) return start_;
  // What OpensEnvelope looks back at: a key.
  return at_ > 64 ? at_ - 64 : 0;
}

void JsonSplitter::Cut(size_t bytes) {
  if (where_ == Where::kObject && bytes > start_) too_big_ = true;
  at_ -= bytes;
  start_ = start_ > bytes ? start_ - bytes : 0;
}

void JsonSplitter::Scan(std::string_view buffer, bool last, std::vector<Frame>& out) {
  for (;;) {
    if (where_ == Where::kBetween) {
      Between(buffer, out);
      if (where_ == Where::kBetween) return;
    }
    if (!Inside(buffer, last, out)) return;
  }
}

/// Between records: space, commas, array ends, until the next object starts.
void JsonSplitter::Between(std::string_view buffer, std::vector<Frame>& out) {
  for (; at_ < buffer.size(); ++at_) {
    const char c = buffer[at_];
    if (c == '{') {
      if (after_broken_) {
        // Only the start of a line starts a new object; else it is the broken one's inside.
        const size_t before =
            at_ == 0 ? std::string_view::npos : buffer.find_last_not_of(" \t", at_ - 1);
        if (before != std::string_view::npos && buffer[before] != '\n') continue;
      }
      where_ = Where::kObject;
      start_ = at_++;
      depth_ = 1;
      in_string_ = too_big_ = junk_said_ = after_broken_ = false;
      return;
    }
    if (c == '\n') {
      junk_said_ = false;
    } else if (c == '[') {
      if (!after_broken_) ++arrays_;
    } else if (c == ']') {
      if (after_broken_) continue;
      if (arrays_ > 0) {
        --arrays_;
      } else if (envelope_.open) {
        depth_ = envelope_.depth;
        arrays_ = envelope_.arrays;
        envelope_.open = false;
        where_ = Where::kEnvelope;
        in_string_ = false;
        ++at_;
        return;
      }
    } else if (!IsSpace(c) && c != ',' && c != '}' && !junk_said_ && !after_broken_) {
      const size_t end = std::min(buffer.find('\n', at_), buffer.size());
      out.push_back({at_, end - at_, 0, "source.bad_json"});
      junk_said_ = true;
    }
  }
}

bool JsonSplitter::OpensEnvelope(std::string_view buffer, size_t bracket, bool last,
                                 bool& wait) const {
  if (envelope_.open) return false;  // a record inside an envelope is a record
  const bool deeper = depth_ == 2;
  if (depth_ != 1 && !deeper) return false;
  size_t at = bracket;
  const auto back_over_space = [&] {
    while (at > 0 && IsSpace(buffer[at - 1])) --at;
  };
  back_over_space();
  if (at == 0 || buffer[at - 1] != ':') return false;
  --at;
  back_over_space();
  if (at == 0 || buffer[at - 1] != '"') return false;
  const size_t key_end = at - 1;
  const size_t quote = key_end == 0 ? std::string_view::npos : buffer.rfind('"', key_end - 1);
  if (quote == std::string_view::npos) return false;
  const std::string_view key = buffer.substr(quote + 1, key_end - quote - 1);
  const bool maybe_cloudwatch = !deeper && key == "events";
  const bool known = deeper ? key == "hits" : maybe_cloudwatch || IsEnvelopeKey(key);
  if (!known) return false;
  const size_t next = buffer.find_first_not_of(kSpace, bracket + 1);
  if (next == std::string_view::npos) {
    wait = !last;
    return false;
  }
  if (maybe_cloudwatch) {
    // filter-log-events and get-log-events answer with `events`, and so does a Google record, which
    // is a record itself: what the first element holds tells them apart.
    constexpr size_t kEnough = 512;
    if (buffer.size() - next < kEnough && !last) {
      wait = true;
      return false;
    }
    const std::string_view start = buffer.substr(next, kEnough);
    return start.find("\"message\"") != std::string_view::npos &&
           start.find("\"timestamp\"") != std::string_view::npos && buffer[next] == '{';
  }
  return buffer[next] == '{' || (buffer[next] == ']' && !deeper && where_ == Where::kObject);
}

/// Inside an object, or in what of an envelope follows its array. False when the buffer is used up.
bool JsonSplitter::Inside(std::string_view buffer, bool last, std::vector<Frame>& out) {
  while (at_ < buffer.size()) {
    if (in_string_) {
      const size_t hit = FindAny<'"', '\\', '\n'>(buffer, at_);
      if (hit == buffer.size()) {
        at_ = hit;
        break;
      }
      if (buffer[hit] == '\\') {
        if (hit + 1 >= buffer.size()) {
          at_ = hit;
          break;
        }
        at_ = hit + 2;
      } else if (buffer[hit] == '"') {
        in_string_ = false;
        at_ = hit + 1;
      } else {  // a raw line end: the string was never closed
        Resync(buffer, hit, out);
        return true;
      }
      continue;
    }
    const size_t hit = FindAny<'"', '{', '}', '[', ']'>(buffer, at_);
    if (hit == buffer.size()) {
      at_ = hit;
      break;
    }
    switch (buffer[hit]) {
      case '"':
        in_string_ = true;
        break;
      case '[': {
        bool wait = false;
        if (OpensEnvelope(buffer, hit, last, wait)) {
          envelope_ = {true, depth_, arrays_};
          arrays_ = 0;
          where_ = Where::kBetween;
          at_ = hit + 1;
          return true;
        }
        if (wait) {
          at_ = hit;
          return false;
        }
        ++depth_;
        break;
      }
      case '{':
        if (hit > 0 && buffer[hit - 1] == '\n') {
          // An object can only stand here after one of `:,[`; else the open one was cut off.
          const size_t before = buffer.find_last_not_of(kSpace, hit - 1);
          if (before != std::string_view::npos && before >= start_ && buffer[before] != ':' &&
              buffer[before] != ',' && buffer[before] != '[' && buffer[before] != '{') {
            Resync(buffer, hit - 1, out);
            return true;
          }
        }
        ++depth_;
        break;
      default:
        if (--depth_ == 0) {
          at_ = hit + 1;
          if (where_ == Where::kObject) {
            const bool over = too_big_ || at_ - start_ > kMaxRecord;
            const size_t begin = too_big_ ? hit : start_;
            out.push_back({begin, at_ - begin, 0, over ? "source.record_too_big" : ""});
          }
          where_ = Where::kBetween;
          return true;
        }
        break;
    }
    at_ = hit + 1;
  }
  const bool over = where_ == Where::kObject && !too_big_ && at_ - start_ > kMaxRecord;
  if (last) {
    Resync(buffer, buffer.size(), out);
    return at_ < buffer.size();
  }
  if (over) {
    if (buffer.find("\n{", start_) == std::string_view::npos || resyncs_left_ == 0) {
      too_big_ = true;  // one huge object: its bytes may go, its end is still looked for
      return false;
    }
    Resync(buffer, at_, out);
    return true;
  }
  return false;
}

/// The open object is broken: it was found out at `end`. A line in between that starts an object
/// may be fine, so the first such is where to go on.
void JsonSplitter::Resync(std::string_view buffer, size_t end, std::vector<Frame>& out) {
  const bool has_bytes = where_ == Where::kObject && !too_big_;
  const size_t from = has_bytes ? start_ : end;
  size_t next = end;
  if (has_bytes && (end - start_ < (64u << 10) || resyncs_left_-- > 0)) {
    next = std::min(buffer.find("\n{", start_), end);
  }
  if (resyncs_left_ < 0) resyncs_left_ = 0;
  out.push_back({from, next - from, 0, too_big_ ? "source.record_too_big" : "source.bad_json"});
  where_ = Where::kBetween;
  in_string_ = too_big_ = false;
  after_broken_ = true;
  at_ = next;
}

void CsvSplitter::Cut(size_t bytes) {
  at_ -= bytes;
  start_ -= bytes;
}

void CsvSplitter::Scan(std::string_view buffer, bool last, std::vector<Frame>& out) {
  const auto emit = [&](size_t end, std::string_view bad) {
    size_t size = end - start_;
    if (size > 0 && buffer[start_ + size - 1] == '\r') --size;
    if (size > 0) out.push_back({start_, size, 0, bad});
  };
  const auto give_up = [&] {
    // A quote that never closes: only its own line is lost.
    const size_t end = std::min(buffer.find('\n', start_), buffer.size());
    emit(end, "source.bad_csv");
    start_ = at_ = std::min(end + 1, buffer.size());
    in_quotes_ = false;
    skipping_ = end == buffer.size();
  };
  for (;;) {
    if (skipping_) {  // the rest of a row that was given up
      const size_t end = std::min(buffer.find('\n', at_), buffer.size());
      start_ = at_ = std::min(end + 1, buffer.size());
      if (end == buffer.size()) break;
      skipping_ = false;
    }
    const size_t hit = FindAny<'"', '\n'>(buffer, at_);
    if (hit == buffer.size()) {
      at_ = hit;
      if (in_quotes_ && (last || at_ - start_ > JsonSplitter::kMaxRecord)) {
        give_up();
        if (at_ < buffer.size()) continue;
      } else if (!in_quotes_ && !last && at_ - start_ > JsonSplitter::kMaxRecord) {
        emit(at_, "source.record_too_big");
        start_ = at_;
        skipping_ = true;
      }
      break;
    }
    if (buffer[hit] == '\n') {
      at_ = hit + 1;
      if (in_quotes_) {
        if (at_ - start_ > JsonSplitter::kMaxRecord) give_up();
        continue;
      }
      emit(hit, hit - start_ > JsonSplitter::kMaxRecord ? "source.record_too_big" : "");
      start_ = at_;
      continue;
    }
    if (in_quotes_) {
      if (hit + 1 == buffer.size() && !last) {
        at_ = hit;
        break;  // the next byte decides
      }
      if (hit + 1 < buffer.size() && buffer[hit + 1] == '"') {
        at_ = hit + 2;
        continue;
      }
      in_quotes_ = false;
    } else {
      in_quotes_ = hit == start_ || buffer[hit - 1] == delimiter_;
    }
    at_ = hit + 1;
  }
  if (last && start_ < buffer.size()) {
    emit(buffer.size(), "");
    start_ = at_ = buffer.size();
  }
}

}  // namespace tokentrail::source
