// Archives for tests: made here, so that no packed file has to be trusted or shipped.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::test {

struct Packed {
  std::string name;
  std::string bytes;
};

/// `bytes` compressed as one stream: gzip, zstd, bzip2, xz.
std::string Compress(std::string_view filter, std::string_view bytes);

/// An archive of these members: zip, 7zip, tar (`filter`, if given, packs the whole: tar and
/// gzip make a .tar.gz). Names are written as they are, `..` and all.
std::string Pack(std::string_view format, const std::vector<Packed>& members,
                 std::string_view filter = {});

/// A gzip stream of `count` times `pattern`, made without holding it: bombs, and lines of 1 GB.
std::string CompressRepeated(std::string_view pattern, size_t count, std::string_view before = {},
                             std::string_view after = {});
/// The same as the only member of a zip file.
std::string PackRepeated(std::string_view pattern, size_t count, std::string_view before = {});

/// UTF-8 as UTF-16, without a byte order mark.
std::string ToUtf16(std::string_view text, bool big_endian);

}  // namespace tokentrail::test
