#include "inventory/feed.h"

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>

#include "base/text.h"
#include "inventory/data.h"
#include "inventory/feed_json.h"
#include "inventory/feed_row.h"
#include "inventory/permission.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

constexpr size_t kMaxBytes = 64u << 20;
constexpr size_t kMaxId = 256;

Error At(std::string_view path, uint32_t line, uint32_t column, std::string_view what) {
  return {ErrorKind::kInvalid, fmt::format("{}:{}:{}: {}", path, line, column, what)};
}

std::string_view BaseName(std::string_view path) { return path.substr(path.find_last_of('/') + 1); }

/// What a list says of itself in its name or head: `oauth_apps_malicious.csv`, `# verdict: risky`.
std::string VerdictIn(std::string_view text) {
  const std::string verdict = VerdictOf(text);
  return verdict == "malicious" || verdict == "risky" || verdict == "first_party" ||
                 verdict == "compromised_vendor"
             ? verdict
             : std::string();
}

Result<Done> CheckId(std::string_view path, uint32_t line, uint32_t column, std::string_view id) {
  if (id.empty()) return At(path, line, column, "no app id in this row");
  if (id.size() > kMaxId) return At(path, line, column, "an app id of more than 256 bytes");
  const bool control = std::any_of(id.begin(), id.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (control) return At(path, line, column, "an app id with control characters");
  return Done{};
}

// --- Lines and CSV

struct Cell {
  std::string text;
  uint32_t line = 1;
  uint32_t column = 1;  ///< in bytes
};

/// Rows of RFC 4180, comment lines and empty ones left out.
class Csv {
 public:
  Csv(std::string_view path, std::string_view text, char separator)
      : path_(path), text_(text), separator_(separator) {}

  bool AtEnd() {
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '#')) {
      if (text_[at_] == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else {
        NewLine();
      }
    }
    return at_ >= text_.size();
  }

  Result<std::vector<Cell>> Row() {
    std::vector<Cell> out;
    for (;;) {
      out.push_back(TRY(One()));
      if (at_ < text_.size() && text_[at_] == separator_) {
        ++at_;
        continue;
      }
      if (at_ < text_.size() && text_[at_] == '\r') ++at_;
      if (at_ < text_.size() && text_[at_] == '\n') NewLine();
      return out;
    }
  }

 private:
  void NewLine() {
    if (text_[at_] == '\n') {
      ++line_;
      line_start_ = at_ + 1;
    }
    ++at_;
  }
  uint32_t Column() const { return static_cast<uint32_t>(at_ - line_start_) + 1; }

  Result<Cell> One() {
    Cell out;
    out.line = line_;
    out.column = Column();
    if (at_ >= text_.size() || text_[at_] != '"') {
      const size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' &&
             text_[at_] != '\r') {
        ++at_;
      }
      out.text = text_.substr(begin, at_ - begin);
      return out;
    }
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        out.text += '"';
        ++at_;
      } else if (c == '"') {
        ++at_;
        if (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' &&
            text_[at_] != '\r') {
          return At(path_, line_, Column(), "text after the closing quote of a cell");
        }
        return out;
      } else {
        if (c == '\n') {
          ++line_;
          line_start_ = at_ + 1;
        }
        out.text += c;
      }
    }
    return At(path_, out.line, out.column, "a quoted cell without closing quote");
  }

  std::string_view path_;
  std::string_view text_;
  char separator_;
  size_t at_ = 0;
  size_t line_start_ = 0;
  uint32_t line_ = 1;
};

/// The first line that is no comment; empty when there is none.
std::string_view FirstLine(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    if (!line.empty() && line[0] != '#') return line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

/// The separator of a header with a column of ids; 0 when the line is no header.
char SeparatorOf(std::string_view line) {
  for (const char separator : {',', ';', '\t'}) {
    if (line.find(separator) == std::string_view::npos) continue;
    for (std::string_view cell : Split(line, std::string_view(&separator, 1))) {
      cell = Trim(cell);
      if (cell.size() >= 2 && cell.front() == '"') cell = cell.substr(1, cell.size() - 2);
      if (FieldOf(cell) == FeedField::kId) return separator;
    }
  }
  return FieldOf(line) == FeedField::kId ? ',' : '\0';
}

Result<std::vector<FeedRow>> ParseCsv(std::string_view path, std::string_view text,
                                      char separator) {
  Csv csv(path, text, separator);
  std::vector<FeedField> fields;
  std::vector<FeedRow> out;
  const std::string otherwise = VerdictIn(BaseName(path));
  while (!csv.AtEnd()) {
    const std::vector<Cell> row = TRY(csv.Row());
    if (fields.empty()) {
      bool id = false;
      for (const Cell& cell : row) {
        FeedField field = FieldOf(Trim(cell.text));
        // `appid` beside `id`: the second is a number of the list's own.
        if (field == FeedField::kId && id) field = FeedField::kOther;
        id |= field == FeedField::kId;
        fields.push_back(field);
      }
      if (!id) return At(path, row[0].line, 1, "no column of app ids (appid, client_id, ...)");
      continue;
    }
    if (row.size() != fields.size()) {
      return At(path, row[0].line, row.back().column,
                fmt::format("{} cells, but the header has {}", row.size(), fields.size()));
    }
    FeedCells cells;
    const Cell* id = nullptr;
    for (size_t i = 0; i < row.size(); ++i) {
      if (fields[i] == FeedField::kId) id = &row[i];
      cells.Set(fields[i], row[i].text);
    }
    TRY(CheckId(path, id->line, id->column, cells.id));
    out.push_back(RowOf(cells, BaseName(path), otherwise));
  }
  return out;
}

Result<std::vector<FeedRow>> ParseLines(std::string_view path, std::string_view text) {
  FeedCells head;
  std::string otherwise = VerdictIn(BaseName(path));
  std::vector<FeedRow> out;
  uint32_t number = 0;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view whole = text.substr(start, end - start);
    start = end + 1;
    ++number;
    const size_t hash = whole.find('#');
    const std::string_view id = Trim(whole.substr(0, hash));
    std::string_view comment =
        hash == std::string_view::npos ? std::string_view() : Trim(whole.substr(hash + 1));
    if (id.empty()) {
      const size_t colon = comment.find(':');
      if (colon == std::string_view::npos) continue;
      const std::string_view key = Trim(comment.substr(0, colon));
      const std::string_view value = Trim(comment.substr(colon + 1));
      switch (FieldOf(key)) {
        case FeedField::kVerdict:
          otherwise = VerdictOf(value);
          break;
        case FeedField::kPlatform:
          head.platform = value;
          break;
        case FeedField::kDate:
          head.date = value;
          break;
        case FeedField::kReference:
          head.reference = value;
          break;
        default:
          break;
      }
      continue;
    }
    const size_t column = whole.find(id) + 1;
    // A sentence, or a table whose header we don't know: half understood would be worse.
    if (const size_t bad = id.find_first_of(" ,;\t<>{}\""); bad != std::string_view::npos) {
      return At(path, number, static_cast<uint32_t>(column + bad),
                "neither a header with a column of app ids (appid, client_id, ...) nor one app id "
                "a line");
    }
    TRY(CheckId(path, number, static_cast<uint32_t>(column), id));
    FeedCells cells = head;
    cells.id = id;
    cells.name = comment;
    out.push_back(RowOf(cells, BaseName(path), otherwise));
  }
  return out;
}

// --- JSON

std::string TextOf(const FeedJson& value) {
  if (value.type == FeedJson::Type::kList) {
    std::string out;
    for (const FeedJson& one : value.list) {
      if (one.type != FeedJson::Type::kText) continue;
      out += (out.empty() ? "" : ", ") + one.text;
    }
    return out;
  }
  return value.text;
}

/// The cells of one object. References are many and long: the first is enough.
FeedCells CellsOf(const FeedJson& object) {
  FeedCells out;
  bool has_app_id = false;
  for (const auto& [key, value] : object.map) {
    has_app_id |= FieldOf(key) == FeedField::kId && key.size() > 2;
  }
  for (const auto& [key, value] : object.map) {
    const FeedField field = FieldOf(key);
    if (field == FeedField::kId && has_app_id && key.size() <= 2) continue;
    const bool first = field == FeedField::kReference && value.type == FeedJson::Type::kList &&
                       !value.list.empty();
    out.Set(field, first ? TextOf(value.list.front()) : TextOf(value));
  }
  return out;
}

Result<Done> AddList(std::string_view path, const FeedJson& list, std::string_view otherwise,
                     std::vector<FeedRow>& out) {
  for (const FeedJson& one : list.list) {
    FeedCells cells;
    if (one.type == FeedJson::Type::kText) {
      cells.id = Trim(one.text);
    } else if (one.type == FeedJson::Type::kMap) {
      cells = CellsOf(one);
    } else {
      return At(path, one.line, one.column, "an app should stand here: an object, or its id");
    }
    TRY(CheckId(path, one.line, one.column, cells.id));
    out.push_back(RowOf(cells, BaseName(path), otherwise));
  }
  return Done{};
}

Result<Done> AddMap(std::string_view path, const FeedJson& map, std::string_view otherwise,
                    std::vector<FeedRow>& out) {
  for (const auto& [key, value] : map.map) {
    if (value.type == FeedJson::Type::kList &&
        std::any_of(value.list.begin(), value.list.end(),
                    [](const FeedJson& one) { return one.type == FeedJson::Type::kMap; })) {
      // `{"malicious": [..], "risky": [..]}`, `{"apps": [..]}`
      const std::string verdict = VerdictIn(key);
      TRY(AddList(path, value, verdict.empty() ? otherwise : verdict, out));
      continue;
    }
    FeedCells cells;
    if (value.type == FeedJson::Type::kMap) {
      cells = CellsOf(value);
    } else if (value.type == FeedJson::Type::kText) {
      cells.name = value.text;
    }
    // A list's own date or version beside its apps.
    const FeedField field = FieldOf(key);
    const bool about_list = value.type != FeedJson::Type::kMap &&
                            (field != FeedField::kOther || key == "version" || key == "count");
    if (about_list) continue;
    if (cells.id.empty() || value.type != FeedJson::Type::kMap) cells.id = Trim(key);
    TRY(CheckId(path, value.line, value.column, cells.id));
    out.push_back(RowOf(cells, BaseName(path), otherwise));
  }
  return Done{};
}

Result<std::vector<FeedRow>> ParseJson(std::string_view path, std::string_view text) {
  FeedJson root;
  FeedFault fault;
  if (!ParseFeedJson(text, root, fault)) return At(path, fault.line, fault.column, fault.message);
  std::vector<FeedRow> out;
  const std::string otherwise = VerdictIn(BaseName(path));
  if (root.type == FeedJson::Type::kMap && !CellsOf(root).id.empty()) {
    FeedJson one;
    one.type = FeedJson::Type::kList;
    one.list.push_back(root);
    TRY(AddList(path, one, otherwise, out));
  } else if (root.type == FeedJson::Type::kList) {
    TRY(AddList(path, root, otherwise, out));
  } else {
    TRY(AddMap(path, root, otherwise, out));
  }
  return out;
}

bool Same(const AppListing& a, const AppListing& b) {
  return a.verdict == b.verdict && a.name == b.name && a.source == b.source && a.note == b.note;
}

}  // namespace

Result<std::vector<FeedRow>> ParseFeed(std::string_view path, std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (const size_t zero = text.find('\0'); zero != std::string_view::npos) {
    const auto line = std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(zero), '\n');
    return At(path, static_cast<uint32_t>(line) + 1, 1, "a zero byte: save the list as UTF-8 text");
  }
  const std::string_view first = FirstLine(text);
  if (first.empty()) return At(path, 1, 1, "the list is empty");
  if (first[0] == '{' || first[0] == '[') return ParseJson(path, text);
  const char separator = SeparatorOf(first);
  return separator != '\0' ? ParseCsv(path, text, separator) : ParseLines(path, text);
}

// --- Feeds

struct Feeds::Impl {
  tsl::robin_map<std::string, std::vector<FeedRow>> by_id;
  std::string versions;
  size_t size = 0;
};

Feeds::Feeds() : impl_(std::make_shared<const Impl>()) {}

Result<Feeds> Feeds::Load(const std::vector<std::string>& paths) {
  auto impl = std::make_shared<Impl>();
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      return Error{ErrorKind::kNotFound,
                   fmt::format("{}: cannot open this list of apps: {}", path,
                               std::strerror(errno))};  // NOLINT: one thread while loading
    }
    std::string text;
    char buffer[65536];
    while (file.read(buffer, sizeof(buffer)) || file.gcount() > 0) {
      text.append(buffer, static_cast<size_t>(file.gcount()));
      if (text.size() > kMaxBytes) {
        return Error{ErrorKind::kInvalid, path + ": a list of apps of more than 64 MiB"};
      }
    }
    if (file.bad()) return Error{ErrorKind::kIo, path + ": cannot be read"};
    std::vector<FeedRow> rows = TRY(ParseFeed(path, text));
    size_t apps = 0;
    for (FeedRow& row : rows) {
      std::vector<FeedRow>& known = impl->by_id[row.id];
      const bool twice = std::any_of(known.begin(), known.end(), [&](const FeedRow& one) {
        return one.platform == row.platform && Same(one.listing, row.listing);
      });
      if (twice) continue;
      ++apps;
      known.push_back(std::move(row));
    }
    impl->size += apps;
    impl->versions += fmt::format("{}{} (sha256 {}, {} apps)", impl->versions.empty() ? "" : ", ",
                                  BaseName(path), Sha256Hex(text).substr(0, 12), apps);
  }
  Feeds out;
  out.impl_ = std::move(impl);
  return out;
}

std::vector<AppListing> Feeds::Find(std::string_view platform, std::string_view id) const {
  std::vector<AppListing> out;
  if (id.empty()) return out;
  if (!impl_->by_id.empty()) {
    const auto it = impl_->by_id.find(Lower(id));
    if (it != impl_->by_id.end()) {
      for (const FeedRow& row : it->second) {
        if (row.platform.empty() || platform.empty() || row.platform == platform) {
          out.push_back(row.listing);
        }
      }
    }
  }
  for (AppListing& one : KnownListings(platform, id)) out.push_back(std::move(one));
  return out;
}

size_t Feeds::size() const { return impl_->size; }

std::string Feeds::Versions() const {
  return fmt::format("{}{}known_bad_apps {}", impl_->versions, impl_->versions.empty() ? "" : ", ",
                     TableVersion(KnownBadAppData()));
}

// --- Our tables

const KnownBadApp* FindKnownBad(std::string_view platform, std::string_view id) {
  static std::deque<std::string> unescaped;
  static std::deque<KnownBadApp> rows;
  static const FoldMap<const KnownBadApp*> table = [] {
    FoldMap<const KnownBadApp*> out;
    for (const auto& row :
         ReadTable(KnownBadAppData(),
                   {"platform", "id", "name", "verdict", "from", "to", "note", "report", "date"},
                   unescaped)) {
      rows.push_back({row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8]});
      out.try_emplace(row[1], &rows.back());
    }
    return out;
  }();
  const auto it = table.find(id);
  if (it == table.end()) return nullptr;
  return platform.empty() || it->second->platform == platform ? it->second : nullptr;
}

std::vector<AppListing> KnownListings(std::string_view platform, std::string_view id) {
  std::vector<AppListing> out;
  const auto add = [&](std::string_view verdict, std::string_view name, std::string source,
                       std::string note) {
    out.push_back({std::string(verdict), std::string(name), std::move(source), std::move(note)});
  };
  const KnownBadApp* bad = FindKnownBad(platform, id);
  if (bad != nullptr) {
    std::string note(bad->note);
    if (!bad->from.empty()) note += fmt::format("; thieves at work {} to {}", bad->from, bad->to);
    add(bad->verdict, bad->name, fmt::format("{}, {}", bad->report, bad->date), std::move(note));
  }
  // A vendor that was robbed stands in both; the table with the days says more.
  const bool robbed = bad != nullptr && bad->verdict == "compromised_vendor";
  const KnownApp* risky = robbed ? nullptr : RiskyApp(id);
  const bool google_id = id.find(".apps.googleusercontent.com") != std::string_view::npos;
  if (risky != nullptr && (platform.empty() || (platform == "google") == google_id)) {
    add("risky", risky->name, std::string(risky->source), std::string(risky->note));
  }
  if (platform.empty() || platform == "entra") {
    if (const KnownApp* own = MicrosoftApp(id)) {
      add("first_party", own->name, std::string(own->source), std::string(own->note));
    }
  }
  if (platform.empty() || platform == "google") {
    if (const KnownApp* own = GoogleApp(id)) {
      add("first_party", own->name, std::string(own->source), std::string(own->note));
    }
  }
  return out;
}

}  // namespace tokentrail::inventory
