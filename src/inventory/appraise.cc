#include "inventory/appraise.h"

namespace tokentrail::inventory {

struct Appraiser::Impl {};

Appraiser::Appraiser(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Appraiser::~Appraiser() = default;

Result<std::shared_ptr<const Appraiser>> Appraiser::Load(const AppraisalFiles&) {
  return std::shared_ptr<const Appraiser>(new Appraiser(std::make_unique<Impl>()));
}

void Appraiser::Appraise(Portfolio&) const {}

std::vector<AppListing> Appraiser::Listings(std::string_view, std::string_view) const { return {}; }

}  // namespace tokentrail::inventory
