// The risk score: points for what is found, in five groups with a cap each, every point with its
// reason. DETECTIONS section 3; docs/risk.md lists all codes.

#pragma once

#include <vector>

#include "inventory/holding.h"
#include "inventory/weights.h"
#include "model/app.h"

namespace tokentrail::inventory {

/// What the score of each app of a portfolio is made with.
struct RiskContext {
  const Portfolio& portfolio;
  const Weights& weights;
  Time now;               ///< what ages count from
  uint64_t active_users;  ///< of the app's tenant; 0: not known
};

/// Power: what could it do. Source: DETECTIONS 3.4.
void ScorePower(const App& app, const Holding& holding, const RiskContext& context,
                std::vector<RiskReason>& out, std::vector<AppSign>& not_assessed);

/// Trust: points for the app's signs and listings, and its age. 3.6, 3.7.
void ScoreTrust(const App& app, const RiskContext& context, std::vector<RiskReason>& out,
                std::vector<AppSign>& not_assessed);

/// Behaviour: how it was granted and is used, from consents, days of use and findings. `power` is
/// what ScorePower gave, before its cap. 3.8.
void ScoreBehaviour(const App& app, const Holding& holding, double power,
                    const RiskContext& context, std::vector<RiskReason>& out,
                    std::vector<AppSign>& not_assessed);

/// Hygiene: credentials and who may use it. 3.9.
void ScoreHygiene(const App& app, const Holding& holding, const RiskContext& context,
                  std::vector<RiskReason>& out, std::vector<AppSign>& not_assessed);

/// Sorts the reasons, sums them up to the caps, and sets the level. `app.listings` may override.
void Conclude(const App& app, const Weights& weights, std::vector<RiskReason> reasons,
              std::vector<AppSign> not_assessed, AppRisk& out);

/// To one digit after the point: sums come out the same wherever they are made.
double OneDigit(double points);

}  // namespace tokentrail::inventory
