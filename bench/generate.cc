// Writes synthetic evidence to a folder: tokentrail_generate FOLDER MEGABYTES [SEED]

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

#include "bench/evidence.h"

namespace {

using tokentrail::bench::kDays;
using tokentrail::bench::kStartMicros;

constexpr uint64_t kMaxFile = 512u << 20;  // exports come in parts

bool Number(const char* text, uint64_t& out) {
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, out);
  return error == std::errc() && stop == end;
}

/// One shape's share, in as many files as it takes; false when the disk says no.
bool WriteShape(const std::string& folder, const tokentrail::bench::Shape& shape, uint64_t bytes,
                uint64_t seed, uint64_t& records) {
  tokentrail::bench::Writer writer(shape, seed);
  const double span = double{kDays} * 86'400e6;
  std::string buffer;
  uint64_t written = 0;
  for (int part = 1; written < bytes; ++part) {
    const std::string path =
        folder + "/" + std::string(shape.name) + "-" + std::to_string(part) + ".jsonl";
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) return false;
    const uint64_t limit = std::min(bytes, written + kMaxFile);
    bool good = true;
    while (good && written < limit) {
      buffer.clear();
      while (buffer.size() < (1u << 20) && written + buffer.size() < limit) {
        const double done =
            static_cast<double>(written + buffer.size()) / static_cast<double>(bytes);
        writer.Append(buffer, kStartMicros + static_cast<int64_t>(std::min(done, 1.0) * span));
        ++records;
      }
      good = std::fwrite(buffer.data(), 1, buffer.size(), file) == buffer.size();
      written += buffer.size();
    }
    if (std::fclose(file) != 0 || !good) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t megabytes = 0;
  uint64_t seed = 1528;
  if (argc < 3 || argc > 4 || !Number(argv[2], megabytes) ||
      (argc == 4 && !Number(argv[3], seed))) {
    std::fputs("usage: tokentrail_generate FOLDER MEGABYTES [SEED]\n", stderr);
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  uint64_t records = 0;
  for (const tokentrail::bench::Shape& shape : tokentrail::bench::Shapes()) {
    const auto bytes = static_cast<uint64_t>(static_cast<double>(megabytes) * 1e6 * shape.share);
    if (!WriteShape(argv[1], shape, bytes, seed++, records)) {
      std::perror(argv[1]);
      return 1;
    }
  }
  std::printf("%llu records, %llu MB, in %s\n", static_cast<unsigned long long>(records),
              static_cast<unsigned long long>(megabytes), argv[1]);
  return 0;
}
