#include "cli/verb.h"

namespace tokentrail::cli {

extern constinit const VerbDef kHunt;
extern constinit const VerbDef kShow;
extern constinit const VerbDef kFind;
extern constinit const VerbDef kList;
extern constinit const VerbDef kCompletion;
extern constinit const VerbDef kMan;

std::span<const VerbDef* const> All() {
  static constexpr const VerbDef* kAll[] = {&kHunt, &kShow, &kFind, &kList, &kCompletion, &kMan};
  return kAll;
}

}  // namespace tokentrail::cli
