// SHA-256 of bytes that come piece by piece.

#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tokentrail {

/// Source: FIPS 180-4, as OpenSSL does it.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(std::string_view bytes);
  /// 64 lower-case hexadecimal digits. Once only.
  std::string Hex();

 private:
  struct Impl;

  std::unique_ptr<Impl> impl_;
};

}  // namespace tokentrail
