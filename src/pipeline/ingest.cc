#include "pipeline/ingest.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "base/as_of.h"
#include "source/lone_event.h"
#include "source/walk.h"

namespace tokentrail::pipeline {
namespace {

/// One thread's part of the work.
class Worker {
 public:
  Worker(source::Reader& reader, const IngestSetup& setup, Progress& progress,
         const std::atomic<bool>& stop, unsigned number)
      : reader_(reader),
        setup_(setup),
        progress_(progress),
        stop_(stop),
        normaliser_(setup.tables, setup.settings, setup.redactor),
        run_(setup.spill_prefix + std::to_string(number), setup.memory_bytes / setup.threads),
        scratch_(setup.rules.MakeScratch(setup.inventory)),
        events_(setup.tables.size()),
        tenants_(setup.tables.size()) {}

  void Work() {
    source::Block block;
    while (!stop_.load(std::memory_order_relaxed) && !failed_) {
      const bool more = reader_.Next(block, ledger_);
      const uint64_t before = records_;
      records_ += block.left_out;
      if (!more) break;
      records_ += walker_.Walk(
          block, ledger_, [this](const Record& record, std::string_view text, const Place& place) {
            Take(record, text, place);
          });
      bytes_ += block.bytes.size();
      progress_.records.fetch_add(records_ - before, std::memory_order_relaxed);
      progress_.bytes_done.store(reader_.bytes_done(), std::memory_order_relaxed);
    }
  }

  /// Adds what this worker has to the whole.
  Result<Done> MergeInto(Ingested& out) {
    if (failed_) return *failed_;
    out.ledger.Merge(ledger_);
    out.records += records_;
    out.bytes += bytes_;
    out.spilled += run_.spilled_bytes();
    out.events.resize(events_.size());
    out.tenants.resize(events_.size());
    for (size_t i = 0; i < events_.size(); ++i) {
      out.events[i] += events_[i];
      out.tenants[i].Add(tenants_[i].only);
      out.tenants[i].several = out.tenants[i].several || tenants_[i].several;
    }
    for (const auto& [key, count] : files_) {
      out.files.push_back(count);
      out.files.back().file = key.first;
      out.files.back().source = key.second;
    }
    if (any_) {
      out.first = out.any ? std::min(out.first, first_) : first_;
      out.last = out.any ? std::max(out.last, last_) : last_;
      out.any = true;
    }
    out.runs.push_back(std::move(run_));
    out.rules.push_back(std::move(scratch_));
    return Done{};
  }

 private:
  void Take(const Record& logged, std::string_view text, const Place& place) {
    const Record record = normaliser_.Unwrap(logged);
    SourceIndex source = 0;
    if (normaliser_.Claim(record, source) == nullptr) {
      if (source::IsEmptyEnvelope(record)) {
        ledger_.Note("source.empty_envelope", place, "an export's page without records");
        return;
      }
      ++records_;
      ledger_.LeaveOut("source.unclaimed", place, Describe(record));
      return;
    }
    const bool matching = setup_.rules.size() > 0 || setup_.inventory;
    size_t parts = normaliser_.Count(record, source);
    const Node* const list = parts > 1 ? normaliser_.SplitField(record, source) : nullptr;
    if (list != nullptr) {
      const size_t most = source::MostEvents(record, *list, parts);
      if (most < parts) {
        records_ += parts - most;
        ledger_.LeaveOut("source.too_many_events", place,
                         "a record with very many events and very much else", parts - most);
        parts = most;
      }
    }
    if (place.file != counted_.first || source != counted_.second || counting_ == nullptr) {
      counted_ = {place.file, source};
      counting_ = &files_[counted_];
    }
    ++counting_->records;
    bool any_made = false;
    Rules::Part which{list == nullptr ? Id() : Id::Of(text), true};
    for (size_t part = 0; part < parts; ++part) {
      ++records_;
      source::Made made = normaliser_.Make(record, source, part, text);
      if (!made.left_out.empty()) {
        ledger_.LeaveOut(made.left_out, place, made.detail);
        continue;
      }
      packed_.assign(made.event);
      EventHead head;
      std::memcpy(&head, packed_.data(), sizeof head);
      head.place = place;
      counting_->Add(head.time, place.offset);
      if (matching) {
        const Record alone =
            list == nullptr ? record : lone_event_.Of(record, *list, *normaliser_.draft().element);
        head.hits = setup_.rules.Match(source, alone, normaliser_, setup_.redactor, scratch_,
                                       packed_, which);
        head.size = static_cast<uint32_t>(packed_.size());
        head.shares = list != nullptr ? 1 : 0;
        if (list != nullptr) {
          lone_event_.Close();
          which.first = false;
        }
      }
      std::memcpy(packed_.data(), &head, sizeof head);
      Result<Done> added = run_.Add(packed_);
      if (!added.ok()) {
        failed_ = added.error();
        return;
      }
      ++events_[source];
      tenants_[source].Add(normaliser_.Text(Field::kTenant));
      any_made = true;
      if (head.time == kAsOfCollection) continue;  // the evidence doesn't reach to there
      first_ = any_ ? std::min(first_, head.time) : head.time;
      last_ = any_ ? std::max(last_, head.time) : head.time;
      any_ = true;
    }
    if (matching && any_made) Rules::Note(source, record, scratch_);
  }

  /// The first keys of a record, so that a person sees what it was.
  std::string Describe(const Record& record) const {
    std::string out = "no source knows a record with the keys";
    int shown = 0;
    for (const Node& child : Children(record.root())) {
      if (++shown > 5) break;
      out += shown == 1 ? " " : ", ";
      out += setup_.redactor.Clean(std::string(child.key())).substr(0, 60);
    }
    return shown == 0 ? "an empty object" : out;
  }

  source::Reader& reader_;
  const IngestSetup& setup_;
  Progress& progress_;
  const std::atomic<bool>& stop_;
  source::BlockWalker walker_;
  source::Normaliser normaliser_;
  source::LoneEvent lone_event_;
  timeline::Run run_;
  Ledger ledger_;
  std::optional<Error> failed_;
  Rules::Scratch scratch_;
  std::vector<uint64_t> events_;
  std::vector<Tenants> tenants_;
  std::map<std::pair<uint32_t, SourceIndex>, FileCount> files_;
  std::pair<uint32_t, SourceIndex> counted_;  ///< the last of them
  FileCount* counting_ = nullptr;             ///< its count
  std::string packed_;
  uint64_t records_ = 0;
  uint64_t bytes_ = 0;
  Time first_;
  Time last_;
  bool any_ = false;
};

}  // namespace

Result<Ingested> Ingest(source::Reader& reader, const IngestSetup& setup, Progress& progress,
                        const std::atomic<bool>& stop) {
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned i = 0; i < setup.threads; ++i) {
    workers.push_back(std::make_unique<Worker>(reader, setup, progress, stop, i));
  }
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < setup.threads; ++i) {
      threads.emplace_back([worker = workers[i].get()] { worker->Work(); });
    }
    workers[0]->Work();
  }
  Ingested out;
  for (auto& worker : workers) TRY(worker->MergeInto(out));
  // Workers share files: one row a file and source.
  std::sort(out.files.begin(), out.files.end(), [](const FileCount& a, const FileCount& b) {
    return std::tie(a.file, a.source) < std::tie(b.file, b.source);
  });
  std::vector<FileCount> merged;
  for (const FileCount& count : out.files) {
    if (!merged.empty() && merged.back().file == count.file &&
        merged.back().source == count.source) {
      merged.back().Merge(count);
    } else {
      merged.push_back(count);
    }
  }
  out.files = std::move(merged);
  return out;
}

}  // namespace tokentrail::pipeline
