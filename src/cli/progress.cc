#include "cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "cli/terminal.h"
#include "sink/width.h"

namespace tokentrail::cli {

std::string ProgressLine(const ProgressMoment& moment, size_t columns) {
  static constexpr std::string_view kNames[] = {"starting", "reading", "hunting", "writing"};
  if (moment.phase < 0 || moment.phase > 3) return {};
  std::string out(kNames[moment.phase]);
  if (moment.phase == 0 || moment.phase == 3) return sink::FitWidth(out, columns);
  const bool reading = moment.phase == 1;
  const uint64_t done = reading ? moment.bytes_done : moment.events_done;
  const uint64_t total = reading ? moment.bytes_total : moment.events_total;
  const uint64_t items = reading ? moment.records : moment.events_done;

  std::vector<std::string> parts;
  if (total > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    parts.push_back(fmt::format("{:3.0f}%", std::floor(share * 100)));
    parts.push_back(reading ? fmt::format("{} of {}", FormatBytes(done), FormatBytes(total))
                            : fmt::format("{} of {} events", Grouped(done), Grouped(total)));
  }
  if (moment.seconds >= 0.5) {
    parts.push_back(fmt::format(
        "{} {}/s", Grouped(static_cast<uint64_t>(static_cast<double>(items) / moment.seconds)),
        reading ? "records" : "events"));
    // An estimate from less than this would jump about.
    if (done > 0 && done < total && moment.seconds >= 1) {
      const double left =
          moment.seconds * static_cast<double>(total - done) / static_cast<double>(done);
      parts.push_back(fmt::format("{} left", FormatSpan(Seconds(static_cast<int64_t>(left) + 1))));
    }
  }
  std::string text;
  for (const std::string& part : parts) {
    if (out.size() + text.size() + 2 + part.size() > columns) break;
    text += "  " + part;
  }
  const size_t taken = out.size() + text.size();
  if (total > 0 && taken + 13 <= columns) {
    const size_t width = std::min<size_t>(30, columns - taken - 3);
    const auto filled = static_cast<size_t>(static_cast<double>(width) * static_cast<double>(done) /
                                            static_cast<double>(total));
    out += " [" + std::string(std::min(filled, width), '#') +
           std::string(width - std::min(filled, width), ' ') + "]";
  }
  return sink::FitWidth(out + text, columns);
}

ProgressBar::ProgressBar(const pipeline::Progress& progress, size_t columns)
    : progress_(progress), columns_(columns), thread_([this] { Loop(); }) {}

ProgressBar::~ProgressBar() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  wake_.notify_one();
  thread_.join();
  PrintError("\r\x1b[K");
}

void ProgressBar::Loop() {
  using Clock = std::chrono::steady_clock;
  int phase = -1;
  Clock::time_point began = Clock::now();
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::milliseconds(100), [this] { return over_; })) {
    ProgressMoment moment;
    moment.phase = progress_.phase.load();
    if (moment.phase != phase) {
      phase = moment.phase;
      began = Clock::now();
    }
    moment.bytes_done = progress_.bytes_done.load();
    moment.bytes_total = progress_.bytes_total.load();
    moment.records = progress_.records.load();
    moment.events_done = progress_.events_done.load();
    moment.events_total = progress_.events_total.load();
    moment.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    // The last column stays free: some terminals wrap as soon as it is written.
    PrintError("\r" + ProgressLine(moment, columns_ - 1) + "\x1b[K");
  }
}

}  // namespace tokentrail::cli
