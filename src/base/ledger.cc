#include "base/ledger.h"

#include <tuple>

namespace tokentrail {
namespace {

using Entries = std::map<std::string, Ledger::Entry, std::less<>>;

/// Puts `entry` under `reason`. The detail decides between two firsts in one place, so that the
/// order of merging never shows.
void Put(Entries& entries, std::string_view reason, const Ledger::Entry& entry) {
  if (entry.count == 0) return;
  auto it = entries.find(reason);
  if (it == entries.end()) {
    entries.emplace(reason, entry);
    return;
  }
  Ledger::Entry& kept = it->second;
  kept.count += entry.count;
  const auto order = [](const Ledger::Entry& e) {
    return std::tie(e.first.file, e.first.line, e.first.offset, e.first.size, e.detail);
  };
  if (order(entry) < order(kept)) {
    kept.first = entry.first;
    kept.detail = entry.detail;
  }
}

}  // namespace

void Ledger::LeaveOut(std::string_view reason, const Place& place, std::string_view detail,
                      uint64_t count) {
  Put(left_out_, reason, {count, place, std::string(detail)});
}

void Ledger::Note(std::string_view reason, const Place& place, std::string_view detail,
                  uint64_t count) {
  Put(notes_, reason, {count, place, std::string(detail)});
}

void Ledger::Merge(const Ledger& other) {
  for (const auto& [reason, entry] : other.left_out_) Put(left_out_, reason, entry);
  for (const auto& [reason, entry] : other.notes_) Put(notes_, reason, entry);
}

uint64_t Ledger::left_out_records() const {
  uint64_t records = 0;
  for (const auto& [reason, entry] : left_out_) {
    if (reason.starts_with("source.")) records += entry.count;
  }
  return records;
}

uint64_t Ledger::left_out_total() const {
  uint64_t total = 0;
  for (const auto& [reason, entry] : left_out_) total += entry.count;
  return total;
}

}  // namespace tokentrail
