#include "cli/playbook_judge.h"

#include <chrono>
#include <filesystem>

#include "base/time.h"
#include "cli/interrupt.h"
#include "cli/scratch.h"

namespace tokentrail::cli {

Result<std::string> DayOf(const Args& args) {
  if (!args.Has("date")) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return FormatDate(Time{std::chrono::duration_cast<std::chrono::microseconds>(now).count()});
  }
  const std::string text = args.Get("date");
  std::string day = playbook::ReadDay(text);
  if (day.empty()) {
    return Error{ErrorKind::kInvalid, "--date is a day such as 2026-01-31, not '" + text + "'"};
  }
  return day;
}

std::vector<std::string> PagesNamed(const std::vector<std::string>& words) {
  if (!words.empty()) return words;
  std::error_code ignored;
  if (std::filesystem::is_directory("playbooks", ignored)) return {"playbooks"};
  return {"shipped"};
}

Result<std::vector<std::unique_ptr<JudgedPage>>> JudgePages(const std::vector<std::string>& words,
                                                            bool run_cases,
                                                            const std::string& today,
                                                            Report& report) {
  const std::atomic<bool>& stop = StopFlag();  // from here on Ctrl-C leaves nothing behind
  const ScratchFolder scratch = TRY(ScratchFolder::Make());
  std::vector<std::unique_ptr<JudgedPage>> out;
  size_t number = 0;
  for (playbook::PageFile& file : TRY(playbook::ReadPages(PagesNamed(words), report))) {
    auto judged = std::make_unique<JudgedPage>();
    judged->file = std::move(file);
    playbook::VerdictOptions options;
    options.folder = scratch.path() + "/" + std::to_string(number++);
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    options.today = today;
    options.run_cases = run_cases;
    judged->verdict = TRY(playbook::Judge(judged->file, options, stop));
    out.push_back(std::move(judged));
  }
  return out;
}

}  // namespace tokentrail::cli
