// Whether a log has a field that a rule names.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source/def.h"

namespace tokentrail::playbook {

struct FieldAnswer {
  bool known = false;
  std::string never;    ///< why no record of the log can have it, where that is known
  std::string nearest;  ///< a name that the log does have and that looks like it; may be empty
};

/// Looks in the normalised fields, in the source's own table of paths, and in the view with which
/// Sigma rules of this log source are read. A log has more fields than anybody wrote down: one that
/// is not known here need not be wrong.
FieldAnswer LookUp(const source::SourceDef& source, const source::SigmaNames& view,
                   std::string_view field);

/// Whether some record of `records` (JSON, one a line) has a field of this name, or one that ends
/// in it.
class RecordFields {
 public:
  explicit RecordFields(std::string_view records);
  bool Has(std::string_view field) const;

 private:
  std::vector<std::string> paths_;  ///< lower case
};

}  // namespace tokentrail::playbook
