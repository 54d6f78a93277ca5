#include "test/support/sample_apps.h"

#include <string>
#include <utility>

// Apps here name only what matters to the case; everything else has its default.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

namespace tokentrail::test {
namespace {

constexpr std::string_view kTenant = "7a3d1c52-0d4e-4b7e-9c11-5be0c2a0f001";
constexpr Time kLast = {1'775'001'600'000'000};  // 2026-04-01T00:00:00Z

Time Ago(Span span) { return kLast - span; }

AppPermission Delegated(std::string name, int severity, std::string family) {
  AppPermission out;
  out.name = std::move(name);
  out.resource = "00000003-0000-0000-c000-000000000000";
  out.resource_name = "Microsoft Graph";
  out.severity = severity;
  out.family = std::move(family);
  return out;
}

AppPermission Own(std::string name, int severity, std::string family) {
  AppPermission out = Delegated(std::move(name), severity, std::move(family));
  out.application = true;
  out.all_users = true;
  return out;
}

AppUser Person(std::string name, std::string department, Time authorized) {
  AppUser out;
  out.id = "id-of-" + name;
  out.name = name + "@contoso.example";
  out.department = std::move(department);
  out.first_authorized = authorized;
  out.last_authorized = authorized;
  return out;
}

RiskReason Reason(RiskGroup group, double points, AppSign sign) {
  return {.group = group, .points = points, .sign = std::move(sign)};
}

void Score(App& app, int score, Level level, std::initializer_list<double> groups) {
  app.risk.score = score;
  app.risk.level = level;
  size_t at = 0;
  for (const double group : groups) app.risk.groups[at++] = group;
  app.risk.tables = "weights 2026-01-01";
}

App CalendarHelper() {
  App app;
  app.platform = "entra";
  app.tenant = kTenant;
  app.id = "aaaaaaaa-0000-4000-8000-000000000001";
  app.object = "aaaaaaaa-0000-4000-8000-0000000000f1";
  app.name = "Outl\u043e\u043ek Calendar Helper";
  app.verified = App::Verified::kNo;
  app.owner_tenant = "11111111-0000-4000-8000-000000000009";
  app.reply_urls = {"https://calendar-helper.workers.dev/callback"};
  app.created = Ago(Days(3));
  app.route = "consent";
  app.first_seen = Ago(Days(3));
  app.users = {Person("ana", "Finance", Ago(Days(3))),
               Person("ben", "Finance", Ago(Days(3)) + Minutes(4)),
               Person("cleo", "Finance", Ago(Days(3)) + Minutes(9))};
  app.users[0].roles = {"Exchange Administrator"};
  app.first_authorized = app.users[0].first_authorized;
  app.last_authorized = app.users[2].last_authorized;
  app.last_used = Ago(Hours(5));
  app.offline = true;
  app.calls_logged = true;
  app.permissions = {Delegated("Calendars.Read", 30, "calendar"),
                     Delegated("Mail.ReadWrite", 65, "mail"), Delegated("offline_access", 10, "")};
  app.permissions[0].use = AppPermission::Use::kUnused;
  app.permissions[1].use = AppPermission::Use::kUsed;
  app.permissions[1].uses = 812;
  for (AppPermission& one : app.permissions) one.users = 3;
  for (uint32_t i = 0; i < 3; ++i) {
    AppConsent consent;
    consent.time = *app.users[i].first_authorized;
    consent.user = i + 1;
    consent.by = app.users[i].name;
    consent.added = {"Calendars.Read", "Mail.ReadWrite", "offline_access"};
    consent.country = "NL";
    consent.network = "AS64500";
    consent.operation = "Consent to application";
    app.consents.push_back(std::move(consent));
  }
  app.events = 812;
  app.places = {{.network = "AS64501",
                 .country = "MD",
                 .agent = "python-requests",
                 .events = 812,
                 .first = Ago(Days(3)),
                 .last = Ago(Hours(5))}};
  app.touched = {{.what = "mail_read", .events = 800, .items = 9'412, .bytes = 0, .owners = 3},
                 {.what = "mail_rules", .events = 2, .items = 2, .bytes = 0, .owners = 1}};
  app.days = {{.day = 20'541, .events = 700, .users = 3, .items = 9'000},
              {.day = 20'543, .events = 112, .users = 1, .items = 412}};
  app.findings = {{.id = "3f9a12c4d0aa",
                   .rule = "GRT-06",
                   .title = "Consent campaign",
                   .level = Level::kHigh,
                   .first = Ago(Days(3)),
                   .last = Ago(Days(3)) + Minutes(9)}};
  app.category = "calendar";
  app.category_source = "keyword";
  app.signs = {
      {.code = "name.confusable",
       .words = "looks like `Outlook`, written with Cyrillic letters",
       .evidence = "U+043E U+043E",
       .clears = "the publisher proves to be Microsoft"},
      {.code = "fit.peers",
       .words = "holds Mail.ReadWrite; 0 of 41 other calendar apps here do",
       .evidence = "0 of 41",
       .clears = "the vendor documents why it reads mail"},
  };
  app.risk.reasons = {
      Reason(RiskGroup::kPower, 26,
             {.code = "power.severity",
              .words = "its strongest permission is Mail.ReadWrite (65)",
              .evidence = "Mail.ReadWrite",
              .clears = "the permission is taken back"}),
      Reason(RiskGroup::kFit, 8, app.signs[1]),
      Reason(RiskGroup::kTrust, 25, app.signs[0]),
      Reason(RiskGroup::kBehaviour, 6,
             {.code = "behaviour.few_users",
              .words = "3 of 400 people authorised it",
              .evidence = "3 of 400",
              .clears = "a pilot that somebody in charge can name"}),
  };
  app.risk.not_assessed = {{.code = "hygiene.credentials",
                            .words = "its credentials are not in the evidence",
                            .evidence = "",
                            .clears = "an export of applications"}};
  Score(app, 65, Level::kHigh, {26, 8, 25, 6, 0});
  return app;
}

App Backup() {
  App app;
  app.platform = "entra";
  app.tenant = kTenant;
  app.id = "bbbbbbbb-0000-4000-8000-000000000002";
  app.object = "bbbbbbbb-0000-4000-8000-0000000000f2";
  app.name = "Northwind Backup";
  app.publisher = "Northwind Ltd";
  app.publisher_domain = "northwind.example";
  app.homepage = "https://northwind.example";
  app.verified = App::Verified::kYes;
  app.owner_tenant = "22222222-0000-4000-8000-000000000002";
  app.audience = "AzureADMultipleOrgs";
  app.enabled = true;
  app.assignment_required = false;
  app.reply_urls = {"https://login.northwind.example/cb"};
  app.created = Ago(Days(700));
  app.first_seen = Ago(Days(90));
  app.first_authorized = Ago(Days(700));
  app.last_authorized = Ago(Days(700));
  app.last_used = Ago(Hours(1));
  app.tenant_wide = true;
  app.app_only = true;
  app.calls_logged = true;
  app.in_snapshot = true;
  app.permissions = {Own("Mail.ReadWrite", 85, "mail"), Own("Sites.FullControl.All", 85, "sites")};
  app.permissions[0].use = AppPermission::Use::kUsed;
  app.permissions[0].uses = 1'204'311;
  app.permissions[1].use = AppPermission::Use::kUnused;
  app.credentials = {{.id = "key-1",
                      .kind = "secret",
                      .name = "prod",
                      .added = Ago(Days(650)),
                      .expires = Ago(Days(-80)),
                      .last_used = Ago(Hours(1))},
                     {.id = "key-2",
                      .kind = "certificate",
                      .name = "old",
                      .added = Ago(Days(700)),
                      .expires = Ago(Days(10))}};
  app.events = 1'204'311;
  app.places = {{.network = "AS64510",
                 .country = "DE",
                 .agent = "NorthwindBackup",
                 .events = 1'204'311,
                 .first = Ago(Days(90)),
                 .last = Ago(Hours(1))}};
  app.touched = {{.what = "mail_read",
                  .events = 1'204'311,
                  .items = 48'000'000,
                  .bytes = 2'310'000'000'000,
                  .owners = 398}};
  app.category = "backup";
  app.category_source = "label";
  app.sanction = App::Sanction::kApproved;
  app.risk.reasons = {Reason(RiskGroup::kPower, 38,
                             {.code = "power.severity",
                              .words = "its strongest permission is Mail.ReadWrite (85), its own",
                              .evidence = "Mail.ReadWrite",
                              .clears = "the permission is taken back"}),
                      Reason(RiskGroup::kHygiene, 3,
                             {.code = "hygiene.secret",
                              .words = "signs in with a secret",
                              .evidence = "key-1",
                              .clears = "a certificate instead"})};
  Score(app, 41, Level::kMedium, {38, 0, 0, 0, 3});
  return app;
}

App Crm() {
  App app;
  app.platform = "entra";
  app.tenant = kTenant;
  app.id = "cccccccc-0000-4000-8000-000000000003";
  app.name = "Litware CRM";
  app.publisher = "Litware Inc";
  app.verified = App::Verified::kYes;
  app.owner_tenant = "33333333-0000-4000-8000-000000000003";
  app.first_seen = Ago(Days(90));
  app.first_authorized = Ago(Days(400));
  app.last_authorized = Ago(Days(2));
  app.last_used = Ago(Hours(2));
  app.offline = true;
  for (int i = 0; i < 40; ++i) {
    app.users.push_back(Person("user" + std::string(i < 10 ? "0" : "") + std::to_string(i),
                               i % 4 == 0   ? "Finance"
                               : i % 4 == 1 ? "Engineering"
                                            : "Sales",
                               Ago(Days(400 - 10 * i))));
  }
  app.permissions = {Delegated("Contacts.ReadWrite", 30, "contacts"),
                     Delegated("User.Read", 10, "")};
  for (AppPermission& one : app.permissions) one.users = 40;
  app.events = 5'120;
  app.category = "crm";
  app.category_source = "marketplace";
  app.sanction = App::Sanction::kApproved;
  Score(app, 11, Level::kInformational, {11, 0, 0, 0, 0});
  return app;
}

App Survey() {
  App app;
  app.platform = "entra";
  app.tenant = kTenant;
  app.id = "dddddddd-0000-4000-8000-000000000004";
  app.name = "=Survey | Tool";
  app.publisher = "Fabrikam";
  app.verified = App::Verified::kNo;
  app.owner_tenant = "44444444-0000-4000-8000-000000000004";
  app.first_seen = Ago(Days(90));
  app.first_authorized = Ago(Days(500));
  app.last_authorized = Ago(Days(500));
  app.calls_logged = true;
  app.users = {Person("dora", "Sales", Ago(Days(500)))};
  app.permissions = {Delegated("Files.ReadWrite.All", 65, "files"), Delegated("Odd.Thing", -1, "")};
  app.permissions[0].use = AppPermission::Use::kUnused;
  app.category = "survey";
  app.category_source = "keyword";
  app.signs = {{.code = "fit.category",
                .words = "holds Files.ReadWrite.All, which no survey needs",
                .evidence = "Files.ReadWrite.All",
                .clears = "the vendor documents why"}};
  app.risk.reasons = {Reason(RiskGroup::kPower, 23,
                             {.code = "power.severity",
                              .words = "its strongest permission is Files.ReadWrite.All (65)",
                              .evidence = "Files.ReadWrite.All",
                              .clears = "the permission is taken back"}),
                      Reason(RiskGroup::kFit, 8, app.signs[0]),
                      Reason(RiskGroup::kTrust, 8,
                             {.code = "publisher.unverified_foreign",
                              .words = "publisher not verified, registered elsewhere",
                              .evidence = "Fabrikam",
                              .clears = "publisher verification"}),
                      Reason(RiskGroup::kBehaviour, 4,
                             {.code = "behaviour.stale",
                              .words = "not used in 90 days",
                              .evidence = "no use seen",
                              .clears = "the person still needs it"})};
  Score(app, 43, Level::kMedium, {23, 8, 8, 4, 0});
  return app;
}

App MicrosoftOwn() {
  App app;
  app.platform = "entra";
  app.tenant = kTenant;
  app.id = "eeeeeeee-0000-4000-8000-000000000005";
  app.name = "Own Mail Client";
  app.publisher = "Microsoft";
  app.first_party = true;
  app.foci = true;
  app.public_client = true;
  app.first_seen = Ago(Days(90));
  app.last_used = Ago(Minutes(3));
  app.events = 90'210;
  Score(app, 0, Level::kInformational, {0, 0, 0, 0, 0});
  return app;
}

App Banned() {
  App app;
  app.platform = "google";
  app.tenant = "C01";
  app.id = "77-x.apps.googleusercontent.com";
  app.name = "Sheet Tool";
  app.first_seen = Ago(Days(60));
  app.first_authorized = Ago(Days(60));
  app.last_authorized = Ago(Days(60));
  app.last_used = Ago(Days(40));
  app.users = {Person("gil", "", Ago(Days(60)))};
  app.permissions = {Delegated("https://mail.google.com/", 85, "mail")};
  app.permissions[0].resource.clear();
  app.permissions[0].resource_name = "Gmail";
  app.permissions[0].vendor_class = "restricted";
  app.sanction = App::Sanction::kBanned;
  app.listings = {{.verdict = "risky",
                   .name = "Sheet Tool",
                   .source = "feed.csv, 2026-03-01",
                   .note = "mass mail"},
                  {.verdict = "malicious", .name = "Sheets", .source = "ours 2026-01-01"}};
  Score(app, 100, Level::kCritical, {30, 0, 0, 6, 0});
  app.risk.overridden = true;
  return app;
}

App Unknown() {
  App app;
  app.platform = "okta";
  app.tenant = "contoso.okta.example";
  app.id = "0oa1";
  app.first_seen = Ago(Days(1));
  app.events = 1;
  return app;
}

}  // namespace

Portfolio SampleApps() {
  Portfolio out;
  out.apps = {CalendarHelper(), Backup(), Crm(), Survey(), MicrosoftOwn(), Banned(), Unknown()};
  out.first = Ago(Days(90));
  out.last = kLast;
  out.as_of = kLast;
  out.active_users = {{std::string(kTenant), 400}, {"C01", 50}};
  return out;
}

}  // namespace tokentrail::test
