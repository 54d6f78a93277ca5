#include "trail/lineage.h"

#include "trail/attribution.h"

namespace tokentrail::trail {

struct Lineage::Impl {
  std::span<const std::string_view> source_names;
  const GrantLedger& grants;
  Attribution who;
};

Lineage::Lineage(std::span<const std::string_view> source_names, const GrantLedger& grants)
    : impl_(new Impl{source_names, grants, {}}) {}
Lineage::~Lineage() = default;

const Attribution& Lineage::Observe(const Event& event, uint64_t number, const State& state) {
  (void)number;
  impl_->who = Attribute(event, state, impl_->source_names[event.source()]);
  return impl_->who;
}

void Lineage::Finish(Trails& out) { (void)out; }

FieldSet Lineage::Needs() { return AttributionNeeds(); }

}  // namespace tokentrail::trail
