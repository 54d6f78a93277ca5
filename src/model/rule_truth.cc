#include "model/rule_truth.h"

namespace tokentrail {

std::string_view TruthName(Truth truth) {
  switch (truth) {
    case Truth::kFired:
      return "fired";
    case Truth::kCouldFire:
      return "could fire";
    case Truth::kNoSource:
      return "no source";
    case Truth::kNeverHere:
      return "never here";
  }
  return {};
}

}  // namespace tokentrail
