// Records to Events: takes carriers off, finds the source that claims the record, fills the fields.

#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/redact.h"
#include "base/time.h"
#include "model/event.h"
#include "source/def.h"

namespace tokentrail::source {

struct NormaliseSettings {
  DateOrder date_order = DateOrder::kRefuse;
  /// Fields an event carries, by kind; what nobody asked for is not kept.
  std::array<FieldSet, static_cast<size_t>(Kind::kCount)> keep{};
};

/// The field tables of all sources, compiled. Made once, shared by all threads.
class Tables {
 public:
  explicit Tables(std::span<const SourceDef* const> sources);
  ~Tables();
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  size_t size() const { return sources_.size(); }
  const SourceDef& source(SourceIndex index) const { return *sources_[index]; }

 private:
  friend class Normaliser;
  struct Compiled;

  std::span<const SourceDef* const> sources_;
  std::unique_ptr<Compiled> compiled_;
};

/// One event ready to be kept: the packed bytes (model/event.h), or why there is none.
struct Made {
  std::string_view event;     ///< packed; without hits and place; valid until the next record
  std::string_view left_out;  ///< ledger reason when there is no event
  std::string detail;
};

/// One a thread.
class Normaliser {
 public:
  Normaliser(const Tables& tables, const NormaliseSettings& settings, const Redactor& redactor);
  ~Normaliser();

  /// Takes carriers off: Splunk `result`/`_raw`, Elasticsearch `_source`/`event.original`,
  /// CloudWatch `message`, UAL `AuditData`, Pub/Sub, ... at most four.
  /// Gives the record itself when it has none.
  Record Unwrap(const Record& record) const;

  /// The source that claims the (unwrapped) record; null when none does.
  const SourceDef* Claim(const Record& record, SourceIndex& index) const;

  /// How many events the record makes: 1, or the elements of the source's `split`.
  size_t Count(const Record& record, SourceIndex source) const;
  /// The member of the record that holds several events, as it stands there; null when there is none.
  const Node* SplitField(const Record& record, SourceIndex source) const;

  /// Makes event number `part` of the record; those of one record in order, from 0. `text` is the
  /// record's bytes as logged.
  Made Make(const Record& record, SourceIndex source, size_t part, std::string_view text);

  /// The draft of the last Make: what the fields are and where each came from.
  const Draft& draft() const { return draft_; }
  /// What the last Make took from the record, for a rule's look-up by normalised name.
  std::string_view Text(Field field) const { return draft_.Text(field); }

 private:
  struct Scratch;

  const Tables& tables_;
  const NormaliseSettings& settings_;
  const Redactor& redactor_;
  Arena arena_;
  Draft draft_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace tokentrail::source
