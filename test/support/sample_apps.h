// A small portfolio, invented, in which each app shows something of its own.

#pragma once

#include "model/app.h"

namespace tokentrail::test {

/// Ninety days of evidence of one tenant of 400 active people. In order: a calendar helper that
/// three people of Finance authorised within ten minutes, with a Cyrillic letter in its name; a
/// backup vendor with permissions of its own; a CRM for everybody, long known; a survey nobody has
/// used; an old app of Google's, banned; one of Microsoft's own; one of which next to nothing is
/// known. Judged as Appraise would: with scores, reasons and what could not be assessed.
Portfolio SampleApps();

}  // namespace tokentrail::test
