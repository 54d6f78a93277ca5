// What a log source is: how to recognise its records and where its fields are. A table, so that
// adding a source is one file.

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "model/event.h"
#include "model/field.h"
#include "model/kind.h"
#include "model/record.h"

namespace tokentrail::source {

/// How the raw value becomes the field's text.
enum class As : uint8_t {
  kText,      ///< as it is, outer spaces trimmed
  kLower,     ///< lower case (names, mail addresses)
  kId,        ///< an id: trimmed, lower case; the all-zero GUID counts as absent
  kCasedId,   ///< an id whose case matters
  kUti,       ///< Entra's token id: decoded to the request GUID (DETECTIONS 1.1.1); else as it is
  kIp,        ///< an address, canonical; port stripped; [v6]:port, v4-mapped; junk is left out
  kActivity,  ///< an activity name: trimmed, trailing period off, dashes and spaces made plain
  kScopes,    ///< a list (array, or text split by spaces and commas) as a sorted set
  kList,      ///< array elements (or one scalar) joined by single spaces, in order
  kNumber,    ///< digits only, else left out
};

struct FieldMap {
  Field field = Field::kCount;
  /// Paths in Record::Find's syntax; the first one present (not null, not empty text) wins.
  std::array<std::string_view, 8> paths{};
  As as = As::kText;
};

/// Paths of what goes into the event's head.
struct HeadMap {
  std::array<std::string_view, 8> time{};
  /// Dedupe key within the source: parts of one key (all that are present are joined). Each part
  /// may have alternatives separated by `|`: the first present.
  std::array<std::string_view, 4> key{};
  /// Values `0`, `success`, `succeeded`, `true`, `ok`, `allow`, `partiallysucceeded`, 1xx to 3xx (any
  /// case) are a success; any other text is a failure; absent is unknown.
  std::array<std::string_view, 6> outcome{};
};

class Draft;

/// One shape by which a source's records are known.
struct Claim {
  /// Top-level keys that must all be present (case matters). At most 32 different keys are used
  /// over all sources for free; they are looked up by mask.
  std::array<std::string_view, 4> keys{};
  /// Further test; none means the keys suffice.
  bool (*test)(const Record& record) = nullptr;
};

/// A name under which Sigma rules know the source; empty parts match any rule that omits them.
struct SigmaNames {
  std::string_view product;
  std::string_view category;
  std::string_view service;
};

/// A CSV export that has no header row: known by its first row.
struct Headerless {
  bool (*test)(std::span<const std::string_view> row) = nullptr;
  std::span<const std::string_view> columns;
};

struct SourceDef {
  std::string_view name;       ///< `entra_signin`
  std::string_view summary;    ///< one line for people
  std::string_view reference;  ///< the vendor's documentation that the table follows
  std::array<SigmaNames, 6> sigma{};  ///< one log may serve several, each with its view
  /// Sources whose records name the same tenants, such as `microsoft`; empty: the source alone.
  std::string_view family = {};
  std::span<const Claim> claims;  ///< any of them
  HeadMap head;
  std::span<const FieldMap> fields = {};
  /// Key of an array of which each element is an event of its own (Google `events`); in paths its
  /// elements are `events[]`. A single object counts as an array of one.
  std::string_view split = {};
  /// For what a table can't say: kind, derived fields. Runs after the table, once an event.
  void (*fixup)(const Record& record, Draft& draft) = nullptr;
  Headerless headerless = {};
  /// Its records tell what is so, not what happened: one without a time is an event all the same,
  /// at kAsOfCollection.
  bool timeless = false;
};

/// An event while it is made from a record. Texts live in the record or the arena.
class Draft {
 public:
  std::string_view Text(Field field) const { return texts_[Index(field)]; }
  bool Has(Field field) const { return !texts_[Index(field)].empty(); }

  /// Sets a field; `text` must outlive the record (a view of it, a constant, or arena()).
  /// `origin` is the node it was taken from, when there is one: its pointer is cited as evidence.
  void Set(Field field, std::string_view text, const Node* origin = nullptr) {
    texts_[Index(field)] = text;
    if (origin != nullptr) origins_[Index(field)] = origin;
  }
  /// Sets a field computed from another one: cites the other's place.
  void Derive(Field field, std::string_view text, Field from) {
    Set(field, text, origins_[Index(from)]);
  }
  /// Sets a field from a node of the record, converted.
  void SetFrom(Field field, const Node* node, As as = As::kText);
  /// Only if the field has nothing yet.
  void SetIfEmpty(Field field, std::string_view text, const Node* origin = nullptr) {
    if (!Has(field)) Set(field, text, origin);
  }
  void Clear(Field field) { texts_[Index(field)] = {}; }
  const Node* Origin(Field field) const { return origins_[Index(field)]; }
  void SetOrigin(Field field, const Node* node) { origins_[Index(field)] = node; }

  Arena& arena() { return *arena_; }

  /// The element of SourceDef::split that this event is about; null when the source has none.
  const Node* element = nullptr;
  Time time;
  bool has_time = false;
  Kind kind = Kind::kOther;
  Outcome outcome = Outcome::kUnknown;
  uint8_t stage = 0;
  /// A further part of the dedupe key, for what no path gives in the same words whatever the shape.
  std::string_view key_part;
  /// Set by a fixup to leave the record out: a ledger reason such as `source.header_row`.
  std::string_view left_out;

  explicit Draft(Arena& arena) : arena_(&arena) {}
  void Reset();

 private:
  static constexpr size_t Index(Field field) { return static_cast<size_t>(field); }

  Arena* arena_;
  std::array<std::string_view, kFieldCount> texts_{};
  std::array<const Node*, kFieldCount> origins_{};
};

/// Every log source, in the order they are asked.
std::span<const SourceDef* const> All();

}  // namespace tokentrail::source
