// Logs as attackers and accidents make them: what is broken costs itself and nothing else, is told,
// and never takes the memory or the process.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/pack.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

namespace fs = std::filesystem;

/// Sanitizers take several times the memory, so only a release build is measured.
constexpr long kMostKib = 300 << 10;

void ExpectSmall(const HuntResult& hunt) {
  if (HasSanitizer()) return;
  EXPECT_LT(hunt.run.peak_kib, kMostKib);
}

/// Ids of the findings of these records when nothing else is there.
std::vector<std::string> IdsOf(const std::vector<int>& numbers) {
  const TempFolder folder;
  std::string text;
  for (const int number : numbers) text += ConsentRecord(number) + "\n";
  return Hunt({folder.Write("a.json", text)}, folder.In("case")).Ids();
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string Cell(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

/// A way to write several records one below the other.
struct Shape {
  std::string name;
  std::string before;
  std::string between;
  std::string after;
  bool csv = false;

  std::string Write(const std::vector<std::string>& records) const {
    std::string out = before;
    for (size_t i = 0; i < records.size(); ++i) out += (i == 0 ? "" : between) + records[i];
    return out + after;
  }
  std::string Wrap(const std::string& record) const {
    return csv ? "8," + Cell(record) + ",x" : record;
  }
  friend std::ostream& operator<<(std::ostream& out, const Shape& shape) {
    return out << shape.name;
  }
};

const std::vector<Shape> kShapes = {
    {"lines", "", "\n", "\n"},
    {"lines_crlf", "", "\r\n", "\r\n"},
    {"array", "[\n", ",\n", "\n]\n"},
    {"value", "{\"@odata.context\": \"x\",\n\"value\": [\n", ",\n", "\n]}\n"},
    {"records", "{\"records\":[\n", ",\n", "\n]\n}\n"},
    {"csv", "RecordType,AuditData,Identity\n", "\n", "\n", true},
};

class HostileNeighbour : public testing::TestWithParam<Shape> {};

TEST_P(HostileNeighbour, CostsOnlyItself) {
  const Shape& shape = GetParam();
  const std::vector<std::string> expected = IdsOf({1, 2, 3, 4});
  ASSERT_EQ(expected.size(), 4U);
  const std::string whole = ConsentRecord(99);
  std::string deep = "{\"a\":";
  for (int i = 0; i < 10'000; ++i) deep += '[';
  for (int i = 0; i < 10'000; ++i) deep += ']';
  deep += "}";
  const std::vector<std::string> bad = {
      whole.substr(0, whole.size() / 2),         // cut off inside a text or a list
      whole.substr(0, whole.size() - 1),         // its last brace is missing
      Replaced(whole, "\"Success\"", "\"Succ"),  // a text that does not end
      Replaced(whole, "\"Success\"", "Success"),
      Replaced(whole, "\"Success\"", "\"\\q\""),
      Replaced(whole, "\"Version\":1", "\"Version\""),
      Replaced(whole, "\"Version\":1", "\"Version\":01x"),
      Replaced(whole, "\"Actor\":[",
               "\"Actor\":["
               "{"),
      "}",
      "{",
      "neither this nor that",
      "{\"an\":\"unknown record\"}",
      std::string("{\"a\":\"\0\"}", 9),
      "\xFF\xFE\x80{",
      deep,
  };
  for (const std::string& text : bad) {
    const TempFolder folder;
    std::string row = shape.Wrap(text);
    const std::string log =
        shape.Write({shape.Wrap(ConsentRecord(1)), shape.Wrap(ConsentRecord(2)), row,
                     shape.Wrap(ConsentRecord(3)), shape.Wrap(ConsentRecord(4))});
    const HuntResult hunt = Hunt({folder.Write("a.log", log)}, folder.In("case"));
    EXPECT_EQ(hunt.Ids(), expected) << text.substr(0, 200) << "\n" << hunt.Told();
    EXPECT_EQ(hunt.Number("events"), 4U) << text.substr(0, 200);
  }
}

TEST_P(HostileNeighbour, OfMoreThanTheCapCostsOnlyItself) {
  const Shape& shape = GetParam();
  const std::vector<std::string> expected = IdsOf({1, 2});
  const TempFolder folder;
  const std::string huge = "{\"a\":\"" + std::string(17u << 20, 'x') + "\"}";
  const std::string log =
      shape.Write({shape.Wrap(ConsentRecord(1)), shape.Wrap(huge), shape.Wrap(ConsentRecord(2))});
  const HuntResult hunt = Hunt({folder.Write("a.log", log)}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), expected) << hunt.Told();
  EXPECT_EQ(hunt.Number("records"), 3U);
  EXPECT_EQ(hunt.RecordsLeftOut(), 1U);
  ExpectSmall(hunt);
}

/// A hole in the file stands for the zeros of a gigabyte, so the test takes no disk.
TEST_P(HostileNeighbour, OfAGigabyteTakesNoMemory) {
  const Shape& shape = GetParam();
  std::vector<std::string> records;
  std::vector<int> numbers;
  for (int i = 1; i <= 60; ++i) {  // past what is looked at to see what kind of log it is
    records.push_back(shape.Wrap(ConsentRecord(i)));
    numbers.push_back(i);
  }
  const std::vector<std::string> expected = IdsOf(numbers);
  for (const char* quote : {"\"", ""}) {
    const TempFolder folder;
    const std::string path = folder.Write("a.log", shape.Write(records));
    std::string start = shape.csv ? "8," + std::string(quote) : "{\"a\":" + std::string(quote);
    {
      const std::string text = shape.Write(records);
      const std::string head = text.substr(0, text.size() - shape.after.size()) + shape.between;
      std::ofstream out(path, std::ios::binary | std::ios::trunc);
      out << head << start;
      out.seekp(static_cast<std::streamoff>(head.size() + (1ull << 30)));
      out << quote << (shape.csv ? ",x" : "}") << shape.between << shape.Wrap(ConsentRecord(1))
          << shape.after;
    }
    const HuntResult hunt = Hunt({path}, folder.In("case"));
    EXPECT_EQ(hunt.Ids(), expected) << hunt.Told();
    EXPECT_GE(hunt.RecordsLeftOut(), 1U);
    ExpectSmall(hunt);
    // The record after it is one that came before: seen again when it was read.
    EXPECT_EQ(hunt.Number("events") + hunt.Number("duplicates"), 61U)
        << "'" << quote << "' " << hunt.Told();
  }
}

INSTANTIATE_TEST_SUITE_P(All, HostileNeighbour, testing::ValuesIn(kShapes),
                         [](const auto& test) { return test.param.name; });

TEST(Truncated, WhatCameBeforeCounts) {
  std::string lines;
  std::string array = "[\n";
  std::vector<int> numbers;
  for (int i = 0; i < 400; ++i) {
    lines += ConsentRecord(i) + "\n";
    array += (i == 0 ? "" : ",\n") + ConsentRecord(i);
    if (i < 399) numbers.push_back(i);
  }
  lines.resize(lines.size() - 300);
  array.resize(array.size() - 300);
  const std::vector<std::string> expected = IdsOf(numbers);
  for (const std::string& text : {lines, array}) {
    const TempFolder folder;
    const HuntResult hunt = Hunt({folder.Write("a.json", text)}, folder.In("case"));
    EXPECT_EQ(hunt.Ids(), expected);
    EXPECT_EQ(hunt.run.exit_code, 3);
    EXPECT_EQ(hunt.RecordsLeftOut(), 1U) << hunt.Told();
  }
}

TEST(Truncated, ArchivesGiveWhatIsThereAndAreTold) {
  std::string lines;
  for (int i = 0; i < 1500; ++i) {
    // Text that does not compress, so that a cut leaves much of it.
    std::mt19937 random(static_cast<unsigned>(i));
    std::string noise;
    for (int j = 0; j < 400; ++j) noise += static_cast<char>('a' + random() % 26);
    lines +=
        Replaced(ConsentRecord(i), "\"Version\":1", "\"Version\":1,\"n\":\"" + noise + "\"") + "\n";
  }
  for (const std::string& whole :
       {Compress("gzip", lines), Compress("zstd", lines), Compress("bzip2", lines),
        Compress("xz", lines), Pack("zip", {{"a.json", lines}}), Pack("ustar", {{"a", lines}}),
        Pack("ustar", {{"a", lines}}, "gzip"), Pack("7zip", {{"a", lines}})}) {
    for (const char* damage : {"cut", "flip"}) {
      const TempFolder folder;
      std::string bytes = whole;
      if (std::string_view(damage) == "cut") {
        bytes.resize(bytes.size() / 2);
      } else {
        for (size_t at = bytes.size() * 6 / 10; at < bytes.size() * 6 / 10 + 64; ++at) {
          bytes[at] = static_cast<char>(bytes[at] ^ 0x5A);
        }
      }
      folder.Write("logs/damaged", bytes);
      folder.Write("logs/good.json", ConsentRecord(5000) + "\n");
      const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
      const bool seven = whole.starts_with("7z");  // its list of members stands at the end
      EXPECT_GE(hunt.Number("events"), seven ? 1U : 300U)
          << damage << " " << whole.substr(0, 4) << hunt.Told();
      if (std::string_view(damage) == "cut") {
        EXPECT_TRUE(hunt.LeftOut().contains("file.damaged") ||
                    hunt.LeftOut().contains("file.unreadable"))
            << whole.substr(0, 4) << hunt.Told();
      }
    }
  }
}

TEST(Hostile, InvalidUtf8IsRepairedAndNoted) {
  const std::string record =
      Replaced(ConsentRecord(), "Perfect Mail", "Perf\xC3\x28\xFF\xED\xA0\x80");
  for (const std::string& log :
       {record + "\n", "[" + record + "]", "{\"value\":[\n" + record + "\n]}",
        "{\"AuditData\":" + record + "}\n", "RecordType,AuditData,I\n8," + Cell(record) + ",1\n"}) {
    const TempFolder folder;
    const HuntResult hunt = Hunt({folder.Write("a.json", log)}, folder.In("case"));
    EXPECT_EQ(hunt.Number("events"), 1U) << log.substr(0, 60);
    EXPECT_EQ(hunt.Ids(), IdsOf({0})) << log.substr(0, 60);
    EXPECT_EQ(hunt.Notes()["source.repaired_text"], 1U) << log.substr(0, 60);
    EXPECT_NE(hunt.findings.find("Perf\uFFFD("), std::string::npos) << hunt.findings;
  }
}

TEST(Hostile, RawControlCharactersInTextsAreRepaired) {
  const TempFolder folder;
  const std::string record = Replaced(ConsentRecord(), "Perfect Mail", "Perf\tMail\x01");
  const HuntResult hunt = Hunt({folder.Write("a.json", record + "\n")}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), IdsOf({0}));
  EXPECT_EQ(hunt.Notes()["source.repaired_text"], 1U);
}

TEST(Hostile, NumbersNobodyCanHoldStayText) {
  const std::vector<std::string> expected = IdsOf({0});
  for (const char* number :
       {"1e400", "-1e400", "1180591620717411303424", "-1180591620717411303424", "1E+999999999",
        "18446744073709551616", "0.1234567890123456789012345678901234567890", "123e-999"}) {
    for (const bool in_cell : {false, true}) {
      const TempFolder folder;
      std::string log =
          Replaced(ConsentRecord(), "\"Version\":1", "\"Version\":" + std::string(number)) + "\n";
      if (in_cell) log = "RecordType,AuditData,I\n8," + Cell(log) + ",1\n";
      const HuntResult hunt = Hunt({folder.Write("a.json", log)}, folder.In("case"));
      EXPECT_EQ(hunt.Ids(), expected) << number << hunt.Told();
      EXPECT_EQ(hunt.run.exit_code, 0) << number;
      EXPECT_NE(hunt.findings.find(number), std::string::npos) << number << hunt.findings;
    }
  }
}

TEST(Hostile, HugeIdsStayApart) {
  const TempFolder folder;
  std::string log;
  for (const char* id : {"1180591620717411303424", "1180591620717411303425", "1e400", "2e400"}) {
    log += Replaced(ConsentRecord(), "\"3a9d1c74-58be-4f02-9c61-000000000000\"", id) + "\n";
  }
  const HuntResult hunt = Hunt({folder.Write("a.json", log)}, folder.In("case"));
  EXPECT_EQ(hunt.Number("events"), 4U) << hunt.Told();
}

TEST(Hostile, OfEqualKeysTheLastCounts) {
  const TempFolder folder;
  std::string record = ConsentRecord();
  record.replace(0, 1, "{\"ClientIP\":\"198.51.100.99\",\"Operation\":\"Delete user.\",");
  const HuntResult hunt = Hunt({folder.Write("a.json", record + "\n")}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), IdsOf({0}));
  EXPECT_NE(hunt.findings.find("\"ip\":\"203.0.113.77\""), std::string::npos) << hunt.findings;
  EXPECT_EQ(hunt.findings.find("\"ip\":\"198.51.100.99\""), std::string::npos) << hunt.findings;
}

TEST(Hostile, NestingWithoutEndIsLeftOut) {
  const TempFolder folder;
  const auto nested = [](std::string_view open, std::string_view close, int levels) {
    std::string out;
    for (int i = 0; i < levels; ++i) out += open;
    for (int i = 0; i < levels; ++i) out += close;
    return out;
  };
  folder.Write("logs/arrays.json", nested("[", "]", 10'000));
  folder.Write("logs/open.json", nested("[", "", 3'000'000));
  folder.Write("logs/objects.json", nested("{\"a\":", "}", 1'000'000));
  folder.Write("logs/value.json", nested("{\"value\":[", "]}", 10'000));
  folder.Write("logs/lines.json", nested("{\"records\":[", "]}", 400) + "\n{\"a\":1}\n");
  std::string text = "{\"a\":1}";
  for (int i = 0; i < 12; ++i) {
    std::string outer = "{\"_raw\":\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') outer += '\\';
      outer += c;
    }
    text = outer + "\"}";
  }
  folder.Write("logs/texts.json", text + "\n" + ConsentRecord(1) + "\n");
  const std::string deep = nested("{\"a\":[", "]}", 5'000);
  folder.Write("logs/inside.json", Replaced(ConsentRecord(2), "\"Version\":1", "\"v\":" + deep) +
                                       "\n" + ConsentRecord(3) + "\n");
  const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), IdsOf({1, 3}));
  EXPECT_GE(hunt.LeftOut()["source.too_deep"], 1U) << hunt.Told();
  ExpectSmall(hunt);
}

TEST(Bomb, IsLeftThereAndTold) {
  const TempFolder folder;
  const std::string before = ConsentRecord(1) + "\n{\"a\":\"";
  constexpr size_t kSize = 600u << 20;
  folder.Write("logs/a.gz", CompressRepeated("A", kSize, before));
  folder.Write("logs/b.zip", PackRepeated("A", kSize, "{\"a\":\""));
  folder.Write("logs/c.gz", Compress("gzip", CompressRepeated("A", kSize, before)));
  folder.Write("logs/d.zip", Pack("zip", {{"good.json", ConsentRecord(2)},
                                          {"bomb.zip", PackRepeated("A", kSize, "{\"a\":\"")}}));
  folder.Write("logs/e.gz", CompressRepeated("{\"a\":\"x\"},\n", kSize / 300, "["));
  folder.Write("logs/z.json", ConsentRecord(3) + "\n");
  const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), IdsOf({1, 2, 3})) << hunt.Told();
  EXPECT_GE(hunt.LeftOut()["archive.bomb"], 4U) << hunt.Told();
  ExpectSmall(hunt);
}

TEST(Bomb, OfLayersCostsNoOtherMember) {
  const TempFolder folder;
  std::string layers = ConsentRecord(9);
  for (int i = 0; i < 8; ++i) layers = Pack("zip", {{"x.zip", layers}});
  folder.Write(
      "logs/a.zip",
      Pack("zip", {{"1.json", ConsentRecord(1)}, {"2.zip", layers}, {"3.json", ConsentRecord(3)}}));
  const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), IdsOf({1, 3})) << hunt.Told();
  EXPECT_EQ(hunt.run.exit_code, 3);
}

TEST(Archive, AMemberThatNeedsAPasswordCostsOnlyItself) {
  const TempFolder folder;
  std::string bytes =
      Pack("zip", {{"secret.json", ConsentRecord(1)}, {"x.json", ConsentRecord(2)}});
  bytes[6] = static_cast<char>(bytes[6] | 1);  // the flag "encrypted", in both headers
  const size_t central = bytes.find("PK\x01\x02");
  ASSERT_NE(central, std::string::npos);
  bytes[central + 8] = static_cast<char>(bytes[central + 8] | 1);
  folder.Write("logs/a.zip", bytes);
  const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), IdsOf({2})) << hunt.Told();
  EXPECT_EQ(hunt.LeftOut().contains("file.damaged") + hunt.LeftOut().contains("file.unreadable"), 1)
      << hunt.Told();
}

TEST(Folder, OddFilesAreToldAndCostNothing) {
  const TempFolder folder;
  folder.Write("logs/good.json", ConsentRecord(1) + "\n");
  folder.Write("logs/empty.json", "");
  folder.Write("logs/blank.json", " \n\r\n\t\n");
  folder.Write("logs/prose.txt", "Dear reader,\nthis is no log.\n");
  folder.Write("logs/picture.png", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR{}", 18));
  folder.Write("logs/page.xml", "<?xml version=\"1.0\"?>\n<a>\n<b x=\"1\"/>\n</a>\n");
  folder.Write("logs/unknown.json", "{\"one\":1}\n{\"two\":2}\n");
  folder.Write("logs/unknown.csv", "one,two,three\n1,2,3\n4,5,6\n");
  fs::create_symlink(folder.In("nowhere"), folder.In("logs/dangling"));
  fs::create_symlink(folder.In("logs/round2"), folder.In("logs/round1"));
  fs::create_symlink(folder.In("logs/round1"), folder.In("logs/round2"));
  fs::create_directory_symlink("..", folder.In("logs/up"));
  fs::create_directory_symlink(".", folder.In("logs/same"));
  fs::create_symlink("good.json", folder.In("logs/again.json"));
  ASSERT_EQ(mkfifo(folder.In("logs/pipe").c_str(), 0600), 0);  // nobody will ever write to it
  const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), IdsOf({1}));
  EXPECT_EQ(hunt.run.exit_code, 3);
  std::map<std::string, uint64_t> left_out = hunt.LeftOut();
  EXPECT_EQ(left_out["file.unreadable"], 3U) << hunt.Told();
  EXPECT_EQ(left_out["file.special"], 1U);
  EXPECT_EQ(left_out["file.not_text"], 1U);
  EXPECT_EQ(left_out["file.unknown_format"], 2U) << hunt.Told();
  EXPECT_EQ(left_out["source.unclaimed"], 4U);
  EXPECT_EQ(hunt.Notes()["file.empty"], 2U);
  EXPECT_EQ(hunt.Number("records"), 5U);
}

TEST(Folder, WhatMayNotBeReadIsTold) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TempFolder folder;
  folder.Write("logs/good.json", ConsentRecord(1) + "\n");
  const std::string secret = folder.Write("logs/secret.json", ConsentRecord(2) + "\n");
  folder.Write("logs/closed/x.json", ConsentRecord(3) + "\n");
  fs::permissions(secret, fs::perms::none);
  fs::permissions(folder.In("logs/closed"), fs::perms::none);
  const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), IdsOf({1}));
  EXPECT_EQ(hunt.LeftOut()["file.unreadable"], 2U) << hunt.Told();
}

TEST(NothingLost, ARecordForEveryLine) {
  const TempFolder folder;
  std::string log;
  for (int i = 0; i < 5000; ++i) {
    switch (i % 5) {
      case 0:
        log += ConsentRecord(i);
        break;
      case 1:
        log += ConsentRecord(i - 1);
        break;  // a duplicate
      case 2:
        log += "{\"unknown\":" + std::to_string(i) + "}";
        break;
      case 3:
        log += "{\"broken\":" + std::to_string(i);
        break;
      default:
        log += Replaced(ConsentRecord(i), "2026-03-", "2026-99-");
    }
    log += "\n";
  }
  const HuntResult hunt = Hunt({folder.Write("a.json", log)}, folder.In("case"));
  EXPECT_EQ(hunt.Number("records"), 5000U);
  EXPECT_EQ(hunt.Number("events"), 1000U);
  EXPECT_EQ(hunt.Number("duplicates"), 1000U);
  EXPECT_EQ(hunt.LeftOut()["source.unclaimed"], 1000U);
  EXPECT_EQ(hunt.LeftOut()["source.bad_json"], 1000U);
  EXPECT_EQ(hunt.LeftOut()["source.no_time"], 1000U);
}

/// Whatever happens to the bytes: it ends, and the sums meet (Hunt() checks them).
TEST(NothingLost, WhateverBytesAreWrong) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(InRoot("samples/evidence"))) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  ASSERT_FALSE(files.empty());
  std::mt19937 random(20260302);
  for (int round = 0; round < 8; ++round) {
    const TempFolder folder;
    for (const std::string& file : files) {
      std::string bytes = ReadFile(file);
      const size_t wrong = 1 + random() % 60;
      for (size_t i = 0; i < wrong && !bytes.empty(); ++i) {
        const size_t at = random() % bytes.size();
        switch (random() % 4) {
          case 0:
            bytes[at] = static_cast<char>(random() & 0xFF);
            break;
          case 1:
            bytes[at] = "{}[]\",:\n\\"[random() % 9];
            break;
          case 2:
            bytes.erase(at, random() % 40);
            break;
          default:
            bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 3000));
        }
      }
      if (random() % 4 == 0) bytes.resize(random() % (bytes.size() + 1));
      folder.Write("logs/" + fs::path(file).filename().string(), bytes);
    }
    const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
    EXPECT_GT(hunt.Number("events"), 0U);
    ExpectSmall(hunt);
  }
}

}  // namespace
}  // namespace tokentrail::test
