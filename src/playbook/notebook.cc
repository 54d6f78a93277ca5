#include "playbook/notebook.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.h"
#include "playbook/json_place.h"
#include "playbook/page_parser.h"
#include "sink/json_writer.h"
#include "source/json.h"

namespace tokentrail::playbook {
namespace {

struct Cell {
  Range range;
  const Block* block = nullptr;  ///< null: the team's
};

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

std::vector<Cell> Cut(const Page& page) {
  std::set<size_t> cuts = {0, page.text.size()};
  const auto block_of = [&](size_t at) -> const Block* {
    for (const Block& block : page.attack) {
      if (block.range.Holds(at)) return &block;
    }
    return page.checked && page.checked->range.Holds(at) ? &*page.checked : nullptr;
  };
  for (const Block& block : page.attack) cuts.insert({block.range.begin, block.range.end});
  if (page.checked) cuts.insert({page.checked->range.begin, page.checked->range.end});
  for (const Section& section : page.sections) cuts.insert(section.range.begin);
  for (const PageAnalytic& analytic : page.analytics) cuts.insert(analytic.range.begin);
  std::vector<Cell> out;
  for (auto cut = cuts.begin(); std::next(cut) != cuts.end(); ++cut) {
    const Range range{*cut, *std::next(cut)};
    // Blank lines belong to the cell before, so that no cell is empty.
    if (!out.empty() && IsBlank(range.Of(page.text))) {
      out.back().range.end = range.end;
    } else {
      out.push_back({range, block_of(range.begin)});
    }
  }
  return out;
}

/// Lines with their ends, as Jupyter writes sources.
void AddSource(std::string_view text, sink::JsonWriter& json) {
  json.Key("source").BeginArray();
  for (size_t at = 0; at < text.size();) {
    const size_t feed = text.find('\n', at);
    const size_t next = feed == text.npos ? text.size() : feed + 1;
    json.Text(text.substr(at, next - at));
    at = next;
  }
  json.EndArray();
}

class NotebookReader {
 public:
  NotebookReader(const std::string& name, std::string_view text, const FromNotebookOptions& options,
                 Report& report)
      : name_(name), options_(options), report_(report) {
    text_.reserve(text.size() + source::JsonReader::kPadding);
    text_ = text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
  }

  std::optional<std::string> Read() {
    JsonFault fault;
    const bool parsed = reader_.Parse(text_);
    if (!parsed || !reader_.repaired().empty()) {
      if (FindJsonFault(text_, fault)) {
        Fail(fault.at, "not a notebook: " + fault.what);
        return std::nullopt;
      }
      if (!parsed) {
        Fail(0, "not a notebook: " + std::string(reader_.detail()));
        return std::nullopt;
      }
    }
    const Record record = reader_.record();
    const Node& root = record.root();
    const Node* cells = root.kind == NodeKind::kObject ? record.Child(root, "cells") : nullptr;
    const Node* format = cells == nullptr ? nullptr : record.Child(root, "nbformat");
    if (root.kind == NodeKind::kObject && record.Child(root, "worksheets") != nullptr) {
      Fail(0, "this is a notebook of format 3 or older",
           "make it one of format 4: jupyter nbconvert --to notebook --nbformat 4");
      return std::nullopt;
    }
    if (cells == nullptr || cells->kind != NodeKind::kArray) {
      Fail(0, "not a notebook: it has no list 'cells'");
      return std::nullopt;
    }
    if (format != nullptr && format->text() != "4") {
      Fail(OffsetOf(*format),
           fmt::format("notebooks of format {} are unknown here",
                       format->is_container() ? "?" : format->text()),
           "save it in format 4");
      return std::nullopt;
    }
    language_ = record.Text("metadata.language_info.name");
    if (language_.empty()) language_ = record.Text("metadata.kernelspec.language");
    const size_t errors = report_.errors();
    std::vector<std::string> sources;
    for (const Node& cell : Children(*cells)) {
      sources.push_back(Take(record, cell, sources.size() + 1));
    }
    if (report_.errors() != errors) return std::nullopt;
    return Join(sources);
  }

 private:
  static std::string Join(const std::vector<std::string>& sources) {
    std::string all;
    for (const std::string& source : sources) all += source;
    const std::string_view line_end = LineEndOf(all);
    std::string out;
    for (size_t i = 0; i < sources.size(); ++i) {
      out += sources[i];
      const bool last = i + 1 == sources.size();
      if (last || sources[i].empty() || sources[i].ends_with('\n')) continue;
      out += line_end;
      out += line_end;
    }
    return out;
  }

  std::string Take(const Record& record, const Node& cell, size_t number) {
    const auto fail = [&](const Node& at, std::string_view what, std::string help = {}) {
      Fail(OffsetOf(at), fmt::format("cell {} {}", number, what), std::move(help));
      return std::string();
    };
    if (cell.kind != NodeKind::kObject) return fail(cell, "is no object");
    const Node* type = record.Child(cell, "cell_type");
    const Node* source = record.Child(cell, "source");
    if (type == nullptr || type->kind != NodeKind::kText) return fail(cell, "has no 'cell_type'");
    const std::string kind(type->text());
    if (kind != "markdown" && kind != "code") {
      return fail(*type, fmt::format("is of type '{}', which a page has no place for", kind),
                  "make it a Markdown cell, or take it out");
    }
    std::string text;
    if (source != nullptr && source->kind == NodeKind::kArray) {
      for (const Node& line : Children(*source)) {
        if (line.kind != NodeKind::kText) return fail(line, "has a source that is no text");
        text += line.text();
      }
    } else if (source != nullptr && source->kind == NodeKind::kText) {
      text = source->text();
    } else {
      return fail(cell, "has no 'source'");
    }
    if (const Node* files = record.Child(cell, "attachments");
        files != nullptr && files->is_container() && files->size > 1) {
      return fail(*files, "has attached files, which a page can't hold",
                  "save them beside the page and link them");
    }
    if (kind == "markdown") return text;
    const Node* outputs = record.Child(cell, "outputs");
    if (outputs != nullptr && outputs->is_container() && outputs->size > 1 &&
        !options_.drop_outputs) {
      return fail(*outputs, "is code with outputs, which a page can't hold",
                  "clear them in Jupyter, or give --drop-outputs");
    }
    return Fenced(text);
  }

  std::string Fenced(const std::string& code) const {
    size_t longest = 2;
    size_t run = 0;
    for (const char c : code) {
      run = c == '`' ? run + 1 : 0;
      longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '`');
    return fence + language_ + '\n' + code + (code.ends_with('\n') || code.empty() ? "" : "\n") +
           fence + "\n\n";
  }

  size_t OffsetOf(const Node& node) const {
    const auto inside = [&](const char* at) {
      return at != nullptr && at >= text_.data() && at < text_.data() + text_.size();
    };
    for (const Node* one = &node; one < node.end(); ++one) {
      const bool scalar = !one->is_container();
      if (scalar && one == &node && inside(one->text_data)) {
        return static_cast<size_t>(one->text_data - text_.data());
      }
      if (inside(one->key_data)) return static_cast<size_t>(one->key_data - text_.data());
      if (inside(one->text_data)) return static_cast<size_t>(one->text_data - text_.data());
    }
    return 0;
  }

  void Fail(size_t at, std::string message, std::string help = {}) {
    Diagnostic out =
        ComplainAt(name_, text_, at, 1, std::move(message), "playbook.notebook", std::move(help));
    static constexpr size_t kMaxLine = 4096;
    if (out.source_line.size() > kMaxLine) out.source_line.clear();
    report_.Add(std::move(out));
  }

  const std::string& name_;
  std::string text_;
  const FromNotebookOptions& options_;
  Report& report_;
  source::JsonReader reader_;
  std::string language_;
};

}  // namespace

std::optional<std::string> ToNotebook(const Page& page, Report& report) {
  if (const size_t bad = FirstBadUtf8(page.text); bad < page.text.size()) {
    report.Add(Complain(page, bad, 1, "this is not UTF-8, and a notebook can't hold it",
                        "playbook.encoding", "save the page as UTF-8"));
    return std::nullopt;
  }
  std::string out;
  sink::JsonWriter json(out, 1);
  json.BeginObject().Key("cells").BeginArray();
  size_t number = 0;
  for (const Cell& cell : Cut(page)) {
    ++number;
    const bool attack = cell.block != nullptr && cell.block->name != "checked";
    json.BeginObject().Member("cell_type", "markdown");
    json.Member("id", cell.block == nullptr ? fmt::format("team-{}", number)
                                            : fmt::format("{}-{}", attack ? "attack" : "tokentrail",
                                                          cell.block->name));
    json.Key("metadata").BeginObject();
    if (attack) json.Key("tags").BeginArray().Text("attack").EndArray();
    json.Key("tokentrail").BeginObject();
    json.Member("owner", attack ? "attack" : cell.block != nullptr ? "tokentrail" : "team");
    if (cell.block != nullptr) json.Member("block", cell.block->name);
    json.EndObject().EndObject();
    AddSource(cell.range.Of(page.text), json);
    json.EndObject();
  }
  json.EndArray().Key("metadata").BeginObject().Key("tokentrail").BeginObject();
  json.Member("technique", page.technique).EndObject().EndObject();
  json.Member("nbformat", 4).Member("nbformat_minor", 5).EndObject();
  return out + '\n';
}

std::optional<std::string> FromNotebook(const std::string& name, std::string_view text,
                                        const FromNotebookOptions& options, Report& report) {
  return NotebookReader(name, text, options, report).Read();
}

}  // namespace tokentrail::playbook
