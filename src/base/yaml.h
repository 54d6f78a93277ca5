// YAML 1.2 as used by settings, rules and case files: a tree with places. The only user of the
// YAML library.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tokentrail {

/// A YAML value. Scalars keep their text and whether they were quoted, so that `no`, `1e3` or a
/// date stay what was written.
struct Yaml {
  enum class Type : uint8_t { kNull, kScalar, kList, kMap };

  // Defined where the type is complete: clang 14 can't work them out for pairs of itself.
  Yaml();
  Yaml(const Yaml& other);
  Yaml(Yaml&& other) noexcept;
  Yaml& operator=(const Yaml& other);
  Yaml& operator=(Yaml&& other) noexcept;
  ~Yaml();

  Type type = Type::kNull;
  std::string text;     ///< of a scalar
  bool quoted = false;  ///< it was written in quotes, or as a block: always text
  std::vector<Yaml> list;
  std::vector<std::pair<Yaml, Yaml>> map;  ///< in the order written
  uint32_t line = 0;    ///< from 1
  uint32_t column = 0;  ///< from 1

  bool is_null() const { return type == Type::kNull; }
  bool is_scalar() const { return type == Type::kScalar; }
  bool is_list() const { return type == Type::kList; }
  bool is_map() const { return type == Type::kMap; }
  /// The value under `key`; null pointer when absent or not a map.
  const Yaml* Find(std::string_view key) const;
  /// The scalar text under `key`; empty when absent.
  std::string_view Text(std::string_view key) const;
};

struct YamlError {
  std::string message;
  uint32_t line = 0;
  uint32_t column = 0;
};

/// All documents of `text`. Bounded: at most 100,000 nodes (aliases counted each time they are
/// used) and 64 levels. On failure `error` says where.
Result<std::vector<Yaml>> ParseYaml(std::string_view text, YamlError* error = nullptr);

}  // namespace tokentrail
