// Which record is meant: enough to find it again, and to tell it from every other.

#pragma once

#include "base/id.h"
#include "base/place.h"
#include "base/time.h"
#include "model/event.h"

namespace tokentrail {

struct Cited {
  Time time;
  Id content;  ///< hash of the record's bytes
  Place place;
  SourceIndex source = 0;
};

}  // namespace tokentrail
