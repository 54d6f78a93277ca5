// One audit record, normalised: a fixed head and the texts of its fields, in one piece of memory
// that may be kept, sorted and written to disk as it is.
//
// Only fields that something asked for (see FieldSet) are in it; texts are redacted.

#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "model/field.h"
#include "model/kind.h"
#include "base/place.h"

namespace tokentrail {

/// A set of fields.
class FieldSet {
 public:
  constexpr FieldSet() = default;
  constexpr FieldSet(std::initializer_list<Field> fields) {  // NOLINT: implicit by design
    for (const Field field : fields) Add(field);
  }
  constexpr void Add(Field field) { word(field) |= bit(field); }
  constexpr void Add(const FieldSet& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  constexpr bool Has(Field field) const {
    return (words_[static_cast<size_t>(field) / 64] & bit(field)) != 0;
  }
  constexpr int Count() const { return std::popcount(words_[0]) + std::popcount(words_[1]); }
  /// How many fields of the set come before `field`.
  constexpr int Before(Field field) const {
    const size_t index = static_cast<size_t>(field);
    if (index < 64) return std::popcount(words_[0] & (bit(field) - 1));
    return std::popcount(words_[0]) + std::popcount(words_[1] & (bit(field) - 1));
  }

 private:
  static constexpr uint64_t bit(Field field) {
    return uint64_t{1} << (static_cast<size_t>(field) % 64);
  }
  constexpr uint64_t& word(Field field) { return words_[static_cast<size_t>(field) / 64]; }

  std::array<uint64_t, 2> words_{};
};
static_assert(kFieldCount <= 128);

/// Index of a log source in source::All(); its name is in the run's source list.
using SourceIndex = uint16_t;

/// The fixed part. `size` is that of the whole event, head included.
struct EventHead {
  Time time;          ///< when it happened; never when we read it
  Id key;             ///< dedupe key within (tenant, source); empty when the source has none
  Id content;         ///< hash of the record's bytes
  Place place;
  uint32_t size = 0;
  SourceIndex source = 0;
  uint16_t richness = 0;  ///< of two shapes of one record the higher wins: stage, then field count
  Kind kind = Kind::kOther;
  Outcome outcome = Outcome::kUnknown;
  uint8_t stage = 0;      ///< Kubernetes: 1 RequestReceived, 2 ResponseStarted, 3 ResponseComplete, 4 Panic
  uint8_t shares = 0;     ///< 1: its record holds several events; what hits carry begins with its id
  uint32_t hits = 0;      ///< how many Sigma rules matched; their indexes follow the texts
  FieldSet fields;
};

/// A view of an event in memory: head, then one uint32 end offset a field, then the texts. With
/// hits, then what they carry for correlations, its size (uint32), and `hits` rule indexes (uint32
/// each; with kRepeated when the rule hit an earlier event of the record).
class Event {
 public:
  /// `tenant` stands in when the record names none: exports of some shapes leave it to the file.
  explicit Event(const char* data, std::string_view tenant = {}) : data_(data), tenant_(tenant) {
    std::memcpy(&head_, data, sizeof head_);
  }

  const EventHead& head() const { return head_; }
  Time time() const { return head_.time; }
  Kind kind() const { return head_.kind; }
  Outcome outcome() const { return head_.outcome; }
  bool succeeded() const { return head_.outcome != Outcome::kFailure; }
  SourceIndex source() const { return head_.source; }

  bool Has(Field field) const { return head_.fields.Has(field); }
  /// The field's text; empty when the event lacks it.
  std::string_view Text(Field field) const {
    if (!Has(field)) return field == Field::kTenant ? tenant_ : std::string_view{};
    const int index = head_.fields.Before(field);
    const uint32_t start = index == 0 ? 0 : Offset(index - 1);
    return {texts() + start, Offset(index) - start};
  }
  /// Join hash of the field's text; empty when the event lacks it.
  Id Hash(Field field) const { return Id::Of(Text(field)); }

  static constexpr uint32_t kRepeated = uint32_t{1} << 31;
  uint32_t Hit(uint32_t index) const {
    uint32_t out = 0;
    std::memcpy(&out, data_ + head_.size - sizeof out * (head_.hits - index), sizeof out);
    return out;
  }

  /// What the hits carry for correlations, packed by whoever matched; empty when nothing.
  std::string_view Captures() const {
    if (head_.hits == 0) return {};
    const char* const at = data_ + head_.size - sizeof(uint32_t) * (size_t{head_.hits} + 1);
    uint32_t size = 0;
    std::memcpy(&size, at, sizeof size);
    return {at - size, size};
  }

  const char* data() const { return data_; }

 private:
  uint32_t Offset(int index) const {
    uint32_t out = 0;
    std::memcpy(&out, data_ + sizeof(EventHead) + sizeof out * static_cast<size_t>(index),
                sizeof out);
    return out;
  }
  const char* texts() const {
    return data_ + sizeof(EventHead) + sizeof(uint32_t) * static_cast<size_t>(head_.fields.Count());
  }

  EventHead head_;
  const char* data_;
  std::string_view tenant_;
};

}  // namespace tokentrail
