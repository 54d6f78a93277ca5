// Whether an app's permissions fit what it is for. We can't know a purpose; we can say which facts
// disagree, in three tests that anybody can check by hand:
//
//   fit.category            a family of permissions that apps of its category do not need
//   fit.rarity              a strong permission that few of its peers in this tenant hold
//   fit.unused              strong permissions that no call was seen to need
//   fit.used_not_declared   calls that need a permission no grant in the evidence gives it
//
// Source: DETECTIONS 3.5.

#pragma once

#include <memory>
#include <vector>

#include "inventory/holding.h"
#include "inventory/weights.h"
#include "model/app.h"

namespace tokentrail::inventory {

/// How many of an app's peers hold what. Third-party apps of one tenant and platform that hold any
/// permission we can assess are peers; those of one category, where there are enough of them.
/// Built once a portfolio, which must outlive it and not change. Safe from several threads.
class PeerBook {
 public:
  /// Reads what Appraise filled before: severities, families, categories.
  PeerBook(const Portfolio& portfolio, const Weights& weights);
  ~PeerBook();
  PeerBook(PeerBook&&) noexcept;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Appends what disagrees, with its points (some are 0), and what could not be tested, with why.
/// `index` is the app's position in the portfolio of the book.
void ExamineFit(const App& app, size_t index, const Holding& holding, const PeerBook& peers,
                const Portfolio& portfolio, const Weights& weights, std::vector<RiskReason>& out,
                std::vector<AppSign>& not_assessed);

/// What "older than" counts from: `as_of`, else the end of the evidence.
Time Now(const Portfolio& portfolio);
/// People active in a tenant; 0: not known.
uint64_t ActiveUsers(const Portfolio& portfolio, std::string_view tenant);

}  // namespace tokentrail::inventory
