#include "cli/label_page.h"

#include <algorithm>

#include "sink/width.h"

namespace tokentrail::cli {
namespace {

constexpr size_t kLabel = 16;  ///< and a SHA-256 fits beside it on 80 columns

}  // namespace

void LabelPage::Head(std::string_view text, sink::Colour colour) {
  out_ += sink::Paint(terminal_, colour, sink::WrapWidth(text, terminal_.columns)) + "\n";
}

void LabelPage::Line(std::string_view label, std::string_view text) {
  if (text.empty()) return;
  std::string shown(label);
  std::replace(shown.begin(), shown.end(), '_', ' ');
  out_ += sink::Paint(terminal_, sink::Colour::kBold, sink::PadWidth(shown, kLabel - 1)) + " ";
  const size_t room = terminal_.columns > kLabel + 10 ? terminal_.columns - kLabel : 10;
  for (const char c : sink::WrapWidth(text, room)) {
    out_.push_back(c);
    if (c == '\n') out_.append(kLabel, ' ');
  }
  out_.push_back('\n');
}

}  // namespace tokentrail::cli
