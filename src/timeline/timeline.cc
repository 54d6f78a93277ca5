#include "timeline/timeline.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <tuple>

#include "base/window_map.h"

namespace tokentrail::timeline {
namespace {

constexpr size_t kSlab = 4u << 20;
constexpr size_t kReadBuffer = 1u << 20;
/// A record may show up again with another reading of its time (a truncated fraction, the time of
/// arrival): remembered this long, this many.
constexpr Span kDuplicateWindow = Hours(1);
constexpr size_t kDuplicateKeys = 200'000;

/// The order of events, without the place.
bool Before(const EventHead& a, const EventHead& b) {
  if (a.time != b.time) return a.time < b.time;
  if (a.source != b.source) return a.source < b.source;
  if (a.key != b.key) return a.key < b.key;
  if (a.richness != b.richness) return a.richness > b.richness;
  if (a.content != b.content) return a.content < b.content;
  return std::tie(a.place.file, a.place.offset) < std::tie(b.place.file, b.place.offset);
}

const EventHead& HeadAt(const char* data) {
  // Events are stored aligned to 8 bytes, see Run::Add.
  return *reinterpret_cast<const EventHead*>(data);
}

struct Entry {
  int64_t micros;  ///< copied here: most comparisons end with it
  const char* data;
};

bool EntryBefore(const Entry& a, const Entry& b) {
  if (a.micros != b.micros) return a.micros < b.micros;
  return Before(HeadAt(a.data), HeadAt(b.data));
}

constexpr size_t Aligned(size_t size) { return (size + 7) & ~size_t{7}; }

Error IoError(const std::string& path, const char* what) {
  return Error{ErrorKind::kIo, path + ": can't " + what + ": " + std::strerror(errno)};
}

/// One sorted part of a spill file.
struct Segment {
  uint64_t begin = 0;
  uint64_t end = 0;
};

}  // namespace

struct Run::Impl {
  std::string path;
  uint64_t budget = 0;
  std::vector<std::unique_ptr<char[]>> slabs;
  std::vector<std::unique_ptr<char[]>> spare;
  size_t used = kSlab;  ///< of the last slab
  uint64_t held = 0;
  std::vector<Entry> entries;
  int fd = -1;
  std::string buffer;  ///< what goes to the spill file next
  uint64_t written = 0;
  std::vector<Segment> segments;
  uint64_t events = 0;

  ~Impl() {
    if (fd >= 0) ::close(fd);
    if (!segments.empty()) ::unlink(path.c_str());
  }

  char* Allocate(size_t size) {
    if (size > kSlab) {
      slabs.insert(slabs.begin(), std::make_unique<char[]>(size));
      return slabs.front().get();
    }
    if (kSlab - used < size) {
      if (spare.empty()) {
        slabs.push_back(std::unique_ptr<char[]>(new char[kSlab]));
      } else {
        slabs.push_back(std::move(spare.back()));
        spare.pop_back();
      }
      used = 0;
    }
    char* out = slabs.back().get() + used;
    used += size;
    return out;
  }

  void SortEntries() { std::sort(entries.begin(), entries.end(), EntryBefore); }

  Result<Done> Flush() {
    for (size_t at = 0; at < buffer.size();) {
      const ssize_t wrote = ::write(fd, buffer.data() + at, buffer.size() - at);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return IoError(path, "write");
      at += static_cast<size_t>(wrote);
    }
    buffer.clear();
    return Done{};
  }

  Result<Done> Spill() {
    if (entries.empty()) return Done{};
    SortEntries();
    if (fd < 0) {
      fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      if (fd < 0) return IoError(path, "make the spill file");
      buffer.reserve(kReadBuffer);
    }
    Segment segment;
    segment.begin = written;
    for (const Entry& entry : entries) {
      const size_t size = Aligned(HeadAt(entry.data).size);
      if (buffer.size() + size > kReadBuffer) TRY(Flush());
      buffer.append(entry.data, size);
      written += size;
    }
    TRY(Flush());
    segment.end = written;
    segments.push_back(segment);
    entries.clear();
    // Slabs of the standard size are used again; a rare huge one goes.
    spare.clear();
    for (auto& slab : slabs) spare.push_back(std::move(slab));
    slabs.clear();
    if (oversized) {
      spare.clear();
      oversized = false;
    }
    used = kSlab;
    held = 0;
    return Done{};
  }
  bool oversized = false;
};

Run::Run(std::string spill_path, uint64_t budget_bytes) : impl_(std::make_unique<Impl>()) {
  impl_->path = std::move(spill_path);
  impl_->budget = budget_bytes;
}
Run::~Run() = default;
Run::Run(Run&&) noexcept = default;

uint64_t Run::events() const { return impl_->events; }
uint64_t Run::spilled_bytes() const { return impl_->written; }

Result<Done> Run::Add(std::string_view event) {
  const size_t size = Aligned(event.size());
  if (impl_->held + size + sizeof(Entry) > impl_->budget) TRY(impl_->Spill());
  if (size > kSlab) impl_->oversized = true;
  char* data = impl_->Allocate(size);
  std::memcpy(data, event.data(), event.size());
  std::memset(data + event.size(), 0, size - event.size());
  impl_->entries.push_back({HeadAt(data).time.micros, data});
  impl_->held += size + sizeof(Entry);
  ++impl_->events;
  return Done{};
}

namespace {

/// A sorted sequence of events: in memory, or a part of a spill file.
class Cursor {
 public:
  explicit Cursor(const std::vector<Entry>* entries) : entries_(entries) {}
  Cursor(const std::string* path, int fd, Segment segment)
      : path_(path), fd_(fd), segment_(segment) {}

  /// Moves to the next event; false at the end.
  Result<bool> Advance() {
    if (entries_ != nullptr) {
      if (next_ == entries_->size()) return false;
      current_ = (*entries_)[next_++].data;
      return true;
    }
    at_ += size_;
    if (TRY(Have(sizeof(EventHead))) == 0) return false;
    size_ = Aligned(HeadAt(buffer_.data() + at_).size);
    TRY(Have(size_));
    current_ = buffer_.data() + at_;
    return true;
  }

  const char* current() const { return current_; }
  const EventHead& head() const { return HeadAt(current_); }

 private:
  /// Makes `size` bytes from at_ on readable; gives 0 at the end of the segment.
  Result<size_t> Have(size_t size) {
    if (filled_ - at_ >= size) return size;
    if (buffer_.size() < std::max(size, kReadBuffer)) {
      buffer_.resize(std::max(size, kReadBuffer));
    }
    std::memmove(buffer_.data(), buffer_.data() + at_, filled_ - at_);
    filled_ -= at_;
    at_ = 0;
    while (filled_ < size && segment_.begin < segment_.end) {
      const size_t wanted =
          std::min<uint64_t>(buffer_.size() - filled_, segment_.end - segment_.begin);
      const ssize_t got =
          ::pread(fd_, buffer_.data() + filled_, wanted, static_cast<off_t>(segment_.begin));
      if (got <= 0) return IoError(*path_, "read the spill file back");
      filled_ += static_cast<size_t>(got);
      segment_.begin += static_cast<uint64_t>(got);
    }
    return filled_ >= size ? size : size_t{0};
  }

  const std::vector<Entry>* entries_ = nullptr;
  size_t next_ = 0;
  const std::string* path_ = nullptr;
  int fd_ = -1;
  Segment segment_;
  std::vector<char> buffer_;
  size_t at_ = 0;
  size_t filled_ = 0;
  size_t size_ = 0;
  const char* current_ = nullptr;
};

}  // namespace

namespace {

/// Of a key given out lately.
struct Seen {
  Id tenant;
  uint8_t stage = 0;
};

}  // namespace

struct Sorted::Impl {
  std::vector<Run> runs;
  std::vector<Cursor> cursors;
  std::vector<uint32_t> heap;  ///< indexes of cursors, the earliest on top
  std::vector<Dropped> dropped;
  std::vector<std::string> tenants;
  std::optional<uint32_t> to_advance;
  std::optional<Event> out;

  // The event given out last, as far as duplicates of it are looked for.
  bool has_last = false;
  EventHead last;
  Id last_tenant;
  uint64_t last_copies = 0;  ///< keyless: how many equal records were let through
  std::vector<std::pair<uint32_t, uint64_t>> copies;  ///< keyless: file -> equal records in it

  /// Keys given out lately.
  WindowMap<Id, Seen> seen{kDuplicateWindow, kDuplicateKeys};

  bool Later(uint32_t a, uint32_t b) const {
    return Before(cursors[b].head(), cursors[a].head());
  }
  void Push(uint32_t cursor) {
    heap.push_back(cursor);
    std::push_heap(heap.begin(), heap.end(), [this](uint32_t a, uint32_t b) { return Later(a, b); });
  }

  /// The next event in order, duplicates and all; null at the end.
  Result<const char*> Take() {
    if (to_advance) {
      const uint32_t cursor = *to_advance;
      to_advance.reset();
      if (TRY(cursors[cursor].Advance())) Push(cursor);
    }
    if (heap.empty()) return static_cast<const char*>(nullptr);
    std::pop_heap(heap.begin(), heap.end(), [this](uint32_t a, uint32_t b) { return Later(a, b); });
    const uint32_t top = heap.back();
    heap.pop_back();
    to_advance = top;
    return cursors[top].current();
  }

  static bool SameTenant(const Id& a, const Id& b) { return a.empty() || b.empty() || a == b; }

  bool IsDuplicate(const Event& event) {
    const EventHead& head = event.head();
    const Id tenant = event.Hash(Field::kTenant);
    if (!head.key.empty()) {
      const Id key = Id::Of(head.key, Id{head.source, 1});
      if (Seen* before = seen.Find(key); before != nullptr && SameTenant(before->tenant, tenant)) {
        const bool earlier_stage = head.stage < before->stage;
        (earlier_stage ? dropped[head.source].superseded : dropped[head.source].duplicates) += 1;
        return true;
      }
      seen.Touch(key, head.time) = {tenant, head.stage};
      has_last = false;
      return false;
    }
    const bool equal = has_last && last.key.empty() && last.time == head.time &&
                       last.source == head.source && last.content == head.content;
    if (!equal) {
      has_last = true;
      last = head;
      last_copies = 1;
      copies.assign(1, {head.place.file, 1});
      return false;
    }
    uint64_t count = 1;
    bool known = false;
    for (auto& [file, in_file] : copies) {
      if (file != head.place.file) continue;
      count = ++in_file;
      known = true;
    }
    if (!known) copies.emplace_back(head.place.file, 1);
    if (count > last_copies) {
      last_copies = count;
      return false;
    }
    ++dropped[head.source].duplicates;
    return true;
  }
};

Sorted::Sorted(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Sorted::Sorted(Sorted&&) noexcept = default;
Sorted& Sorted::operator=(Sorted&&) noexcept = default;
Sorted::~Sorted() = default;

Result<Sorted> Sorted::Open(std::vector<Run> runs, std::vector<std::string> tenants) {
  auto impl = std::make_unique<Impl>();
  impl->runs = std::move(runs);
  impl->dropped.resize(tenants.size());
  impl->tenants = std::move(tenants);
  for (Run& run : impl->runs) {
    run.impl_->SortEntries();
    impl->cursors.emplace_back(&run.impl_->entries);
    for (const Segment& segment : run.impl_->segments) {
      impl->cursors.emplace_back(&run.impl_->path, run.impl_->fd, segment);
    }
  }
  for (uint32_t i = 0; i < impl->cursors.size(); ++i) {
    if (TRY(impl->cursors[i].Advance())) impl->Push(i);
  }
  return Sorted(std::move(impl));
}

Result<const Event*> Sorted::Next() {
  for (;;) {
    const char* data = TRY(impl_->Take());
    if (data == nullptr) return static_cast<const Event*>(nullptr);
    impl_->out.emplace(data, impl_->tenants[HeadAt(data).source]);
    if (!impl_->IsDuplicate(*impl_->out)) return &*impl_->out;
  }
}

const std::vector<Dropped>& Sorted::dropped() const { return impl_->dropped; }

}  // namespace tokentrail::timeline
