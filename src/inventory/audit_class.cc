#include "inventory/audit_class.h"

#include <deque>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "inventory/data.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

struct Row {
  std::string_view operation;
  AuditClass what;
};

/// The rows of each source, in the order of the table.
class ClassTable {
 public:
  ClassTable() {
    for (const auto& cells :
         ReadTable(AuditClassData(), {"sources", "operation", "class", "reference"}, unescaped_)) {
      const std::optional<AuditClass> what = ParseAuditClass(cells[2]);
      CHECK(what.has_value());
      for (const std::string_view source : Split(cells[0], "|")) {
        rows_[source].push_back({cells[1], *what});
      }
    }
  }

  const Row* Find(std::string_view source, std::string_view operation) const {
    const auto it = rows_.find(source);
    if (it == rows_.end()) return nullptr;
    for (const Row& row : it->second) {
      if (MatchesPattern(operation, row.operation, Star::kAny)) return &row;
    }
    return nullptr;
  }

 private:
  std::deque<std::string> unescaped_;
  FoldMap<std::vector<Row>> rows_;
};

/// Of operations that the table does not name.
std::optional<AuditClass> ByKind(Kind kind) {
  switch (kind) {
    case Kind::kRoleAssignment:
    case Kind::kRoleRevoked:
    case Kind::kRoleChange:
    case Kind::kAppRoleGrant:
    case Kind::kDelegation:
      return AuditClass::kRole;
    case Kind::kCredentialChange:
      return AuditClass::kCredential;
    case Kind::kPolicyChange:
      return AuditClass::kPolicy;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<AuditClass> AuditClassOf(std::string_view source, Kind kind,
                                       std::string_view operation) {
  if (!MayBeAudited(kind)) return std::nullopt;
  static const ClassTable table;
  // An operation is as long as its log's author wishes: no name of ours is longer than this.
  if (const Row* row = table.Find(source, operation.substr(0, 256))) return row->what;
  return ByKind(kind);
}

}  // namespace tokentrail::inventory
