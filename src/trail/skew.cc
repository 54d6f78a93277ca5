#include "trail/skew.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "trail/log_words.h"

namespace tokentrail::trail {
namespace {

/// Time zones reach from 12 hours behind to 14 ahead.
constexpr Span kWindow = Hours(15);
constexpr size_t kMostSides = 100'000;
/// Past so many, one in sixteen is looked at: the offset is the same for all.
constexpr uint64_t kAll = 50'000;
constexpr size_t kMostPairs = 4096;
constexpr size_t kMostTenants = 256;
constexpr size_t kLeastPairs = 5;
constexpr Span kSkew = Minutes(2);
/// An offset is constant when most pairs are this near to each other.
constexpr Span kSteady = Minutes(1);

bool IsDirectory(Kind kind) {
  return kind != Kind::kSignIn && kind != Kind::kMailRead && kind != Kind::kMailSend &&
         kind != Kind::kFileAccess && kind != Kind::kMailRule && kind != Kind::kOther &&
         kind != Kind::kApiCall;
}

}  // namespace

Skew::Skew() : sides_(kWindow, kMostSides) {}

SkewSide SkewSideOf(std::string_view source) {
  if (source == "m365_audit") return SkewSide::kMicrosoft365;
  if (source == "entra_signin") return SkewSide::kEntraSignIn;
  if (source == "entra_audit") return SkewSide::kEntraAudit;
  return SkewSide::kNeither;
}

void Skew::Observe(const Event& event, SkewSide log) {
  if (log == SkewSide::kNeither) return;
  const bool m365 = log == SkewSide::kMicrosoft365;
  const bool sign_in = event.kind() == Kind::kSignIn;
  if (!m365 && sign_in != (log == SkewSide::kEntraSignIn)) return;
  if (!sign_in && !IsDirectory(event.kind())) return;
  const std::string_view text = event.Text(sign_in ? Field::kToken : Field::kCorrelation);
  if (text.empty() || (++seen_ > kAll && text.back() != '0')) return;
  const Id key = sign_in ? Id::Of(text) : Id::Of(Id::Of(text), event.Hash(Field::kOperation));
  OneSide* other = sides_.Find(key);
  if (other == nullptr) {
    sides_.Touch(key, event.time()) = {event.time(), !m365, false};
    return;
  }
  // A flow may repeat an operation: only its first record on each side is one act for sure.
  if (other->paired || other->entra == !m365) return;
  other->paired = true;
  const std::pair<bool, std::string> name(sign_in, event.Text(Field::kTenant));
  const auto found = pairs_.find(name);
  if (found == pairs_.end() && pairs_.size() >= kMostTenants) return;
  SkewPairs& pairs = pairs_[name];
  if (pairs.apart.size() >= kMostPairs) return;
  if (pairs.apart.empty()) pairs.first = other->time;
  pairs.last = event.time();
  const Span apart = m365 ? event.time() - other->time : other->time - event.time();
  pairs.apart.push_back(-apart.micros);
}

bool FindOffset(std::vector<int64_t> apart, Offset& out) {
  if (apart.size() < kLeastPairs) return false;
  std::sort(apart.begin(), apart.end());
  const size_t last = apart.size() - 1;
  out.median = apart[last / 2];
  out.spread = apart[last * 9 / 10] - apart[last / 10];
  const int64_t size = std::abs(out.median);
  if (size < kSkew.micros || out.spread > std::max(kSteady.micros, size / 10)) return false;
  const int64_t half = Minutes(30).micros;
  const int64_t rest = size % half;
  out.zone = size >= half - kSkew.micros && std::min(rest, half - rest) < kSkew.micros;
  return true;
}

void Skew::Finish(std::vector<EvidenceGap>& out) const {
  for (const auto& [name, pairs] : pairs_) {
    Offset offset;
    if (!FindOffset(pairs.apart, offset)) continue;
    EvidenceGap gap;
    gap.kind = GapKind::kClockSkew;
    gap.source = name.first ? "entra_signin" : "entra_audit";
    gap.tenant = name.second;
    gap.subject = "m365_audit";
    gap.first = pairs.first;
    gap.last = pairs.last;
    gap.count = static_cast<uint64_t>(std::abs(offset.median) / Seconds(1).micros);
    int64_t shown = std::abs(offset.median);
    if (offset.zone) {
      const int64_t half = Minutes(30).micros;
      shown = (shown + half / 2) / half * half;
    }
    gap.words =
        fmt::format("the same acts stand {} {} in {} than in {} ({} pairs)", FormatSpan({shown}),
                    offset.median > 0 ? "later" : "earlier", LogName(gap.source),
                    LogName("m365_audit"), Grouped(pairs.apart.size()));
    gap.words += offset.zone
                     ? "; so round an offset is a time zone taken wrong in one of the exports"
                     : "; the offset is steady, so a clock or an export is off";
    gap.hides = "in which order acts of the two logs happened";
    out.push_back(std::move(gap));
  }
}

}  // namespace tokentrail::trail
