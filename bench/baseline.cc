// How fast this machine reads the same files when it does nothing else with them:
//
//   tokentrail_baseline lines|dom THREADS FILE...
//
// `lines` counts line feeds; `dom` parses every line with simdjson's DOM parser and throws it away.
// Prints MB/s of all threads together. Run it after the files are in the page cache.

#include <fcntl.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr size_t kBlock = 4u << 20;

struct Piece {
  const char* path = nullptr;
  off_t begin = 0;
  off_t end = 0;
};

uint64_t CountLines(std::string_view text, simdjson::dom::parser&) {
  return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

uint64_t ParseLines(std::string_view text, simdjson::dom::parser& parser) {
  uint64_t good = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    simdjson::dom::element root;
    // The bytes after the line are the next line or the buffer's padding: readable either way.
    good += parser.parse(text.data(), end, false).get(root) == simdjson::SUCCESS;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return good;
}

/// Reads a piece block by block; each block ends at a line's end.
template <typename Work>
uint64_t ReadPiece(const Piece& piece, Work work) {
  simdjson::dom::parser parser;
  std::vector<char> buffer(kBlock + simdjson::SIMDJSON_PADDING);
  const int fd = open(piece.path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  uint64_t out = 0;
  off_t at = piece.begin;
  while (at < piece.end) {
    const size_t want = std::min(kBlock, static_cast<size_t>(piece.end - at));
    const ssize_t got = pread(fd, buffer.data(), want, at);
    if (got <= 0) break;
    std::string_view text(buffer.data(), static_cast<size_t>(got));
    const size_t last = text.rfind('\n');
    if (last != std::string_view::npos) text = text.substr(0, last + 1);
    out += work(text, parser);
    at += static_cast<off_t>(text.size());
  }
  close(fd);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: tokentrail_baseline lines|dom THREADS FILE...\n", stderr);
    return 2;
  }
  const bool dom = std::string_view(argv[1]) == "dom";
  const int threads = std::max(1, std::atoi(argv[2]));
  // Pieces are cut anywhere: a line that is cut in two is lost to both, which at this size of piece
  // is nothing.
  constexpr off_t kPiece = 64 << 20;
  std::vector<Piece> pieces;
  double bytes = 0;
  for (int i = 3; i < argc; ++i) {
    struct stat info = {};
    if (stat(argv[i], &info) != 0) {
      std::perror(argv[i]);
      return 1;
    }
    bytes += static_cast<double>(info.st_size);
    for (off_t at = 0; at < info.st_size; at += kPiece) {
      pieces.push_back({argv[i], at, std::min(info.st_size, at + kPiece)});
    }
  }
  std::atomic<size_t> next{0};
  std::atomic<uint64_t> count{0};
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        for (size_t n = next++; n < pieces.size(); n = next++) {
          count += dom ? ReadPiece(pieces[n], ParseLines) : ReadPiece(pieces[n], CountLines);
        }
      });
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%.0f\n", bytes / 1e6 / took.count());
  return count > 0 ? 0 : 1;
}
