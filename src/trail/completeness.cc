#include "trail/completeness.h"

namespace tokentrail::trail {

struct Completeness::Impl {
  std::span<const std::string_view> source_names;
};

Completeness::Completeness(std::span<const std::string_view> source_names)
    : impl_(std::make_unique<Impl>()) {
  impl_->source_names = source_names;
}
Completeness::~Completeness() = default;

void Completeness::Observe(const Event& event) { (void)event; }

std::vector<EvidenceGap> Completeness::Finish(std::span<const SourceCount> sources,
                                              std::span<const FileCount> files,
                                              const FileTable& table) {
  (void)sources, (void)files, (void)table;
  return {};
}

FieldSet Completeness::Needs() { return {Field::kTenant}; }

void CarryInto(std::span<const EvidenceGap> gaps, std::vector<Finding>& findings,
               std::span<const std::string_view> source_names) {
  (void)gaps, (void)findings, (void)source_names;
}

}  // namespace tokentrail::trail
