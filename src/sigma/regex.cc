#include "sigma/regex.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tokentrail::sigma {

Result<Regex> Regex::Compile(std::string_view pattern, Flags flags) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!flags.ignore_case);
  options.set_dot_nl(flags.dot_is_all);
  static constexpr int64_t kMaxMemory = 16 << 20;
  options.set_max_mem(kMaxMemory);
  // The library's own multi-line option applies to POSIX syntax only, so the flag goes in front.
  const std::string text = (flags.multiline ? "(?m)" : "") + std::string(pattern);
  auto compiled = std::make_shared<const re2::RE2>(text, options);
  if (!compiled->ok()) {
    return Error{ErrorKind::kInvalid,
                 "this regular expression can't be used: " + compiled->error() +
                     " (no lookaround, no references back)"};
  }
  return Regex(std::move(compiled));
}

bool Regex::Finds(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

bool Regex::Find(std::string_view text, size_t& begin, size_t& end) const {
  const re2::StringPiece all(text.data(), text.size());
  re2::StringPiece found;
  if (!compiled_->Match(all, 0, text.size(), re2::RE2::UNANCHORED, &found, 1)) return false;
  begin = static_cast<size_t>(found.data() - text.data());
  end = begin + found.size();
  return true;
}

size_t Regex::size() const { return static_cast<size_t>(std::max(compiled_->ProgramSize(), 0)); }

std::string Regex::Key() const {
  const re2::RE2::Options& options = compiled_->options();
  std::string out(
      1, static_cast<char>('0' + (options.case_sensitive() ? 1 : 0) + (options.dot_nl() ? 2 : 0)));
  return out += compiled_->pattern();
}

std::string Regex::RequiredText() const {
  static constexpr int kShortest = 2;
  re2::FilteredRE2 filter(kShortest);
  int id = 0;
  const re2::StringPiece pattern = compiled_->pattern();
  if (filter.Add(pattern, compiled_->options(), &id) != re2::RE2::NoError) return {};
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  std::string best;
  for (size_t i = 0; i < atoms.size(); ++i) {
    if (atoms[i].size() <= best.size()) continue;
    // Required is what even all others together can't make up for.
    std::vector<int> others;
    for (size_t k = 0; k < atoms.size(); ++k) {
      if (k != i) others.push_back(static_cast<int>(k));
    }
    std::vector<int> possible;
    filter.AllPotentials(others, &possible);
    if (possible.empty()) best = atoms[i];
  }
  return best;
}

}  // namespace tokentrail::sigma
