// Synthetic evidence: audit records of several platforms, always the same for the same seed.
//
// Shapes and field names follow the vendors' documentation; every name, address and id is made up
// (addresses of RFC 5737 and 3849, domains of RFC 2606). About one record in a thousand belongs to
// what an attacker would do. Records get their own ids and times as they are written, so that any
// amount can be made from a small pool: about 1 GB a second.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::bench {

/// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t Below(uint64_t limit) { return Next() % limit; }

 private:
  uint64_t state_;
};

/// One shape of log: JSON with holes. `%name%` holes are filled when a record's copy is taken into
/// the pool (a person, an app, an address); `%!name%` holes anew each time it is written: `time`,
/// `micros`, `millis`, `guid`, `guid2`, `hex`, `uti`, `number`. The same hole twice in a record
/// gets the same text.
struct Shape {
  std::string_view name;  ///< of the file
  double share = 0;       ///< of all bytes
  std::span<const std::string_view> benign;
  std::span<const std::string_view> suspicious;  ///< one record in a thousand; may be empty
  std::span<const std::string_view> rare = {};   ///< harmless, one record in fifty; may be empty
};
std::span<const Shape> Shapes();

/// Writes records of one shape.
class Writer {
 public:
  /// `pool` is how many different harmless records it has.
  Writer(const Shape& shape, uint64_t seed, size_t pool = 1500);

  /// Appends one record and a line feed; `micros` is when it happened, since 1970.
  void Append(std::string& out, int64_t micros);

 private:
  struct Hole {
    uint32_t at = 0;
    char kind = 0;
  };
  struct Template {
    std::string text;
    std::vector<Hole> holes;
  };

  static Template Fill(std::string_view shape, Random& random);
  const Template& Pick();

  Random random_;
  std::vector<Template> benign_;
  std::vector<Template> suspicious_;
  std::vector<Template> rare_;
};

/// First moment of the evidence: 2026-03-02T00:00:00Z; it spans kDays days.
constexpr int64_t kStartMicros = 1'772'409'600'000'000;
constexpr int kDays = 8;

/// `bytes` of evidence in memory, of all shapes mixed, in whole lines.
std::string Evidence(uint64_t bytes, uint64_t seed = 1528);

}  // namespace tokentrail::bench
