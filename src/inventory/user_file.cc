#include "inventory/user_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/text.h"

namespace tokentrail::inventory {
namespace {

constexpr size_t kMaxBytes = size_t{64} << 20;

std::string Plain(std::string_view name) {
  std::string out;
  for (const char c : Lower(name)) {
    if (c != ' ' && c != '_' && c != '-') out += c;
  }
  return out;
}

/// Cuts text into rows of cells; RFC 4180, with any of three separators.
class Reader {
 public:
  Reader(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  bool done() const { return at_ >= text_.size(); }
  uint32_t line() const { return line_; }

  Result<std::vector<UserCell>> Row(char separator) {
    std::vector<UserCell> out;
    while (true) {
      out.push_back(TRY(Cell(separator)));
      if (at_ < text_.size() && text_[at_] == separator) {
        ++at_;
        continue;
      }
      EndLine();
      return out;
    }
  }

  /// Skips lines without content.
  void SkipIdle() {
    while (at_ < text_.size()) {
      const size_t end = std::min(text_.find('\n', at_), text_.size());
      const std::string_view line = Trim(text_.substr(at_, end - at_));
      if (!line.empty() && line[0] != '#') return;
      at_ = end;
      EndLine();
    }
  }

  char Separator() const {
    const std::string_view line = text_.substr(at_, text_.find('\n', at_) - at_);
    char out = ',';
    ptrdiff_t most = std::count(line.begin(), line.end(), ',');
    for (const char c : {';', '\t'}) {
      const ptrdiff_t count = std::count(line.begin(), line.end(), c);
      if (count > most) {
        most = count;
        out = c;
      }
    }
    return out;
  }

 private:
  void EndLine() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') {
      ++at_;
      ++line_;
    }
    line_start_ = at_;
  }

  Result<UserCell> Cell(char separator) {
    UserCell out;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    out.line = line_;
    out.column = static_cast<uint32_t>(at_ - line_start_ + 1);
    if (at_ >= text_.size() || text_[at_] != '"') {
      const size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != separator && text_[at_] != '\n') ++at_;
      out.text = Trim(text_.substr(begin, at_ - begin));
      return out;
    }
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      }
      if (text_[at_] != '"') {
        out.text += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        out.text += '"';
        ++at_;
      } else {
        ++at_;
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\r')) ++at_;
        if (at_ < text_.size() && text_[at_] != separator && text_[at_] != '\n') {
          return ErrorAt(path_, line_, static_cast<uint32_t>(at_ - line_start_ + 1),
                         "text after the closing quote of a cell");
        }
        out.text = Trim(out.text);
        return out;
      }
    }
    return ErrorAt(path_, out.line, out.column, "the quote that opens this cell is never closed");
  }

  const std::string& path_;
  std::string_view text_;
  size_t at_ = 0;
  size_t line_start_ = 0;
  uint32_t line_ = 1;
};

}  // namespace

Error ErrorAt(const std::string& path, uint32_t line, uint32_t column, std::string_view message) {
  return Error{ErrorKind::kInvalid, fmt::format("{}:{}:{}: {}", path, line, column, message)};
}

std::string_view BaseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

Result<std::string> ReadUserFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string out;
  char buffer[65536];
  while (stream && out.size() <= kMaxBytes) {
    stream.read(buffer, sizeof buffer);
    out.append(buffer, static_cast<size_t>(stream.gcount()));
  }
  if (!stream.eof() && out.size() <= kMaxBytes) {
    return Error{ErrorKind::kIo, fmt::format("can't read {}: {}", path, std::strerror(errno))};
  }
  if (out.size() > kMaxBytes) {
    return Error{ErrorKind::kInvalid, fmt::format("{} is larger than 64 MiB", path)};
  }
  if (out.starts_with("\xff\xfe") || out.starts_with("\xfe\xff")) {
    return ErrorAt(path, 1, 1, "this is UTF-16; save it as UTF-8");
  }
  if (out.starts_with("\xef\xbb\xbf")) out.erase(0, 3);
  if (const size_t zero = out.find('\0'); zero != std::string::npos) {
    const size_t line = static_cast<size_t>(std::count(
                            out.begin(), out.begin() + static_cast<ptrdiff_t>(zero), '\n')) +
                        1;
    return ErrorAt(path, static_cast<uint32_t>(line), 1, "this is no text: it holds zero bytes");
  }
  return out;
}

int UserTable::Column(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    for (size_t i = 0; i < header.size(); ++i) {
      if (Plain(header[i].text) == Plain(name)) return static_cast<int>(i);
    }
  }
  return -1;
}

Result<UserTable> ParseUserTable(const std::string& path, std::string_view text) {
  Reader reader(path, text);
  UserTable out;
  out.path = path;
  reader.SkipIdle();
  if (reader.done()) return ErrorAt(path, reader.line(), 1, "there is no header row");
  const char separator = reader.Separator();
  out.header = TRY(reader.Row(separator));
  for (reader.SkipIdle(); !reader.done(); reader.SkipIdle()) {
    std::vector<UserCell> row = TRY(reader.Row(separator));
    // Spreadsheets leave out empty cells at the end.
    if (row.size() > out.header.size()) {
      const UserCell& extra = row[out.header.size()];
      const bool empty =
          std::all_of(row.begin() + static_cast<ptrdiff_t>(out.header.size()), row.end(),
                      [](const UserCell& cell) { return cell.text.empty(); });
      if (!empty) {
        return ErrorAt(
            path, extra.line, extra.column,
            fmt::format("the row has {} cells, the header {}", row.size(), out.header.size()));
      }
    }
    row.resize(out.header.size(), UserCell{.text = {}, .line = row[0].line, .column = 1});
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace tokentrail::inventory
