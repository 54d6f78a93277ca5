#include "cli/app_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "cli/app_filter.h"
#include "inventory/table.h"

namespace tokentrail::cli {
namespace {

using policy::Attribute;
using policy::Expression;
using policy::ValueType;

Error Misused(std::string message) { return {ErrorKind::kInvalid, std::move(message)}; }

bool IsText(const Attribute& attribute) {
  return attribute.type == ValueType::kText || attribute.type == ValueType::kTexts;
}

std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "'";
}

/// Names on a command line come without quotes of their own.
std::string AsComparison(const Attribute& attribute, std::string_view otherwise,
                         const std::string& text) {
  const std::string_view trimmed = Trim(text);
  if (!IsText(attribute) || trimmed.empty() ||
      std::string_view("=!~<>'\"").find(trimmed[0]) != std::string_view::npos ||
      EqualsIgnoreCase(trimmed, "unknown")) {
    return text;
  }
  if (otherwise != "=") return Quoted(trimmed);
  std::string list;
  for (const std::string_view part : Split(trimmed, ",")) {
    list += (list.empty() ? "" : ", ") + Quoted(Trim(part));
  }
  return "in (" + list + ")";
}

Result<Expression> ReadFilter(const AppFilter& filter, const std::string& text) {
  const Attribute* attribute = policy::FindAttribute(filter.attribute);
  CHECK(attribute != nullptr);
  if (filter.flag.value.empty()) {
    return Expression::ParseComparison(*attribute, "=",
                                       attribute->type == ValueType::kFlag ? "true" : "> 0");
  }
  policy::ExpressionError error;
  auto parsed = Expression::ParseComparison(
      *attribute, filter.otherwise, AsComparison(*attribute, filter.otherwise, text), &error);
  if (parsed) return parsed;
  std::string message =
      fmt::format("--{} can't be '{}': {}", filter.flag.name, Printable(text), error.message);
  if (!error.help.empty()) message += "\n  help: " + error.help;
  return Misused(std::move(message));
}

Result<SortKey> ReadSortKey(std::string_view text) {
  const size_t colon = text.find(':');
  const std::string_view name = Trim(text.substr(0, colon));
  const Attribute* attribute = policy::FindAttribute(name);
  if (attribute == nullptr) {
    const std::string_view meant = policy::ClosestAttribute(name);
    return Misused(fmt::format(
        "--sort can't be '{}'{}; `tokentrail list attributes` shows what it "
        "takes",
        Printable(name), meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant)));
  }
  SortKey out{attribute, !IsText(*attribute)};
  if (colon == std::string_view::npos) return out;
  const std::string_view way = Trim(text.substr(colon + 1));
  if (!EqualsIgnoreCase(way, "asc") && !EqualsIgnoreCase(way, "desc")) {
    return Misused(fmt::format("--sort can't go by '{}'; write {}:asc or {}:desc", Printable(way),
                               attribute->name, attribute->name));
  }
  out.descending = EqualsIgnoreCase(way, "desc");
  return out;
}

/// A sort key's value, got once.
struct Rank {
  bool set = false;
  double number = 0;
  std::string text;
};

Rank RankOf(const SortKey& key, const App& app, const Portfolio& portfolio, Time as_of) {
  const policy::Value value = key.attribute->get(app, portfolio, as_of);
  Rank out{value.set, value.number, {}};
  // The latest is the youngest.
  if (key.attribute->type == ValueType::kAge) out.number = -value.number;
  if (key.attribute->type == ValueType::kText) out.text = Lower(value.text);
  if (key.attribute->type == ValueType::kTexts) {
    out.text = Lower(fmt::format("{}", fmt::join(value.texts, "\t")));
  }
  return out;
}

bool AsksFirstParty(const Expression& where) {
  const auto all = where.attributes();
  return std::any_of(all.begin(), all.end(), [](const Attribute* one) {
    return one->name == "first_party" || one->name == "origin" || one->name == "id";
  });
}

}  // namespace

bool IsCalled(const App& app, std::string_view pattern) {
  const auto fits = [&](std::string_view text) {
    return !text.empty() && inventory::MatchesPattern(text, pattern, inventory::Star::kAny);
  };
  return fits(app.id) || fits(app.name) || fits(app.object) || fits(app.application_object) ||
         std::any_of(app.other_names.begin(), app.other_names.end(), fits);
}

bool AppChoice::Takes(const App& app, const Portfolio& portfolio, Time as_of) const {
  const auto called = [&](const std::string& one) { return IsCalled(app, one); };
  if (!names.empty() && std::none_of(names.begin(), names.end(), called)) return false;
  if (!users.empty() && !app.tenant_wide) {
    const auto fits = [&](const std::string& wanted, std::string_view text) {
      return !text.empty() && inventory::MatchesPattern(text, wanted, inventory::Star::kAny);
    };
    const bool any = std::any_of(app.users.begin(), app.users.end(), [&](const AppUser& user) {
      return user.in_force && std::any_of(users.begin(), users.end(), [&](const std::string& one) {
               return fits(one, user.name) || fits(one, user.id);
             });
    });
    if (!any) return false;
  }
  return where.Fits(app, portfolio, as_of);
}

Result<std::vector<const Attribute*>> ReadAttributes(std::string_view flag,
                                                     const std::string& text) {
  std::vector<const Attribute*> out;
  for (const std::string_view part : Split(text, ",")) {
    const std::string_view name = Trim(part);
    const Attribute* attribute = policy::FindAttribute(name);
    if (attribute == nullptr) {
      const std::string_view meant = policy::ClosestAttribute(name);
      return Misused(fmt::format(
          "--{} can't have '{}'{}; `tokentrail list attributes` shows what it takes", flag,
          Printable(name), meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant)));
    }
    if (std::find(out.begin(), out.end(), attribute) == out.end()) out.push_back(attribute);
  }
  if (out.empty()) return Misused(fmt::format("--{} needs names, separated by commas", flag));
  return out;
}

Result<AppChoice> ReadAppChoice(const Args& args) {
  AppChoice out;
  for (const AppFilter& filter : kAppFilters) {
    if (!args.Has(filter.flag.name)) continue;
    std::vector<std::string> values = args.All(filter.flag.name);
    if (filter.flag.value.empty()) values.resize(1);
    for (const std::string& value : values) {
      out.where = Expression::And(out.where, TRY(ReadFilter(filter, value)));
    }
  }
  for (const std::string& text : args.All("where")) {
    auto parsed = Expression::Parse(text);
    if (!parsed) return Misused("--where:" + parsed.error().message);
    out.where = Expression::And(out.where, *std::move(parsed));
  }
  for (const std::string_view flag : {"app", "user"}) {
    std::vector<std::string>& into = flag == "app" ? out.names : out.users;
    into = args.All(flag);
    if (std::find(into.begin(), into.end(), "") != into.end()) {
      return Misused(fmt::format("--{} can't be empty", flag));
    }
  }
  out.first_party = args.Has("all") || !out.names.empty() || AsksFirstParty(out.where);
  const std::string sort(args.Get("sort", "risk"));
  for (const std::string_view part : Split(sort, ",")) {
    out.sort.push_back(TRY(ReadSortKey(part)));
  }
  if (args.Has("limit")) {
    const std::string text = args.Get("limit");
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out.limit);
    if (fault != std::errc() || end != text.data() + text.size() || out.limit == 0) {
      return Misused(
          fmt::format("--limit can't be '{}'; it takes a number from 1 on", Printable(text)));
    }
  }
  return out;
}

ChosenApps Choose(const AppChoice& choice, const Portfolio& portfolio, Time as_of) {
  struct Row {
    const App* app = nullptr;
    std::vector<Rank> ranks;
  };
  ChosenApps out;
  std::vector<Row> rows;
  for (const App& app : portfolio.apps) {
    if (!choice.Takes(app, portfolio, as_of)) continue;
    if (app.first_party && !choice.first_party) {
      ++out.first_party;
      continue;
    }
    Row row{&app, {}};
    for (const SortKey& key : choice.sort) {
      row.ranks.push_back(RankOf(key, app, portfolio, as_of));
    }
    rows.push_back(std::move(row));
  }
  out.fitting = rows.size();
  const auto before = [&](const Row& a, const Row& b) {
    for (size_t i = 0; i < choice.sort.size(); ++i) {
      const Rank& left = a.ranks[i];
      const Rank& right = b.ranks[i];
      if (left.set != right.set) return left.set;  // what is not known comes last
      const bool down = choice.sort[i].descending;
      if (left.number != right.number) return (left.number > right.number) == down;
      if (left.text != right.text) return (left.text > right.text) == down;
    }
    const auto key = [](const App& app) {
      return std::tie(app.name.empty() ? app.id : app.name, app.platform, app.tenant, app.id);
    };
    return key(*a.app) < key(*b.app);
  };
  const size_t shown =
      choice.limit == 0 ? rows.size() : std::min<size_t>(choice.limit, rows.size());
  std::partial_sort(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(shown), rows.end(), before);
  for (size_t i = 0; i < shown; ++i) out.apps.push_back(rows[i].app);
  return out;
}

}  // namespace tokentrail::cli
