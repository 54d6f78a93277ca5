#include "trail/grant_ledger.h"

#include <tsl/robin_map.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "base/time.h"
#include "inventory/permission.h"
#include "trail/grant_book.h"
#include "trail/grant_event.h"
#include "trail/grant_snapshot.h"

namespace tokentrail::trail {
namespace {

constexpr size_t kLogs = static_cast<size_t>(GrantLog::kKubernetes) + 1;

/// Salesforce logs no consent, only logins with a token. The first in the evidence is the birth of
/// a grant if the log had been quiet about it for so long; before that it may be one of many.
/// As for baselines: DETECTIONS 2.0, warm from 7 days.
constexpr Span kQuiet = Days(7);

}  // namespace

struct GrantLedger::Impl {
  std::span<const std::string_view> source_names;
  std::vector<bool> tells;  ///< by source: its platform has grants that we know
  GrantBook book;
  GrantSnapshot snapshot;
  std::array<tsl::robin_map<Id, Covered>, kLogs> covered;

  void NoteLog(const Event& event, GrantLog of) {
    if (of == GrantLog::kNone) return;
    const std::string_view text = event.Text(Field::kTenant);
    tsl::robin_map<Id, Covered>& tenants = covered[static_cast<size_t>(of)];
    auto it = tenants.find(Id::Of(text));
    if (it == tenants.end()) {
      constexpr size_t kMaxTenants = 65'536;
      if (tenants.size() >= kMaxTenants) return;
      it = tenants.try_emplace(Id::Of(text), Covered{event.time(), event.time()}).first;
    }
    it.value().last = event.time();
  }

  const Covered* CoveredFor(const GrantBook::Slot& slot) const {
    const auto& tenants = covered[static_cast<size_t>(LogOf(slot.grant))];
    const auto it = tenants.find(slot.tenant);
    return it == tenants.end() ? nullptr : &it->second;
  }

  /// Why nobody knows when it was made.
  void Bound(GrantBook::Slot& slot) const;
};

void GrantLedger::Impl::Bound(GrantBook::Slot& slot) const {
  Grant& grant = slot.grant;
  const Covered* log = CoveredFor(slot);
  if (grant.birth && grant.platform == "salesforce" && slot.by_token && log != nullptr &&
      *grant.birth < log->first + kQuiet) {
    grant.birth.reset();
    grant.bound = "first login seen " + FormatDate(grant.first_evidence) +
                  ", in a log that starts " + FormatDate(log->first) + " and tells no consent";
    return;
  }
  if (grant.birth) return;
  if (slot.created) {
    grant.bound = "the export says " + FormatTimeShort(*slot.created) + "; no event tells it";
    if (log != nullptr) grant.bound += ", log since " + FormatDate(log->first);
    return;
  }
  if (log == nullptr) {
    grant.bound = "no log that tells grants is in the evidence";
  } else if (slot.after_end) {
    grant.bound =
        "after the end of an earlier one; no record tells it, log since " + FormatDate(log->first);
  } else {
    grant.bound = "not since log start " + FormatDate(log->first);
  }
}

GrantLedger::GrantLedger(std::span<const std::string_view> source_names)
    : impl_(std::make_unique<Impl>()) {
  impl_->source_names = source_names;
  for (const std::string_view name : source_names) {
    const auto platform = inventory::PlatformOfSource(name);
    impl_->tells.push_back(platform.has_value());
  }
}
GrantLedger::~GrantLedger() = default;

void GrantLedger::Observe(const Event& event, const State& state) {
  if (event.kind() == Kind::kKubernetes || !impl_->tells[event.source()]) return;
  const std::string_view source = impl_->source_names[event.source()];
  if (event.kind() == Kind::kSnapshot) return impl_->snapshot.Take(event, source);
  impl_->NoteLog(event, LogOf(event, source));
  if (event.kind() == Kind::kSignIn) impl_->book.LearnPerson(event);
  Enter(event, state, source, impl_->book);
}

const Grant* GrantLedger::Alive(std::string_view tenant, std::string_view app,
                                std::string_view user, std::string_view user_id) const {
  return impl_->book.Alive(tenant, app, user, user_id);
}

size_t GrantLedger::AliveFor(std::string_view tenant, std::string_view user,
                             std::string_view user_id) const {
  return impl_->book.AliveFor(tenant, user, user_id);
}

bool GrantLedger::AnyFor(std::string_view tenant, std::string_view user,
                         std::string_view user_id) const {
  return impl_->book.AnyFor(tenant, user, user_id);
}

std::vector<Grant> GrantLedger::Finish(const State& state, Findings& findings) {
  impl_->snapshot.Compare(
      impl_->book, state, [this](const GrantBook::Slot& slot) { return impl_->CoveredFor(slot); },
      findings);
  std::vector<Grant> out;
  for (const std::unique_ptr<GrantBook::Slot>& slot : impl_->book.slots()) {
    if (slot == nullptr) continue;
    impl_->book.Refresh(*slot);
    impl_->Bound(*slot);
    out.push_back(std::move(slot->grant));
  }
  return out;
}

uint64_t GrantLedger::forgotten() const {
  return impl_->book.forgotten() + impl_->snapshot.forgotten();
}

FieldSet GrantLedger::Needs() { return GrantEventNeeds(); }

}  // namespace tokentrail::trail
