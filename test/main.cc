// The test program. Besides gtest's own output it can keep a list of how each test ended, one line
// a test, written as it happens: `./scripts/test` counts from it, and knows which test was running
// when the program crashed.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

class ResultList final : public testing::EmptyTestEventListener {
 public:
  explicit ResultList(const char* path) : file_(std::fopen(path, "ae")) {}
  ~ResultList() override {
    if (file_ != nullptr) std::fclose(file_);
  }
  ResultList(const ResultList&) = delete;
  ResultList& operator=(const ResultList&) = delete;

 private:
  void OnTestStart(const testing::TestInfo& test) override { Write("started", test); }
  void OnTestEnd(const testing::TestInfo& test) override {
    const testing::TestResult& result = *test.result();
    Write(result.Failed() ? "failed" : result.Skipped() ? "skipped" : "passed", test);
  }
  void Write(const char* word, const testing::TestInfo& test) {
    if (file_ == nullptr) return;
    std::fprintf(file_, "%s %s.%s\n", word, test.test_suite_name(), test.name());
    std::fflush(file_);
  }

  std::FILE* file_;
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (const char* path = std::getenv("TOKENTRAIL_TEST_RESULTS")) {
    testing::UnitTest::GetInstance()->listeners().Append(new ResultList(path));
  }
  return RUN_ALL_TESTS();
}
