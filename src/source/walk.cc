#include "source/walk.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tokentrail::source {
namespace {

constexpr int kMaxEnvelopes = 4;

/// An element of `events` in what CloudWatch's filter-log-events answers, not in a Google record.
bool IsCloudWatchEvent(const Node& node) {
  bool message = false;
  bool timestamp = false;
  for (const Node& child : Children(node)) {
    message = message || child.key() == "message";
    timestamp = timestamp || child.key() == "timestamp";
  }
  return message && timestamp;
}

/// Whether an object holds its records in an array, see JsonSplitter.
bool HoldsEnvelope(const Node& root) {
  for (const Node& child : Children(root)) {
    if (child.kind == NodeKind::kArray && child.key() == "events" && child.size > 1 &&
        IsCloudWatchEvent(*child.begin())) {
      return true;
    }
    if (child.kind == NodeKind::kArray && JsonSplitter::IsEnvelopeKey(child.key()) &&
        child.size > 1 && child.begin()->kind == NodeKind::kObject) {
      return true;
    }
    if (child.kind == NodeKind::kObject && child.key() == "hits") {
      for (const Node& inner : Children(child)) {
        if (inner.kind == NodeKind::kArray && inner.key() == "hits" && inner.size > 1) return true;
      }
    }
  }
  return false;
}

std::string_view TrimmedEnd(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

/// The space between the start of a line and `at`; empty when something else stands there.
std::string_view IndentBefore(std::string_view text, size_t at) {
  const size_t line = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  const std::string_view space = text.substr(line, at - line);
  return space.find_first_not_of(" \t") == std::string_view::npos ? space : std::string_view();
}

}  // namespace

bool IsEmptyEnvelope(const Record& record) {
  const auto is_empty_array = [](const Node* node) {
    return node != nullptr && node->kind == NodeKind::kArray && node->size == 1;
  };
  bool empty = false;
  for (const Node& child : Children(record.root())) {
    if (!child.is_container() || child.size == 1) {
      empty = empty || (is_empty_array(&child) && JsonSplitter::IsEnvelopeKey(child.key()));
    } else if (child.key() == "hits") {  // Elasticsearch
      if (!is_empty_array(record.Child(child, "hits"))) return false;
      empty = true;
    } else if (child.key() != "metadata" && child.key() != "_shards") {  // Kubernetes lists
      return false;
    }
  }
  return empty;
}

uint64_t BlockWalker::Walk(const Block& block, Ledger& ledger, const Visit& visit) {
  ledger_ = &ledger;
  left_out_ = 0;
  unknown_ = block.format == Format::kUnknown;
  resplit_left_ = kMaxResplit;
  switch (block.format) {
    case Format::kJsonLines:
    case Format::kUnknown:
      Lines(block, visit);
      break;
    case Format::kJson:
      Frames(block, visit);
      break;
    case Format::kCsv:
      Rows(block, visit);
      break;
    case Format::kNotText:
      break;
  }
  return left_out_;
}

void BlockWalker::LeaveOut(std::string_view reason, const Place& place, std::string_view detail) {
  if (unknown_ && reason == "source.bad_json") {
    reason = "source.unknown_format";
    detail = "neither JSON nor CSV with a header";
  }
  ledger_->LeaveOut(reason, place, detail);
  ++left_out_;
}

void BlockWalker::Lines(const Block& block, const Visit& visit) {
  uint64_t line = block.line;
  for (size_t at = 0; at < block.bytes.size(); ++line) {
    const size_t end = std::min(block.bytes.find('\n', at), block.bytes.size());
    size_t begin = at;
    at = end + 1;
    while (begin < end && (block.bytes[begin] == ' ' || block.bytes[begin] == '\t')) ++begin;
    const std::string_view text = TrimmedEnd(block.bytes.substr(begin, end - begin));
    if (text.empty()) continue;
    const Place place{block.file, static_cast<uint32_t>(std::min<size_t>(text.size(), UINT32_MAX)),
                      block.offset + begin, line};
    if (text.size() > JsonSplitter::kMaxRecord) {
      LeaveOut("source.record_too_big", place, "a line of more than 16 MiB");
      continue;
    }
    if (block.format == Format::kUnknown && text.find('{') == std::string_view::npos) {
      LeaveOut("source.unknown_format", place, "neither JSON nor CSV with a header");
      continue;
    }
    Json(text, place, true, 0, visit);
  }
}

void BlockWalker::Frames(const Block& block, const Visit& visit) {
  for (const Frame& frame : block.frames) {
    const Place place{block.file, static_cast<uint32_t>(std::min<uint64_t>(frame.size, UINT32_MAX)),
                      block.offset + frame.begin, frame.line};
    if (!frame.bad.empty()) {
      LeaveOut(frame.bad, place,
               frame.bad == "source.record_too_big" ? "a record of more than 16 MiB"
                                                    : "broken or cut off JSON");
      continue;
    }
    indent_ = IndentBefore(block.bytes, frame.begin);
    Json(block.bytes.substr(frame.begin, frame.size), place, false, 0, visit);
  }
}

bool BlockWalker::Resplit(std::string_view text, const Place& place, const Visit& visit) {
  const size_t line = text.find("\n" + std::string(indent_) + "{");
  if (line == std::string_view::npos || text.size() > resplit_left_) return false;
  resplit_left_ -= text.size();
  LeaveOut(json_.reason(), {place.file, static_cast<uint32_t>(line), place.offset, place.line},
           json_.detail());
  const std::string_view rest = text.substr(line + 1);
  std::vector<Frame> frames;
  JsonSplitter splitter;
  splitter.Scan(rest, true, frames);
  for (const Frame& frame : frames) {
    const Place here{place.file, static_cast<uint32_t>(frame.size),
                     place.offset + line + 1 + frame.begin,
                     place.line + CountLines(text.substr(0, line + 1 + frame.begin))};
    if (frame.bad.empty()) {
      Json(rest.substr(frame.begin, frame.size), here, false, 0, visit);
    } else {
      LeaveOut(frame.bad, here, "broken or cut off JSON");
    }
  }
  return true;
}

void BlockWalker::Take(const Record& record, JsonReader& reader, std::string_view text,
                       const Place& place, const Visit& visit) {
  visit(record, text, place);
  // After the visit, which opens the JSON in texts.
  if (!reader.repaired().empty()) ledger_->Note(reader.repaired(), place, "read after a repair");
}

void BlockWalker::Rows(const Block& block, const Visit& visit) {
  for (const Frame& frame : block.frames) {
    const std::string_view row = block.bytes.substr(frame.begin, frame.size);
    const Place place{block.file, static_cast<uint32_t>(std::min<uint64_t>(frame.size, UINT32_MAX)),
                      block.offset + frame.begin, frame.line};
    if (!frame.bad.empty()) {
      LeaveOut(frame.bad, place, frame.bad == "source.bad_csv" ? "a quote that never closes" : "");
      continue;
    }
    // Opens cells with a reader of their own, which must forget the last row's.
    cells_.Forget();
    const Record record = csv_.Read(row, *block.header, &cells_);
    if (record.root().size <= block.header->columns.size()) {
      ledger_->Note("source.short_row", place, "fewer cells than columns: cut off?");
    }
    Take(record, cells_, row, place, visit);
  }
}

void BlockWalker::Json(std::string_view text, const Place& place, bool lenient, int depth,
                       const Visit& visit) {
  const bool parsed = json_.Parse(text);
  const bool object = parsed && json_.record().root().kind == NodeKind::kObject;
  const bool array = parsed && json_.record().root().kind == NodeKind::kArray;
  const bool splits = array || (object && (lenient || depth > 0) && HoldsEnvelope(json_.record().root()));
  if (object && !splits) {
    Take(json_.record(), json_, text, place, visit);
    return;
  }
  if (lenient && depth < kMaxEnvelopes && (splits || !parsed)) {
    // An array or envelope on the line, several objects on it, or text before the object (a
    // syslog header): what is inside counts.
    const std::string reason(parsed ? "source.bad_json" : json_.reason());
    const std::string detail(parsed ? "not an object" : json_.detail());
    std::string_view inner = text;
    if (!parsed && text.front() != '{' && text.front() != '[') {
      inner.remove_prefix(std::min(text.find('{'), text.size()));
    }
    std::vector<Frame> frames;
    JsonSplitter splitter;
    splitter.Scan(inner, true, frames);
    const bool whole = frames.size() == 1 && frames[0].size == text.size();
    const bool any = std::any_of(frames.begin(), frames.end(),
                                 [](const Frame& frame) { return frame.bad.empty(); });
    if (any && !whole) {
      const size_t shift = static_cast<size_t>(inner.data() - text.data());
      for (const Frame& frame : frames) {
        const Place here{place.file, static_cast<uint32_t>(frame.size),
                         place.offset + shift + frame.begin,
                         place.line + CountLines(inner.substr(0, frame.begin))};
        if (frame.bad.empty()) {
          Json(inner.substr(frame.begin, frame.size), here, true, depth + 1, visit);
        } else {
          LeaveOut(frame.bad, here, detail);
        }
      }
      return;
    }
    if (splits && frames.empty()) return;  // an empty array: nothing in it
    LeaveOut(reason, place, detail);
    return;
  }
  // A record that lacks a bracket takes those after it along, up to the end of the array.
  if (!parsed && !lenient && json_.reason() == "source.bad_json" && Resplit(text, place, visit)) {
    return;
  }
  LeaveOut(parsed ? std::string_view("source.bad_json") : json_.reason(), place,
           parsed ? std::string_view("not an object") : json_.detail());
}

}  // namespace tokentrail::source
