// No secret in a log reaches anything that is written or printed, wherever in a record it stands.

#include <gtest/gtest.h>

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

namespace fs = std::filesystem;

struct Secret {
  std::string name;
  std::string text;    ///< as it stands in a value
  std::string hidden;  ///< no output may hold this

  friend std::ostream& operator<<(std::ostream& out, const Secret& secret) {
    return out << secret.name;
  }
};

/// All invented; each of the shape that its vendor documents.
const std::vector<Secret>& Secrets() {
  static const std::vector<Secret> kAll = {
      {"jwt",
       "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJhdWQiOiJncmFwaCJ9."
       "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg",
       "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"},
      {"github", "ghp_Zq7TestTestTestTestTestTestTest12345", "Zq7TestTest"},
      {"github_fine",
       "github_pat_11ABCDEFG0Zq7TestTest_"
       "Zq7TestTestTestTestTestTestTestTestTestTestTestTestTest1234",
       "Zq7TestTest"},
      {"slack", "xoxb-123456789012-1234567890123-Zq7TestTestTestTestTest1", "Zq7TestTest"},
      {"bearer", "Authorization: Bearer Zq7opaqueOpaqueOpaqueOpaque0123456789", "Zq7opaque"},
      {"url_code", "https://app.example/cb?code=0.AXoAZq7codecodecodecodecodecode&state=1",
       "Zq7codecode"},
      {"url_refresh", "grant_type=refresh_token&refresh_token=1.AXoAZq7refreshrefreshrefresh",
       "Zq7refresh"},
      {"url_client_secret", "client_id=1&client_secret=Zq7~secretsecretsecret.secret",
       "Zq7~secret"},
      {"user_code", "https://login.example/device?user_code=ZQ7XJWKPV", "ZQ7XJWKPV"},
      {"kubernetes",
       "eyJhbGciOiJSUzI1NiIsImtpZCI6Ilpx"
       "NyJ9.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50In0.WnE3a3ViZXJuZXRlcw",
       "WnE3a3ViZXJuZXRlcw"},
  };
  return kAll;
}

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string Cell(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string ReplacedAll(std::string text, const std::string& from, const std::string& to) {
  size_t count = 0;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    ++count;
  }
  EXPECT_GT(count, 0U) << from;
  return text;
}

/// Fails when `hidden` stands in `text`.
void ExpectHidden(const Secret& secret, const std::string& text, const std::string& where) {
  const size_t at = text.find(secret.hidden);
  EXPECT_EQ(at, std::string::npos)
      << secret.name << " in " << where << ": "
      << text.substr(at > 120 ? at - 120 : 0, at == std::string::npos ? 0 : 240);
}

/// Runs a hunt, `show` of each finding in each format, and `find`, and looks through all of it.
void ExpectNowhere(const std::vector<Secret>& secrets, const std::string& evidence,
                   const TempFolder& folder, const std::vector<std::string>& more = {}) {
  const std::string case_folder = folder.In("case");
  std::vector<std::pair<std::string, std::string>> seen;
  for (const char* type : {"table", "csv", "json", "jsonl", "ocsf"}) {
    std::vector<std::string> args = {"hunt", evidence,        "-o", case_folder, "-C",
                                     "-m",   "informational", "-t", type};
    args.insert(args.end(), more.begin(), more.end());
    const RunResult run = RunBinary(args);
    EXPECT_TRUE(run.exit_code == 0 || run.exit_code == 3) << run.exit_code << run.err;
    seen.emplace_back(std::string("standard output of -t ") + type, run.out);
    seen.emplace_back(std::string("standard error of -t ") + type, run.err);
  }
  for (const auto& entry : fs::recursive_directory_iterator(case_folder)) {
    if (entry.is_regular_file()) seen.emplace_back(entry.path(), ReadFile(entry.path()));
  }
  EXPECT_FALSE(fs::exists(case_folder + "/tmp"));
  EXPECT_EQ(fs::file_size(case_folder + "/case.key"), 32U);
  source::JsonReader reader;
  const std::string findings = ReadFile(case_folder + "/findings.jsonl");
  for (const std::string_view line : Split(findings, "\n")) {
    EXPECT_TRUE(reader.ParseUnpadded(line));
    const std::string id(reader.record().Text("id"));
    for (const char* type : {"text", "json"}) {
      const RunResult run = RunBinary({"show", id, "--case", case_folder, "-t", type});
      EXPECT_EQ(run.exit_code, 0) << run.err;
      seen.emplace_back("show " + id + " -t " + type, run.out + run.err);
    }
  }
  for (const char* type : {"text", "csv", "jsonl"}) {
    const RunResult run = RunBinary({"find", "needle", evidence, "-t", type});
    seen.emplace_back(std::string("find -t ") + type, run.out + run.err);
  }
  for (const auto& [where, text] : seen) {
    for (const Secret& secret : secrets) ExpectHidden(secret, text, where);
  }
}

class SecretTest : public testing::TestWithParam<Secret> {};

TEST_P(SecretTest, InAnyFieldIsRedacted) {
  const Secret& secret = GetParam();
  const std::string text = secret.text + " needle";
  const TempFolder folder;
  // The app's display name, the user, the address, the user agent, an unused field, a key.
  std::string log;
  const std::string base = ConsentRecord(1);
  log += ReplacedAll(base, "Perfect Mail Sync", text) + "\n";
  log += ReplacedAll(ConsentRecord(2), "user2@example.com", text) + "\n";
  log += ReplacedAll(ConsentRecord(3), "203.0.113.77", text) + "\n";
  log += ReplacedAll(ConsentRecord(4), "EvoSTS", text) + "\n";
  log += ReplacedAll(ConsentRecord(5), "\"Version\":1",
                     "\"Version\":1,\"Unused\":{\"deep\":[" + Quoted(text) + "]}") +
         "\n";
  // Limit: scopes are a set of words, and what is known as secret only by the word before it (an
  // opaque token after `Bearer`) is not known among them.
  if (secret.name != "bearer") {
    log += ReplacedAll(ConsentRecord(6), "Mail.ReadWrite", "Mail.ReadWrite " + text) + "\n";
  }
  log += ReplacedAll(ConsentRecord(7), "\"Version\":1",
                     "\"Version\":1,\"Unused\":" + Quoted("{\"inner\":" + Quoted(text) + "}")) +
         "\n";
  log += ReplacedAll(ConsentRecord(8), "\"Version\":1",
                     "\"Version\":1," + Quoted(text) + ":\"a secret as a key\"") +
         "\n";
  log += ReplacedAll(ConsentRecord(9), "Consent to application.", text) + "\n";
  log += ReplacedAll(ConsentRecord(10), "c0ffee00-1111-4222-8333-444455556666", text) + "\n";
  // Left out: no source, no time, no JSON. The ledger's details tell of them.
  log += "{" + Quoted(text) + ":1,\"b\":" + Quoted(text) + "}\n";
  log += ReplacedAll(base, "2026-03-01T00:01:00", text) + "\n";
  log += "{\"broken\":" + Quoted(text) + "\n";
  folder.Write("logs/lines.jsonl", log);
  folder.Write("logs/a.csv", "RecordType,AuditData,Comment," + Cell(text) + "\n8," +
                                 Cell(ReplacedAll(ConsentRecord(20), "Perfect Mail Sync", text)) +
                                 "," + Cell(text) + ",x\n8," + Cell(text) + ",y,z\n");
  folder.Write("logs/prose.txt", text + "\n" + text + "\n");
  const std::string rules = folder.Write(
      "rules/any.yml",
      "title: Any record of this tenant\nid: 7d1f0a52-3c4d-4e5f-8a9b-0c1d2e3f4a5b\n"
      "logsource: {product: m365}\ndetection:\n  sel:\n    Workload: AzureActiveDirectory\n"
      "  condition: sel\nlevel: high\n");
  ExpectNowhere({secret}, folder.In("logs"), folder, {"-r", rules});
}

INSTANTIATE_TEST_SUITE_P(All, SecretTest, testing::ValuesIn(Secrets()),
                         [](const auto& test) { return test.param.name; });

TEST(Secrets, UnderTheirKeysAreRedacted) {
  const TempFolder folder;
  std::string members;
  std::vector<Secret> secrets;
  int number = 0;
  for (const char* key :
       {"refresh_token", "access_token", "id_token", "client_secret", "clientSecret",
        "RefreshToken", "device_code", "user_code", "password", "Authorization"}) {
    const std::string value = "Zq7" + std::to_string(number++) + "hidden~value.of-a-key";
    members += "," + Quoted(key) + ":" + Quoted(value);
    secrets.push_back({key, value, value});
  }
  const std::string record = ReplacedAll(ConsentRecord(1), "\"Version\":1",
                                         "\"Version\":1,\"needle\":\"needle\"" + members);
  folder.Write("logs/a.jsonl", record + "\n" +
                                   ReplacedAll(ConsentRecord(2), "\"Version\":1",
                                               "\"Version\":1,\"x\":" +
                                                   Quoted("{\"n\":\"needle\"" + members + "}")) +
                                   "\n");
  folder.Write("logs/b.csv", "RecordType,AuditData,I\n8," +
                                 Cell(ReplacedAll(record, "000000000001", "000000000777")) +
                                 ",1\n");
  ExpectNowhere(secrets, folder.In("logs"), folder);
}

TEST(Secrets, OfAKubernetesTokenRequestAreRedacted) {
  const TempFolder folder;
  const Secret& token = Secrets().back();
  const std::string record =
      R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":)"
      R"("6d3f5a1e-0000-4000-8000-00000000000%","stage":"ResponseComplete","requestURI":)"
      R"("/api/v1/namespaces/shop/serviceaccounts/builder/token","verb":"create","user":{)"
      R"("username":"eve@example.com","groups":["system:authenticated"]},"sourceIPs":)"
      R"(["203.0.113.9"],"userAgent":"kubectl/v1.31","objectRef":{"resource":"serviceaccounts",)"
      R"("namespace":"shop","name":"builder","subresource":"token","apiVersion":"v1"},)"
      R"("responseStatus":{"metadata":{},"code":201},"requestObject":{"kind":"TokenRequest",)"
      R"("spec":{"audiences":["needle"],"expirationSeconds":31536000}},"responseObject":{"kind":)"
      R"("TokenRequest","status":{"token":"@","expirationTimestamp":"2027-03-02T09:15:00Z"}},)"
      R"("requestReceivedTimestamp":"2026-03-02T09:15:00.000000Z","stageTimestamp":)"
      R"("2026-03-02T09:15:00.100000Z","annotations":{"authorization.k8s.io/decision":"allow"}})";
  folder.Write("logs/audit.log", ReplacedAll(record, "@", token.text) + "\n");
  ExpectNowhere({token}, folder.In("logs"), folder);
  EXPECT_NE(ReadFile(folder.In("case/findings.jsonl")).find("MNT-12"), std::string::npos);
}

}  // namespace
}  // namespace tokentrail::test
