#include "store/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <system_error>
#include <thread>

#include "model/field.h"
#include "store/case_tables.h"
#include "store/connection.h"
#include "store/event_queue.h"
#include "store/library.h"
#include "store/lives.h"
#include "store/schema.h"
#include "store/table_writer.h"

namespace tokentrail::store {
namespace {

namespace fs = std::filesystem;

/// What the library may hold in memory. Source: measured; 512 MB is no slower than all there is.
constexpr const char* kMemory = "512MB";

/// With more, the one that appends spins while it waits for the others. Source: measured, 500 MB of
/// evidence on two busy cores: 4.4 s of processor time in all with one, 5.6 s with two.
constexpr const char* kThreads = "1";

/// For what comes behind the last event. A few are enough: more take memory of their own.
constexpr const char* kAllThreads = "SET threads = 2";

/// Compressing texts by FSST as well makes the file a quarter smaller and the writing a fifth
/// slower. Source: measured, 500 MB of evidence: 57 MB in 1.48 s of processor time, or 44 MB
/// in 1.84 s.
constexpr const char* kCompression = "SET disabled_compression_methods = 'fsst,dict_fsst,zstd'";

/// Columns of `events` before and behind the fields, see schema.cc.
enum EventColumn : size_t { kEventId, kTime, kSource, kKind, kOutcome, kFields };
constexpr size_t kFile = kFields + kFieldCount;
constexpr size_t kContent = kFile + 4;
constexpr size_t kWho = kContent + 1;
constexpr size_t kQuick = kWho + 13;

bool IsNumber(Field field) {
  return field == Field::kItems || field == Field::kBytes || field == Field::kTokenLife;
}

Error Io(const std::string& path, const char* what) {
  return Error{ErrorKind::kIo, fmt::format("{}: can't {}: {}", path, what, std::strerror(errno))};
}

Result<Done> Sync(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Io(path, "open");
  const bool synced = ::fsync(fd) == 0 || errno == EINVAL;
  ::close(fd);
  if (!synced) return Io(path, "write to the disk");
  return Done{};
}

void RemoveFile(const std::string& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
  fs::remove(path + ".wal", ignored);
  fs::remove_all(path + ".tmp", ignored);
}

}  // namespace

struct Store::Impl {
  Impl(Settings given, duck::Session opened, const FileTable& table)
      : settings(std::move(given)), files(table), session(std::move(opened)) {}

  /// Takes batches until there are no more.
  void Work() {
    EventBatch taken;
    while (queue.Pop(taken)) {
      if (failed.load(std::memory_order_relaxed)) continue;  // so that nobody waits for room
      for (size_t i = 0; i < taken.size(); ++i) {
        const Result<Done> done = Write(taken.At(i), taken.WhoAt(i));
        if (!done.ok()) {
          error = done.error();
          failed.store(true, std::memory_order_release);
          break;
        }
      }
    }
  }

  Result<Done> Write(const Event& event, const Who& who) {
    const EventHead& head = event.head();
    duck::TableWriter& out = *events;
    out.Number(kEventId, ++written);
    // What an export of the real state says has no time of its own.
    if (head.kind != Kind::kSnapshot) {
      out.Moment(kTime, head.time);
      Count(head.source, DayOf(head.time));
    }
    out.Text(kSource, settings.source_names[head.source]);
    out.Text(kKind, Name(head.kind));
    out.Text(kOutcome, Name(head.outcome));
    for (size_t i = 0; i < kFieldCount; ++i) {
      const Field field = static_cast<Field>(i);
      const std::string_view text = event.Text(field);
      if (text.empty()) continue;
      if (!IsNumber(field)) {
        out.Text(kFields + i, text);
        continue;
      }
      int64_t number = 0;
      const char* const end = text.data() + text.size();
      const auto [stopped, fault] = std::from_chars(text.data(), end, number);
      if (fault == std::errc{} && stopped == end) out.Number(kFields + i, number);
    }
    if (head.place.file < file_ids.size()) out.Number(kFile, file_ids[head.place.file]);
    out.Number(kFile + 1, static_cast<int64_t>(head.place.line));
    out.Number(kFile + 2, static_cast<int64_t>(head.place.offset));
    out.Number(kFile + 3, head.place.size);
    out.Uuid(kContent, head.content);
    if (head.kind != Kind::kSnapshot) PutWho(who);
    PutQuick(event, head.kind != Kind::kSnapshot ? who : Who{});
    return out.EndRow();
  }

  /// Events come in the order of time: most fall on the day before them.
  void Count(size_t source, int64_t day) {
    if (day_counts == nullptr || day != last_day) {
      day_counts = &days[day];
      last_day = day;
    }
    if (day_counts->size() <= source) day_counts->resize(source + 1);
    ++(*day_counts)[source];
  }

  Result<Done> WriteDays() {
    const auto out = TRY(duck::TableWriter::Open(*session, TableOf("source_days")));
    for (const auto& [day, counts] : days) {
      for (size_t source = 0; source < counts.size(); ++source) {
        if (counts[source] == 0) continue;
        out->Text(0, settings.source_names[source]);
        out->Moment(1, Time{Days(day).micros});
        out->Number(2, static_cast<int64_t>(counts[source]));
        TRY(out->EndRow());
      }
    }
    return out->Flush();
  }

  void PutWho(const Who& who) {
    duck::TableWriter& out = *events;
    size_t column = kWho;
    out.Text(column++, who.texts[0]);
    out.Text(column++, who.texts[1]);
    out.Text(column++, Name(who.via));
    out.Text(column++, who.texts[2]);
    out.Text(column++, who.texts[3]);
    out.Text(column++, Name(who.holder));
    out.Text(column++, Name(who.rung));
    out.Text(column++, Name(who.confidence));
    out.Text(column++, who.reason);
    out.Text(column++, who.against);
    if (who.contradiction) out.Truth(column, true);
    ++column;
    if (who.issue_event != 0) out.Number(column, static_cast<int64_t>(who.issue_event));
    ++column;
    if (who.grant != 0) out.Number(column, who.grant);
  }

  /// Numbers for what is long and differs from event to event, and what else an event names.
  void PutQuick(const Event& event, const Who& who) {
    duck::TableWriter& out = *events;
    size_t column = kQuick;
    for (const Field field : {Field::kToken, Field::kIssuedToken, Field::kSession, Field::kMailbox,
                              Field::kObject, Field::kUrl}) {
      std::string_view text = event.Text(field);
      if (field == Field::kUrl) text = text.substr(0, text.find('?'));
      if (!text.empty()) out.Number(column, static_cast<int64_t>(Id::Of(text).low));
      ++column;
    }
    const std::string_view user = event.Text(Field::kUser);
    const std::string_view user_id = event.Text(Field::kUserId);
    const auto other_user = [&](std::string_view text) {
      return !text.empty() && text != user && (text != user_id || user.empty());
    };
    out.Truth(column++, other_user(who.texts[0]) || other_user(who.texts[1]) ||
                            other_user(event.Text(Field::kMailbox)) ||
                            other_user(event.Text(Field::kTarget)) ||
                            other_user(event.Text(Field::kTargetName)) ||
                            other_user(event.Text(Field::kPrincipal)) ||
                            (user.empty() && !user_id.empty()));
    const std::string_view app = event.Text(Field::kApp);
    const auto other_app = [&](std::string_view text) { return !text.empty() && text != app; };
    out.Truth(column, other_app(event.Text(Field::kActorAppId)) || other_app(who.texts[2]) ||
                          (other_app(who.texts[1]) && who.texts[1] != user_id) ||
                          other_app(event.Text(Field::kTarget)));
  }

  /// Waits for the writing thread; what it met is in `error`.
  void Join(bool drop) {
    queue.Close(drop);
    if (thread.joinable()) thread.join();
  }

  Settings settings;
  const FileTable& files;
  std::vector<int64_t> file_ids;  ///< by the index of FileTable
  std::optional<duck::Session> session;
  std::unique_ptr<duck::TableWriter> events;
  int64_t written = 0;
  std::map<int64_t, std::vector<uint64_t>> days;  ///< events by day and source
  std::vector<uint64_t>* day_counts = nullptr;    ///< of last_day
  int64_t last_day = 0;
  EventBatch batch;
  EventQueue queue;
  std::atomic<bool> failed{false};
  Error error;  ///< set before `failed`
  std::thread thread;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Store::~Store() {
  if (!impl_->session) return;
  impl_->Join(true);
  impl_->events->Forget();
  (void)impl_->session->Execute("PRAGMA disable_checkpoint_on_shutdown").ok();
  impl_->events.reset();
  impl_->session.reset();
  RemoveFile(impl_->settings.temporary);
}

Result<std::unique_ptr<Store>> Store::Open(const Settings& settings, const FileTable& files) {
  const duck::Api* api = TRY(Library());
  RemoveFile(settings.temporary);
  duck::Session session = TRY(duck::Session::Open(*api, settings.temporary,
                                                  {{"threads", kThreads},
                                                   {"memory_limit", kMemory},
                                                   {"temp_directory", settings.temporary + ".tmp"},
                                                   {"autoinstall_known_extensions", "false"},
                                                   {"autoload_known_extensions", "false"}}));
  (void)session.Execute(kCompression).ok();  // a library without these methods needs no telling
  std::string sql;
  for (const TableDef& table : AllTables()) sql += CreateSql(table);
  TRY(session.Execute(sql));

  auto impl = std::make_unique<Impl>(settings, std::move(session), files);
  std::vector<uint32_t> order(files.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return files.at(a).path < files.at(b).path; });
  impl->file_ids.resize(files.size());
  for (size_t i = 0; i < order.size(); ++i) {
    impl->file_ids[order[i]] = static_cast<int64_t>(i + 1);
  }
  impl->events = TRY(duck::TableWriter::Open(*impl->session, TableOf("events")));
  impl->thread = std::thread([raw = impl.get()] { raw->Work(); });
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<Done> Store::Append(const Event& event, const Attribution& who) {
  impl_->batch.Add(event, who);
  // A batch is a chunk, so that the writer need not copy its texts once more.
  if (impl_->batch.size() < impl_->events->rows_per_chunk()) return Done{};
  impl_->queue.Push(impl_->batch);
  if (impl_->failed.load(std::memory_order_acquire)) return impl_->error;
  return Done{};
}

Result<Done> Store::Finish(const CaseRows& rows) {
  EventBatch last = std::move(impl_->batch);
  impl_->batch = EventBatch();
  impl_->Join(false);
  if (impl_->failed.load(std::memory_order_acquire)) return impl_->error;
  for (size_t i = 0; i < last.size(); ++i) TRY(impl_->Write(last.At(i), last.WhoAt(i)));
  TRY(impl_->events->Flush());
  // Nobody else works now.
  TRY(impl_->session->Execute(kAllThreads));
  TRY(WriteLives(*impl_->session));
  TRY(impl_->WriteDays());
  TRY(WriteCaseTables(*impl_->session, rows, impl_->files, impl_->file_ids,
                      impl_->settings.source_names));
  impl_->events.reset();
  TRY(impl_->session->Execute("CHECKPOINT"));
  impl_->session.reset();

  // Whole, on the disk, and only then under its name.
  const Settings& settings = impl_->settings;
  TRY(Sync(settings.temporary));
  if (std::rename(settings.temporary.c_str(), settings.target.c_str()) != 0) {
    return Io(settings.target, "write");
  }
  RemoveFile(settings.temporary);
  const fs::path folder = fs::path(settings.target).parent_path();
  return Sync(folder.empty() ? "." : folder.string());
}

}  // namespace tokentrail::store
