// Reading the parts of a policy from YAML, with every complaint at its place.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/report.h"
#include "base/time.h"
#include "base/yaml.h"
#include "model/level.h"
#include "policy/comparison.h"

namespace tokentrail::policy {

/// One file while it is read. Every function that fails has said why.
class Reading {
 public:
  Reading(std::string file, std::string_view text, Report& report);

  const std::string& file() const { return file_; }
  size_t errors() const { return errors_; }

  void Wrong(const Yaml& at, std::string message, std::string help = {});
  void Wrong(uint32_t line, uint32_t column, std::string message);
  /// `what` names what the key is of: `condition`, `key of 'requests'`.
  void Unknown(const Yaml& key, std::string_view what, const std::vector<std::string_view>& known);
  void Warn(const Yaml& at, std::string message, std::string help = {});

  /// A map with none but these keys.
  bool Keys(const Yaml& map, std::string_view what, const std::vector<std::string_view>& known);
  std::optional<std::string> Text(const Yaml& node, std::string_view what);
  /// One text, or a list of at least one.
  std::optional<std::vector<std::string>> Texts(const Yaml& node, std::string_view what);
  /// One of `known`, or a list of such; lower case.
  std::optional<std::vector<std::string>> Choices(const Yaml& node, std::string_view what,
                                                  const std::vector<std::string_view>& known);
  std::optional<std::string> Choice(const Yaml& node, std::string_view what,
                                    const std::vector<std::string_view>& known);
  std::optional<bool> Flag(const Yaml& node, std::string_view what);
  /// Above zero.
  std::optional<Span> Duration(const Yaml& node, std::string_view what);
  std::optional<double> Number(const Yaml& node, std::string_view what, Measure measure);
  std::optional<Comparison> Compare(const Yaml& node, std::string_view what, Measure measure,
                                    Bare bare);

 private:
  Diagnostic At(const Yaml& node) const;

  std::string file_;
  std::vector<std::string_view> lines_;
  Report& report_;
  size_t errors_ = 0;
};

/// A text with `*` for any characters and `?` for one, ASCII case ignored.
bool FitsPattern(std::string_view text, std::string_view pattern);
/// One of the patterns fits it.
bool FitsAny(std::string_view text, const std::vector<std::string>& patterns);

}  // namespace tokentrail::policy
