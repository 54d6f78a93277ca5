// The engine as tests and fuzz targets compare it with others: some rules, each by itself.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.h"
#include "test/support/sigma_reference.h"

namespace tokentrail::test {

class SigmaEngine {
 public:
  /// Whether indexes may be used to find rules; must never change what is found.
  enum class Mode { kIndexed, kPlain };

  explicit SigmaEngine(const std::vector<std::string_view>& files,
                       const reference::Placeholders& placeholders = {});
  SigmaEngine(SigmaEngine&&) noexcept;
  ~SigmaEngine();

  size_t size() const;
  /// The title of a rule and the file it came from, `0.yml` for the first.
  std::string_view title(size_t rule) const;
  std::string_view file(size_t rule) const;
  /// What was said while loading.
  const std::string& said() const;

  /// The numbers of the rules that match, each looked at with the view of its own log source.
  std::vector<uint32_t> Match(const Record& record, Mode mode) const;

  /// The same with memory that is kept from record to record, as a hunt does. One a thread.
  class Matcher {
   public:
    explicit Matcher(const SigmaEngine& engine);
    ~Matcher();
    std::vector<uint32_t> Match(const Record& record, Mode mode);

   private:
    struct Scratch;

    const SigmaEngine& engine_;
    std::unique_ptr<Scratch> scratch_;
  };

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail::test
