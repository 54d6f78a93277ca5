// Facts about Google's OAuth clients and scopes.

#pragma once

#include <string_view>

#include "model/event.h"

namespace tokentrail::analytic {

/// The event is about a Google OAuth client: by the form of its client id or of its scopes.
bool IsGoogle(const Event& event);

/// The part after `https://www.googleapis.com/auth/`; the scope itself when it has another form.
/// `https://mail.google.com/` gives `mail.google.com`.
std::string_view ShortScope(std::string_view scope);

/// All mail, all files, or the directory: the scopes for which GRT-09 is high (DETECTIONS 2.3).
bool IsFullData(std::string_view scope);

/// Mail, files, directory or cloud, at any depth that matters when given over a whole domain.
/// `drive.file` and `drive.appdata` reach the app's own files only.
bool IsDomainData(std::string_view scope);

/// Only reads audit and usage reports: what a log collector asks for.
bool IsReportsOnly(std::string_view scope);

}  // namespace tokentrail::analytic
