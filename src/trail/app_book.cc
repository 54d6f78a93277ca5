#include "trail/app_book.h"

namespace tokentrail::trail {

struct AppBook::Impl {};

AppBook::AppBook(std::span<const std::string_view>) : impl_(std::make_unique<Impl>()) {}
AppBook::~AppBook() = default;

void AppBook::Observe(const Event&, const Attribution&, const analytic::State&) {}

Portfolio AppBook::Finish(const std::vector<Grant>&, const std::vector<Finding>&,
                          const analytic::State&) {
  return {};
}

FieldSet AppBook::Needs() { return {}; }

}  // namespace tokentrail::trail
