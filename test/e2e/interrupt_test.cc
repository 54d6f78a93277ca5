// Ctrl-C: ends soon, leaves what it wrote readable, and nothing temporary.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/text.h"
#include "source/json.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

/// Generous: the promise is one second, but test machines are busy and sanitizers slow.
constexpr seconds kSoon{10};

void ExpectReadable(const std::string& case_folder) {
  source::JsonReader reader;
  ASSERT_TRUE(fs::exists(case_folder + "/summary.json"));
  ASSERT_TRUE(reader.ParseUnpadded(ReadFile(case_folder + "/summary.json")));
  EXPECT_EQ(reader.record().Text("interrupted"), "true");
  const std::string findings = ReadFile(case_folder + "/findings.jsonl");
  for (const std::string_view line : Split(findings, "\n")) {
    EXPECT_TRUE(reader.ParseUnpadded(line)) << line;
  }
  for (const char* name : {"findings.csv", "timeline.csv", "timeline.jsonl"}) {
    EXPECT_TRUE(fs::exists(case_folder + "/" + name)) << name;
  }
  EXPECT_FALSE(fs::exists(case_folder + "/tmp"));
}

/// Hunts `input`, sends `signal` after a second, and checks how it ended.
void ExpectEndsSoon(const std::vector<std::string>& inputs, const std::string& case_folder,
                    int signal) {
  std::vector<std::string> args = {"hunt", "-o", case_folder, "-m", "informational", "-q"};
  args.insert(args.end(), inputs.begin(), inputs.end());
  RunOptions options;
  options.signal = signal;
  options.signal_after = std::chrono::milliseconds(1000);
  const RunResult run = RunBinary(args, options);
  EXPECT_FALSE(run.timed_out);
  EXPECT_EQ(run.exit_code, 130) << run.err;
  EXPECT_LT(run.took, options.signal_after + kSoon);
  ExpectReadable(case_folder);
}

/// Evidence that takes far longer than a second to read and little disk: one file by many names.
std::string WriteMuch(const TempFolder& folder) {
  std::string text;
  for (int i = 0; text.size() < (32u << 20); ++i) text += ConsentRecord(i) + "\n";
  const std::string first = folder.Write("logs/0.jsonl", text);
  for (int i = 1; i < 600; ++i) {
    fs::create_hard_link(first, folder.In("logs/" + std::to_string(i) + ".jsonl"));
  }
  return folder.In("logs");
}

TEST(Interrupt, WhileReading) {
  const TempFolder folder;
  const std::string logs = WriteMuch(folder);
  ExpectEndsSoon({logs, "--threads", "1"}, folder.In("case"), SIGINT);
  ExpectEndsSoon({logs, "--threads", "4", "--memory", "1M", "-C"}, folder.In("case"), SIGTERM);
}

TEST(Interrupt, WhileWaitingForAPipe) {
  const TempFolder folder;
  const std::string pipe = folder.In("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  folder.Write("a.jsonl", ConsentRecord(1) + "\n");
  // Nobody writes; then somebody holds it open and writes nothing.
  ExpectEndsSoon({pipe, folder.In("a.jsonl")}, folder.In("case"), SIGINT);
  const int holds = open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(holds, 0);
  ExpectEndsSoon({pipe, "-C"}, folder.In("case"), SIGINT);
  close(holds);
}

TEST(Interrupt, CoverageLeavesNothingBehind) {
  const TempFolder folder;
  const std::string pipe = folder.In("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  folder.Write("a.jsonl", ConsentRecord(1) + "\n");
  fs::create_directories(folder.In("tmp"));
  RunOptions options;
  options.environment = {"TMPDIR=" + folder.In("tmp")};
  options.signal = SIGINT;
  options.signal_after = std::chrono::milliseconds(1000);
  const RunResult run = RunBinary({"rules", "coverage", pipe, folder.In("a.jsonl")}, options);
  EXPECT_EQ(run.exit_code, 130) << run.err;
  EXPECT_NE(run.out.find("INTERRUPTED"), std::string::npos) << run.out;
  EXPECT_TRUE(fs::is_empty(folder.In("tmp")));
}

TEST(Interrupt, WhileWaitingForStandardInput) {
  const TempFolder folder;
  const std::string pipe = folder.In("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  RunOptions options;
  options.signal = SIGINT;
  options.signal_after = std::chrono::milliseconds(1000);
  const RunResult run = RunProgram({"/bin/bash", "-c", "exec \"$0\" hunt - -q -o \"$1\" 0<>\"$2\"",
                                    BinaryPath(), folder.In("case"), pipe},
                                   options);
  EXPECT_EQ(run.exit_code, 130) << run.err;
  EXPECT_LT(run.took, options.signal_after + kSoon);
  ExpectReadable(folder.In("case"));
}

TEST(Interrupt, WhileReadingALineWithoutEnd) {
  const TempFolder folder;
  const std::string path = folder.Write("logs/a.jsonl", ConsentRecord(1) + "\n");
  std::string text;
  for (int i = 0; i < 100; ++i) text += ConsentRecord(i) + "\n";
  {
    std::ofstream out(path, std::ios::binary);
    out << text << "{\"a\":\"";
    out.seekp(std::streamoff{1} << 40);  // a hole of a terabyte
    out << "\"}\n";
  }
  if (fs::file_size(path) < (1ull << 40)) GTEST_SKIP() << "no file with holes here";
  ExpectEndsSoon({folder.In("logs")}, folder.In("case"), SIGINT);
}

}  // namespace
}  // namespace tokentrail::test
