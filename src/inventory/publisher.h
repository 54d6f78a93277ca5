// Who stands behind an app, as far as the evidence says.
//
//   publisher.unverified          the platform has not verified the publisher
//   publisher.unverified_foreign  nor does the app belong to this tenant
//   publisher.claims_microsoft    says it is Microsoft's, and is not in the list of Microsoft's
//   apps publisher.throwaway           its tenant has no domain of its own (`x.onmicrosoft.com`)
//
// A verified publisher takes away these signs and no other: verified publishers were abused in 2022
// and 2023 (Proofpoint, 2023-01-31).

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/masquerade.h"
#include "model/app.h"

namespace tokentrail::inventory {

/// Appends signs, and `publisher.not_assessed` where the evidence says nothing of the publisher.
/// unverified and unverified_foreign never stand together.
void ExaminePublisher(const App& app, const NameBook& book, std::vector<AppSign>& signs,
                      std::vector<AppSign>& not_assessed);

}  // namespace tokentrail::inventory
