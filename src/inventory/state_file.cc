#include "inventory/state_file.h"

#include <fmt/format.h>

#include <deque>
#include <optional>

#include "base/text.h"
#include "inventory/table.h"
#include "inventory/user_file.h"

namespace tokentrail::inventory {
namespace {

std::optional<App::Sanction> SanctionOf(std::string_view word) {
  struct Word {
    std::string_view word;
    App::Sanction sanction;
  };
  constexpr Word kWords[] = {
      {"", App::Sanction::kUndetermined},        {"undetermined", App::Sanction::kUndetermined},
      {"unknown", App::Sanction::kUndetermined}, {"approved", App::Sanction::kApproved},
      {"sanctioned", App::Sanction::kApproved},  {"allowed", App::Sanction::kApproved},
      {"banned", App::Sanction::kBanned},        {"unsanctioned", App::Sanction::kBanned},
      {"blocked", App::Sanction::kBanned},
  };
  for (const Word& one : kWords) {
    if (EqualsIgnoreCase(one.word, word)) return one.sanction;
  }
  return std::nullopt;
}

}  // namespace

struct StateFile::Impl {
  struct Row {
    StateRow state;
    std::string platform;
    uint32_t line = 0;
  };
  std::deque<std::string> keys;
  std::deque<Row> rows;
  FoldMap<const Row*> by_id;
  FoldMap<const Row*> by_name;
  std::string version;
};

StateFile::StateFile() : impl_(std::make_shared<Impl>()) {}

Result<StateFile> StateFile::Load(const std::string& path) {
  StateFile out;
  if (path.empty()) return out;
  const std::string text = TRY(ReadUserFile(path));
  const UserTable table = TRY(ParseUserTable(path, text));
  const int id = table.Column({"app id", "appid", "client id", "id", "application id"});
  const int name = table.Column({"app name", "name", "app", "display name"});
  const int state = table.Column({"state", "app state", "status"});
  const int label = table.Column({"label", "category"});
  const int note = table.Column({"note", "comment", "notes"});
  const int platform = table.Column({"platform"});
  if ((id < 0 && name < 0) || (state < 0 && label < 0)) {
    return ErrorAt(
        path, table.header[0].line, table.header[0].column,
        "a list of app states needs a column `app id` or `name`, and `state` or `label`");
  }
  auto impl = std::make_shared<Impl>();
  for (const std::vector<UserCell>& cells : table.rows) {
    const auto cell = [&](int column) -> const UserCell* {
      return column < 0 ? nullptr : &cells[static_cast<size_t>(column)];
    };
    const auto text_of = [&](int column) {
      return column < 0 ? std::string() : cells[static_cast<size_t>(column)].text;
    };
    const std::optional<App::Sanction> sanction = SanctionOf(text_of(state));
    if (!sanction) {
      return ErrorAt(path, cell(state)->line, cell(state)->column,
                     fmt::format("'{}' is no state; there are approved, banned, undetermined",
                                 Printable(text_of(state))));
    }
    Impl::Row& row = impl->rows.emplace_back();
    row = {.state = {.sanction = *sanction, .label = text_of(label), .note = text_of(note)},
           .platform = Lower(text_of(platform)),
           .line = cells[0].line};
    const std::string app_id = text_of(id);
    const std::string app_name = text_of(name);
    if (app_id.empty() && app_name.empty()) {
      return ErrorAt(path, cells[0].line, 1, "the row names no app");
    }
    // A row with an id is about that id alone: another app may have the same name.
    auto& map = app_id.empty() ? impl->by_name : impl->by_id;
    impl->keys.push_back(app_id.empty() ? app_name : app_id);
    const auto [it, added] = map.try_emplace(impl->keys.back(), &row);
    if (!added && it->second->state.sanction != row.state.sanction) {
      return ErrorAt(path, row.line, 1,
                     fmt::format("'{}' has another state in line {}", Printable(impl->keys.back()),
                                 it->second->line));
    }
  }
  impl->version = fmt::format("{} ({} apps, {})", BaseName(path), impl->rows.size(),
                              Sha256Hex(text).substr(0, 12));
  out.impl_ = std::move(impl);
  return out;
}

const StateRow* StateFile::Find(const App& app) const {
  const auto fits = [&](const Impl::Row& row) {
    return row.platform.empty() || EqualsIgnoreCase(row.platform, app.platform);
  };
  if (const auto it = impl_->by_id.find(app.id); it != impl_->by_id.end() && fits(*it->second)) {
    return &it->second->state;
  }
  if (const auto it = impl_->by_name.find(app.name);
      it != impl_->by_name.end() && fits(*it->second)) {
    return &it->second->state;
  }
  return nullptr;
}

const std::string& StateFile::version() const { return impl_->version; }

}  // namespace tokentrail::inventory
