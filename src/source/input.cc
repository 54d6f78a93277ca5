#include "source/input.h"

#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "source/archive.h"
#include "source/decode.h"

namespace tokentrail::source {
namespace fs = std::filesystem;

namespace {

/// Known by what a hunt leaves there at its end, or, when it was killed, by the key it begins with.
bool IsCaseFolder(const fs::path& folder) {
  constexpr std::uintmax_t kKeyBytes = 32;
  std::error_code ignored;
  return (fs::exists(folder / "summary.json", ignored) &&
          fs::exists(folder / "findings.jsonl", ignored)) ||
         (fs::is_regular_file(folder / "case.key", ignored) &&
          fs::file_size(folder / "case.key", ignored) == kKeyBytes);
}

bool HasGlob(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

/// Collects the files below inputs, each canonical path once.
class Expander {
 public:
  Expander(FileTable& files, Ledger& ledger) : files_(files), ledger_(ledger) {}

  Result<Done> Add(const std::string& input) {
    std::error_code error;
    const fs::file_status status = fs::status(input, error);
    if (fs::exists(status)) {
      AddPath(input, status, true);
      return Done{};
    }
    if (HasGlob(input)) {
      glob_t found{};
      const int code = ::glob(input.c_str(), GLOB_TILDE, nullptr, &found);
      for (size_t i = 0; code == 0 && i < found.gl_pathc; ++i) {
        const fs::path path = found.gl_pathv[i];
        AddPath(path, fs::status(path, error), true);
      }
      ::globfree(&found);
      if (code == 0) return Done{};
      return Error{ErrorKind::kNotFound, "no file matches '" + input + "'"};
    }
    return Error{ErrorKind::kNotFound, "'" + input + "' does not exist"};
  }

  std::vector<InputFile> Take() {
    std::vector<InputFile> out;
    out.reserve(found_.size());
    for (const auto& [canonical, path] : found_) out.push_back({path, path});
    std::sort(out.begin(), out.end(),
              [](const InputFile& a, const InputFile& b) { return a.path < b.path; });
    return out;
  }

 private:
  void LeaveOut(std::string_view reason, const fs::path& path, std::string_view detail) {
    const uint32_t file = files_.Add({path.string(), path.string(), 0, 0, {}});
    ledger_.LeaveOut(reason, Place{file, 0, 0, 0}, detail);
  }

  void AddPath(const fs::path& path, const fs::file_status& status, bool named) {
    std::error_code error;
    if (fs::is_directory(status)) {
      if (IsCaseFolder(path)) {
        const uint32_t file = files_.Add({path.string(), path.string(), 0, 0, {}});
        ledger_.Note("input.case_folder", Place{file, 0, 0, 0}, "a case folder is not evidence");
        return;
      }
      const fs::path canonical = fs::canonical(path, error);
      if (error || !folders_.insert(canonical).second) return;  // a link back up
      fs::directory_iterator entry(path, error);
      if (error) {
        LeaveOut("file.unreadable", path, error.message());
        return;
      }
      std::vector<fs::path> entries;
      for (; entry != fs::directory_iterator(); entry.increment(error)) {
        entries.push_back(entry->path());
      }
      if (error) LeaveOut("file.unreadable", path, error.message());
      std::sort(entries.begin(),
                entries.end());  // what is said of them must not depend on the disk
      for (const fs::path& inside : entries) {
        std::error_code ignored;
        AddPath(inside, fs::status(inside, ignored), false);
      }
      return;
    }
    if (fs::is_regular_file(status)) {
      const fs::path canonical = fs::canonical(path, error);
      const std::string key = error ? path.string() : canonical.string();
      const auto [at, added] = found_.try_emplace(key, path.string());
      if (!added) at->second = std::min(at->second, path.string());
      return;
    }
    if (named && (fs::is_fifo(status) || fs::is_character_file(status))) {
      found_.try_emplace(path.string(), path.string());  // asked for by name: a pipe is fine
      return;
    }
    LeaveOut(fs::exists(status) ? "file.special" : "file.unreadable", path,
             fs::exists(status) ? "not a regular file" : "a link to nothing, or no permission");
  }

  FileTable& files_;
  Ledger& ledger_;
  std::map<std::string, std::string> found_;
  std::set<fs::path> folders_;
};

/// Stops a stream that unpacks to far more than it was packed in.
class BoundedSource final : public ByteSource {
 public:
  BoundedSource(std::unique_ptr<ByteSource> inner, uint64_t disk_bytes, uint64_t& unpacked)
      : inner_(std::move(inner)), disk_bytes_(disk_bytes), unpacked_(unpacked) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    const size_t got = TRY(inner_->Read(buffer, size));
    unpacked_ += got;
    if (unpacked_ > StreamWalker::kFreeBytes &&
        unpacked_ / StreamWalker::kMaxExpansion > disk_bytes_) {
      return Error{ErrorKind::kConflict, "unpacks to more than 250 times its size"};
    }
    return got;
  }
  uint64_t Consumed() const override { return inner_->Consumed(); }

 private:
  std::unique_ptr<ByteSource> inner_;
  uint64_t disk_bytes_;
  uint64_t& unpacked_;
};

std::unique_ptr<ByteSource> Skip(std::unique_ptr<ByteSource> source, size_t bytes) {
  char ignored[4];
  const Result<size_t> got = source->Read(ignored, bytes);
  (void)got;  // a PeekSource that just showed these bytes
  return source;
}

}  // namespace

Result<std::vector<InputFile>> ExpandInputs(const std::vector<std::string>& inputs, FileTable& files,
                                            Ledger& ledger) {
  Expander expander(files, ledger);
  for (const std::string& input : inputs) TRY(expander.Add(input));
  return expander.Take();
}

struct StreamWalker::Impl {
  struct Layer {
    std::string name;
    std::unique_ptr<Archive> archive;
  };

  InputFile file;
  uint64_t disk_bytes = 0;
  uint64_t unpacked = 0;
  bool started = false;
  std::vector<Layer> layers;
  std::map<std::string, int> names;  ///< of members so far, and how many had each

  /// An archive may hold several members of one name; places must tell them apart.
  std::string Unique(std::string name) {
    const int number = ++names[name];
    return number == 1 ? name : name + " (" + std::to_string(number) + ")";
  }

  /// Decodes what the first bytes say, layer by layer. Gives a stream, or pushes an archive and
  /// gives nothing.
  Result<std::optional<Stream>> Resolve(std::string name, std::unique_ptr<ByteSource> bytes,
                                        bool on_disk, int depth) {
    for (int layer = depth;; ++layer) {
      auto peek = std::make_unique<PeekSource>(std::move(bytes));
      const Magic magic = Sniff(peek->Peek(512));
      if (layer > kMaxLayers &&
          (magic == Magic::kGzip || magic == Magic::kArchive || magic == Magic::kCompressed)) {
        return Error{ErrorKind::kConflict, name + ": packed in more than three layers"};
      }
      switch (magic) {
        case Magic::kGzip:
          bytes = std::make_unique<BoundedSource>(InflateGzip(std::move(peek)), disk_bytes, unpacked);
          on_disk = false;
          continue;
        case Magic::kArchive:
        case Magic::kCompressed: {
          std::unique_ptr<Archive> archive =
              TRY(Archive::Open(on_disk ? file.path : std::string(), std::move(peek)));
          layers.push_back({std::move(name), std::move(archive)});
          return std::optional<Stream>();
        }
        case Magic::kUtf8Bom:
          return std::optional<Stream>(Stream{std::move(name), Skip(std::move(peek), 3)});
        case Magic::kUtf16Le:
        case Magic::kUtf16Be: {
          const std::string_view start = peek->Peek(2);
          const bool mark = start == "\xFF\xFE" || start == "\xFE\xFF";
          std::unique_ptr<ByteSource> rest = std::move(peek);
          if (mark) rest = Skip(std::move(rest), 2);
          return std::optional<Stream>(
              Stream{std::move(name), DecodeUtf16(std::move(rest), magic == Magic::kUtf16Be)});
        }
        case Magic::kNone:
          return std::optional<Stream>(Stream{std::move(name), std::move(peek)});
      }
    }
  }
};

StreamWalker::StreamWalker(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StreamWalker::StreamWalker(StreamWalker&&) noexcept = default;
StreamWalker& StreamWalker::operator=(StreamWalker&&) noexcept = default;
StreamWalker::~StreamWalker() = default;

Result<StreamWalker> StreamWalker::Open(const InputFile& file) {
  auto impl = std::make_unique<Impl>();
  impl->file = file;
  struct stat status {};
  if (::stat(file.path.c_str(), &status) == 0) {
    impl->disk_bytes = static_cast<uint64_t>(status.st_size);
  }
  return StreamWalker(std::move(impl));
}

Result<std::optional<Stream>> StreamWalker::Next() {
  if (!impl_->started) {
    impl_->started = true;
    std::unique_ptr<ByteSource> bytes = TRY(OpenFile(impl_->file.path));
    std::optional<Stream> stream =
        TRY(impl_->Resolve(impl_->file.display, std::move(bytes), true, 1));
    if (stream) return stream;
  }
  while (!impl_->layers.empty()) {
    Impl::Layer& layer = impl_->layers.back();
    Result<std::optional<Archive::Member>> member = layer.archive->Next();
    if (!member.ok()) return Error{member.error().kind, layer.name + ": " + member.error().message};
    if (!member->has_value()) {
      impl_->layers.pop_back();
      continue;
    }
    Archive::Member& found = **member;
    std::string name =
        found.name.empty() ? layer.name : impl_->Unique(layer.name + "!" + found.name);
    auto bounded = std::make_unique<BoundedSource>(std::move(found.bytes), impl_->disk_bytes,
                                                   impl_->unpacked);
    const int depth = static_cast<int>(impl_->layers.size()) + 1;
    std::optional<Stream> stream =
        TRY(impl_->Resolve(std::move(name), std::move(bounded), false, depth));
    if (stream) return stream;
  }
  return std::optional<Stream>();
}

}  // namespace tokentrail::source
