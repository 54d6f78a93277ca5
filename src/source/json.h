// JSON text to Records.
//
// One value at a time, so that a bad line never costs its neighbours. What strict JSON parsers
// refuse but logs contain (numbers beyond 64 bits, broken UTF-8, raw control characters) is
// repaired, and said.

#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "model/record.h"

namespace tokentrail::source {

class JsonReader final : public NestedJson {
 public:
  /// Bytes that must be readable (not meaningful) after the text given to Parse.
  static constexpr size_t kPadding = 64;
  /// Texts opened as JSON in one record; more stay text.
  static constexpr size_t kMaxNested = 64;

  JsonReader();
  ~JsonReader() override;

  /// Parses one value. The record and all texts in it hold until the next call, and as long as
  /// `text` does: they may be views of it. False when it is not JSON: reason() and detail() say
  /// why.
  bool Parse(std::string_view text);
  /// The same for text without padding after it (copied).
  bool ParseUnpadded(std::string_view text);

  /// Forgets what was opened, when the reader only opens texts of records made elsewhere.
  void Forget();

  Record record() { return Record(root_, this); }

  /// `source.bad_json`, `source.too_deep`.
  std::string_view reason() const { return reason_; }
  /// What the parser said.
  std::string_view detail() const { return detail_; }
  /// `source.repaired_text` or `source.big_number` when the last value was read after a repair.
  std::string_view repaired() const { return repaired_; }

  const Node* Parse(const Node& text) override;

 private:
  struct Impl;

  std::unique_ptr<Impl> impl_;
  const Node* root_ = nullptr;
  std::string_view reason_;
  std::string_view detail_;
  std::string_view repaired_;
};

}  // namespace tokentrail::source
