// The values that a rule's field name stands for in one record.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/field.h"
#include "model/record.h"
#include "sigma/term.h"

namespace tokentrail::sigma {

/// Gives the text of a normalised field of the record at hand; empty when it has none. No callback:
/// normalised names are not looked up.
struct FieldLookup {
  std::string_view (*text)(const void* context, Field field) = nullptr;
  const void* context = nullptr;
};

/// A field name of a rule, prepared.
struct FieldName {
  explicit FieldName(std::string text);

  std::string name;
  std::optional<Field> normalised;  ///< when it is the name of one
};

/// Looks fields up in one record after the other, each field at most once a record. In this order,
/// the first that has it:
///   1. the exact path; a key with dots in it wins over the path it looks like;
///   2. the path whatever its case;
///   3. the normalised field of that name;
///   4. a member of that name of any list of names and values (modifiedProperties,
///      ExtendedProperties, parameters, ...), its value without the quotes around it.
/// Arrays on the way and at the end stand for each of their members. Goes through JSON in texts.
class FieldView {
 public:
  struct Values {
    bool present = false;
    std::span<const Seen> seen;  ///< until the next call
  };

  /// The record must outlive the lookups.
  void Start(const Record& record, FieldLookup lookup, size_t field_count);
  Values Get(uint32_t index, const FieldName& field);
  /// All scalars of the record, null left out.
  std::span<const Seen> All();

 private:
  struct Slot {
    uint64_t round = 0;
    uint32_t begin = 0;
    uint32_t end = 0;
    bool present = false;
  };

  bool Collect(const Node& node, std::string_view path, bool any_case, int depth);
  bool CollectMembers(const Node& object, std::string_view path, bool any_case, int depth);
  void Add(const Node& node, int depth);
  bool CollectNamed(std::string_view name);
  void FindNamed(const Node& root, int depth);

  const Record* record_ = nullptr;
  FieldLookup lookup_;
  uint64_t round_ = 0;
  std::vector<Slot> slots_;
  std::vector<Seen> seen_;
  std::vector<Seen> all_;
  uint64_t all_round_ = 0;
  std::vector<std::pair<std::string_view, const Node*>> named_;  ///< of lists of names and values
  uint64_t named_round_ = 0;
  int opened_ = 0;
};

}  // namespace tokentrail::sigma
