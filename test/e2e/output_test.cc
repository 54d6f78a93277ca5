// Texts of attackers in outputs: no formula in a spreadsheet, no code in a terminal.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "source/json.h"
#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

std::string ReplacedAll(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Bytes of text that a terminal would act on. Line ends and tabs do no harm.
std::string Controls(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c0 = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F;
    const bool c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    const bool bidi = text.substr(i, 3) == "\u202E" || text.substr(i, 3) == "\u2066" ||
                      text.substr(i, 3) == "\u200F";
    if (c0 || c1 || bidi) out += text.substr(i > 20 ? i - 20 : 0, 40);
  }
  return out;
}

/// The first bytes of the cells of a CSV file (RFC 4180).
std::vector<std::string> Cells(std::string_view csv) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (c == '"') {
      if (quoted && i + 1 < csv.size() && csv[i + 1] == '"') {
        out.back() += '"';
        ++i;
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && (c == ',' || c == '\n')) {
      out.emplace_back();
    } else if (quoted || c != '\r') {
      out.back() += c;
    }
  }
  EXPECT_FALSE(quoted);
  return out;
}

constexpr const char* kHostile[] = {
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "a\",=1+1,\"b",
    "\n=1+1",
    "\x1b[2J\x1b[31mred",
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "\x07\x08\x7f",
    "\u202Egpj.exe",
    "\u2066hidden\u2069",
    "\u009b31m",
    "\x9b\x33\x31m",
};

/// Consents in which app, user and agent carry hostile texts.
std::string HostileLog() {
  std::string out;
  int number = 0;
  for (const std::string hostile : kHostile) {
    std::string escaped;
    for (const char c : hostile) {
      constexpr char kHex[] = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20) {
        escaped += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
      } else {
        if (c == '"' || c == '\\') escaped += '\\';
        escaped += c;
      }
    }
    const std::string user = "user" + std::to_string(number) + "@example.com";
    out += ReplacedAll(ReplacedAll(ConsentRecord(number), "Perfect Mail Sync", escaped), user,
                       escaped + "@example.com") +
           "\n";
    ++number;
  }
  return out;
}

TEST(Output, HoldsNoTerminalCodes) {
  const TempFolder folder;
  folder.Write("logs/a\x1b[31m\nb\u202E.json", HostileLog());
  folder.Write("logs/c\x1b]0;title\x07.txt", "no log\n");
  for (const char* type : {"table", "csv", "json", "jsonl", "ocsf", "incidents-jsonl", "incidents-md"}) {
    const RunResult run = RunBinary({"hunt", folder.In("logs"), "-o", folder.In("case"), "-C", "-t",
                                     type, "-m", "informational"});
    EXPECT_EQ(run.exit_code, 3) << run.err;
    if (std::string_view(type) != "csv") {  // there quotes carry what programs, not people, read
      EXPECT_EQ(Controls(run.out), "") << type;
    }
    EXPECT_EQ(Controls(run.err), "") << type;
  }
  source::JsonReader reader;
  size_t shown = 0;
  const std::string findings = ReadFile(folder.In("case/findings.jsonl"));
  for (const std::string_view line : Split(findings, "\n")) {
    EXPECT_EQ(Controls(line), "");
    ASSERT_TRUE(reader.ParseUnpadded(line)) << line;
    const std::string id(reader.record().Text("id"));
    const RunResult run = RunBinary({"show", id, "--case", folder.In("case")});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(Controls(run.out + run.err), "") << id;
    ++shown;
  }
  EXPECT_GE(shown, std::size(kHostile)) << "names like these are findings of their own, too";
  EXPECT_EQ(Controls(ReadFile(folder.In("case/summary.json"))), "");
  EXPECT_EQ(Controls(ReadFile(folder.In("case/timeline.jsonl"))), "");
  const std::string incidents = ReadFile(folder.In("case/incidents.jsonl"));
  EXPECT_EQ(Controls(incidents), "");
  for (int64_t i = 1; i <= std::count(incidents.begin(), incidents.end(), '\n'); ++i) {
    const RunResult run = RunBinary({"show", std::to_string(i), "--case", folder.In("case")});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(Controls(run.out + run.err), "") << i;
  }
  for (const char* needle : {"evil", "1+1", "exe"}) {
    const RunResult run = RunBinary({"find", needle, folder.In("logs")});
    EXPECT_EQ(Controls(run.out + run.err), "") << needle;
  }
}

TEST(Output, ErrorsHoldNoTerminalCodes) {
  const TempFolder folder;
  for (const std::vector<std::string>& args :
       std::vector<std::vector<std::string>>{{"hunt", "\x1b[31mnothing", "-o", folder.In("case")},
                                             {"\x1b[31mverb"},
                                             {"hunt", "--\x1b[31mflag"},
                                             {"hunt", "-m", "\x1b[31m", folder.path()},
                                             {"show", "\x1b[31m", "--case", folder.path()},
                                             {"hunt", "--config", "\x1b[31m", folder.path()},
                                             {"find", "x", "\x1b[31mnothing"}}) {
    const RunResult run = RunBinary(args);
    EXPECT_TRUE(run.exit_code == 1 || run.exit_code == 2) << run.exit_code;
    EXPECT_EQ(Controls(run.out + run.err), "") << args[0];
  }
}

TEST(Output, HoldsNoFormulas) {
  const TempFolder folder;
  folder.Write("logs/=1+1.json", HostileLog());
  const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
  EXPECT_GE(hunt.Ids().size(), std::size(kHostile));
  for (const char* name : {"findings.csv", "timeline.csv"}) {
    size_t cells = 0;
    for (const std::string& cell : Cells(ReadFile(folder.In("case/" + std::string(name))))) {
      const size_t first = cell.find_first_not_of(" \t\r\n");
      if (first == std::string::npos) continue;
      ++cells;
      EXPECT_EQ(std::string_view("=+-@").find(cell[first]), std::string_view::npos)
          << name << ": " << cell.substr(0, 100);
    }
    EXPECT_GT(cells, 100U) << name;
  }
}

}  // namespace
}  // namespace tokentrail::test
