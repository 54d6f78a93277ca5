#include "trail/grant_ledger.h"

namespace tokentrail::trail {

struct GrantLedger::Impl {
  std::span<const std::string_view> source_names;
};

GrantLedger::GrantLedger(std::span<const std::string_view> source_names)
    : impl_(std::make_unique<Impl>()) {
  impl_->source_names = source_names;
}
GrantLedger::~GrantLedger() = default;

void GrantLedger::Observe(const Event& event, const State& state) { (void)event, (void)state; }

const Grant* GrantLedger::Alive(std::string_view tenant, std::string_view app,
                                std::string_view user, std::string_view user_id) const {
  (void)tenant, (void)app, (void)user, (void)user_id;
  return nullptr;
}

size_t GrantLedger::AliveFor(std::string_view tenant, std::string_view user,
                             std::string_view user_id) const {
  (void)tenant, (void)user, (void)user_id;
  return 0;
}

std::vector<Grant> GrantLedger::Finish(const State& state, Findings& findings) {
  (void)state, (void)findings;
  return {};
}

uint64_t GrantLedger::forgotten() const { return 0; }

FieldSet GrantLedger::Needs() { return {Field::kTenant}; }

}  // namespace tokentrail::trail
