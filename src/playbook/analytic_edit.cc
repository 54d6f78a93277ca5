#include "playbook/analytic_edit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace tokentrail::playbook {
namespace {

/// New numbers by old ones, from 1; 0: gone.
using Numbers = std::vector<uint32_t>;

std::string Called(AnalyticKind kind, uint32_t number) {
  return fmt::format("{} {}", Name(kind), number);
}

Error Invalid(const Page& page, std::string message) {
  return {ErrorKind::kInvalid, page.file + ": " + std::move(message)};
}

Result<Done> CheckOrder(const Page& page, AnalyticKind kind) {
  if (page.Find(SectionOf(kind)) == nullptr) {
    return Invalid(page, fmt::format("the page has no section '{}'", Title(SectionOf(kind))));
  }
  uint32_t expected = 1;
  for (const PageAnalytic* one : page.Of(kind)) {
    if (one->number != expected) {
      const TextPlace place = PlaceOf(page.text, one->number_range.begin);
      return Error{
          ErrorKind::kInvalid,
          fmt::format("{}:{}:{}: analytic {} stands where {} belongs: number the {} "
                      "analytics 1, 2, 3, ... first",
                      page.file, place.line, place.column, one->number, expected, Name(kind))};
    }
    ++expected;
  }
  return Done{};
}

Result<const PageAnalytic*> FindOne(const Page& page, AnalyticKind kind, uint32_t number) {
  const PageAnalytic* found = page.Find(kind, number);
  if (found != nullptr) return found;
  return Error{ErrorKind::kNotFound,
               fmt::format("{}: there is no analytic '{}'; {} has {}", page.file,
                           Called(kind, number), Title(SectionOf(kind)), page.Of(kind).size())};
}

/// `1, 2-4` of new numbers in the order of the old ones.
std::string Written(const std::vector<uint32_t>& numbers, bool was_span) {
  bool row = was_span && numbers.size() > 1;
  for (size_t i = 1; i < numbers.size(); ++i) row = row && numbers[i] == numbers[i - 1] + 1;
  if (row) return fmt::format("{}-{}", numbers.front(), numbers.back());
  return fmt::format("{}", fmt::join(numbers, ", "));
}

class Renumbering {
 public:
  /// Nothing inside `without` is touched.
  Renumbering(const Page& page, AnalyticKind kind, const Numbers& numbers, Range without = {})
      : page_(page), kind_(kind), numbers_(numbers), without_(without) {}

  std::vector<Edit> Run(AnalyticEdit& out) {
    for (const PageAnalytic* one : page_.Of(kind_)) {
      const uint32_t now = New(one->number);
      if (now == 0 || now == one->number) continue;
      edits_.push_back({one->number_range, std::to_string(now)});
      out.headings.push_back({one->line, Called(kind_, one->number), Called(kind_, now)});
    }
    size_t last_end = 0;
    for (const AnalyticRef& ref : page_.references) {
      if (ref.kind != kind_ || without_.Holds(ref.range.begin)) continue;
      Reference(ref, last_end, out);
    }
    return std::move(edits_);
  }

  /// Running text that points at what goes.
  std::vector<const AnalyticRef*> Dangling() const {
    std::vector<const AnalyticRef*> out;
    for (const AnalyticRef& ref : page_.references) {
      if (ref.kind == kind_ && !ref.in_table && ref.number == ref.last && New(ref.number) == 0 &&
          !without_.Holds(ref.range.begin)) {
        out.push_back(&ref);
      }
    }
    return out;
  }

 private:
  /// Numbers beyond the last analytic point at nothing, and stay.
  uint32_t New(uint32_t number) const {
    return number < numbers_.size() ? numbers_[number] : number;
  }

  void Reference(const AnalyticRef& ref, size_t& last_end, AnalyticEdit& out) {
    const std::string before(ref.range.Of(page_.text));
    std::vector<uint32_t> now;
    for (uint32_t n = ref.number; n <= ref.last && n - ref.number <= numbers_.size(); ++n) {
      if (New(n) != 0) now.push_back(New(n));
    }
    const bool span = ref.last > ref.number;
    std::sort(now.begin(), now.end());
    std::string after = Written(now, span);
    // As it was, hyphen or dash and all.
    if (span && !now.empty() && now.front() == ref.number && now.back() == ref.last &&
        now.size() == ref.last - ref.number + 1) {
      return;
    }
    if (after == before) return;
    Range range = ref.range;
    if (now.empty() && ref.in_table) {
      range = WithSeparator(ref.range, last_end);
    } else if (now.empty()) {
      after = before + " (removed)";
    }
    const std::string kind = std::string(Name(kind_)) + ' ';
    out.references.push_back({ref.line, kind + before, after.empty() ? "" : kind + after});
    edits_.push_back({range, std::move(after)});
    last_end = range.end;
  }

  /// The number and what parts it from the next one, or from the one before.
  Range WithSeparator(Range range, size_t last_end) const {
    static constexpr std::string_view kSigns[] = {",", ";", "/", "&", "and"};
    const std::string_view text = page_.text;
    const auto is_space = [](char c) { return c == ' '; };
    size_t end = range.end;
    while (end < text.size() && is_space(text[end])) ++end;
    for (const std::string_view sign : kSigns) {
      if (!text.substr(end).starts_with(sign)) continue;
      end += sign.size();
      while (end < text.size() && is_space(text[end])) ++end;
      return {range.begin, end};
    }
    size_t begin = range.begin;
    while (begin > last_end && is_space(text[begin - 1])) --begin;
    for (const std::string_view sign : kSigns) {
      if (begin < last_end + sign.size() || !text.substr(0, begin).ends_with(sign)) continue;
      begin -= sign.size();
      while (begin > last_end && is_space(text[begin - 1])) --begin;
      return {begin, range.end};
    }
    return range;
  }

  const Page& page_;
  AnalyticKind kind_;
  const Numbers& numbers_;
  Range without_;
  std::vector<Edit> edits_;
};

/// The first analytic of a section that the page lacks: both at its end.
AnalyticEdit AddSection(const Page& page, AnalyticKind kind, const NewAnalytic& analytic) {
  std::string text;
  if (!page.text.ends_with('\n')) text += '\n';
  text += fmt::format("\n## {}\n\n", Title(SectionOf(kind))) + WriteAnalytic(1, analytic);
  AnalyticEdit out;
  out.text = page.text + WithLineEnd(text, LineEndOf(page.text));
  return out;
}

Numbers Same(size_t count) {
  Numbers out(count + 1);
  for (uint32_t n = 0; n < out.size(); ++n) out[n] = n;
  return out;
}

}  // namespace

Result<AnalyticEdit> AddAnalytic(const Page& page, AnalyticKind kind, uint32_t number,
                                 const NewAnalytic& analytic) {
  if (page.Find(SectionOf(kind)) == nullptr && number == 1) return AddSection(page, kind, analytic);
  TRY(CheckOrder(page, kind));
  const auto there = page.Of(kind);
  if (number == 0 || number > there.size() + 1) {
    return Invalid(page, fmt::format("an analytic can be put at 1 to {}, not at {}",
                                     there.size() + 1, number));
  }
  Numbers numbers = Same(there.size());
  for (uint32_t n = number; n < numbers.size(); ++n) numbers[n] = n + 1;
  AnalyticEdit out;
  std::vector<Edit> edits = Renumbering(page, kind, numbers).Run(out);

  const std::string line_end(LineEndOf(page.text));
  std::string text = WithLineEnd(WriteAnalytic(number, analytic), line_end);
  if (number <= there.size()) {
    const size_t at = there[number - 1]->range.begin;
    edits.push_back({{at, at}, text + line_end});
  } else {
    // At the end of a line: its own line end then ends what is put in.
    const Section& section = *page.Find(SectionOf(kind));
    size_t at = there.empty() ? section.heading.end : there.back()->range.end;
    if (there.empty()) {
      // Below the hunters' notes, above blank lines and rules.
      const std::vector<Line> lines = LinesOf(page.text);
      for (const Line& line : lines) {
        if (line.range.begin < section.range.begin || line.range.begin >= section.range.end) {
          continue;
        }
        const std::string_view bytes = line.range.Of(page.text);
        if (bytes.find_first_not_of(" \t-*_") != bytes.npos) at = line.range.end;
      }
    }
    if (at < page.text.size()) text.resize(text.size() - line_end.size());
    edits.push_back({{at, at}, line_end + line_end + text});
  }
  out.text = Apply(page.text, std::move(edits));
  return out;
}

Result<AnalyticEdit> RemoveAnalytic(const Page& page, AnalyticKind kind, uint32_t number,
                                    bool force) {
  TRY(CheckOrder(page, kind));
  const PageAnalytic& gone = *TRY(FindOne(page, kind, number));
  const auto all = page.Of(kind);
  Numbers numbers = Same(all.size());
  numbers[number] = 0;
  for (uint32_t n = number + 1; n < numbers.size(); ++n) numbers[n] = n - 1;
  // With what stands between it and the next one, or between the one before and it.
  Range range = gone.range;
  if (number < all.size()) {
    range.end = all[number]->range.begin;
  } else if (number > 1) {
    range.begin = all[number - 2]->range.end;
  }
  Renumbering renumbering(page, kind, numbers, range);
  if (const auto dangling = renumbering.Dangling(); !dangling.empty() && !force) {
    std::string message = fmt::format(
        "text points at '{}', which would be gone; nothing was "
        "written. Change these, or give --force:",
        Called(kind, number));
    for (const AnalyticRef* ref : dangling) {
      message += fmt::format("\n  {}:{}:{}", page.file, ref->line, ref->column);
    }
    return Error{ErrorKind::kConflict, message};
  }
  AnalyticEdit out;
  std::vector<Edit> edits = renumbering.Run(out);
  edits.push_back({range, {}});
  out.text = Apply(page.text, std::move(edits));
  return out;
}

Result<AnalyticEdit> MoveAnalytic(const Page& page, AnalyticKind kind, uint32_t from, uint32_t to) {
  TRY(CheckOrder(page, kind));
  TRY(FindOne(page, kind, from));
  TRY(FindOne(page, kind, to));
  const size_t count = page.Of(kind).size();
  Numbers numbers = Same(count);
  for (uint32_t n = 1; n <= count; ++n) {
    if (n == from) {
      numbers[n] = to;
    } else if (from < to && n > from && n <= to) {
      numbers[n] = n - 1;
    } else if (to < from && n >= to && n < from) {
      numbers[n] = n + 1;
    }
  }
  AnalyticEdit out;
  const std::string renumbered = Apply(page.text, Renumbering(page, kind, numbers).Run(out));
  // Each analytic is written into the place of its new number.
  Report report;
  const auto again = ParsePage(page.file, renumbered, report);
  CHECK(again.has_value());
  std::vector<Edit> edits;
  const auto slots = again->Of(kind);
  for (uint32_t slot = 1; slot <= count; ++slot) {
    const PageAnalytic* one = again->Find(kind, slot);
    CHECK(one != nullptr);
    edits.push_back({slots[slot - 1]->range, std::string(one->range.Of(renumbered))});
  }
  out.text = Apply(renumbered, std::move(edits));
  return out;
}

}  // namespace tokentrail::playbook
