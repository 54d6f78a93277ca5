#include "source/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace tokentrail::source {

struct Archive::Impl {
  Impl() : handle(archive_read_new()), buffer(256 << 10) {}
  ~Impl() { archive_read_free(handle); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::string Message() const {
    const char* text = archive_error_string(handle);
    return text == nullptr ? "the archive can't be read" : text;
  }

  static la_ssize_t ReadCallback(struct archive*, void* self, const void** data) {
    auto& impl = *static_cast<Impl*>(self);
    Result<size_t> got = impl.inner->Read(impl.buffer.data(), impl.buffer.size());
    if (!got.ok()) {
      archive_set_error(impl.handle, -1, "%s", got.error().message.c_str());
      return -1;
    }
    *data = impl.buffer.data();
    return static_cast<la_ssize_t>(*got);
  }

  struct archive* handle;
  std::unique_ptr<ByteSource> inner;
  std::vector<char> buffer;
  bool ended = false;
  int errors = 0;
};

namespace {

class MemberSource final : public ByteSource {
 public:
  MemberSource(struct archive* handle) : handle_(handle) {}  // NOLINT: one place

  /// Block by block: archive_read_data() would drop what it has when it meets damage.
  Result<size_t> Read(char* buffer, size_t size) override {
    while (at_ == size_) {
      const void* data = nullptr;
      la_int64_t offset = 0;
      at_ = size_ = 0;
      const int code = archive_read_data_block(handle_, &data, &size_, &offset);
      if (code == ARCHIVE_EOF) return size_t{0};
      if (code < ARCHIVE_WARN) {
        size_ = 0;
        const char* text = archive_error_string(handle_);
        return Error{ErrorKind::kIo, text == nullptr ? "the member can't be unpacked" : text};
      }
      data_ = static_cast<const char*>(data);
    }
    // Limit: holes of sparse members (tar) are left out; logs have none.
    const size_t count = std::min(size, size_ - at_);
    std::memcpy(buffer, data_ + at_, count);
    at_ += count;
    return count;
  }
  uint64_t Consumed() const override {
    return static_cast<uint64_t>(archive_filter_bytes(handle_, -1));
  }

 private:
  struct archive* handle_;
  const char* data_ = nullptr;
  size_t size_ = 0;
  size_t at_ = 0;
};

}  // namespace

Archive::Archive(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Archive::~Archive() = default;

Result<std::unique_ptr<Archive>> Archive::Open(const std::string& path,
                                               std::unique_ptr<ByteSource> bytes) {
  auto impl = std::make_unique<Impl>();
  archive_read_support_filter_all(impl->handle);
  archive_read_support_format_tar(impl->handle);
  archive_read_support_format_zip(impl->handle);
  archive_read_support_format_7zip(impl->handle);
  archive_read_support_format_raw(impl->handle);
  int code = ARCHIVE_OK;
  if (!path.empty()) {
    code = archive_read_open_filename(impl->handle, path.c_str(), 256 << 10);
  } else {
    impl->inner = std::move(bytes);
    code = archive_read_open(impl->handle, impl.get(), nullptr, &Impl::ReadCallback, nullptr);
  }
  if (code != ARCHIVE_OK) return Error{ErrorKind::kIo, impl->Message()};
  return std::unique_ptr<Archive>(new Archive(std::move(impl)));
}

Result<std::optional<Archive::Member>> Archive::Next() {
  while (!impl_->ended) {
    struct archive_entry* entry = nullptr;
    const int code = archive_read_next_header(impl_->handle, &entry);
    if (code == ARCHIVE_EOF) {
      impl_->ended = true;
      break;
    }
    if (code < ARCHIVE_WARN) {
      constexpr int kMaxErrors = 16;  // a damaged archive may say the same without end
      impl_->ended = code == ARCHIVE_FATAL || ++impl_->errors == kMaxErrors;
      return Error{ErrorKind::kIo, impl_->Message()};
    }
    if (archive_entry_filetype(entry) != AE_IFREG &&
        archive_format(impl_->handle) != ARCHIVE_FORMAT_RAW) {
      continue;
    }
    Member member;
    if (archive_format(impl_->handle) != ARCHIVE_FORMAT_RAW) {
      const char* name = archive_entry_pathname_utf8(entry);
      if (name == nullptr) name = archive_entry_pathname(entry);
      member.name = name == nullptr ? "?" : name;
    }
    member.bytes = std::make_unique<MemberSource>(impl_->handle);
    return std::optional<Member>(std::move(member));
  }
  return std::optional<Member>();
}

}  // namespace tokentrail::source
