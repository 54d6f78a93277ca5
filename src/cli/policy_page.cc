#include "cli/policy_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sink/csv_writer.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {
namespace {

using policy::BacktestApp;
using policy::BacktestDay;
using policy::BacktestResult;
using policy::VariantResult;

/// Longer lists are for CSV.
constexpr size_t kMaxRows = 40;
constexpr size_t kMaxDays = 14;

std::string Date(int32_t day) { return FormatDate(policy::EndOfDay(day)); }

std::string Counted(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", Grouped(count), noun, count == 1 ? "" : "s");
}

int32_t AllDays(const BacktestResult& result) { return result.last - result.first + 1; }

const BacktestDay* Worst(const VariantResult& one) {
  const BacktestDay* out = nullptr;
  for (const BacktestDay& day : one.days) {
    if (out == nullptr || day.alerts > out->alerts) out = &day;
  }
  return out;
}

std::string ADay(const VariantResult& one, const BacktestResult& result) {
  return fmt::format("{:.2f}", static_cast<double>(one.alerts) / AllDays(result));
}

std::string NameOf(const App& app) { return Printable(app.name.empty() ? app.id : app.name); }

class TablePage {
 public:
  TablePage(const BacktestPage& page, const sink::Terminal& terminal)
      : page_(page), result_(page.result), terminal_(terminal) {}

  std::string Text() {
    Head(fmt::format("{}: {}", page_.policy.id, Printable(page_.policy.title)));
    out_ += fmt::format("{} to {} ({}), {} held against it\n\n", Date(result_.first),
                        Date(result_.last), Counted(static_cast<uint64_t>(AllDays(result_)), "day"),
                        Counted(page_.portfolio.apps.size(), "app"));
    if (!page_.paths.empty()) {
      Sweep();
    } else if (page_.days) {
      Sum(result_.variants[0]);
      DayRows(result_.variants[0], SIZE_MAX);
    } else {
      Sum(result_.variants[0]);
      Apps(result_.variants[0]);
      if (!result_.variants[0].apps.empty()) DayRows(result_.variants[0], kMaxDays);
    }
    for (const std::string& line : result_.cannot_say) {
      out_ += fmt::format("cannot say  {}\n", Printable(line));
    }
    return std::move(out_);
  }

 private:
  void Head(const std::string& text) {
    out_ += sink::Paint(terminal_, sink::Colour::kBold, text) + "\n";
  }

  void Sum(const VariantResult& one) {
    if (one.apps.empty()) {
      out_ += "no app would have fit on any day\n\n";
      return;
    }
    const BacktestDay& worst = *Worst(one);
    out_ += fmt::format("{}, {}: {} a day, at most {} ({})\n\n", Counted(one.apps.size(), "app"),
                        Counted(one.alerts, "alert"), ADay(one, result_), worst.alerts,
                        Date(worst.day));
  }

  void Apps(const VariantResult& one) {
    if (one.apps.empty()) return;
    std::vector<std::vector<sink::Cell>> rows;
    for (const BacktestApp& found : one.apps) {
      if (rows.size() == kMaxRows) break;
      const App& app = page_.portfolio.apps[found.app];
      std::string why;
      for (const std::string& reason : found.reasons) why += (why.empty() ? "" : "; ") + reason;
      rows.push_back({{Date(found.runs.front().first)},
                      {NameOf(app)},
                      {Printable(app.platform)},
                      {Grouped(found.days())},
                      {Grouped(found.runs.size())},
                      {Printable(why)}});
    }
    sink::LayOut({{.title = "first day"},
                  {.title = "app", .least = 16},
                  {.title = "platform", .drop = 2},
                  {.title = "days", .right = true, .drop = 1},
                  {.title = "alerts", .right = true, .drop = 1},
                  {.title = "why, on that day", .least = 24, .weight = 3}},
                 rows, terminal_, 0, out_);
    if (one.apps.size() > kMaxRows) {
      out_ += fmt::format("and {} more apps; -t csv has all\n", one.apps.size() - kMaxRows);
    }
    out_ += "\n";
  }

  void DayRows(const VariantResult& one, size_t most) {
    // The days of most work first where not all are shown.
    std::vector<BacktestDay> days;
    for (const BacktestDay& day : one.days) {
      if (day.alerts > 0) days.push_back(day);
    }
    const size_t all = days.size();
    if (all > most) {
      std::stable_sort(days.begin(), days.end(), [](const BacktestDay& a, const BacktestDay& b) {
        return a.alerts > b.alerts;
      });
      days.resize(most);
    }
    std::vector<std::vector<sink::Cell>> rows;
    for (const BacktestDay& day : days) {
      rows.push_back({{Date(day.day)}, {Grouped(day.alerts)}, {Grouped(day.apps)}});
    }
    sink::LayOut({{.title = all > most ? "day (busiest)" : "day"},
                  {.title = "new alerts", .right = true},
                  {.title = "apps that fit", .right = true}},
                 rows, terminal_, 0, out_);
    if (all > most) out_ += fmt::format("and {} more days; --days has all\n", all - most);
    out_ += "\n";
  }

  void Sweep() {
    std::vector<std::vector<sink::Cell>> rows;
    for (const VariantResult& one : result_.variants) {
      std::vector<sink::Cell> row;
      for (const std::string& value : one.values) row.push_back({Printable(value)});
      const BacktestDay* const worst = Worst(one);
      row.push_back({Grouped(one.apps.size())});
      row.push_back({Grouped(one.alerts)});
      row.push_back({ADay(one, result_)});
      row.push_back({worst == nullptr ? "-" : Grouped(worst->alerts)});
      row.push_back({one.apps.empty() ? "-" : Date(one.apps.front().runs.front().first)});
      rows.push_back(std::move(row));
    }
    std::vector<sink::Column> columns;
    for (const std::string& path : page_.paths) columns.push_back({.title = path, .right = true});
    columns.push_back({.title = "apps", .right = true});
    columns.push_back({.title = "alerts", .right = true});
    columns.push_back({.title = "a day", .right = true, .drop = 2});
    columns.push_back({.title = "most a day", .right = true, .drop = 1});
    columns.push_back({.title = "first day", .drop = 3});
    sink::LayOut(columns, rows, terminal_, 0, out_);
    out_ += "\n";
    Flips();
  }

  void Flips() {
    const std::vector<policy::Flip> flips = policy::FlipsOf(result_);
    if (flips.empty()) {
      out_ += "no app flips: all fit with every value, or with none\n\n";
      return;
    }
    Head(fmt::format("{} with the threshold", flips.size() == 1
                                                  ? std::string("1 app flips")
                                                  : Counted(flips.size(), "app") + " flip"));
    std::vector<std::vector<sink::Cell>> rows;
    for (const policy::Flip& flip : flips) {
      if (rows.size() == kMaxRows) break;
      const App& app = page_.portfolio.apps[flip.app];
      rows.push_back({{NameOf(app)},
                      {Printable(app.platform)},
                      {Printable(flip.from)},
                      {Printable(flip.to)},
                      {fmt::format("{} of {}", flip.fits, result_.variants.size())}});
    }
    sink::LayOut({{.title = "app", .least = 16},
                  {.title = "platform", .drop = 1},
                  {.title = "fits from"},
                  {.title = "to"},
                  {.title = "values", .drop = 2}},
                 rows, terminal_, 0, out_);
    if (flips.size() > kMaxRows) {
      out_ += fmt::format("and {} more apps; -t json has all\n", flips.size() - kMaxRows);
    }
    out_ += "\n";
  }

  const BacktestPage& page_;
  const BacktestResult& result_;
  const sink::Terminal& terminal_;
  std::string out_;
};

std::string Csv(const BacktestPage& page) {
  std::string out;
  sink::CsvWriter csv(out);
  for (const std::string& path : page.paths) csv.Cell(path);
  if (page.days) {
    for (const std::string_view name : {"day", "new_alerts", "apps"}) csv.Cell(name);
    csv.EndRow();
    for (const VariantResult& one : page.result.variants) {
      for (const BacktestDay& day : one.days) {
        for (const std::string& value : one.values) csv.Cell(value);
        csv.Cell(Date(day.day)).Cell(std::to_string(day.alerts)).Cell(std::to_string(day.apps));
        csv.EndRow();
      }
    }
    return out;
  }
  for (const std::string_view name : {"tenant", "platform", "app", "name", "first_day", "last_day",
                                      "days", "alerts", "periods", "reasons"}) {
    csv.Cell(name);
  }
  csv.EndRow();
  for (const VariantResult& one : page.result.variants) {
    for (const BacktestApp& found : one.apps) {
      const App& app = page.portfolio.apps[found.app];
      for (const std::string& value : one.values) csv.Cell(value);
      std::string periods;
      for (const policy::FitRun& run : found.runs) {
        periods += (periods.empty() ? "" : " ") + Date(run.first) + "/" + Date(run.last);
      }
      csv.Cell(app.tenant).Cell(app.platform).Cell(app.id).Cell(app.name);
      csv.Cell(Date(found.runs.front().first)).Cell(Date(found.runs.back().last));
      csv.Cell(std::to_string(found.days())).Cell(std::to_string(found.runs.size()));
      csv.Cell(periods).Cell(fmt::format("{}", fmt::join(found.reasons, "; ")));
      csv.EndRow();
    }
  }
  return out;
}

std::string Json(const BacktestPage& page) {
  std::string out;
  sink::JsonWriter json(out, 2);
  const BacktestResult& result = page.result;
  const auto app = [&](size_t i) {
    const App& one = page.portfolio.apps[i];
    json.Member("tenant", one.tenant).Member("platform", one.platform);
    json.Member("app", one.id).Member("name", one.name);
  };
  json.BeginObject().Member("policy", page.policy.id).Member("title", page.policy.title);
  json.Member("first_day", Date(result.first)).Member("last_day", Date(result.last));
  json.Member("apps_held_against_it", page.portfolio.apps.size());
  json.Key("sweep").BeginArray();
  for (const std::string& path : page.paths) json.Text(path);
  json.EndArray().Key("variants").BeginArray();
  for (const VariantResult& one : result.variants) {
    json.BeginObject().Key("values").BeginArray();
    for (const std::string& value : one.values) json.Text(value);
    json.EndArray().Member("alerts", one.alerts).Key("apps").BeginArray();
    for (const BacktestApp& found : one.apps) {
      json.BeginObject();
      app(found.app);
      json.Member("days", found.days()).Key("periods").BeginArray();
      for (const policy::FitRun& run : found.runs) {
        json.BeginObject().Member("first_day", Date(run.first)).Member("last_day", Date(run.last));
        json.EndObject();
      }
      json.EndArray().Key("reasons").BeginArray();
      for (const std::string& reason : found.reasons) json.Text(reason);
      json.EndArray().EndObject();
    }
    json.EndArray().Key("days").BeginArray();
    for (const BacktestDay& day : one.days) {
      json.BeginObject().Member("day", Date(day.day)).Member("new_alerts", day.alerts);
      json.Member("apps", day.apps).EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().Key("flips").BeginArray();
  for (const policy::Flip& flip : policy::FlipsOf(result)) {
    json.BeginObject();
    app(flip.app);
    json.Member("fits_from", flip.from).Member("fits_to", flip.to);
    json.Member("values", flip.fits).EndObject();
  }
  json.EndArray().Key("cannot_say").BeginArray();
  for (const std::string& line : result.cannot_say) json.Text(line);
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace

std::string Render(const BacktestPage& page, std::string_view type,
                   const sink::Terminal& terminal) {
  if (type == "csv") return Csv(page);
  if (type == "json") return Json(page);
  return TablePage(page, terminal).Text();
}

}  // namespace tokentrail::cli
