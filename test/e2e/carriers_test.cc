// One record in everything that logs come in: the same event, and the same finding, every time.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test/support/case_file.h"
#include "test/support/hunt.h"
#include "test/support/pack.h"
#include "test/support/temp_folder.h"

namespace tokentrail::test {
namespace {

struct Carrier {
  std::string name;
  std::string file;
  std::string (*wrap)(const std::string& record);
  /// Other records that the carrier holds, which no source knows.
  uint64_t others = 0;

  friend std::ostream& operator<<(std::ostream& out, const Carrier& carrier) {
    return out << carrier.name;
  }
};

using Text = const std::string&;

/// The record as a JSON string.
std::string Quoted(Text record) {
  std::string out = "\"";
  for (const char c : record) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// The record as a CSV cell.
std::string Cell(Text record) {
  std::string out = "\"";
  for (const char c : record) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

/// With a line end after each comma and brace outside texts, as pretty printers do.
std::string Pretty(Text record) {
  std::string out;
  int depth = 0;
  bool text = false;
  const auto line = [&] { out += "\r\n" + std::string(static_cast<size_t>(depth) * 2, ' '); };
  for (size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (text) {
      out += c;
      if (c == '\\') out += record[++i];
      if (c == '"') text = false;
      continue;
    }
    if (c == '}' || c == ']') {
      --depth;
      line();
    }
    out += c;
    if (c == '"') text = true;
    if (c == ':') out += ' ';
    if (c == '{' || c == '[') ++depth;
    if (c == '{' || c == '[' || c == ',') line();
  }
  return out;
}

std::string Csv(Text record) {
  return "RecordType,CreationDate,UserIds,Operations,AuditData\n"
         "8,2026-03-01T00:00:00,user0@example.com,Consent to application.," +
         Cell(record) + "\n";
}

const std::vector<Carrier>& Carriers() {
  static const std::vector<Carrier> kAll = {
      // Lines.
      {"line", "a.json", [](Text r) { return r + "\n"; }},
      {"line_without_end", "a.log", [](Text r) { return r; }},
      {"crlf", "a.txt", [](Text r) { return "\r\n" + r + "\r\n\r\n"; }},
      {"misleading_name", "a.csv", [](Text r) { return r + "\n"; }},
      {"no_ending", "a", [](Text r) { return r + "\n"; }},
      {"name_of_an_archive", "a.zip", [](Text r) { return r + "\n"; }},
      {"indented_line", "a.json", [](Text r) { return "  \t" + r + " \n"; }},
      {"syslog_header", "a.log",
       [](Text r) { return "<134>Mar  1 00:00:00 host app[1]: " + r + "\n"; }},
      // Byte order marks and encodings.
      {"utf8_mark", "a.json", [](Text r) { return "\xEF\xBB\xBF" + r + "\n"; }},
      {"utf16_le_mark", "a.json", [](Text r) { return "\xFF\xFE" + ToUtf16(r + "\r\n", false); }},
      {"utf16_be_mark", "a.json", [](Text r) { return "\xFE\xFF" + ToUtf16(r + "\r\n", true); }},
      {"utf16_le", "a.json", [](Text r) { return ToUtf16(r + "\r\n", false); }},
      {"utf16_be", "a.json", [](Text r) { return ToUtf16(r + "\r\n", true); }},
      {"utf16_csv", "a.csv", [](Text r) { return "\xFF\xFE" + ToUtf16(Csv(r), false); }},
      {"utf16_array", "a.json",
       [](Text r) { return "\xFF\xFE" + ToUtf16("[\r\n" + Pretty(r) + "]", false); }},
      // JSON that is not lines.
      {"array", "a.json", [](Text r) { return "[" + r + "]"; }},
      {"array_of_lines", "a.json", [](Text r) { return "[\n" + r + "\n]\n"; }},
      {"pretty", "a.json", [](Text r) { return Pretty(r); }},
      {"pretty_array", "a.json", [](Text r) { return "[\r\n" + Pretty(r) + "\r\n]\r\n"; }},
      {"array_in_array", "a.json", [](Text r) { return "[[" + r + "]]"; }},
      {"concatenated", "a.json", [](Text r) { return "{\"x\":1}" + r + "{\"x\":2}"; }, 2},
      {"pretty_concatenated", "a.json",
       [](Text r) { return "{\n\"x\": 1\n}\n" + Pretty(r) + "\n{\n\"x\": 2\n}"; }, 2},
      // Envelopes, as a whole file and a line.
      {"value", "a.json",
       [](Text r) { return "{\"@odata.context\":\"https://x\",\"value\":[" + r + "]}"; }},
      {"value_pretty", "a.json",
       [](Text r) {
         return "{\n  \"@odata.context\": \"https://x\",\n  \"value\": [\n" + Pretty(r) +
                "\n  ],\n  \"@odata.nextLink\": \"https://y\"\n}\n";
       }},
      {"value_pages", "a.json",
       [](Text r) { return "{\"value\":[]}\n{\"value\":[" + r + "]}\n{\"value\":[]}\n"; }},
      {"records", "a.json", [](Text r) { return "{\"records\": [" + r + "]}\n"; }},
      {"records_upper", "a.json", [](Text r) { return "{\"Records\":[" + r + "]}"; }},
      {"items", "a.json",
       [](Text r) { return "{\"kind\":\"x\",\"items\":[" + r + "],\"nextPageToken\":\"p\"}"; }},
      {"activities", "a.json", [](Text r) { return "{\"activities\":[" + r + "]}"; }},
      {"event_list", "a.json", [](Text r) { return "{\"EventList\":[" + r + "]}"; }},
      {"event_list_pages", "a.json",
       [](Text r) {
         return "{\"kind\":\"EventList\",\"metadata\":{\"continue\":\"x\"},\"items\":[]}\n{"
                "\"items\":[" +
                r + "]}\n";
       }},
      {"event_list_items", "a.json",
       [](Text r) {
         return "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[" + r + "]}";
       }},
      {"array_of_envelopes", "a.json", [](Text r) { return "[{\"records\":[" + r + "]}]"; }},
      {"cloudwatch", "a.json",
       [](Text r) {
         return "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"g\",\"logEvents\":[{\"id\":\"1\","
                "\"timestamp\":1772355600000,\"message\":" +
                Quoted(r) + "}]}";
       }},
      {"cloudwatch_lines", "a.json",
       [](Text r) {
         const std::string line =
             "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"message\":" + Quoted(r) + "}]}\n";
         return "{\"messageType\":\"CONTROL_MESSAGE\",\"logEvents\":[]}\n" + line;
       }},
      {"elastic_search", "a.json",
       [](Text r) {
         return "{\"took\":1,\"hits\":{\"total\":{\"value\":1},\"hits\":[{\"_index\":\"i\",\"_id\":"
                "\"1\",\"_source\":" +
                r + "}]}}";
       }},
      {"elastic_search_pretty", "a.json",
       [](Text r) {
         return "{\n  \"took\": 1,\n  \"hits\": {\n    \"max_score\": 1.0,\n    \"hits\": [\n{\n"
                "\"_index\": \"i\",\n\"_source\": " +
                Pretty(r) + "\n}\n    ]\n  }\n}\n";
       }},
      {"source_line", "a.json",
       [](Text r) { return "{\"_index\":\"i\",\"_source\":" + r + "}\n"; }},
      {"elastic_pages", "a.json",
       [](Text r) {
         return "{\"took\":1,\"_shards\":{\"total\":1},\"hits\":{\"total\":{\"value\":0},\"hits\":["
                "]}}\n"
                "{\"took\":1,\"hits\":{\"hits\":[{\"_source\":" +
                r + "}]}}\n";
       }},
      {"event_original", "a.json",
       [](Text r) { return "{\"event\":{\"original\":" + Quoted(r) + "}}\n"; }},
      {"event_original_flat", "a.json",
       [](Text r) { return "{\"event.original\":" + Quoted(r) + "}\n"; }},
      {"elastic_source_original", "a.json",
       [](Text r) { return "{\"_source\":{\"event\":{\"original\":" + Quoted(r) + "}}}\n"; }},
      {"splunk_raw", "a.json",
       [](Text r) { return "{\"_time\":\"1\",\"_raw\":" + Quoted(r) + "}\n"; }},
      {"splunk_result", "a.json",
       [](Text r) { return "{\"preview\":false,\"result\":{\"_raw\":" + Quoted(r) + "}}\n"; }},
      {"splunk_results", "a.json",
       [](Text r) { return "{\"results\":[{\"_raw\":" + Quoted(r) + "}]}"; }},
      {"container_log", "a.json",
       [](Text r) { return "{\"log\":" + Quoted(r) + ",\"stream\":\"stdout\"}\n"; }},
      {"message", "a.json",
       [](Text r) { return "{\"@timestamp\":\"x\",\"message\":" + Quoted(r) + "}\n"; }},
      {"audit_data_text", "a.json",
       [](Text r) { return "{\"RecordType\":8,\"AuditData\":" + Quoted(r) + "}\n"; }},
      {"audit_data_object", "a.json",
       [](Text r) { return "{\"auditLogRecordType\":\"x\",\"auditData\":" + r + "}\n"; }},
      // CSV.
      {"csv", "a.csv", Csv},
      {"csv_mark", "a.csv", [](Text r) { return "\xEF\xBB\xBF" + Csv(r); }},
      {"csv_other_name", "a.log", Csv},
      {"csv_semicolons", "a.csv",
       [](Text r) {
         return "RecordType;CreationDate;UserIds;AuditData\r\n8;2026-03-01;u;" + Cell(r) + "\r\n";
       }},
      {"csv_tabs", "a.csv",
       [](Text r) { return "RecordType\tCreationDate\tAuditData\n8\t2026\t" + Cell(r) + "\n"; }},
      {"csv_type_line", "a.csv",
       [](Text r) {
         return "#TYPE Deserialized.Microsoft.Exchange.Data.ApplicationLogic.UnifiedAuditLogEvent"
                "\r\n\"RecordType\",\"CreationDate\",\"AuditData\"\r\n\"8\",\"x\"," +
                Cell(r) + "\r\n";
       }},
      {"csv_column_order", "a.csv",
       [](Text r) {
         return "AuditData,Identity,Operations,UserIds\n" + Cell(r) + ",1,Consent,user0\n";
       }},
      {"csv_quoted_header", "a.csv",
       [](Text r) {
         return "\"UserIds\",\"AuditData\",\"Identity\"\n\"u\"," + Cell(r) + ",\"1\"\n";
       }},
      {"csv_line_ends_in_cells", "a.csv",
       [](Text r) {
         return "Comment,Identity,AuditData\n\"one\ntwo, \"\"three\"\"\r\n\",1," + Cell(Pretty(r)) +
                "\n";
       }},
      {"csv_short_rows_around", "a.csv",
       [](Text r) { return "AuditData,Identity,Operations\n" + Cell(r) + ",1,Consent\n\n\r\n"; }},
      // Packed.
      {"gzip", "a.gz", [](Text r) { return Compress("gzip", r + "\n"); }},
      {"gzip_other_name", "a.json", [](Text r) { return Compress("gzip", r + "\n"); }},
      {"gzip_members", "a.gz",
       [](Text r) {
         return Compress("gzip", r.substr(0, 100)) + Compress("gzip", "") +
                Compress("gzip", r.substr(100) + "\n");
       }},
      {"gzip_padding", "a.gz",
       [](Text r) { return Compress("gzip", r + "\n") + std::string(512, '\0'); }},
      {"gzip_gzip", "a.gz", [](Text r) { return Compress("gzip", Compress("gzip", r)); }},
      {"gzip_csv", "a.csv.gz", [](Text r) { return Compress("gzip", Csv(r)); }},
      {"gzip_utf16", "a.gz",
       [](Text r) { return Compress("gzip", "\xFF\xFE" + ToUtf16(r + "\r\n", false)); }},
      {"zstd", "a.zst", [](Text r) { return Compress("zstd", r + "\n"); }},
      {"zstd_frames", "a.zst",
       [](Text r) {
         return Compress("zstd", r.substr(0, 100)) + Compress("zstd", r.substr(100) + "\n");
       }},
      {"bzip2", "a.bz2", [](Text r) { return Compress("bzip2", r + "\n"); }},
      {"xz", "a.xz", [](Text r) { return Compress("xz", r + "\n"); }},
      {"zip", "a.zip",
       [](Text r) {
         return Pack("zip", {{"logs/a.json", r}});
       }},
      {"zip_other_name", "a",
       [](Text r) {
         return Pack("zip", {{"a", r}});
       }},
      {"zip_paths_upwards", "a.zip",
       [](Text r) {
         return Pack("zip", {{"../../../../tmp/x", ""}, {"../../etc/passwd", r}});
       }},
      {"zip_path_absolute", "a.zip",
       [](Text r) {
         return Pack("zip", {{"/etc/passwd", r}});
       }},
      {"zip_members_of_one_name", "a.zip",
       [](Text r) {
         return Pack("zip", {{"a", "{\"x\":1}\n"}, {"a", r}});
       },
       1},
      {"seven_zip", "a.7z",
       [](Text r) {
         return Pack("7zip", {{"a.json", r}});
       }},
      {"tar", "a.tar",
       [](Text r) {
         return Pack("ustar", {{"logs/a.json", r}});
       }},
      {"pax_tar", "a.tar",
       [](Text r) {
         return Pack("pax", {{"logs/a.json", r}});
       }},
      {"tar_gz", "a.tgz",
       [](Text r) {
         return Pack("ustar", {{"a.json", r}}, "gzip");
       }},
      {"tar_zst", "a.tar.zst",
       [](Text r) {
         return Pack("ustar", {{"a.json", r}}, "zstd");
       }},
      {"tar_bz2", "a.tar.bz2",
       [](Text r) {
         return Pack("ustar", {{"a.json", r}}, "bzip2");
       }},
      {"tar_xz", "a.tar.xz",
       [](Text r) {
         return Pack("ustar", {{"a.json", r}}, "xz");
       }},
      {"gzip_in_zip", "a.zip",
       [](Text r) {
         return Pack("zip", {{"a.json.gz", Compress("gzip", r)}});
       }},
      {"zip_in_zip", "a.zip",
       [](Text r) {
         return Pack("zip", {{"empty", ""}, {"b.zip", Pack("zip", {{"a.json", r}})}, {"z", ""}});
       }},
      {"zip_in_tar_gz", "a.tgz",
       [](Text r) {
         return Pack("ustar", {{"b.zip", Pack("zip", {{"a", r}})}}, "gzip");
       }},
      {"zst_in_zip", "a.zip",
       [](Text r) {
         return Pack("zip", {{"a.zst", Compress("zstd", r)}});
       }},
      {"csv_in_zip", "a.zip",
       [](Text r) {
         return Pack("zip", {{"a.csv", Csv(r)}});
       }},
      {"utf16_in_seven_zip", "a.7z",
       [](Text r) {
         return Pack("7zip", {{"a", "\xFF\xFE" + ToUtf16(r, false)}});
       }},
  };
  return kAll;
}

class CarrierTest : public testing::TestWithParam<Carrier> {};

TEST_P(CarrierTest, TheRecordInItGivesTheSameFinding) {
  const TempFolder folder;
  const Carrier& carrier = GetParam();
  const std::string plain = folder.Write("plain/x.jsonl", ConsentRecord() + "\n");
  const HuntResult expected = Hunt({plain}, folder.In("expected"));
  ASSERT_EQ(expected.Ids().size(), 1U);

  folder.Write("logs/" + carrier.file, carrier.wrap(ConsentRecord()));
  const HuntResult hunt = Hunt({folder.In("logs")}, folder.In("case"));
  EXPECT_EQ(hunt.Ids(), expected.Ids()) << hunt.summary;
  EXPECT_EQ(hunt.Number("events"), 1U);
  EXPECT_EQ(hunt.Number("records"), 1 + carrier.others) << hunt.summary;
  EXPECT_EQ(hunt.Number("left_out"), carrier.others) << hunt.Told();
  EXPECT_EQ(hunt.Number("left_out_other"), 0U) << hunt.Told();
  // The cited record was read back, and the deciding fields stand where the finding says.
  EXPECT_NE(hunt.findings.find("\"record_sha256\":\""), std::string::npos) << hunt.findings;
  EXPECT_NE(hunt.findings.find("/ModifiedProperties/1/NewValue"), std::string::npos)
      << hunt.findings;
}

INSTANTIATE_TEST_SUITE_P(All, CarrierTest, testing::ValuesIn(Carriers()),
                         [](const auto& test) { return test.param.name; });

TEST(Inputs, StandardInputIsEvidenceLikeAFile) {
  const TempFolder folder;
  const std::string plain = folder.Write("x.jsonl", ConsentRecord() + "\n");
  const HuntResult expected = Hunt({plain}, folder.In("expected"));
  for (const std::string& input :
       {ConsentRecord(), "[" + ConsentRecord() + "]", Csv(ConsentRecord()),
        Compress("gzip", ConsentRecord()), Pack("zip", {{"a", ConsentRecord()}})}) {
    RunOptions options;
    options.input = input;
    const HuntResult hunt = Hunt({"-"}, folder.In("case"), {"-C"}, options);
    EXPECT_EQ(hunt.Ids(), expected.Ids());
    EXPECT_NE(hunt.findings.find("\"file\":\"-"), std::string::npos) << hunt.findings;
  }
}

TEST(Inputs, ANamedPipeIsEvidenceLikeAFile) {
  const TempFolder folder;
  const std::string plain = folder.Write("x.jsonl", ConsentRecord() + "\n");
  const HuntResult expected = Hunt({plain}, folder.In("expected"));
  // As `tokentrail hunt <(zcat x.gz)` gives it.
  const RunResult run =
      RunProgram({"/bin/bash", "-c", "exec \"$0\" hunt <(cat \"$1\") -q -m informational -o \"$2\"",
                  BinaryPath(), plain, folder.In("case")});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const std::string findings = ReadFile(folder.In("case/findings.jsonl"));
  EXPECT_NE(findings.find(expected.Ids().at(0)), std::string::npos) << findings;
  EXPECT_NE(findings.find("\"record_sha256\":\""), std::string::npos) << findings;
}

TEST(Inputs, GlobsFoldersAndFilesNamedTwiceAreReadOnce) {
  const TempFolder folder;
  folder.Write("logs/a.json", ConsentRecord(1) + "\n");
  folder.Write("logs/deep/b.json", ConsentRecord(2) + "\n");
  folder.Write("logs/deep/c.txt", ConsentRecord(3) + "\n");
  const HuntResult all = Hunt({folder.In("logs"), folder.In("logs/a.json"),
                               folder.In("logs/deep/../a.json"), folder.In("logs/*.json")},
                              folder.In("case"));
  EXPECT_EQ(all.Number("records"), 3U);
  EXPECT_EQ(all.Ids().size(), 3U);
  const HuntResult glob = Hunt({folder.In("logs/*/*.json")}, folder.In("case"), {"-C"});
  EXPECT_EQ(glob.Number("records"), 1U);
  const RunResult none =
      RunBinary({"hunt", folder.In("logs/*.nothing"), "-o", folder.In("case"), "-C"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_NE(none.err.find("*.nothing"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace tokentrail::test
