#include "playbook/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "playbook/case_trial.h"

namespace tokentrail::playbook {
namespace {

using State = AnalyticVerdict::State;

std::string Join(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// Marks of queries that a blank page has.
bool IsBlank(const Query& query) { return Trim(query.text).empty(); }

/// Numbers in the table of adversary examples, and in the text, that no analytic has; numbers that
/// two have.
void CheckNumbers(const Page& page, std::vector<Diagnostic>& out) {
  const auto count = [&](AnalyticKind kind) { return page.Of(kind).size(); };
  for (const AnalyticRef& ref : page.references) {
    for (uint32_t number = ref.number; number <= std::max(ref.number, ref.last); ++number) {
      if (page.Find(ref.kind, number) != nullptr) continue;
      Diagnostic wrong = Complain(page, ref.range.begin, ref.range.size(),
                                  fmt::format("there is no {} analytic {}", Name(ref.kind), number),
                                  "playbook.dangling",
                                  fmt::format("the page has {} {} analytic{}", count(ref.kind),
                                              Name(ref.kind), count(ref.kind) == 1 ? "" : "s"));
      // In running text a number may be meant in another way than we read it.
      wrong.severity = ref.in_table ? Severity::kError : Severity::kWarning;
      out.push_back(std::move(wrong));
      break;
    }
  }
  for (const PageAnalytic& one : page.analytics) {
    if (page.Find(one.kind, one.number) != &one) {
      out.push_back(
          Complain(page, one.number_range.begin, one.number_range.size(),
                   fmt::format("two {} analytics have number {}", Name(one.kind), one.number),
                   "playbook.number", "`tokentrail playbook analytic move` renumbers"));
    }
  }
}

void JudgeAnalytic(const PageFile& file, size_t index, std::span<const CheckedQuery> queries,
                   const CaseTrial* trial, bool records_only, AnalyticVerdict& out) {
  const PageAnalytic& analytic = file.page.analytics[index];
  out.index = index;
  const auto fail = [&](std::string reason) {
    out.state = State::kFailing;
    out.reason = std::move(reason);
  };
  if (queries.empty()) return fail("it has no query");
  bool runs = false;
  bool could_run = false;
  std::string not_run;
  for (const CheckedQuery& query : queries) {
    out.languages.emplace_back(query.language == nullptr ? query.query->language
                                                         : std::string(query.language->name));
    for (const std::string& source : query.sources) {
      if (std::find(out.sources.begin(), out.sources.end(), source) == out.sources.end()) {
        out.sources.push_back(source);
      }
    }
    for (const Diagnostic& one : query.problems) {
      if (one.severity == Severity::kError) {
        return fail(fmt::format("line {}: {}", one.line, one.message));
      }
    }
    if (query.Runs()) {
      runs = true;
    } else {
      could_run = could_run || query.language->runs;
      // What keeps one of ours from running says more than that others are foreign.
      if (not_run.empty() || query.language->runs) not_run = query.not_run;
    }
  }
  if (trial != nullptr) {
    out.fires = trial->fires;
    out.quiet = trial->quiet;
    if (!trial->wrong.empty()) {
      const std::string& first = trial->wrong[0].text;
      return fail(trial->wrong.size() == 1
                      ? first
                      : fmt::format("{} (and {} more)", first, trial->wrong.size() - 1));
    }
  }
  out.state = State::kParsed;
  if (!runs) {
    out.reason = not_run;
    if (records_only && trial != nullptr) out.reason += "; its rules match their cases";
    return;
  }
  if (trial == nullptr) {
    out.reason = analytic.Find("cases") == nullptr ? "no cases: nothing shows that it fires"
                                                   : "its cases were not run";
  } else if (!trial->without_positive.empty()) {
    out.reason = "no case shows that it fires: " + Join(trial->without_positive);
  } else if (!trial->without_negative.empty()) {
    out.reason = "no case shows that it can stay quiet: " + Join(trial->without_negative);
  } else if (could_run) {
    out.reason = not_run;
  } else {
    out.state = State::kValid;
  }
}

/// The team's words and the cases: what a check is about. Line ends, empty lines and spaces at the
/// ends of lines say nothing.
std::string HashOf(const PageFile& file, bool with_cases) {
  std::string text;
  const auto in_block = [&](size_t at) {
    if (file.page.checked && file.page.checked->range.Holds(at)) return true;
    return std::any_of(file.page.attack.begin(), file.page.attack.end(),
                       [&](const Block& block) { return block.range.Holds(at); });
  };
  for (const Line& line : LinesOf(file.page.text)) {
    const std::string_view words = Trim(line.range.Of(file.page.text));
    if (!words.empty() && !in_block(line.range.begin)) text.append(words).append("\n");
  }
  if (with_cases) {
    for (const auto& [index, cases] : file.cases) text.append(cases.text).append("\n");
  }
  return Sha256Hex(text).substr(0, 16);
}

std::string SignOffText(const PageFile& file) {
  const auto sign_off = ReadSignOff(file.page);
  if (!sign_off || !sign_off->validated) return {};
  return Sha256Hex(sign_off->name + "\n" + sign_off->date).substr(0, 8);
}

/// What the page said when this sign-off was first seen.
std::string SignedPage(const PageFile& file) {
  const std::string sign_off = SignOffText(file);
  if (sign_off.empty()) return {};
  if (file.page.checked && file.page.checked->Attribute("signed") == sign_off) {
    return std::string(file.page.checked->Attribute("signed-page"));
  }
  return HashOf(file, false);
}

void CheckSignOff(const PageFile& file, PageVerdict& out) {
  const auto sign_off = ReadSignOff(file.page);
  if (!sign_off || !sign_off->validated) {
    out.notes.emplace_back("No person has signed it off.");
    return;
  }
  const std::string who = sign_off->name.empty() ? "Somebody" : sign_off->name;
  const std::string when = sign_off->date.empty() ? "without a date" : "on " + sign_off->date;
  const Label* updated = file.page.FindMetadata("last updated");
  if (updated == nullptr) updated = file.page.FindMetadata("last updated date");
  const std::string day = updated == nullptr ? "" : ReadDay(updated->text);
  const std::string signed_day = ReadDay(sign_off->date);
  const auto warn = [&](std::string message) {
    Diagnostic wrong;
    wrong.severity = Severity::kWarning;
    wrong.file = file.page.file;
    wrong.line = sign_off->line;
    wrong.message = message;
    wrong.code = "playbook.sign_off";
    out.problems.push_back(std::move(wrong));
    out.notes.push_back(std::move(message) + ".");
  };
  if (!signed_day.empty() && !day.empty() && signed_day < day) {
    warn(fmt::format("{} signed it off {}, before its last change on {}", who, when, day));
  } else if (SignedPage(file) != HashOf(file, false)) {
    warn(fmt::format("{} signed it off {}; it has changed since", who, when));
  } else {
    out.notes.push_back(fmt::format("{} signed it off {}.", who, when));
  }
}

void CheckAge(const PageFile& file, PageVerdict& out) {
  out.attack_version = file.page.AttackVersion();
  if (out.attack_version.empty()) {
    out.notes.emplace_back("ATT&CK's blocks are not pulled yet: `tokentrail playbook update`.");
  }
  const auto& block = file.page.checked;
  if (!block) {
    out.stale = true;
    out.stale_why = "never written";
  } else if (block->Attribute("page") != HashOf(file, true)) {
    out.stale = true;
    out.stale_why = "the page or its cases have changed since";
  } else if (block->Attribute("program") != TOKENTRAIL_VERSION) {
    out.stale = true;
    out.stale_why =
        fmt::format("it was written by version {} of this program", block->Attribute("program"));
  } else if (block->Attribute("attack") != out.attack_version) {
    out.stale = true;
    out.stale_why = "ATT&CK's blocks were pulled since";
  }
  if (block && IsEdited(file.page, *block)) {
    out.stale = true;
    out.stale_why = "somebody edited it";
  }
}

}  // namespace

std::string_view Name(State state) {
  switch (state) {
    case State::kValid:
      return "valid";
    case State::kParsed:
      return "parsed, not run";
    case State::kFailing:
      break;
  }
  return "failing";
}

size_t PageVerdict::errors() const {
  return static_cast<size_t>(
      std::count_if(problems.begin(), problems.end(),
                    [](const Diagnostic& one) { return one.severity == Severity::kError; }));
}

Result<PageVerdict> Judge(const PageFile& file, const VerdictOptions& options,
                          const std::atomic<bool>& stop) {
  PageVerdict out;
  const Page& page = file.page;
  CheckNumbers(page, out.problems);
  SqlChecker sql(options.folder);
  for (size_t i = 0; i < page.analytics.size(); ++i) {
    const PageAnalytic& analytic = page.analytics[i];
    const auto cases = file.cases.find(i);
    std::string records;
    if (cases != file.cases.end()) {
      for (const AnalyticCase& one : cases->second.cases) records += one.evidence + "\n";
    }
    const size_t first = out.queries.size();
    for (const Query& query : analytic.queries) {
      if (IsBlank(query) && query.language.empty()) continue;
      out.queries.push_back(CheckQuery({page, sql, records}, analytic, query));
    }
    const std::span<const CheckedQuery> queries(out.queries.data() + first,
                                                out.queries.size() - first);
    for (const CheckedQuery& query : queries) {
      out.problems.insert(out.problems.end(), query.problems.begin(), query.problems.end());
    }
    const bool parsed = std::all_of(queries.begin(), queries.end(),
                                    [](const CheckedQuery& one) { return one.Parsed(); });
    const bool runs = std::any_of(queries.begin(), queries.end(),
                                  [](const CheckedQuery& one) { return one.Runs(); });
    const bool rules = std::any_of(queries.begin(), queries.end(),
                                   [](const CheckedQuery& one) { return !one.rules.empty(); });
    std::optional<CaseTrial> trial;
    const bool has_cases = cases != file.cases.end() && !cases->second.cases.empty();
    if (has_cases && options.run_cases && parsed) {
      if (runs) {
        trial = TRY(TryCases(queries, cases->second, options.folder, stop));
      } else if (rules) {
        trial = TryRecords(queries, cases->second);
      }
    }
    AnalyticVerdict& verdict = out.analytics.emplace_back();
    JudgeAnalytic(file, i, queries, trial ? &*trial : nullptr, !runs, verdict);
    if (trial && !trial->wrong.empty()) {
      for (const CaseTrial::Wrong& wrong : trial->wrong) {
        Diagnostic problem;
        problem.file = cases->second.name;
        problem.line = wrong.line;
        problem.message = fmt::format("{}: {}", NameOf(analytic), wrong.text);
        problem.code = "playbook.case_failed";
        out.problems.push_back(std::move(problem));
      }
    } else if (queries.empty()) {
      out.problems.push_back(Complain(page, analytic.heading.begin, analytic.heading.size(),
                                      NameOf(analytic) + " has no query", "playbook.no_query"));
    }
    ++(verdict.state == State::kValid    ? out.valid
       : verdict.state == State::kParsed ? out.parsed
                                         : out.failing);
    if (stop.load()) return Error{ErrorKind::kInterrupted, "interrupted"};
  }
  CheckSignOff(file, out);
  CheckAge(file, out);
  return out;
}

CheckedBlock WriteChecked(const PageFile& file, const PageVerdict& verdict,
                          const std::string& today) {
  CheckedBlock out;
  out.attributes = {{"date", today},
                    {"program", TOKENTRAIL_VERSION},
                    {"attack", verdict.attack_version},
                    {"page", HashOf(file, true)},
                    {"signed", SignOffText(file)},
                    {"signed-page", SignedPage(file)}};
  out.body = fmt::format(
      "**Checked by tokentrail {} on {}:** {} of {} analytics valid, {} parsed but not run, {} "
      "failing. ATT&CK: {}.\n",
      TOKENTRAIL_VERSION, today, verdict.valid, verdict.analytics.size(), verdict.parsed,
      verdict.failing, verdict.attack_version.empty() ? "not pulled yet" : verdict.attack_version);
  for (const std::string& note : verdict.notes) {
    if (note.starts_with("ATT&CK")) continue;
    out.body += "\n> " + note + "\n";
  }
  out.body += "\n| Analytic | Language | State | Cases or reason |\n|---|---|---|---|\n";
  for (const AnalyticVerdict& one : verdict.analytics) {
    const PageAnalytic& analytic = file.page.analytics[one.index];
    std::string why = one.reason;
    if (one.state == State::kValid) {
      why = fmt::format("fires: {} / quiet: {}", fmt::join(one.fires, "; "),
                        fmt::join(one.quiet, "; "));
    }
    std::string cell;
    for (const char c : why) {
      if (c == '|') cell += '\\';
      cell += c == '\n' ? ' ' : c;
    }
    out.body += fmt::format("| {} | {} | {} | {} |\n", NameOf(analytic), Join(one.languages),
                            Name(one.state), cell);
  }
  return out;
}

std::string ReadDay(std::string_view text) {
  static constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                                 "jul", "aug", "sep", "oct", "nov", "dec"};
  text = Trim(text);
  if (text.size() >= 10 && IsDigits(text.substr(0, 4)) && text[4] == '-' &&
      IsDigits(text.substr(5, 2)) && text[7] == '-' && IsDigits(text.substr(8, 2))) {
    return std::string(text.substr(0, 10));
  }
  int year = 0;
  int month = 0;
  int day = 0;
  for (std::string_view word : Split(text, " ,.")) {
    if (IsDigits(word) && word.size() == 4) {
      std::from_chars(word.data(), word.data() + word.size(), year);
    } else if (IsDigits(word) && word.size() <= 2) {
      std::from_chars(word.data(), word.data() + word.size(), day);
    } else if (word.size() >= 3) {
      const std::string start = Lower(word.substr(0, 3));
      for (int i = 0; i < 12; ++i) {
        if (kMonths[i] == start) month = i + 1;
      }
    }
  }
  if (year == 0 || month == 0 || day < 1 || day > 31) return {};
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

}  // namespace tokentrail::playbook
