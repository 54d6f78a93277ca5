// Events on their way from the thread that hunts to the one that writes.

#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "model/attribution.h"
#include "model/event.h"

namespace tokentrail::store {

/// Who did it, as views; see Attribution.
struct Who {
  std::array<std::string_view, 4> texts;  ///< identity, its id, client, its name
  std::string_view reason;
  std::string_view against;
  Via via = Via::kUnknown;
  Holder holder = Holder::kUnknown;
  Rung rung = Rung::kNone;
  Confidence confidence = Confidence::kNone;
  bool contradiction = false;
  uint32_t grant = 0;
  uint64_t issue_event = 0;
};

/// Copies of some events, in order, with who did them.
class EventBatch {
 public:
  size_t size() const { return starts_.size(); }
  void Clear() {
    bytes_.clear();
    starts_.clear();
  }
  void Add(const Event& event, const Attribution& who) {
    // A tenant that stands in for a missing one is no part of the packed event.
    const std::string_view tenant =
        event.Has(Field::kTenant) ? std::string_view{} : event.Text(Field::kTenant);
    Start start;
    start.at = bytes_.size();
    start.tenant_size = tenant.size();
    start.event_size = event.head().size;
    bytes_ += tenant;
    bytes_.append(event.data(), event.head().size);
    const std::string* const texts[] = {&who.identity, &who.identity_id, &who.client,
                                        &who.client_name};
    for (size_t i = 0; i < start.sizes.size(); ++i) {
      start.sizes[i] = static_cast<uint32_t>(texts[i]->size());
      bytes_ += *texts[i];
    }
    start.who = {{},       who.reason,     who.against,       who.via,   who.holder,
                 who.rung, who.confidence, who.contradiction, who.grant, who.issue_event};
    starts_.push_back(start);
  }
  /// Holds until the batch changes.
  Event At(size_t index) const {
    const Start& start = starts_[index];
    const std::string_view tenant(bytes_.data() + start.at, start.tenant_size);
    return Event(bytes_.data() + start.at + start.tenant_size, tenant);
  }
  /// The same.
  Who WhoAt(size_t index) const {
    const Start& start = starts_[index];
    Who out = start.who;
    size_t at = start.at + start.tenant_size + start.event_size;
    for (size_t i = 0; i < out.texts.size(); ++i) {
      out.texts[i] = {bytes_.data() + at, start.sizes[i]};
      at += start.sizes[i];
    }
    return out;
  }

 private:
  struct Start {
    size_t at = 0;
    size_t tenant_size = 0;
    size_t event_size = 0;
    std::array<uint32_t, 4> sizes{};  ///< of Who::texts, behind the event
    Who who;
  };

  std::string bytes_;
  std::vector<Start> starts_;
};

/// A bounded queue between two threads.
class EventQueue {
 public:
  /// Passes `batch` on and makes it an empty one; waits while the queue is full.
  void Push(EventBatch& batch) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return full_.size() < kBatches || closed_; });
    full_.push_back(std::move(batch));
    batch = EventBatch();
    if (!spare_.empty()) {
      batch = std::move(spare_.back());
      spare_.pop_back();
    }
    batch.Clear();
    some_.notify_one();
  }
  /// The next batch into `batch`, whose memory is used again; false when there will be none.
  bool Pop(EventBatch& batch) {
    std::unique_lock lock(mutex_);
    spare_.push_back(std::move(batch));
    some_.wait(lock, [this] { return !full_.empty() || closed_; });
    if (full_.empty()) return false;
    batch = std::move(full_.front());
    full_.pop_front();
    room_.notify_one();
    return true;
  }
  /// No more will come; what is there is still given out, unless `drop`.
  void Close(bool drop) {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    if (drop) full_.clear();
    some_.notify_all();
    room_.notify_all();
  }

 private:
  static constexpr size_t kBatches = 8;

  std::mutex mutex_;
  std::condition_variable some_;
  std::condition_variable room_;
  std::deque<EventBatch> full_;
  std::vector<EventBatch> spare_;
  bool closed_ = false;
};

}  // namespace tokentrail::store
