#include "cli/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <thread>
#include <tuple>

#include "base/secret.h"
#include "base/text.h"
#include "source/normalise.h"
#include "source/reader.h"
#include "source/walk.h"

namespace tokentrail::cli {

namespace {

constexpr size_t kMaxValues = 20;  ///< shown of one record
constexpr int kMaxOpened = 6;      ///< JSON in texts in JSON in texts ...

bool ByPlace(const FoundRecord& a, const FoundRecord& b) {
  return std::tie(a.place.file, a.place.offset) < std::tie(b.place.file, b.place.offset);
}

/// A part of `text` of about `size` bytes around [begin, end), at the borders of characters.
std::string Window(std::string_view text, size_t begin, size_t size) {
  if (text.size() <= size) return std::string(text);
  const auto inside = [&](size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80;
  };
  size_t first = begin > size / 3 ? begin - size / 3 : 0;
  if (first + size > text.size()) first = text.size() - size;
  size_t last = std::min(text.size(), first + size);
  while (inside(first)) --first;
  while (inside(last)) ++last;
  std::string out(text.substr(first, last - first));
  if (first > 0) out.insert(0, "\u2026");
  if (last < text.size()) out += "\u2026";
  return out;
}

/// The value as it may be shown.
std::string Shown(const Node& node, const NeedleHit& hit, const Search& search,
                  const Redactor& redactor) {
  const std::string_view value = node.text();
  const SecretKey key = FindSecretKey(node.key());
  if (!key.kind.empty() && IsSecretValue(key, value)) return redactor.Mark(key.kind, value);
  const std::string clean = redactor.Clean(value);
  size_t begin = hit.begin;
  if (clean != value) {
    const auto again = search.needles->Find(clean);
    begin = again ? again->begin : 0;
  }
  return Window(clean, begin, search.context);
}

void MatchNodes(const Record& record, const Node& root, const Search& search,
                const Redactor& redactor, int opened, std::vector<FoundValue>& out) {
  // Nodes lie in preorder, so one step a node visits everything, however deep.
  for (const Node* node = &root; node != root.end(); ++node) {
    if (node->is_container() || node->text_size == 0) continue;
    const std::string_view text = node->text();
    if (node->kind == NodeKind::kText && opened < kMaxOpened &&
        (text.front() == '{' || text.front() == '[')) {
      if (const Node* inner = record.Open(*node); inner != nullptr) {
        MatchNodes(record, *inner, search, redactor, opened + 1, out);
        continue;
      }
    }
    const auto hit = search.needles->Find(text);
    if (!hit) continue;
    if (out.size() == kMaxValues) return;
    FoundValue value;
    value.pointer = redactor.Clean(record.Pointer(*node));
    value.label = search.needles->Label(hit->needle);
    if (!search.secret) value.value = Shown(*node, *hit, search, redactor);
    out.push_back(std::move(value));
  }
}

std::string RandomKey() {
  std::random_device device;
  std::string out;
  for (int i = 0; i < 32; ++i) out.push_back(static_cast<char>(device()));
  return out;
}

/// What all threads share.
struct Shared {
  const Search& search;
  SearchResult& result;
  source::Reader& reader;
  const source::Tables& tables;
  const source::NormaliseSettings& settings;
  const Redactor& redactor;
  pipeline::Progress& progress;
  const std::atomic<bool>& stop;
  std::mutex mutex;  ///< of `result`
};

/// One thread's part.
class Worker {
 public:
  explicit Worker(Shared& shared)
      : shared_(shared), normaliser_(shared.tables, shared.settings, shared.redactor) {}

  void Go() {
    source::Block block;
    while (!shared_.stop.load(std::memory_order_relaxed) && shared_.reader.Next(block, ledger_)) {
      walker_.Walk(block, ledger_,
                   [&](const Record& record, std::string_view text, const Place& place) {
                     Look(record, text, place);
                   });
      shared_.progress.bytes_done.store(shared_.reader.bytes_done());
      shared_.progress.records.fetch_add(records_ - told_);
      told_ = records_;
    }
    Prune();
    const std::scoped_lock lock(shared_.mutex);
    SearchResult& result = shared_.result;
    result.ledger.Merge(ledger_);
    result.records += records_;
    result.matched += matched_;
    std::move(found_.begin(), found_.end(), std::back_inserter(result.found));
  }

 private:
  void Look(const Record& record, std::string_view text, const Place& place) {
    ++records_;
    const Search& search = shared_.search;
    std::vector<FoundValue> values;
    if (!search.needles->empty()) {
      values = MatchValues(record, search, shared_.redactor);
      if (values.empty()) return;
    }
    const Record inner = normaliser_.Unwrap(record);
    SourceIndex index = 0;
    const source::SourceDef* source = normaliser_.Claim(inner, index);
    if (!Passes(record, inner, source, index, text)) return;

    FoundRecord found;
    found.place = place;
    found.values = std::move(values);
    if (source != nullptr) {
      found.source = source->name;
      if (search.filters.empty()) normaliser_.Make(inner, index, 0, text);
      found.has_time = normaliser_.draft().has_time;
      found.time = normaliser_.draft().time;
    }
    ++matched_;
    found_.push_back(std::move(found));
    if (found_.size() >= 2 * search.limit + 1024) Prune();
  }

  /// Whether every filter matches; leaves the event it chose in the normaliser's draft.
  bool Passes(const Record& record, const Record& inner, const source::SourceDef* source,
              SourceIndex index, std::string_view text) {
    const auto& filters = shared_.search.filters;
    if (filters.empty()) return true;
    const size_t parts = source == nullptr ? 1 : normaliser_.Count(inner, index);
    for (size_t part = 0; part < std::max<size_t>(parts, 1); ++part) {
      if (source != nullptr) normaliser_.Make(inner, index, part, text);
      const bool all = std::all_of(filters.begin(), filters.end(), [&](const FieldFilter& filter) {
        for (const FieldDef& field : Fields()) {
          if (field.name != filter.field) continue;
          return source != nullptr && filter.Matches(normaliser_.Text(field.field));
        }
        return filter.Matches(inner.Text(filter.field)) ||
               filter.Matches(record.Text(filter.field));
      });
      if (all) return true;
    }
    return false;
  }

  /// Keeps the first by place: so the answer is the same for any number of threads.
  void Prune() {
    std::sort(found_.begin(), found_.end(), ByPlace);
    if (found_.size() > shared_.search.limit) found_.resize(shared_.search.limit);
  }

  Shared& shared_;
  source::Normaliser normaliser_;
  source::BlockWalker walker_;
  Ledger ledger_;
  std::vector<FoundRecord> found_;
  uint64_t records_ = 0;
  uint64_t told_ = 0;
  uint64_t matched_ = 0;
};

}  // namespace

Result<FieldFilter> FieldFilter::Parse(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return Error{ErrorKind::kInvalid,
                 fmt::format("--filter can't be '{}'; write FIELD:VALUE, such as "
                             "actor.user.name:ben@contoso.example",
                             Printable(text))};
  }
  FieldFilter out;
  out.field = std::string(text.substr(0, colon));
  std::string_view value = text.substr(colon + 1);
  if (value.starts_with('*')) {
    out.open_start = true;
    value.remove_prefix(1);
  }
  if (value.ends_with('*')) {
    out.open_end = true;
    value.remove_suffix(1);
  }
  out.value = Lower(value);
  return out;
}

bool FieldFilter::Matches(std::string_view text) const {
  if (text.empty()) return false;
  if (text.size() < value.size()) return false;
  if (open_start && open_end) return ContainsIgnoreCase(text, value);
  if (open_start) return EqualsIgnoreCase(text.substr(text.size() - value.size()), value);
  if (open_end) return EqualsIgnoreCase(text.substr(0, value.size()), value);
  return EqualsIgnoreCase(text, value);
}

std::vector<FoundValue> MatchValues(const Record& record, const Search& search,
                                    const Redactor& redactor) {
  std::vector<FoundValue> out;
  MatchNodes(record, record.root(), search, redactor, 0, out);
  return out;
}

Result<std::unique_ptr<SearchResult>> Run(const Search& search, pipeline::Progress& progress,
                                          const std::atomic<bool>& stop) {
  auto result = std::make_unique<SearchResult>();
  auto inputs = TRY(source::ExpandInputs(search.inputs, result->files, result->ledger));
  source::Reader reader(std::move(inputs), result->files);
  progress.bytes_total.store(reader.bytes_total());
  progress.phase.store(1);

  const source::Tables tables(source::All());
  const source::NormaliseSettings settings;
  const Redactor redactor(RandomKey());
  Shared shared{search, *result, reader, tables, settings, redactor, progress, stop, {}};
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const unsigned threads = search.threads == 0 ? cores : search.threads;
  std::vector<std::thread> pool;
  for (unsigned i = 1; i < threads; ++i) {
    pool.emplace_back([&shared] { Worker(shared).Go(); });
  }
  Worker(shared).Go();
  for (std::thread& thread : pool) thread.join();

  std::sort(result->found.begin(), result->found.end(), ByPlace);
  if (result->found.size() > search.limit) result->found.resize(search.limit);
  for (FoundRecord& found : result->found) {
    found.file = found.place.file < result->files.size() ? result->files.at(found.place.file).path
                                                         : std::string();
  }
  result->texts = reader.texts();
  result->interrupted = stop.load();
  progress.phase.store(4);
  return result;
}

}  // namespace tokentrail::cli
