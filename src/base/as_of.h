#pragma once
#include "base/time.h"
namespace tokentrail {
constexpr Time kAsOfCollection = {INT64_MAX};
}
