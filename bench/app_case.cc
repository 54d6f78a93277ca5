// Writes a case of many apps, and times how long it takes to read them back:
//   tokentrail_app_case FOLDER [APPS [USERS]]   (50,000 apps, 200,000 users)
//   tokentrail_app_case FOLDER --read
//
// One app in forty is for everybody, one in ten the platform's own; most have a handful of users, a
// few thousands, as in a big tenant. All names and ids are made up.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

#include "bench/evidence.h"
#include "cli/app_file.h"
#include "model/app.h"
#include "sink/app_json.h"

namespace {

using namespace tokentrail;  // NOLINT: a program of its own

constexpr const char* kPermissions[] = {
    "Mail.Read",     "Mail.ReadWrite", "Mail.Send",      "Files.Read.All", "Sites.Read.All",
    "User.Read",     "offline_access", "Calendars.Read", "Contacts.Read",  "Directory.Read.All",
    "User.Read.All", "openid",         "profile",        "email",          "Chat.Read"};
constexpr const char* kAgents[] = {"python-requests", "Chrome/Win", "axios", "Go-http-client"};

std::string Guid(uint64_t number, const char* kind) {
  return fmt::format("{:08x}-{}-4000-8000-{:012x}", number & 0xFFFFFFFF, kind,
                     number * 2654435761u & 0xFFFFFFFFFFFF);
}

App MakeApp(uint64_t number, uint64_t users, uint64_t all_users, bench::Random& random) {
  const Time start = {bench::kStartMicros};
  App app;
  app.platform = number % 7 == 0 ? "google" : "entra";
  app.tenant = "6ca4e92f-3cae-4c25-bbf7-3db75a24bf26";
  app.id = Guid(number, "1111");
  app.name = fmt::format("App {}", number);
  app.object = Guid(number, "2222");
  app.publisher = fmt::format("Publisher {}", number % 900);
  app.verified = number % 3 == 0 ? App::Verified::kYes : App::Verified::kNo;
  app.first_party = number % 10 == 0;
  app.reply_urls = {fmt::format("https://app{}.example/callback", number)};
  app.created = start - Days(static_cast<int64_t>(random.Below(900)));
  app.first_seen = start;
  app.first_authorized = app.created;
  app.last_authorized = start + Days(static_cast<int64_t>(random.Below(8)));
  app.last_used = app.last_authorized;
  app.tenant_wide = number % 40 == 0;
  app.events = random.Below(5000);
  const uint64_t permissions = 1 + random.Below(5);
  for (uint64_t i = 0; i < permissions; ++i) {
    AppPermission& one = app.permissions.emplace_back();
    one.name = kPermissions[(number + i * 4) % std::size(kPermissions)];
    one.resource_name = "Microsoft Graph";
    one.users = users;
    one.granted = app.created;
    one.severity = static_cast<int>(random.Below(100));
    one.family = "mail-read";
  }
  for (uint64_t i = 0; i < users; ++i) {
    const uint64_t who = random.Below(all_users);
    AppUser& one = app.users.emplace_back();
    one.id = Guid(who, "3333");
    one.name = fmt::format("user{}@contoso.example", who);
    one.first_authorized = app.created;
    one.last_authorized = app.last_authorized;
    one.last_used = app.last_used;
    one.uses = random.Below(300);
  }
  AppConsent& consent = app.consents.emplace_back();
  consent.time = *app.created;
  consent.user = users > 0 ? 1 : 0;
  consent.by = users > 0 ? app.users[0].name : "admin@contoso.example";
  consent.added = {app.permissions[0].name};
  consent.network = "AS64500";
  consent.country = "PT";
  consent.operation = "Consent to application";
  consent.source_name = "entra_audit";
  consent.file = "audit.jsonl";
  consent.place.line = number;
  AppPlace& place = app.places.emplace_back();
  place.network = fmt::format("203.0.{}.0/24", number % 250);
  place.agent = kAgents[number % std::size(kAgents)];
  place.events = app.events;
  place.first = start;
  place.last = *app.last_used;
  for (int day = 0; day < 4; ++day) {
    AppDay& one = app.days.emplace_back();
    one.day = 20514 + day;
    one.events = static_cast<uint32_t>(random.Below(100));
    one.users = static_cast<uint32_t>(users);
  }
  app.touched.push_back(
      {.what = "mail_read", .events = 40, .items = 400, .bytes = 0, .owners = users});
  return app;
}

int Read(const std::string& folder) {
  const auto start = std::chrono::steady_clock::now();
  const auto read = cli::ReadApps(folder);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (!read.ok()) {
    std::fprintf(stderr, "%s\n", read.error().message.c_str());
    return 1;
  }
  uint64_t users = 0;
  for (const App& app : read->apps) users += app.users.size();
  std::printf("%zu apps with %llu users in %.3f s\n", read->apps.size(),
              static_cast<unsigned long long>(users), took.count());
  return 0;
}

bool Number(const char* text, uint64_t& out) {
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, out);
  return error == std::errc() && stop == end;
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t apps = 50'000;
  uint64_t users = 200'000;
  if (argc == 3 && std::strcmp(argv[2], "--read") == 0) return Read(argv[1]);
  if (argc < 2 || argc > 4 || (argc > 2 && !Number(argv[2], apps)) ||
      (argc > 3 && !Number(argv[3], users)) || users == 0) {
    std::fputs("usage: tokentrail_app_case FOLDER [APPS [USERS]] | FOLDER --read\n", stderr);
    return 2;
  }
  bench::Random random(1528);
  Portfolio portfolio;
  portfolio.first = {bench::kStartMicros};
  portfolio.last = portfolio.as_of = portfolio.first + Days(bench::kDays);
  portfolio.active_users = {{"6ca4e92f-3cae-4c25-bbf7-3db75a24bf26", users}};
  uint64_t left = users;
  for (uint64_t i = 0; i < apps; ++i) {
    // Half of what is left over the apps that are left, now and then a big one.
    const uint64_t mean = std::max<uint64_t>(1, 2 * left / (apps - i));
    uint64_t count = std::min(left, random.Below(mean + 1));
    if (i % 5000 == 0) count = std::min<uint64_t>(left, users / 100);
    left -= count;
    portfolio.apps.push_back(MakeApp(i, count, users, random));
  }
  std::string text;
  sink::AppendApps(portfolio, {}, text);
  std::filesystem::create_directories(argv[1]);
  const std::string path = std::string(argv[1]) + "/apps.jsonl";
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr || std::fwrite(text.data(), 1, text.size(), file) != text.size() ||
      std::fclose(file) != 0) {
    std::fprintf(stderr, "can't write %s\n", path.c_str());
    return 1;
  }
  std::printf("%s: %.1f MB\n", path.c_str(), static_cast<double>(text.size()) / 1e6);
  return 0;
}
