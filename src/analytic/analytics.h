// The definitions, one a file; all.cc lists them.

#pragma once

#include "analytic/analytic.h"

namespace tokentrail::analytic {

extern constinit const AnalyticDef kReg01;
extern constinit const AnalyticDef kLur02;
extern constinit const AnalyticDef kGrt01;
extern constinit const AnalyticDef kGrt02;
extern constinit const AnalyticDef kGrt03;
extern constinit const AnalyticDef kGrt04;
extern constinit const AnalyticDef kGrt05;
extern constinit const AnalyticDef kGrt07;
extern constinit const AnalyticDef kGrt08;
extern constinit const AnalyticDef kGrt09;
extern constinit const AnalyticDef kGrt10;
extern constinit const AnalyticDef kMnt12;
extern constinit const AnalyticDef kMnt13;
extern constinit const AnalyticDef kUse05;
extern constinit const AnalyticDef kEsc01;
extern constinit const AnalyticDef kPer01;
extern constinit const AnalyticDef kPer03;
extern constinit const AnalyticDef kExf06;

}  // namespace tokentrail::analytic
