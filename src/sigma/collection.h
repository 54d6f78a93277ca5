// Rule collections of Sigma version 1: documents of a file that complete each other.

#pragma once

#include <string_view>

#include "base/report.h"
#include "base/yaml.h"
#include "sigma/rule.h"

namespace tokentrail::sigma {

/// The state of one file, fed with its documents in order:
///   action: global  a template for the rules that follow; its values win over theirs
///   action: reset   no template any more
///   action: repeat  the rule before once more, with these values over its own
/// A file may copy 200,000 values in this way: it could grow with the square of its size.
/// Source: gone from the Sigma specification 2; done as pySigma does it, SIGMA.md D4.
class Collection {
 public:
  Collection(const RuleText& text, Report& report) : text_(text), report_(report) {}

  enum class Is {
    kRule,     ///< `document` is now a whole rule
    kSetting,  ///< nothing to read
    kRefused,  ///< it was reported
  };
  /// For maps that are neither correlations nor filters. `shares_id` tells that the id is not the
  /// document's own.
  Is Complete(Yaml& document, bool& shares_id);

  /// To be told of each document that is no YAML: what it was to complete must not go without it.
  void Broken(std::string_view text);

 private:
  const RuleText& text_;
  Report& report_;
  Yaml template_;
  Yaml before_;               ///< the last rule
  size_t copied_ = 0;         ///< values that templates and repeated rules gave to other rules
  bool broken_ = false;       ///< a document before could not be read, so `repeat` has no ground
  bool no_template_ = false;  ///< a template could not be read, and no reset came since
};

}  // namespace tokentrail::sigma
