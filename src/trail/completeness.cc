#include "trail/completeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "base/text.h"
#include "trail/log_words.h"
#include "trail/missing_stream.h"
#include "trail/rhythm.h"
#include "trail/row_cap.h"
#include "trail/skew.h"

namespace tokentrail::trail {
namespace {

/// Logs, and streams of logs, whose rhythm is kept; of what comes after only the number is.
constexpr size_t kMostRhythms = 1024;
constexpr size_t kMostMailboxes = 10'000;
/// Of one stream; the others become one row.
constexpr size_t kMostSilences = 3;
/// Of throttled mailboxes; likewise.
constexpr size_t kMostThrottled = 25;
/// Fewer events make no habit by which a log could start late; of a day or two so many.
constexpr uint64_t kLeastHabit = 20;
constexpr double kLeastBurst = 100;
/// For how long Exchange stops. Source: Microsoft Learn, "Use MailItemsAccessed to investigate
/// compromised accounts", throttling (2026).
constexpr Span kThrottle = Hours(24);

/// What the streams of a log tell of it.
enum class Streams : uint8_t {
  kNone,
  kNamed,     ///< only whether there are any of it
  kFollowed,  ///< each may fall silent by itself
  kExported,  ///< each is an export of its own, so may begin and end by itself
};

Streams StreamsOf(std::string_view source) {
  if (source == "entra_signin" || source == "google_workspace") return Streams::kExported;
  if (source == "m365_audit" || source == "salesforce_event") return Streams::kFollowed;
  return source == "gcp_audit" ? Streams::kNamed : Streams::kNone;
}

struct Stream {
  std::string name;
  uint64_t events = 0;
  Rhythm rhythm;
  bool followed = false;
};

/// One log of one tenant.
struct TenantLog {
  std::string tenant;
  Facts facts = 0;
  Rhythm rhythm;
  bool followed = false;
  uint64_t events = 0;
  Time first;
  Time last;
  std::map<std::string, Stream, std::less<>> streams;
  Stream* stream = nullptr;  ///< the last one: the next event is mostly of the same
};

struct Log {
  Streams streams = Streams::kNone;
  FactReader facts = nullptr;
  SkewSide skew = SkewSide::kNeither;
  std::map<std::string, TenantLog, std::less<>> tenants;
  TenantLog* tenant = nullptr;
};

struct Throttled {
  Time first;
  Time last;
  uint64_t count = 0;
};

std::string Range(Time first, Time last) {
  return fmt::format("from {} to {} ({})", FormatTimeShort(first), FormatTimeShort(last),
                     FormatSpan(last - first));
}

/// A log, or a stream of one, with a beginning and an end, compared with the others.
struct Extent {
  std::string_view source;
  std::string_view tenant;
  std::string_view stream;
  const Rhythm* rhythm = nullptr;

  Time first() const { return rhythm->first(); }
  Time last() const { return rhythm->last(); }

  /// Whether so many records as matter would have been usual in a time that it does not reach. By
  /// its habit; a log of a day or two has none, and is taken for more than a burst when it has
  /// many.
  bool WouldFill(Time from, Time to) const {
    if (rhythm->ActiveDays() >= 3) return rhythm->Expected(from, to) >= Rhythm::kExpected;
    const double days =
        std::max(1.0, static_cast<double>((last() - first()).micros) / Days(1).micros);
    const double missing = static_cast<double>((to - from).micros) / Days(1).micros;
    const auto events = static_cast<double>(rhythm->events());
    return events >= kLeastBurst && events / days * missing >= Rhythm::kExpected;
  }
};

/// What `one` begins after, or ends before, of those that were logged in the same time.
void CompareExtents(const Extent& one, std::span<const Extent> others,
                    std::vector<EvidenceGap>& out) {
  const Extent* earliest = nullptr;
  const Extent* latest = nullptr;
  for (const Extent& other : others) {
    if (other.rhythm == one.rhythm) continue;
    if (other.first() > one.last() || other.last() < one.first()) continue;
    if (earliest == nullptr || other.first() < earliest->first()) earliest = &other;
    if (latest == nullptr || other.last() > latest->last()) latest = &other;
  }
  const auto missed = [&](Time from, Time to) {
    return to - from > Days(1) && one.WouldFill(from, to);
  };
  const bool late = earliest != nullptr && missed(earliest->first(), one.first());
  const bool early = latest != nullptr && missed(one.last(), latest->last());
  if (!late && !early) return;
  EvidenceGap gap;
  gap.kind = GapKind::kLateStart;
  gap.source = one.source;
  gap.stream = one.stream;
  gap.tenant = one.tenant;
  gap.first = late ? earliest->first() : one.last();
  gap.last = early ? latest->last() : one.first();
  int64_t missing = 0;
  gap.words = LogName(one.source, one.stream) + ": ";
  if (late) {
    const Span span = one.first() - earliest->first();
    missing += span.micros;
    gap.words += fmt::format("begins only at {}, {} after {}", FormatTimeShort(one.first()),
                             FormatSpan(span), LogName(earliest->source, earliest->stream));
  }
  if (early) {
    const Span span = latest->last() - one.last();
    missing += span.micros;
    gap.words += fmt::format("{}ends already at {}, {} before {}", late ? "; " : "",
                             FormatTimeShort(one.last()), FormatSpan(span),
                             LogName(latest->source, latest->stream));
  }
  gap.count = static_cast<uint64_t>(missing / Seconds(1).micros);
  gap.hides = WordsOf(one.source, one.stream).shows;
  out.push_back(std::move(gap));
}

/// Orders gaps as the header promises, whatever the maps and files they came from.
bool Before(const EvidenceGap& a, const EvidenceGap& b) {
  return std::tie(a.kind, a.source, a.tenant, a.subject, a.first, a.stream, a.last, a.words) <
         std::tie(b.kind, b.source, b.tenant, b.subject, b.first, b.stream, b.last, b.words);
}

}  // namespace

struct Completeness::Impl {
  std::span<const std::string_view> source_names;
  std::vector<Log> logs;
  std::map<std::pair<std::string, std::string>, Throttled> throttled;
  uint64_t throttled_left_out = 0;
  uint64_t rhythms = 0;
  uint64_t rhythms_left_out = 0;
  Skew skew;

  TenantLog& Of(Log& log, std::string_view tenant) {
    if (log.tenant != nullptr && log.tenant->tenant == tenant) return *log.tenant;
    auto it = log.tenants.find(tenant);
    if (it == log.tenants.end()) {
      it = log.tenants.try_emplace(std::string(tenant)).first;
      it->second.tenant = tenant;
      it->second.followed = Follow();
    }
    return *(log.tenant = &it->second);
  }

  Stream& Of(TenantLog& log, std::string_view name, bool follow) {
    if (log.stream != nullptr && log.stream->name == name) return *log.stream;
    auto it = log.streams.find(name);
    if (it == log.streams.end()) {
      it = log.streams.try_emplace(std::string(name)).first;
      it->second.name = name;
      it->second.followed = follow && Follow();
    }
    return *(log.stream = &it->second);
  }

  bool Follow() {
    if (rhythms < kMostRhythms) {
      ++rhythms;
      return true;
    }
    ++rhythms_left_out;
    return false;
  }

  void FindSilences(std::vector<EvidenceGap>& out) const;
  void FindLateStarts(std::vector<EvidenceGap>& out) const;
  void FindThrottled(std::vector<EvidenceGap>& out) const;
  void FindMissing(std::vector<EvidenceGap>& out) const;
};

Completeness::Completeness(std::span<const std::string_view> source_names)
    : impl_(std::make_unique<Impl>()) {
  impl_->source_names = source_names;
  impl_->logs.resize(source_names.size());
  for (size_t i = 0; i < source_names.size(); ++i) {
    impl_->logs[i].streams = StreamsOf(source_names[i]);
    impl_->logs[i].facts = FactReaderOf(source_names[i]);
    impl_->logs[i].skew = SkewSideOf(source_names[i]);
  }
}
Completeness::~Completeness() = default;

void Completeness::Observe(const Event& event) {
  // The state of an export stands at the time of the export: it is no stream of events.
  if (event.kind() == Kind::kSnapshot) return;
  Log& log = impl_->logs[event.source()];
  const Time time = event.time();
  TenantLog& tenant = impl_->Of(log, event.Text(Field::kTenant));
  if (log.facts != nullptr) tenant.facts |= log.facts(event);
  if (tenant.events++ == 0) tenant.first = time;
  tenant.last = time;
  if (tenant.followed) tenant.rhythm.Observe(time);
  if (log.streams != Streams::kNone) {
    if (const std::string_view name = event.Text(Field::kCategory); !name.empty()) {
      Stream& stream = impl_->Of(tenant, name, log.streams != Streams::kNamed);
      ++stream.events;
      if (stream.followed) stream.rhythm.Observe(time);
    }
  }
  if (event.Has(Field::kLogLimit) && event.Text(Field::kLogLimit) == "throttled") {
    const std::string_view mailbox =
        event.Has(Field::kMailbox) ? event.Text(Field::kMailbox) : event.Text(Field::kUser);
    std::pair<std::string, std::string> key(event.Text(Field::kTenant), mailbox);
    const bool known = impl_->throttled.contains(key);
    if (!known && impl_->throttled.size() >= kMostMailboxes) {
      ++impl_->throttled_left_out;
    } else {
      Throttled& one = impl_->throttled[std::move(key)];
      if (one.count++ == 0) one.first = time;
      one.last = time;
    }
  }
  impl_->skew.Observe(event, log.skew);
}

void Completeness::Impl::FindSilences(std::vector<EvidenceGap>& out) const {
  const auto add = [&](std::string_view source, std::string_view tenant, std::string_view stream,
                       std::vector<Silence> silences) {
    std::stable_sort(silences.begin(), silences.end(),
                     [](const Silence& a, const Silence& b) { return a.expected > b.expected; });
    for (size_t i = 0; i < silences.size(); ++i) {
      EvidenceGap gap;
      gap.kind = GapKind::kSilence;
      gap.source = source;
      gap.stream = stream;
      gap.tenant = tenant;
      gap.hides = WordsOf(source, stream).shows;
      gap.first = silences[i].from;
      gap.last = silences[i].to;
      gap.count = silences[i].expected;
      if (i < kMostSilences || i + 1 == silences.size()) {
        gap.words =
            fmt::format("{}: no record {}, where about {} are usual", LogName(source, stream),
                        Range(gap.first, gap.last), Grouped(gap.count));
        out.push_back(std::move(gap));
        continue;
      }
      int64_t silent = 0;
      gap.count = 0;
      for (size_t rest = i; rest < silences.size(); ++rest) {
        gap.first = std::min(gap.first, silences[rest].from);
        gap.last = std::max(gap.last, silences[rest].to);
        gap.count += silences[rest].expected;
        silent += (silences[rest].to - silences[rest].from).micros;
      }
      gap.words = fmt::format(
          "{}: silent {} more times between {} and {}, for {} in all, where about {} records are "
          "usual",
          LogName(source, stream), Grouped(silences.size() - i), FormatTimeShort(gap.first),
          FormatTimeShort(gap.last), FormatSpan({silent}), Grouped(gap.count));
      out.push_back(std::move(gap));
      break;
    }
  };
  for (size_t i = 0; i < logs.size(); ++i) {
    for (const auto& [tenant, log] : logs[i].tenants) {
      const std::vector<Silence> whole = log.rhythm.Silences();
      add(source_names[i], tenant, {}, whole);
      if (log.streams.size() < 2) continue;
      for (const auto& [name, stream] : log.streams) {
        std::vector<Silence> silences = stream.rhythm.Silences();
        // What the whole log lacks is said once.
        std::erase_if(silences, [&](const Silence& one) {
          return std::any_of(whole.begin(), whole.end(), [&](const Silence& other) {
            const Span both = std::min(one.to, other.to) - std::max(one.from, other.from);
            return both.micros * 10 >= (one.to - one.from).micros * 8;
          });
        });
        add(source_names[i], tenant, name, std::move(silences));
      }
    }
  }
  if (rhythms_left_out == 0) return;
  EvidenceGap gap;
  gap.kind = GapKind::kSilence;
  gap.count = rhythms_left_out;
  gap.words = fmt::format(
      "silences of {} more logs of tenants, or streams of logs, were not looked for: there are too "
      "many",
      Grouped(rhythms_left_out));
  gap.hides = "whether these logs are whole";
  out.push_back(std::move(gap));
}

void Completeness::Impl::FindLateStarts(std::vector<EvidenceGap>& out) const {
  std::vector<Extent> all;
  bool several = false;  // tenants in one log: then only logs of the same one are compared
  for (size_t i = 0; i < logs.size(); ++i) {
    size_t tenants = 0;
    for (const auto& [tenant, log] : logs[i].tenants) {
      if (log.events < kLeastHabit || !log.followed) continue;
      all.push_back({source_names[i], tenant, {}, &log.rhythm});
      ++tenants;
      if (logs[i].streams != Streams::kExported) continue;
      std::vector<Extent> streams;
      for (const auto& [name, stream] : log.streams) {
        if (stream.events < kLeastHabit || !stream.followed) continue;
        streams.push_back({source_names[i], tenant, name, &stream.rhythm});
      }
      for (const Extent& one : streams) CompareExtents(one, streams, out);
    }
    several = several || tenants > 1;
  }
  for (const Extent& one : all) {
    if (!several) {
      CompareExtents(one, all, out);
      continue;
    }
    std::vector<Extent> same;
    for (const Extent& other : all) {
      if (other.tenant == one.tenant) same.push_back(other);
    }
    CompareExtents(one, same, out);
  }
}

void Completeness::Impl::FindThrottled(std::vector<EvidenceGap>& out) const {
  std::vector<std::pair<const std::pair<std::string, std::string>*, const Throttled*>> all;
  for (const auto& [key, one] : throttled) all.emplace_back(&key, &one);
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second->count > b.second->count; });
  EvidenceGap rest;
  uint64_t more = throttled_left_out;
  for (size_t i = 0; i < all.size(); ++i) {
    const Throttled& one = *all[i].second;
    EvidenceGap gap;
    gap.kind = GapKind::kThrottled;
    gap.source = "m365_audit";
    gap.stream = "MailItemsAccessed";
    gap.tenant = all[i].first->first;
    gap.subject = all[i].first->second;
    gap.first = one.first;
    gap.last = one.last + kThrottle;
    gap.count = one.count;
    const std::string mailbox = gap.subject.empty() ? "a mailbox without a name" : gap.subject;
    gap.words = fmt::format(
        "reads of {} were logged no longer from {} on, for 24 hours: Exchange stops after 1,000 "
        "records in a day{}",
        mailbox, FormatTimeShort(one.first),
        one.count == 1 ? std::string()
                       : fmt::format("; said {} times, last on {}", Grouped(one.count),
                                     FormatTimeShort(one.last)));
    gap.hides = fmt::format("which other messages of {} were read", mailbox);
    if (i < kMostThrottled) {
      out.push_back(std::move(gap));
      continue;
    }
    if (rest.count == 0) rest = gap;
    rest.first = std::min(rest.first, gap.first);
    rest.last = std::max(rest.last, gap.last);
    rest.tenant = rest.tenant == gap.tenant ? rest.tenant : "";
    ++more;
  }
  if (more == 0) return;
  rest.subject.clear();
  rest.count = more;
  rest.words =
      fmt::format("reads of {} more mailboxes were logged no longer for a day each", Grouped(more));
  rest.hides = "which messages of these mailboxes were read";
  out.push_back(std::move(rest));
}

void Completeness::Impl::FindMissing(std::vector<EvidenceGap>& out) const {
  std::map<std::string, TenantLogs> tenants;
  for (size_t i = 0; i < logs.size(); ++i) {
    for (const auto& [tenant, log] : logs[i].tenants) {
      LogSeen& seen = tenants[tenant][source_names[i]];
      seen.events = log.events;
      seen.facts = log.facts;
      seen.first = log.first;
      seen.last = log.last;
      for (const auto& [name, stream] : log.streams) seen.streams[name] = stream.events;
    }
  }
  FindMissingStreams(tenants, out);
}

std::vector<EvidenceGap> Completeness::Finish(std::span<const SourceCount> sources,
                                              std::span<const FileCount> files,
                                              const FileTable& table) {
  std::vector<EvidenceGap> out;
  impl_->FindSilences(out);
  Time first;
  Time last;
  for (const SourceCount& source : sources) {
    if (&source == &sources[0] || source.first < first) first = source.first;
    if (&source == &sources[0] || source.last > last) last = source.last;
  }
  FindRowCaps(files, table, impl_->source_names, first, last, out);
  FindDuplicatePages(sources, files, impl_->source_names, out);
  impl_->FindThrottled(out);
  impl_->FindMissing(out);
  impl_->skew.Finish(out);
  impl_->FindLateStarts(out);
  std::sort(out.begin(), out.end(), Before);
  return out;
}

FieldSet Completeness::Needs() {
  FieldSet out = {Field::kTenant,    Field::kOperation, Field::kCategory,
                  Field::kLogLimit,  Field::kMailbox,   Field::kUser,
                  Field::kTokenLife, Field::kAudience,  Field::kRole};
  out.Add(Skew::Needs());
  return out;
}

}  // namespace tokentrail::trail
