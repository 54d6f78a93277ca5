// What the activities of Entra's directory log are about. One table, for the directory audit log
// and for the Microsoft 365 audit log, which writes the same activities with a period behind them.

#pragma once

#include <string_view>

#include "model/kind.h"

namespace tokentrail::source {

/// Where a directory record keeps what matters to us.
enum class ActivityShape : uint8_t {
  kPlain,           ///< target only
  kConsent,         ///< ConsentAction.*, target is the client app
  kDelegatedGrant,  ///< DelegatedPermissionGrant.*, target is the API, ServicePrincipal.* the
                    ///< client
  kAppRole,         ///< AppRole.*, target is the API, ServicePrincipal.* the client
  kAppRoleToUser,   ///< AppRole.*, target is the app, User.* or Group.* whom it is given to
  kRole,            ///< Role.*, target is whom it is given to
  kApp,             ///< target is an application or service principal
  kOwner,           ///< target is the owner, Application.* or ServicePrincipal.* the app
  kSettings,        ///< a policy, domain or the like: old and new values are the message
};

struct Activity {
  Kind kind = Kind::kOther;
  ActivityShape shape = ActivityShape::kPlain;
};

/// `activity` as NormaliseActivity writes it, any case; `category` is the log's own
/// (`ApplicationManagement`, `Policy`, ...) and decides on activities that are not in the table.
/// Source: Microsoft Learn, "Microsoft Entra audit log categories and activities" (2026), and
/// records from 2020 to 2024.
Activity ClassifyActivity(std::string_view activity, std::string_view category);

}  // namespace tokentrail::source
