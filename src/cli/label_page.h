// A page of labelled lines, as `show` prints.

#pragma once

#include <string>
#include <string_view>

#include "sink/layout.h"

namespace tokentrail::cli {

class LabelPage {
 public:
  explicit LabelPage(const sink::Terminal& terminal) : terminal_(terminal) {}

  void Head(std::string_view text, sink::Colour colour);
  /// Nothing when `text` is empty. Underlines in the label become spaces.
  void Line(std::string_view label, std::string_view text);
  void Blank() { out_.push_back('\n'); }
  void Add(std::string_view text) { out_.append(text); }
  const sink::Terminal& terminal() const { return terminal_; }
  std::string Take() { return std::move(out_); }

 private:
  const sink::Terminal& terminal_;
  std::string out_;
};

}  // namespace tokentrail::cli
