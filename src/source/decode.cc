#include "source/decode.h"

#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace tokentrail::source {
namespace {

class FileSource final : public ByteSource {
 public:
  explicit FileSource(int fd) : fd_(fd) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override { ::close(fd_); }

  Result<size_t> Read(char* buffer, size_t size) override {
    for (;;) {
      const ssize_t got = ::read(fd_, buffer, size);
      if (got >= 0) {
        consumed_ += static_cast<uint64_t>(got);
        return static_cast<size_t>(got);
      }
      if (errno != EINTR) return Error{ErrorKind::kIo, std::strerror(errno)};
    }
  }
  uint64_t Consumed() const override { return consumed_; }

 private:
  int fd_;
  uint64_t consumed_ = 0;
};

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> inner)
      : inner_(std::move(inner)), buffer_(kBuffer) {
    isal_inflate_init(&state_);
    state_.crc_flag = ISAL_GZIP;
  }

  Result<size_t> Read(char* out, size_t size) override {
    if (done_) {
      if (!damaged_) return size_t{0};
      damaged_ = false;
      return Error{ErrorKind::kIo, "gzip data is damaged"};
    }
    state_.next_out = reinterpret_cast<uint8_t*>(out);
    state_.avail_out = static_cast<uint32_t>(std::min<size_t>(size, 1u << 30));
    const uint32_t wanted = state_.avail_out;
    while (state_.avail_out == wanted) {
      if (state_.block_state == ISAL_BLOCK_FINISH) {
        if (!TRY(NextMember())) {
          done_ = true;
          break;
        }
      }
      if (state_.avail_in == 0 && !TRY(Fill())) {
        done_ = true;
        if (!started_) return Error{ErrorKind::kIo, "gzip data is empty"};
        return Error{ErrorKind::kIo, "gzip data ends too early; the rest is missing"};
      }
      started_ = true;
      const int code = isal_inflate(&state_);
      if (code != ISAL_DECOMP_OK) {
        done_ = true;
        damaged_ = true;  // said at the next call, after what was good
        const size_t good = wanted - state_.avail_out;
        return good > 0 ? Result<size_t>(good) : Read(out, size);
      }
    }
    return static_cast<size_t>(wanted - state_.avail_out);
  }
  uint64_t Consumed() const override { return inner_->Consumed(); }

 private:
  static constexpr size_t kBuffer = 256 << 10;

  /// More compressed bytes; false at the end.
  Result<bool> Fill() {
    const size_t got = TRY(inner_->Read(buffer_.data(), buffer_.size()));
    state_.next_in = reinterpret_cast<uint8_t*>(buffer_.data());
    state_.avail_in = static_cast<uint32_t>(got);
    return got > 0;
  }

  /// Starts the member after the one that ended; false when there is none. ISA-L may have read
  /// past the trailer's bytes into its bit buffer: give those back first.
  Result<bool> NextMember() {
    const int32_t held = state_.read_in_length / 8;
    std::string rest;
    for (int32_t i = 0; i < held; ++i) {
      rest += static_cast<char>((state_.read_in >> (state_.read_in_length % 8 + 8 * i)) & 0xFF);
    }
    rest.append(reinterpret_cast<const char*>(state_.next_in), state_.avail_in);
    while (rest.size() < 2) {
      if (!TRY(Fill())) break;
      rest.append(reinterpret_cast<const char*>(state_.next_in), state_.avail_in);
      state_.avail_in = 0;
    }
    const size_t start = rest.find_first_not_of('\0');
    if (start == std::string::npos) return false;  // nothing, or padding
    if (rest.compare(start, 2, "\x1f\x8b") != 0) {
      return Error{ErrorKind::kIo, "bytes after the end of the gzip data are not gzip"};
    }
    if (rest.size() - start > buffer_.size()) buffer_.resize(rest.size() - start);
    std::memcpy(buffer_.data(), rest.data() + start, rest.size() - start);
    uint8_t* const out = state_.next_out;
    const uint32_t room = state_.avail_out;
    isal_inflate_reset(&state_);
    state_.crc_flag = ISAL_GZIP;
    state_.next_in = reinterpret_cast<uint8_t*>(buffer_.data());
    state_.avail_in = static_cast<uint32_t>(rest.size() - start);
    state_.next_out = out;
    state_.avail_out = room;
    return true;
  }

  std::unique_ptr<ByteSource> inner_;
  std::vector<char> buffer_;
  inflate_state state_{};
  bool started_ = false;
  bool done_ = false;
  bool damaged_ = false;
};

class Utf16Source final : public ByteSource {
 public:
  Utf16Source(std::unique_ptr<ByteSource> inner, bool big_endian)
      : inner_(std::move(inner)), big_endian_(big_endian), buffer_(64 << 10) {}

  Result<size_t> Read(char* out, size_t size) override {
    while (at_ == ready_.size()) {
      ready_.clear();
      at_ = 0;
      if (ended_) return size_t{0};
      const size_t got = TRY(inner_->Read(buffer_.data() + odd_, buffer_.size() - odd_));
      if (got == 0) {
        ended_ = true;
        if (high_ != 0 || odd_ != 0) Append(0xFFFD);
        high_ = 0;
        continue;
      }
      Decode(got + odd_);
    }
    const size_t count = std::min(size, ready_.size() - at_);
    std::memcpy(out, ready_.data() + at_, count);
    at_ += count;
    return count;
  }
  uint64_t Consumed() const override { return inner_->Consumed(); }

 private:
  void Decode(size_t size) {
    for (size_t i = 0; i + 1 < size; i += 2) {
      const auto first = static_cast<unsigned char>(buffer_[i]);
      const auto second = static_cast<unsigned char>(buffer_[i + 1]);
      const uint32_t unit = big_endian_ ? first << 8 | second : second << 8 | first;
      if (high_ != 0) {
        if (unit >= 0xDC00 && unit <= 0xDFFF) {
          Append(0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
          high_ = 0;
          continue;
        }
        Append(0xFFFD);
        high_ = 0;
      }
      if (unit >= 0xD800 && unit <= 0xDBFF) {
        high_ = unit;
      } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
        Append(0xFFFD);
      } else {
        Append(unit);
      }
    }
    odd_ = size % 2;
    if (odd_ != 0) buffer_[0] = buffer_[size - 1];
  }

  void Append(uint32_t point) {
    if (point < 0x80) {
      ready_ += static_cast<char>(point);
    } else if (point < 0x800) {
      ready_ += static_cast<char>(0xC0 | point >> 6);
      ready_ += static_cast<char>(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      ready_ += static_cast<char>(0xE0 | point >> 12);
      ready_ += static_cast<char>(0x80 | (point >> 6 & 0x3F));
      ready_ += static_cast<char>(0x80 | (point & 0x3F));
    } else {
      ready_ += static_cast<char>(0xF0 | point >> 18);
      ready_ += static_cast<char>(0x80 | (point >> 12 & 0x3F));
      ready_ += static_cast<char>(0x80 | (point >> 6 & 0x3F));
      ready_ += static_cast<char>(0x80 | (point & 0x3F));
    }
  }

  std::unique_ptr<ByteSource> inner_;
  bool big_endian_;
  std::vector<char> buffer_;
  std::string ready_;
  size_t at_ = 0;
  size_t odd_ = 0;
  uint32_t high_ = 0;
  bool ended_ = false;
};

}  // namespace

std::string_view PeekSource::Peek(size_t size) {
  while (ahead_.size() - at_ < size && !ended_) {
    const size_t have = ahead_.size();
    ahead_.resize(at_ + size);
    Result<size_t> got = inner_->Read(ahead_.data() + have, ahead_.size() - have);
    if (!got.ok()) {
      error_ = got.error();
      ended_ = true;
    } else if (*got == 0) {
      ended_ = true;
    }
    ahead_.resize(have + (got.ok() ? *got : 0));
  }
  return std::string_view(ahead_).substr(at_, size);
}

Result<size_t> PeekSource::Read(char* buffer, size_t size) {
  if (at_ < ahead_.size()) {
    const size_t count = std::min(size, ahead_.size() - at_);
    std::memcpy(buffer, ahead_.data() + at_, count);
    at_ += count;
    if (at_ == ahead_.size()) {
      ahead_.clear();
      at_ = 0;
    }
    return count;
  }
  if (error_) {
    Error error = *error_;
    error_.reset();
    return error;
  }
  if (ended_) return size_t{0};
  return inner_->Read(buffer, size);
}

Result<std::unique_ptr<ByteSource>> OpenFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Error{ErrorKind::kIo, path + ": " + std::strerror(errno)};
#ifdef POSIX_FADV_SEQUENTIAL
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
  return std::unique_ptr<ByteSource>(std::make_unique<FileSource>(fd));
}

std::unique_ptr<ByteSource> InflateGzip(std::unique_ptr<ByteSource> inner) {
  return std::make_unique<GzipSource>(std::move(inner));
}

std::unique_ptr<ByteSource> DecodeUtf16(std::unique_ptr<ByteSource> inner, bool big_endian) {
  return std::make_unique<Utf16Source>(std::move(inner), big_endian);
}

Magic Sniff(std::string_view start) {
  const auto begins = [&](std::string_view magic) { return start.substr(0, magic.size()) == magic; };
  using std::string_view_literals::operator""sv;
  if (begins("\x1f\x8b"sv)) return Magic::kGzip;
  if (begins("PK\x03\x04"sv) || begins("PK\x05\x06"sv) || begins("7z\xBC\xAF\x27\x1C"sv)) {
    return Magic::kArchive;
  }
  if (start.size() >= 262 && start.substr(257, 5) == "ustar"sv) return Magic::kArchive;
  if (begins("\x28\xB5\x2F\xFD"sv) || begins("BZh"sv) || begins("\xFD\x37zXZ"sv)) {
    return Magic::kCompressed;
  }
  if (begins("\xEF\xBB\xBF"sv)) return Magic::kUtf8Bom;
  if (begins("\xFF\xFE"sv)) return Magic::kUtf16Le;
  if (begins("\xFE\xFF"sv)) return Magic::kUtf16Be;
  // PowerShell's -NoBOM forms: every other byte of the ASCII start is zero.
  if (start.size() >= 4 && start[0] != 0 && start[1] == 0 && start[2] != 0 && start[3] == 0) {
    return Magic::kUtf16Le;
  }
  if (start.size() >= 4 && start[0] == 0 && start[1] != 0 && start[2] == 0 && start[3] != 0) {
    return Magic::kUtf16Be;
  }
  return Magic::kNone;
}

}  // namespace tokentrail::source
