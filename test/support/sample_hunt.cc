#include "test/support/sample_hunt.h"

#include <algorithm>

#include "base/as_of.h"
#include "base/text.h"

namespace tokentrail::test {
namespace {

constexpr std::string_view kSources[] = {"entra_audit", "entra_signin", "kubernetes_audit"};

Time At(std::string_view text) { return ParseTime(text).time; }

Evidence Cited(Time time, SourceIndex source, uint32_t file, uint64_t line, std::string operation) {
  Evidence out;
  out.time = time;
  out.content = Id::Of(operation);
  out.source = source;
  out.place = {.file = file, .size = 120, .offset = (line - 1) * 121, .line = line};
  out.operation = std::move(operation);
  return out;
}

Finding Consent() {
  Finding out;
  out.id = "1f2e3d4c5b6a7988";
  out.rule = "GRT-01";
  out.origin = "analytic";
  out.title = "User gave an app strong rights";
  out.level = Level::kHigh;
  out.confidence = Confidence::kHigh;
  out.first = At("2026-01-31T16:05:06.123456Z");
  out.last = At("2026-01-31T16:07:00Z");
  out.tenant = "11111111-2222-3333-4444-555555555555";
  out.entities = {{"address", "203.0.113.7", ""},
                  {"app", "aaaaaaaa-0000-4000-8000-000000000001", "\u6771\u4eac Mail Sync"},
                  {"user", "00000000-0000-4000-8000-0000000000b0", "ben@contoso.example"}};
  out.reasons = {"Mail.ReadWrite and offline_access were granted by a user",
                 "the app was never seen before (novelty unknown, 7 of 30 days seen)"};
  out.attack = {"T1528", "T1550.001"};
  out.disproof = "The app is approved by the organisation for this user's work.";
  out.cannot_say = {"what apps read through Microsoft Graph: not in the evidence: its log"};
  out.count = 2;
  Evidence first = Cited(out.first, 0, 0, 88, "Consent to application");
  first.user = "ben@contoso.example";
  first.app = "\u6771\u4eac Mail Sync";
  first.ip = "203.0.113.7";
  first.user_agent = "Mozilla/5.0";
  first.pointers = {{"scopes.added", "/targetResources/0/modifiedProperties/4/newValue",
                     "Mail.ReadWrite offline_access"},
                    {"admin_consent", "/targetResources/0/modifiedProperties/0/newValue", "False"}};
  first.record =
      R"({"activityDisplayName":"Consent to application","targetResources":[{"modifiedProperties":)"
      R"([{"displayName":"ConsentContext.IsAdminConsent","newValue":"\"False\""}]}]})";
  first.record_sha256 = std::string(64, 'a');
  out.evidence.push_back(std::move(first));
  Evidence second = Cited(out.last, 1, 1, 3, "Sign-in activity");
  second.user = "ben@contoso.example";
  second.record = R"({"category":"SignInLogs"})";
  second.record_sha256 = std::string(64, 'b');
  second.record_cut = true;
  out.evidence.push_back(std::move(second));
  return out;
}

Finding Hostile() {
  Finding out;
  out.id = "1f2e3d4caaaaaaaa";  // the same first eight characters as the one above
  out.rule = "6f4fb3f6-0000-4000-8000-00000000f00d";
  out.origin = "rule";
  out.title = "=HYPERLINK(\"http://evil.example\")\x1b[2J";
  out.level = Level::kMedium;
  out.confidence = Confidence::kNone;
  out.first = out.last = At("2026-02-01T00:00:00Z");
  out.entities = {{"app", "@SUM(1+1)", ""}, {"user", "gpj.\u202Eexe", ""}, {"user", "mallory", ""}};
  out.reasons = {"-1 \xff line\r\nbreak"};
  out.evidence = {Cited(out.first, 1, 1, 9, "+cmd|' /C calc'!A0")};
  return out;
}

Finding Minted() {
  Finding out;
  out.id = "77aa000000000000";
  out.rule = "K-01";
  out.origin = "analytic";
  out.title = "Service account token used outside the cluster";
  out.level = Level::kLow;
  out.confidence = Confidence::kCertain;
  out.first = out.last = At("2026-01-02T03:04:05.000001Z");
  out.tenant = "cluster-a";
  out.entities = {{"service_account", "default/builder", ""}};
  out.reasons = {"one token, two networks"};
  out.attack = {"T1528"};
  out.count = 12'345;
  out.evidence = {Cited(out.first, 2, 2, 1, "get secrets")};
  return out;
}

/// Two of the findings as one story with all there is to say, the third by itself.
std::vector<Incident> Incidents(const std::vector<Finding>& findings) {
  Incident both;
  both.id = "I-0123456789abcdef";
  both.number = 1;
  both.slug = "01-mail-sync-grant-use";
  both.headline =
      "App '\u6771\u4eac Mail Sync' (aaaaaaaa) was granted Mail.ReadWrite by ben@contoso.example, "
      "then matched '=HYPERLINK(\"http://evil.example\")\\x1b[2J', between 2026-01-31 16:05 and "
      "2026-02-01 00:00 UTC";
  both.level = Level::kCritical;
  both.confidence = Confidence::kHigh;
  both.first = findings[0].first;
  both.last = findings[1].last;
  both.tenant = findings[0].tenant;
  both.findings = {0, 1};
  both.entities = findings[0].entities;
  both.entities.insert(both.entities.begin(), findings[1].entities.begin(),
                       findings[1].entities.end());
  std::sort(both.entities.begin(), both.entities.end());
  both.stages = {"grant", "use"};
  both.composites = {"C-01"};
  both.raised_by = {"critical instead of high: one chain shows two stages within 7 days"};
  both.cannot_say = {"no sign-in log for 2026-01-31: where the token was used cannot be said"};
  Incident one;
  one.id = "I-fedcba9876543210";
  one.number = 2;
  one.slug = "02-default-builder-service-account-token";
  one.headline =
      "Service account default/builder matched 'Service account token used outside the "
      "cluster', on 2026-01-02 at 03:04 UTC";
  one.level = Level::kLow;
  one.confidence = Confidence::kCertain;
  one.first = one.last = findings[2].first;
  one.tenant = findings[2].tenant;
  one.findings = {2};
  one.entities = findings[2].entities;
  one.stages = {"use"};
  return {both, one};
}

/// A role given, and a hostile one that failed.
/// One with all there is to tell and hostile names, one that only an export shows.
std::vector<Grant> Grants() {
  Grant told;
  told.number = 1;
  told.platform = "entra";
  told.tenant = "7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001";
  told.app = "aaaaaaaa-0000-4000-8000-000000000001";
  told.app_name = "=Perfect \x1b[31mMail\xe2\x80\xae Sync";
  told.app_object = "aaaaaaaa-0000-4000-8000-0000000000f1";
  told.principal = "00000000-0000-4000-8000-0000000000a1";
  told.principal_name = "mira@contoso.example";
  told.resource_name = "Microsoft Graph";
  told.permissions = {"Mail.Read", "offline_access"};
  told.ids = {"grant-1"};
  told.birth = told.first_evidence = At("2026-01-02T03:04:05Z");
  told.last_authorized = At("2026-01-03T03:04:05Z");
  told.last_used = At("2026-01-04T03:04:05Z");
  told.end = At("2026-01-05T03:04:05Z");
  told.end_reason = "Remove service principal";
  told.uses = 12;
  GrantChange granted;
  granted.time = *told.birth;
  granted.added = told.permissions;
  granted.by = "mira@contoso.example";
  granted.operation = "Consent to application";
  granted.place = {.file = 0, .size = 120, .offset = 1204, .line = 7};
  told.changes = {granted};
  told.changes_left_out = 2;
  Grant seen;
  seen.number = 2;
  seen.kind = GrantKind::kApplication;
  seen.platform = "entra";
  seen.app = "aaaaaaaa-0000-4000-8000-000000000002";
  seen.permissions = {"Sites.Read.All"};
  seen.first_evidence = kAsOfCollection;
  seen.bound = "not since log start 2026-01-01";
  seen.in_snapshot = true;
  GrantChange shown;
  shown.time = kAsOfCollection;
  shown.what = GrantChangeKind::kSeen;
  shown.added = seen.permissions;
  shown.operation = "appRoleAssignment";
  seen.changes = {shown};
  return {told, seen};
}

Audit Changes() {
  Audit out;
  AuditRow row;
  row.time = At("2026-01-20T10:00:00Z");
  row.what = AuditClass::kRole;
  row.kind = Kind::kRoleAssignment;
  row.outcome = ::tokentrail::Outcome::kSuccess;
  row.place = {.file = 0, .size = 120, .offset = 1210, .line = 11};
  row.tenant = "11111111-2222-3333-4444-555555555555";
  row.operation = "Add member to role";
  row.name = "Global Administrator";
  row.target = "eve@contoso.example";
  row.target_type = "User";
  row.who.recorded = "ben@contoso.example";
  row.who.identity = "ben@contoso.example";
  row.who.reason = "client_not_recorded";
  row.ip = "203.0.113.7";
  out.rows.push_back(row);
  row.time = At("2026-01-21T10:00:00Z");
  row.what = AuditClass::kGuardrail;
  row.kind = Kind::kPolicyChange;
  row.outcome = ::tokentrail::Outcome::kFailure;
  row.place = {.file = 1, .size = 120, .offset = 605, .line = 6};
  row.operation = "Update conditional access policy";
  row.name = "=HYPERLINK(\"http://evil.example\")";
  row.target = "\u202Efdp.exe\x1b[2J";
  row.change = "state: enabled -> disabled";
  row.who = {.recorded = "App",
             .identity = "App",
             .identity_id = "aaaaaaaa-0000-4000-8000-000000000001",
             .client = "aaaaaaaa-0000-4000-8000-000000000001",
             .client_name = "@SUM(1+1)",
             .via = Via::kAppOnly,
             .reason = "initiated_by_app",
             .confidence = Confidence::kCertain};
  row.status = "failure";
  out.rows.push_back(row);
  out.counts = {1, 0, 0, 0, 1};
  out.gaps = {{"Okta", {AuditClass::kRole, AuditClass::kGuardrail}, "the Okta System Log", false}};
  return out;
}

/// A file that ends at a round number, and a log that is not there.
std::vector<EvidenceGap> Gaps() {
  EvidenceGap cut;
  cut.kind = GapKind::kRowCap;
  cut.source = "entra_signin";
  cut.subject = "exports/all.zip!signins.jsonl";
  cut.first = At("2026-01-02T03:04:05Z");
  cut.last = At("2026-01-20T10:00:00Z");
  cut.count = 1000;
  cut.words = "exports/all.zip!signins.jsonl holds exactly 1,000 records\x1b[2J";
  cut.hides = "who signed in from where";
  EvidenceGap missing;
  missing.kind = GapKind::kMissingStream;
  missing.source = "graph_activity";
  missing.tenant = "11111111-2222-3333-4444-555555555555";
  missing.count = 1;
  missing.words = "not in the evidence: Microsoft Graph activity";
  missing.hides = "what apps read through Microsoft Graph";
  return {cut, missing};
}

/// An app as the evidence and an export show it, and one of which little is known but what an
/// attacker chose.
Portfolio Apps() {
  Portfolio out;
  out.first = At("2026-01-01T00:00:00Z");
  out.last = out.as_of = At("2026-02-01T00:00:00Z");
  out.active_users = {{"11111111-2222-3333-4444-555555555555", 120}};
  App& app = out.apps.emplace_back();
  app.platform = "entra";
  app.tenant = "11111111-2222-3333-4444-555555555555";
  app.id = "aaaaaaaa-0000-4000-8000-000000000001";
  app.name = "\u6771\u4eac Mail Sync";
  app.other_names = {"Mail Sync"};
  app.object = "aaaaaaaa-0000-4000-8000-0000000000f1";
  app.publisher = "Fabrikam, Inc.";
  app.verified = App::Verified::kYes;
  app.homepage = "https://sync.example";
  app.owner_tenant = "22222222-2222-3333-4444-555555555555";
  app.enabled = true;
  app.reply_urls = {"https://sync.example/cb"};
  app.created = At("2026-01-31T16:05:00Z");
  app.created_by = "ben@contoso.example";
  app.route = "consent";
  app.first_seen = At("2026-01-31T16:05:00Z");
  app.first_authorized = app.last_authorized = At("2026-01-31T16:05:06.123456Z");
  app.last_used = At("2026-01-31T16:07:00Z");
  app.offline = true;
  app.users.push_back({.id = "00000000-0000-4000-8000-0000000000a1",
                       .name = "ben@contoso.example",
                       .first_authorized = app.first_authorized,
                       .last_authorized = app.last_authorized,
                       .last_used = app.last_used,
                       .uses = 12,
                       .in_force = true,
                       .department = "Finance",
                       .title = "Controller",
                       .roles = {"Exchange Administrator"}});
  AppPermission& read = app.permissions.emplace_back();
  read.name = "Mail.ReadWrite";
  read.resource_name = "Microsoft Graph";
  read.users = 1;
  read.granted = app.first_authorized;
  read.use = AppPermission::Use::kUsed;
  read.uses = 12;
  read.severity = 65;
  read.family = "mail-write";
  AppPermission& ended = app.permissions.emplace_back();
  ended.name = "User.Read";
  ended.in_force = false;
  AppConsent& consent = app.consents.emplace_back();
  consent.time = *app.first_authorized;
  consent.user = 1;
  consent.by = "ben@contoso.example";
  consent.added = {"Mail.ReadWrite", "offline_access"};
  consent.ip = "203.0.113.7";
  consent.network = "AS64500";
  consent.country = "PT";
  consent.operation = "Consent to application";
  consent.place = {.file = 0, .size = 120, .offset = 121, .line = 2};
  app.credentials.push_back({.id = "k1",
                             .kind = "secret",
                             .name = "main",
                             .added = At("2026-01-01T00:00:00Z"),
                             .expires = At("2028-01-01T00:00:00Z"),
                             .removed = {},
                             .last_used = {},
                             .added_by = "ben@contoso.example"});
  app.places.push_back({.network = "AS64501",
                        .country = "SE",
                        .agent = "python-requests",
                        .events = 12,
                        .first = At("2026-01-31T16:06:00Z"),
                        .last = At("2026-01-31T16:07:00Z")});
  app.touched.push_back(
      {.what = "mail_read", .events = 12, .items = 340, .bytes = 9000, .owners = 1});
  app.days.push_back({.day = 20484, .events = 12, .users = 1, .items = 340, .bytes = 9000});
  app.events = 14;
  app.in_snapshot = true;
  app.risk.score = 61;
  app.risk.level = Level::kHigh;
  app.risk.groups[0] = 31.5;
  app.risk.reasons.push_back({.group = RiskGroup::kPower,
                              .points = 31.5,
                              .sign = {.code = "power.severity",
                                       .words = "may read and write mail",
                                       .evidence = "Mail.ReadWrite",
                                       .clears = "narrower permissions"}});
  app.findings.push_back({.id = "1f2e3d4c5b6a7988",
                          .rule = "GRT-01",
                          .title = "User gave an app strong rights",
                          .level = Level::kHigh,
                          .first = *app.first_authorized,
                          .last = *app.first_authorized});
  App& hostile = out.apps.emplace_back();
  hostile.platform = "google";
  hostile.tenant = "C01";
  hostile.id = "@SUM(1+1)";
  hostile.name = "=cmd|' /C calc'!A0\x1b[2J";
  hostile.reply_urls = {"https://gpj.\u202Eexe"};
  hostile.tenant_wide = true;
  hostile.app_only = true;
  hostile.sanction = App::Sanction::kBanned;
  AppPermission& drive = hostile.permissions.emplace_back();
  drive.name = "https://www.googleapis.com/auth/drive";
  drive.application = true;
  drive.all_users = true;
  return out;
}

}  // namespace

std::span<const std::string_view> SampleSources() { return kSources; }

std::unique_ptr<pipeline::Hunt> SampleHunt() {
  auto hunt = std::make_unique<pipeline::Hunt>();
  for (const char* path :
       {"exports/audit.json", "exports/all.zip!signins.jsonl", "k8s/audit.log"}) {
    EvidenceFile file;
    file.path = path;
    file.sha256 = Sha256Hex(path);
    hunt->files.Add(std::move(file));
  }
  hunt->findings = {Consent(), Hostile(), Minted()};
  hunt->audit = Changes();
  hunt->trails.gaps = Gaps();
  hunt->trails.grants = Grants();
  hunt->portfolio = Apps();

  Summary& summary = hunt->summary;
  summary.files = 3;
  summary.bytes_read = 2'408'622'000;
  summary.records = 1'204'331;
  summary.events = 1'204'190;
  summary.duplicates = 20;
  summary.superseded = 0;
  summary.sources = {
      {"entra_audit", 900'112, 20, 0, At("2026-01-01T00:00:00Z"), At("2026-01-31T23:59:59Z")},
      {"entra_signin", 304'078, 0, 0, At("2026-01-03T00:00:00Z"), At("2026-02-01T00:00:00Z")}};
  summary.ledger.LeaveOut("source.unclaimed", {.file = 0, .size = 10, .offset = 9000, .line = 88},
                          "", 118);
  summary.ledger.LeaveOut("source.bad_json", {.file = 1, .size = 3, .offset = 0, .line = 1204},
                          "unexpected end\x1b[0m", 3);
  summary.ledger.Note("file.utf16", {.file = 2, .size = 0, .offset = 0, .line = 0}, "", 1);
  summary.rules_loaded = 412;
  summary.rules_not_chosen = 3;
  summary.rule_truths = {{Truth::kFired, 12},
                         {Truth::kCouldFire, 203},
                         {Truth::kNoSource, 136},
                         {Truth::kNeverHere, 61}};
  summary.rules_left_out = 6;
  summary.cannot_run = {{"LUR-02", "Device code phishing", "entra_signin"}};
  summary.apps = {{.tenant = "t",
                   .platform = "entra",
                   .id = "aaaaaaaa-0000-4000-8000-000000000001",
                   .name = "\u6771\u4eac Mail Sync",
                   .severity = 90,
                   .permission = "Mail.ReadWrite",
                   .users = 1,
                   .first_seen = At("2026-01-31T16:05:06Z"),
                   .last_authorized = At("2026-01-31T16:05:06Z"),
                   .last_used = At("2026-01-31T16:07:00Z"),
                   .events = 12,
                   .findings = 1},
                  {.tenant = "t",
                   .platform = "google",
                   .id = "123.apps.example",
                   .name = "",
                   .severity = -1,
                   .permission = "",
                   .users = 40,
                   .tenant_wide = true,
                   .first_seen = {},
                   .last_authorized = {},
                   .last_used = {},
                   .events = 9'000,
                   .findings = 0}};
  summary.first = At("2026-01-01T00:00:00Z");
  summary.last = At("2026-02-01T00:00:00Z");
  summary.as_of = summary.last;
  summary.by_level = {
      {Level::kHigh, 1}, {Level::kMedium, 1}, {Level::kLow, 1}, {Level::kInformational, 4}};
  summary.hidden = 4;
  summary.run.seconds = 9.1;
  summary.run.seconds_reading = 5;
  summary.run.seconds_sorting = 4;
  summary.run.seconds_writing = 0.1;
  summary.run.peak_memory_bytes = 412'000'000;
  summary.run.threads = 2;
  summary.run.version = "0.1.0";
  summary.run.command = {"tokentrail", "hunt", "exports/"};
  hunt->trails.incidents = Incidents(hunt->findings);
  return hunt;
}

}  // namespace tokentrail::test
