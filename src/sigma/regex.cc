#include "sigma/regex.h"

#include <re2/re2.h>

<<<<<<< HEAD
namespace tokentrail::sigma {

struct Regex::Impl {
  Impl(std::string_view pattern, const RE2::Options& options)
      : re(re2::StringPiece(pattern.data(), pattern.size()), options) {}

  RE2 re;
};

Result<Regex> Regex::Compile(std::string_view pattern, const Options& options) {
  RE2::Options wanted;
  wanted.set_log_errors(false);
  wanted.set_max_mem(8 << 20);
  wanted.set_case_sensitive(!options.ignore_case);
  wanted.set_dot_nl(options.dot_matches_newline);
  // RE2 calls it one_line, and takes it only together with the POSIX syntax; a flag in the text
  // works in both.
  std::string text = options.multi_line ? "(?m)" : "";
  text += pattern;
  auto impl = std::make_unique<const Impl>(text, wanted);
  if (!impl->re.ok()) {
    return Error{ErrorKind::kInvalid, "not a regular expression: " + impl->re.error()};
  }
  return Regex(std::move(impl));
}

Regex::Regex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

bool Regex::Matches(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), impl_->re);
}

bool Regex::Find(std::string_view text, size_t& begin, size_t& end) const {
  const re2::StringPiece all(text.data(), text.size());
  re2::StringPiece found;
  if (!impl_->re.Match(all, 0, text.size(), RE2::UNANCHORED, &found, 1)) return false;
  begin = static_cast<size_t>(found.data() - text.data());
  end = begin + found.size();
  return true;
=======
#include <string>

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
>>>>>>> part-base
}

}  // namespace tokentrail::sigma
