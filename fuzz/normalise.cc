// A record of any shape through every source: carriers off, claimed, made into an event.

#include "source/normalise.h"

#include "base/redact.h"
#include "fuzz/target.h"
#include "source/json.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

namespace {

/// Everything that is made once a run.
struct Setup {
  Setup() {
    FieldSet all;
    for (size_t i = 0; i < kFieldCount; ++i) all.Add(static_cast<Field>(i));
    settings.keep.fill(all);
  }

  source::Tables tables{source::All()};
  source::NormaliseSettings settings;
  Redactor redactor{"0123456789abcdef"};
};

}  // namespace

FUZZ_TARGET(Normalise, "normalise", input) {
  static const Setup setup;
  static source::Normaliser normaliser(setup.tables, setup.settings, setup.redactor);
  source::JsonReader json;
  if (!json.ParseUnpadded(input)) return;
  const Record record = normaliser.Unwrap(json.record());
  SourceIndex source = 0;
  if (normaliser.Claim(record, source) == nullptr) return;
  CHECK(source < setup.tables.size());
  const size_t count = normaliser.Count(record, source);
  for (size_t part = 0; part < count && part < 100; ++part) {
    const source::Made made = normaliser.Make(record, source, part, input);
    if (!made.left_out.empty()) continue;
    const Event event(made.event.data());
    CHECK(event.head().size == made.event.size());
    CHECK(event.source() == source);
    for (const FieldDef& def : Fields()) {
      const std::string_view text = event.Text(def.field);
      CHECK(text.empty() || (text.data() >= event.data() &&
                             text.data() + text.size() <= event.data() + event.head().size));
    }
  }
}
