#include "test/support/binary.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

TEST(RunProgram, GivesOutputErrorsAndExitCodeApart) {
  const RunResult result = RunProgram({"/bin/sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.exit_code, 3);
}

TEST(RunProgram, SendsInputLargerThanAPipeWithoutGettingStuck) {
  RunOptions options;
  options.input.assign(1 << 20, 'x');
  EXPECT_EQ(RunProgram({"/bin/cat"}, options).out, options.input);
  EXPECT_EQ(RunProgram({"/bin/true"}, options).exit_code, 0);
}

TEST(RunProgram, RunsInTheFolderAndEnvironmentAskedFor) {
  const TempFolder folder;
  RunOptions options;
  options.folder = folder.path();
  options.environment = {"TT_TEST=here"};
  EXPECT_EQ(RunProgram({"/bin/sh", "-c", "pwd; echo $TT_TEST"}, options).out,
            folder.path() + "\nhere\n");
}

TEST(RunProgram, SendsTheSignalAndReportsHowItEnded) {
  RunOptions options;
  options.signal = SIGINT;
  options.signal_after = std::chrono::milliseconds(50);
  EXPECT_EQ(RunProgram({"/bin/sleep", "30"}, options).exit_code, 128 + SIGINT);
}

TEST(RunProgram, KillsWhatRunsTooLong) {
  RunOptions options;
  options.timeout = std::chrono::seconds(1);
  const RunResult result = RunProgram({"/bin/sleep", "30"}, options);
  EXPECT_TRUE(result.timed_out);
  EXPECT_LT(result.took, std::chrono::seconds(20));
}

}  // namespace
}  // namespace tokentrail::test
