#include "test/support/pack.h"

#include <archive.h>
#include <archive_entry.h>

#include <string>

#include "base/check.h"

namespace tokentrail::test {
namespace {

/// libarchive's writer, into memory.
class Writer {
 public:
  Writer(std::string_view format, std::string_view filter) : handle_(archive_write_new()) {
    CHECK(archive_write_set_format_by_name(handle_, std::string(format).c_str()) == ARCHIVE_OK);
    if (!filter.empty()) {
      CHECK(archive_write_add_filter_by_name(handle_, std::string(filter).c_str()) == ARCHIVE_OK);
    }
    archive_write_set_bytes_in_last_block(handle_, 1);
    CHECK(archive_write_open(handle_, &out_, nullptr, &Writer::Take, nullptr) == ARCHIVE_OK);
  }
  ~Writer() { archive_write_free(handle_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void Begin(const std::string& name, uint64_t size) {
    struct archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(size));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    CHECK(archive_write_header(handle_, entry) == ARCHIVE_OK);
    archive_entry_free(entry);
  }
  void Add(std::string_view bytes) {
    if (bytes.empty()) return;
    CHECK(archive_write_data(handle_, bytes.data(), bytes.size()) ==
          static_cast<la_ssize_t>(bytes.size()));
  }
  std::string Take() {
    CHECK(archive_write_close(handle_) == ARCHIVE_OK);
    return std::move(out_);
  }

 private:
  static la_ssize_t Take(struct archive*, void* out, const void* data, size_t size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  }

  struct archive* handle_;
  std::string out_;
};

/// `count` times `pattern`, in pieces of about a megabyte.
void AddRepeated(Writer& writer, std::string_view pattern, size_t count) {
  const size_t in_piece = std::max<size_t>(1, (1u << 20) / pattern.size());
  std::string piece;
  for (size_t i = 0; i < in_piece; ++i) piece += pattern;
  for (; count >= in_piece; count -= in_piece) writer.Add(piece);
  writer.Add(std::string_view(piece).substr(0, count * pattern.size()));
}

}  // namespace

std::string Compress(std::string_view filter, std::string_view bytes) {
  Writer writer("raw", filter);
  writer.Begin("x", bytes.size());
  writer.Add(bytes);
  return writer.Take();
}

std::string Pack(std::string_view format, const std::vector<Packed>& members,
                 std::string_view filter) {
  Writer writer(format, filter);
  for (const Packed& member : members) {
    writer.Begin(member.name, member.bytes.size());
    writer.Add(member.bytes);
  }
  return writer.Take();
}

std::string CompressRepeated(std::string_view pattern, size_t count, std::string_view before,
                             std::string_view after) {
  Writer writer("raw", "gzip");
  writer.Begin("x", before.size() + pattern.size() * count + after.size());
  writer.Add(before);
  AddRepeated(writer, pattern, count);
  writer.Add(after);
  return writer.Take();
}

std::string PackRepeated(std::string_view pattern, size_t count, std::string_view before) {
  Writer writer("zip", {});
  writer.Begin("bomb.json", before.size() + pattern.size() * count);
  writer.Add(before);
  AddRepeated(writer, pattern, count);
  return writer.Take();
}

std::string ToUtf16(std::string_view text, bool big_endian) {
  std::string out;
  const auto unit = [&](uint32_t value) {
    const char high = static_cast<char>(value >> 8);
    const char low = static_cast<char>(value & 0xFF);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  };
  for (size_t i = 0; i < text.size();) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text.at(at)); };
    const unsigned first = byte(i);
    uint32_t point = first;
    if (first >= 0xF0) {
      point = (first & 7u) << 18 | (byte(i + 1) & 63u) << 12 | (byte(i + 2) & 63u) << 6 |
              (byte(i + 3) & 63u);
      i += 4;
    } else if (first >= 0xE0) {
      point = (first & 15u) << 12 | (byte(i + 1) & 63u) << 6 | (byte(i + 2) & 63u);
      i += 3;
    } else if (first >= 0xC0) {
      point = (first & 31u) << 6 | (byte(i + 1) & 63u);
      i += 2;
    } else {
      ++i;
    }
    if (point < 0x10000) {
      unit(point);
    } else {
      unit(0xD800 + ((point - 0x10000) >> 10));
      unit(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return out;
}

}  // namespace tokentrail::test
