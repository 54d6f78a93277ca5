// Hunt pages: Markdown that anybody wrote, with markers that anybody damaged.

#include "fuzz/target.h"
#include "playbook/analytic_edit.h"
#include "playbook/import_page.h"
#include "playbook/notebook.h"
#include "playbook/page.h"

using namespace tokentrail;            // NOLINT: a fuzz target is one function
using namespace tokentrail::playbook;  // NOLINT

namespace {

void CheckRanges(const Page& page) {
  const auto inside = [&](const Range& range) {
    CHECK(range.begin <= range.end && range.end <= page.text.size());
  };
  size_t last = 0;
  for (const Block& block : page.attack) {
    CHECK(block.range.begin >= last);
    CHECK(block.range.begin <= block.body.begin && block.body.end <= block.range.end);
    inside(block.body);
    last = block.range.end;
  }
  inside({last, page.text.size()});
  for (const PageAnalytic& one : page.analytics) {
    inside(one.range);
    CHECK(one.number_range.begin >= one.heading.begin && one.number_range.end <= one.heading.end);
    for (const Label& label : one.labels) inside(label.value);
    for (const Query& query : one.queries) inside(query.range);
  }
  last = 0;
  for (const AnalyticRef& ref : page.references) {
    inside(ref.range);
    CHECK(ref.range.begin >= last);  // in order, and apart
    last = ref.range.end;
    CHECK(ref.number > 0 && ref.last >= ref.number);
  }
}

}  // namespace

FUZZ_TARGET(PlaybookPage, "playbook_page", input) {
  Report report;
  const auto page = ParsePage("p.md", std::string(input), report);
  if (!page) {
    CHECK(report.errors() > 0);
    for (const Diagnostic& one : report.all()) CHECK(!Format(one).empty());
    return;
  }
  CHECK(page->text == input);
  CheckRanges(*page);

  // The program's own block is written once, and the page is one still.
  const std::string once = Apply(page->text, {EditChecked(*page, "all valid\n")});
  const auto checked = ParsePage("p.md", once, report);
  CHECK(checked.has_value() && checked->checked.has_value());
  CHECK(!IsEdited(*checked, *checked->checked));
  CHECK(Apply(once, {EditChecked(*checked, "all valid\n")}) == once);

  if (const auto notebook = ToNotebook(*page, report)) {
    const auto back = FromNotebook("p.ipynb", *notebook, {}, report);
    CHECK(back.has_value() && *back == input);
  }
  if (const auto imported = ImportPage("p.md", std::string(input), {}, report)) {
    CHECK(imported->text.size() >= input.size());
    CHECK(ParsePage("p.md", imported->text, report).has_value());
  }
  for (const AnalyticKind kind : kAnalyticKinds) {
    const size_t count = page->Of(kind).size();
    if (count == 0) continue;
    const auto moved = MoveAnalytic(*page, kind, 1, static_cast<uint32_t>(count));
    if (moved.ok()) CHECK(ParsePage("p.md", moved->text, report).has_value());
    const auto removed = RemoveAnalytic(*page, kind, 1, true);
    if (removed.ok()) CHECK(removed->text.size() < input.size() + 16 * page->references.size());
  }
}
