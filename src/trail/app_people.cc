#include "trail/app_people.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace tokentrail::trail {
namespace {

/// One row of CSV (RFC 4180), taken off `text`; `lines` counts the line breaks in it.
std::vector<std::string> NextRow(std::string_view& text, size_t& lines) {
  std::vector<std::string> out(1);
  bool quoted = false;
  size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++lines;
    if (quoted) {
      if (c != '"') {
        out.back().push_back(c);
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        out.back().push_back('"');
        ++at;
      } else {
        quoted = false;
      }
    } else if (c == '"' && Trim(out.back()).empty()) {
      out.back().clear();
      quoted = true;
    } else if (c == ',') {
      out.emplace_back();
    } else if (c == '\n') {
      break;
    } else if (c != '\r') {
      out.back().push_back(c);
    }
  }
  text.remove_prefix(std::min(text.size(), at + 1));
  for (std::string& cell : out) cell = std::string(Trim(cell));
  return out;
}

enum class Column { kUser, kId, kDepartment, kTitle, kManager, kRoles, kOther };

Column ColumnOf(std::string_view name) {
  constexpr std::pair<std::string_view, Column> kNames[] = {
      {"user", Column::kUser},       {"userprincipalname", Column::kUser},
      {"upn", Column::kUser},        {"mail", Column::kUser},
      {"email", Column::kUser},      {"primaryemail", Column::kUser},
      {"name", Column::kUser},       {"login", Column::kUser},
      {"id", Column::kId},           {"objectid", Column::kId},
      {"userid", Column::kId},       {"department", Column::kDepartment},
      {"title", Column::kTitle},     {"jobtitle", Column::kTitle},
      {"manager", Column::kManager}, {"roles", Column::kRoles},
  };
  const std::string plain = Lower(name);
  for (const auto& [text, column] : kNames) {
    if (plain == text) return column;
  }
  return Column::kOther;
}

}  // namespace

Result<AppPeople> AppPeople::Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Error{ErrorKind::kNotFound, fmt::format("can't read the list of people '{}'", path)};
  }
  const std::string all((std::istreambuf_iterator<char>(file)), {});
  std::string_view text = all;
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  size_t lines = 1;
  std::vector<Column> columns;
  bool has_user = false;
  bool tells = false;
  for (const std::string& name : NextRow(text, lines)) {
    columns.push_back(ColumnOf(name));
    has_user = has_user || columns.back() == Column::kUser || columns.back() == Column::kId;
    tells = tells || (columns.back() != Column::kUser && columns.back() != Column::kId &&
                      columns.back() != Column::kOther);
  }
  if (!has_user || !tells) {
    return Error{ErrorKind::kInvalid,
                 fmt::format("{}:1:1: a list of people is a CSV whose first row names its columns: "
                             "user, and at least one of department, title, manager, roles",
                             path)};
  }
  AppPeople out;
  while (!text.empty()) {
    const size_t line = lines;
    const std::vector<std::string> row = NextRow(text, lines);
    if (row.size() == 1 && row[0].empty()) continue;
    if (row.size() != columns.size()) {
      return Error{ErrorKind::kInvalid,
                   fmt::format("{}:{}:1: this row has {} cells, the first row {}", path, line,
                               row.size(), columns.size())};
    }
    AppPerson person;
    for (size_t i = 0; i < row.size(); ++i) {
      switch (columns[i]) {
        case Column::kUser:
          if (person.name.empty()) person.name = Lower(row[i]);
          break;
        case Column::kId:
          person.id = Lower(row[i]);
          break;
        case Column::kDepartment:
          person.department = row[i];
          break;
        case Column::kTitle:
          person.title = row[i];
          break;
        case Column::kManager:
          person.manager = row[i];
          break;
        case Column::kRoles:
          for (const std::string_view role : Split(row[i], ";|")) {
            person.roles.emplace_back(Trim(role));
          }
          break;
        case Column::kOther:
          break;
      }
    }
    // A directory id in the column of users is one all the same.
    if (person.id.empty() && IsGuid(person.name)) person.id = std::exchange(person.name, {});
    if (person.id.empty() && person.name.empty()) {
      return Error{ErrorKind::kInvalid, fmt::format("{}:{}:1: this row names nobody", path, line)};
    }
    out.Add(std::move(person));
  }
  return out;
}

uint32_t AppPeople::NumberOf(std::string_view text) const {
  if (text.empty()) return 0;
  const auto it = numbers_.find(Id::Of(Lower(text)));
  return it == numbers_.end() ? 0 : it->second;
}

void AppPeople::Add(AppPerson person) {
  uint32_t number = NumberOf(person.id);
  if (number == 0) number = NumberOf(person.name);
  if (number == 0) {
    if (people_.size() >= kMaxPeople) {
      ++left_out_;
      return;
    }
    people_.emplace_back();
    number = static_cast<uint32_t>(people_.size());
  }
  AppPerson& kept = people_[number - 1];
  const auto take = [](std::string& to, std::string& from) {
    if (to.empty()) to = std::move(from);
  };
  take(kept.id, person.id);
  take(kept.name, person.name);
  take(kept.department, person.department);
  take(kept.title, person.title);
  take(kept.manager, person.manager);
  for (std::string& role : person.roles) kept.roles.push_back(std::move(role));
  std::sort(kept.roles.begin(), kept.roles.end());
  kept.roles.erase(std::unique(kept.roles.begin(), kept.roles.end()), kept.roles.end());
  if (!kept.id.empty()) numbers_.try_emplace(Id::Of(Lower(kept.id)), number);
  if (!kept.name.empty()) numbers_.try_emplace(Id::Of(Lower(kept.name)), number);
}

void AppPeople::AddRole(std::string_view id_or_name, std::string_view role) {
  AppPerson person;
  (IsGuid(id_or_name) ? person.id : person.name) = Lower(id_or_name);
  person.roles.emplace_back(role);
  Add(std::move(person));
}

const AppPerson* AppPeople::Find(std::string_view id, std::string_view name) const {
  uint32_t number = NumberOf(id);
  if (number == 0) number = NumberOf(name);
  return number == 0 ? nullptr : &people_[number - 1];
}

}  // namespace tokentrail::trail
