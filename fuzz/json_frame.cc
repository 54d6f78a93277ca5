// From bytes to records of JSON: finding where each ends, then parsing it.

#include <string>
#include <vector>

#include "fuzz/target.h"
#include "source/frame.h"
#include "source/json.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

namespace {

/// Texts and line numbers of the records, as found when the text comes in pieces of `step` bytes.
std::vector<std::string> Frames(std::string_view text, size_t step) {
  source::JsonSplitter splitter;
  std::vector<std::string> out;
  std::string buffer;
  size_t fed = 0;
  do {
    const std::string_view piece = text.substr(fed, step);
    buffer += piece;
    fed += piece.size();
    std::vector<source::Frame> frames;
    splitter.Scan(buffer, fed == text.size(), frames);
    for (const source::Frame& frame : frames) {
      CHECK(frame.begin <= buffer.size() && frame.size <= buffer.size() - frame.begin);
      if (frame.bad.empty()) out.push_back(buffer.substr(frame.begin, frame.size));
    }
    const size_t drop = splitter.needed();
    CHECK(drop <= buffer.size());
    buffer.erase(0, drop);
    splitter.Cut(drop);
  } while (fed < text.size());
  return out;
}

/// Every node lies within its parent, and every text can be read.
size_t Walk(const Record& record, const Node& node, int depth) {
  size_t sum = node.key().size() + node.text().size();
  if (!node.text().empty()) sum += static_cast<unsigned char>(node.text().back());
  CHECK(depth < 4096);
  size_t inside = 1;
  for (const Node& child : Children(node)) {
    if (!node.is_container()) break;
    inside += child.size;
    sum += Walk(record, child, depth + 1);
  }
  CHECK(!node.is_container() || inside == node.size);
  (void)record.Pointer(node);
  return sum;
}

}  // namespace

FUZZ_TARGET(JsonFrame, "json_frame", input) {
  (void)source::SniffFormat(input);
  (void)source::SniffDelimiter(input);
  const std::vector<std::string> whole = Frames(input, input.size() + 1);
  source::JsonReader json;
  for (const std::string& text : whole) {
    if (!json.ParseUnpadded(text)) {
      CHECK(!json.reason().empty());
      continue;
    }
    const Record record = json.record();
    (void)Walk(record, record.root(), 0);
    (void)record.Text("a.b[0].c");
    (void)record.Find("properties[].x[Name]");
    for (const Node& child : Children(record.root())) {
      if (!record.root().is_container()) break;
      if (const Node* opened = record.Open(child)) (void)record.Pointer(*opened);
    }
  }
}
