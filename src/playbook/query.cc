#include "playbook/query.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace tokentrail::playbook {

extern constinit const LanguageDef kSigma;
extern constinit const LanguageDef kTokentrail;
extern constinit const LanguageDef kSql;
extern constinit const LanguageDef kKibana;
extern constinit const LanguageDef kLucene;
extern constinit const LanguageDef kArkime;
extern constinit const LanguageDef kKql;
extern constinit const LanguageDef kSpl;

std::span<const LanguageDef* const> Languages() {
  static constexpr const LanguageDef* kAll[] = {&kSigma,  &kTokentrail, &kSql, &kKibana,
                                                &kLucene, &kArkime,     &kKql, &kSpl};
  return kAll;
}

const LanguageDef* FindLanguage(std::string_view name) {
  for (const LanguageDef* def : Languages()) {
    if (EqualsIgnoreCase(def->name, name)) return def;
  }
  return nullptr;
}

bool CheckedQuery::Parsed() const {
  return std::none_of(problems.begin(), problems.end(),
                      [](const Diagnostic& one) { return one.severity == Severity::kError; });
}

void CheckedQuery::Complain(const Page& page, Severity severity, uint32_t line, uint32_t column,
                            uint32_t width, std::string message, std::string code,
                            std::string help) {
  Diagnostic out;
  out.severity = severity;
  out.file = page.file;
  out.message = std::move(message);
  out.code = std::move(code);
  out.help = std::move(help);
  const uint32_t lines =
      static_cast<uint32_t>(std::count(query->text.begin(), query->text.end(), '\n')) + 1;
  if (line == 0 || line > lines) {
    out.line = query->line;
  } else {
    out.line = query->text_line + line - 1;
    out.column = column == 0 ? 0 : column + query->indent;
    out.width = std::max(width, 1u);
  }
  // The page's own line, for the caret.
  const std::vector<Line> all = LinesOf(page.text);
  if (out.line > 0 && out.line <= all.size()) {
    out.source_line = all[out.line - 1].range.Of(page.text);
    if (out.column > out.source_line.size() + 1) out.column = 0;
  }
  problems.push_back(std::move(out));
}

std::string NameOf(const PageAnalytic& analytic) {
  return fmt::format("{} {}", Name(analytic.kind), analytic.number);
}

CheckedQuery CheckQuery(const CheckContext& context, const PageAnalytic& analytic,
                        const Query& query) {
  CheckedQuery out;
  out.analytic = &analytic;
  out.query = &query;
  out.language = FindLanguage(query.language);
  if (out.language == nullptr) {
    std::vector<std::string_view> names;
    for (const LanguageDef* def : Languages()) names.push_back(def->name);
    const std::string all = fmt::format("{}", fmt::join(names, ", "));
    if (query.language.empty()) {
      out.Complain(context.page, Severity::kError, 0, 0, 1, "the query names no language",
                   "playbook.no_language", "write one behind the fence: " + all);
    } else {
      const std::string_view near = Closest(query.language, names);
      out.Complain(context.page, Severity::kError, 0, 0, 1,
                   fmt::format("unknown language '{}'", Printable(query.language)),
                   "playbook.unknown_language",
                   near.empty() ? "known are " + all : fmt::format("did you mean '{}'?", near));
    }
    return out;
  }
  if (Trim(query.text).empty()) {
    out.Complain(context.page, Severity::kError, 0, 0, 1, "the query is empty",
                 "playbook.empty_query");
    return out;
  }
  out.language->check(context, out);
  std::sort(out.fields.begin(), out.fields.end());
  out.fields.erase(std::unique(out.fields.begin(), out.fields.end()), out.fields.end());
  return out;
}

}  // namespace tokentrail::playbook
