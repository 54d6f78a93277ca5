// What Google's audit events mean, whichever log they came through: the Reports API, its BigQuery
// and Log Analytics copies, the Admin console's CSV, or Cloud Audit Logs of Workspace services.

#pragma once

#include <string_view>

#include "model/record.h"
#include "source/def.h"

namespace tokentrail::source {

/// Takes one parameter of a Google event into the draft; names are compared without case, since
/// BigQuery writes api_client_name for API_CLIENT_NAME. What the draft has already stays.
/// `value` may be a scalar, a list, or `scope_data` in any of its forms.
/// Source: Google Workspace Admin SDK, Reports API, "Activity events" pages by application (2026).
void TakeGoogleParameter(const Record& record, std::string_view name, const Node& value,
                         Draft& draft);

/// Takes all of them: `bag` is a list of name and value, an object by name, or JSON text of either.
void TakeGoogleParameters(const Record& record, const Node& bag, Draft& draft);

/// Sets kind, outcome and operation of the event `name` (of event type `type`, may be empty) of
/// Workspace application `application` (`token`, `login`, `admin`, ...). Call it after the
/// parameters were taken.
void ClassifyGoogleEvent(std::string_view application, std::string_view name, std::string_view type,
                         Draft& draft);

/// The application that writes an event, for shapes that don't say: from what was taken and the
/// event's type. Empty when unknown.
std::string_view GuessGoogleApplication(std::string_view name, std::string_view type,
                                        const Draft& draft);

}  // namespace tokentrail::source
