#include "test/support/hunt.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "source/json.h"
#include "test/support/case_file.h"

namespace tokentrail::test {
namespace {

/// Values of a record, one a line, without those under `skipped` keys: what is compared.
void Flatten(const Node& node, const std::string& path,
             const std::vector<std::string_view>& skipped, std::string& out) {
  for (const std::string_view key : skipped) {
    if (node.key() == key) return;
  }
  const std::string here = path + "/" + std::string(node.key());
  if (!node.is_container()) {
    out += here + "=" + std::string(node.text()) + "\n";
    return;
  }
  for (const Node& child : Children(node)) Flatten(child, here, skipped, out);
}

/// What holds of every hunt that wrote its results.
void ExpectAccountedFor(const HuntResult& hunt) {
  EXPECT_EQ(hunt.Number("events") + hunt.Number("duplicates") + hunt.Number("superseded") +
                hunt.Number("left_out"),
            hunt.Number("records"))
      << hunt.Told();
  uint64_t left_out = 0;
  for (const auto& [reason, count] : hunt.LeftOut()) left_out += count;
  EXPECT_EQ(left_out, hunt.Number("left_out") + hunt.Number("left_out_other"));
  EXPECT_EQ(hunt.RecordsLeftOut(), hunt.Number("left_out"));
  uint64_t events = 0;
  for (const auto& [source, count] : hunt.Sources()) events += count;
  EXPECT_EQ(events, hunt.Number("events"));
  EXPECT_FALSE(std::filesystem::exists(hunt.folder + "/tmp"));
}

}  // namespace

std::string ConsentRecord() { return ConsentRecord(0); }

std::string ConsentRecord(int number) {
  const std::string app = fmt::format("7b1f0a52-3c4d-4e5f-8a9b-{:012x}", 0xabc + number);
  const std::string principal = fmt::format("11111111-2222-4333-8444-{:012x}", 0xdef + number);
  const std::string tenant = "c0ffee00-1111-4222-8333-444455556666";
  const std::string user = fmt::format("user{}@example.com", number);
  return fmt::format(
      R"({{"CreationTime":"2026-03-{:02}T{:02}:{:02}:00","Id":"3a9d1c74-58be-4f02-9c61-{:012x}",)"
      R"("Operation":"Consent to application.","OrganizationId":"{}","RecordType":8,)"
      R"("ResultStatus":"Success","UserKey":"1003200A@example.com","UserType":0,"Version":1,)"
      R"("Workload":"AzureActiveDirectory","ClientIP":"203.0.113.77","ObjectId":"{}",)"
      R"("UserId":"{}","AzureActiveDirectoryEventType":1,"ExtendedProperties":[{{)"
      R"("Name":"additionalDetails","Value":"{{\"User-Agent\":\"EvoSTS\",\"AppId\":\"{}\"}}"}}],)"
      R"("ModifiedProperties":[{{"Name":"ConsentContext.IsAdminConsent","NewValue":"False",)"
      R"("OldValue":""}},{{"Name":"ConsentAction.Permissions","NewValue":"[] => [[Id: Ab{}, )"
      R"(ClientId: {}, PrincipalId: 22222222-3333-4444-8555-{:012x}, ResourceId: )"
      R"(33333333-4444-4555-8666-777788889999, ConsentType: Principal, Scope: Mail.ReadWrite )"
      R"(Mail.Send offline_access, CreatedDateTime: , LastModifiedDateTime ]]; ","OldValue":""}},)"
      R"({{"Name":"TargetId.ServicePrincipalNames","NewValue":"{}","OldValue":""}}],)"
      R"("Actor":[{{"ID":"{}","Type":5}}],"ActorContextId":"{}","Target":[{{)"
      R"("ID":"ServicePrincipal_{}","Type":2}},{{"ID":"{}","Type":2}},{{"ID":"ServicePrincipal",)"
      R"("Type":2}},{{"ID":"Perfect Mail Sync","Type":1}},{{"ID":"{}","Type":2}}],)"
      R"("TargetContextId":"{}"}})",
      1 + number / 1440 % 28, number / 60 % 24, number % 60, number, tenant, app, user, app, number,
      principal, number, app, user, tenant, principal, principal, app, tenant);
}

uint64_t HuntResult::Number(std::string_view path) const {
  source::JsonReader reader;
  if (!reader.ParseUnpadded(summary)) {
    ADD_FAILURE() << "summary.json is no JSON: " << reader.detail() << "\n" << run.err;
    return 0;
  }
  const std::string_view text = reader.record().Text(path);
  EXPECT_TRUE(IsDigits(text)) << path << " is '" << text << "'";
  return IsDigits(text) ? std::stoull(std::string(text)) : 0;
}

std::map<std::string, uint64_t> HuntResult::Entries(std::string_view list) const {
  std::map<std::string, uint64_t> out;
  source::JsonReader reader;
  if (!reader.ParseUnpadded(summary)) return out;
  const Record record = reader.record();
  if (const Node* entries = record.Find("ledger." + std::string(list)); entries != nullptr) {
    for (const Node& entry : Children(*entries)) {
      out[std::string(record.Child(entry, "reason")->text())] =
          std::stoull(std::string(record.Child(entry, "count")->text()));
    }
  }
  return out;
}

std::map<std::string, uint64_t> HuntResult::Sources() const {
  std::map<std::string, uint64_t> out;
  source::JsonReader reader;
  if (!reader.ParseUnpadded(summary)) return out;
  const Record record = reader.record();
  if (const Node* sources = record.Find("sources"); sources != nullptr) {
    for (const Node& source : Children(*sources)) {
      out[std::string(record.Child(source, "name")->text())] =
          std::stoull(std::string(record.Child(source, "events")->text()));
    }
  }
  return out;
}

std::vector<std::string> HuntResult::Ids() const {
  std::vector<std::string> out;
  source::JsonReader reader;
  for (const std::string_view line : Split(findings, "\n")) {
    EXPECT_TRUE(reader.ParseUnpadded(line)) << line;
    out.emplace_back(reader.record().Text("id"));
  }
  return out;
}

uint64_t HuntResult::RecordsLeftOut() const {
  uint64_t out = 0;
  for (const auto& [reason, count] : LeftOut()) {
    if (reason.starts_with("source.")) out += count;
  }
  return out;
}

HuntResult Hunt(const std::vector<std::string>& inputs, const std::string& case_folder,
                const std::vector<std::string>& more, const RunOptions& options) {
  std::vector<std::string> flags = {"--no-store"};
  flags.insert(flags.end(), more.begin(), more.end());
  return HuntWithStore(inputs, case_folder, flags, options);
}

HuntResult HuntWithStore(const std::vector<std::string>& inputs, const std::string& case_folder,
                         const std::vector<std::string>& more, const RunOptions& options) {
  std::vector<std::string> args = {"hunt"};
  args.insert(args.end(), inputs.begin(), inputs.end());
  args.insert(args.end(), {"-o", case_folder, "-m", "informational", "-q"});
  args.insert(args.end(), more.begin(), more.end());
  HuntResult out;
  out.folder = case_folder;
  out.run = RunBinary(args, options);
  EXPECT_FALSE(out.run.timed_out);
  EXPECT_TRUE(out.run.exit_code == 0 || out.run.exit_code == 3 || out.run.exit_code == 4)
      << "exit code " << out.run.exit_code << ": " << out.run.err.substr(0, 4000);
  if (!std::filesystem::exists(case_folder + "/summary.json")) {
    ADD_FAILURE() << "no summary.json";
    return out;
  }
  out.findings = ReadFile(case_folder + "/findings.jsonl");
  out.summary = ReadFile(case_folder + "/summary.json");
  ExpectAccountedFor(out);
  return out;
}

std::string WithoutPlaces(std::string_view findings) {
  std::string out;
  source::JsonReader reader;
  for (const std::string_view line : Split(findings, "\n")) {
    EXPECT_TRUE(reader.ParseUnpadded(line)) << line;
    Flatten(reader.record().root(), "", {"file", "file_sha256", "line", "offset"}, out);
  }
  return out;
}

std::string WithoutRun(std::string_view summary) {
  std::string out;
  source::JsonReader reader;
  EXPECT_TRUE(reader.ParseUnpadded(summary));
  Flatten(reader.record().root(), "", {"run"}, out);
  return out;
}

}  // namespace tokentrail::test
