// What a trail prints, for lines made by hand: words that blame nobody, and labels and cells that
// no name can break out of.

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "cli/trail_page.h"
#include "cli/trail_picture.h"
#include "cli/trail_story.h"
#include "sink/width.h"
#include "source/json.h"

namespace tokentrail::cli {
namespace {

constexpr std::string_view kHostile =
    "\"]; n9 [label=\"x\"] --> | <script>alert(1)</script>\n`x` \\N #quot; \x1b[31m =1+1 [a](b)";

Time At(std::string_view text) { return ParseTime(text).time; }

TrailLine Line(std::string_view kind, std::string_view operation, trail::Stage stage) {
  TrailLine line;
  line.kind = kind;
  line.operation = operation;
  line.stage = stage;
  line.first = line.last = At("2026-01-02T03:04:05Z");
  line.outcome = "success";
  line.source = "m365_audit";
  line.identity = line.recorded = "eve@contoso.example";
  line.holder = "unknown";
  line.confidence = "none";
  line.file = "logs/a.json";
  line.line = 7;
  return line;
}

TrailStory HostileStory() {
  TrailStory story;
  const std::string name(kHostile);
  story.subjects.push_back({"app", name, name, {name}, {}});
  TrailLine line = Line("consent", name, trail::Stage::kGrant);
  line.app = line.app_name = line.identity = line.client = line.client_name = line.scopes = name;
  line.ip = line.token = line.file = line.target = line.object = name;
  story.lines.push_back(line);
  line.kind = "api_call";
  line.stage = trail::Stage::kUse;
  story.lines.push_back(line);
  line.kind = "role_assignment";
  line.role = name;
  line.contradiction = true;
  line.against = name;
  story.lines.push_back(line);
  story.events = 3;
  story.first = story.last = line.first;
  story.identities = story.clients = story.tenants = {name};
  story.grants.push_back({1, "delegated", name, name, false, name, name, "", name, "", "", "", 0});
  story.findings.push_back({name, "high", name, name});
  story.touched.push_back({"file", 1, 1, 1, {name}});
  story.gaps.push_back({name, name, "", "", name, name});
  story.cannot_say.push_back(name);
  return story;
}

TEST(TrailWords, KeepIdentityClientAndHolderApart) {
  TrailLine line = Line("mail_read", "MailItemsAccessed", trail::Stage::kUse);
  EXPECT_EQ(WhoOf(line), "identity eve@contoso.example, client not told, holder unknown");
  EXPECT_EQ(HowOf(line), "none");
  line.client = "app-1";
  line.client_name = "Mail Viewer";
  line.holder = "elsewhere";
  line.recorded = "u-1";
  line.confidence = "certain";
  line.reason = "token";
  EXPECT_EQ(WhoOf(line),
            "identity eve@contoso.example (recorded: u-1), client Mail Viewer, holder elsewhere");
  line.against = "record_names_other_client";
  line.contradiction = true;
  EXPECT_EQ(HowOf(line), "certain: token, against: record_names_other_client, CONTRADICTION");
  line.identity.clear();
  EXPECT_TRUE(WhoOf(line).starts_with("identity not recorded")) << WhoOf(line);
}

TEST(TrailWords, SayWhatHappened) {
  TrailLine line = Line("mail_read", "MailItemsAccessed", trail::Stage::kUse);
  line.items = 12;
  line.mailbox = "eve@contoso.example";
  line.count = 3;
  EXPECT_EQ(WhatOf(line), "MailItemsAccessed: 12 items, mailbox eve@contoso.example (3 times)");
  line.mailbox.clear();
  line.mailboxes = 40;
  line.days = 2;
  EXPECT_EQ(WhatOf(line), "MailItemsAccessed: 12 items, 40 mailboxes (3 times on 2 days)");

  TrailLine refused = Line("sign_in", "Sign-in activity", trail::Stage::kLure);
  refused.outcome = "failure";
  refused.status = "65001";
  EXPECT_EQ(WhatOf(refused), "sign-in refused: 65001 (no consent yet: the prompt was shown)");

  TrailLine consent = Line("consent", "Consent to application", trail::Stage::kGrant);
  consent.app_name = "Mail Viewer";
  consent.scopes = "Mail.Read offline_access";
  consent.consent_type = "AllPrincipals";
  EXPECT_EQ(WhatOf(consent),
            "Consent to application: Mail Viewer: Mail.Read offline_access, for everybody");
  consent.outcome = "failure";
  EXPECT_TRUE(WhatOf(consent).ends_with(" - FAILED")) << WhatOf(consent);

  TrailLine role = Line("role_assignment", "Add member to role", trail::Stage::kEscalate);
  role.role = "Global Administrator";
  role.target = "Sync";
  EXPECT_EQ(WhatOf(role), "Add member to role: Global Administrator to Sync");
  EXPECT_EQ(PlaceOf(role), "logs/a.json:7");
  role.also.push_back({"entra_audit", "logs/b.json", 9});
  EXPECT_EQ(PlaceOf(role), "logs/a.json:7, also logs/b.json:9");
}

TEST(TrailPicture, NoNameBreaksOutOfDot) {
  const std::string out = DrawTrail(HostileStory(), "dot");
  EXPECT_TRUE(out.starts_with("digraph trail {\n")) << out;
  EXPECT_TRUE(out.ends_with("}\n"));
  // Outside of quotes there is nothing but ours.
  bool quoted = false;
  std::string bare;
  for (size_t i = 0; i < out.size(); ++i) {
    if (quoted && out[i] == '\\') {
      ++i;
      continue;
    }
    if (out[i] == '"') quoted = !quoted;
    if (!quoted) bare.push_back(out[i]);
  }
  EXPECT_FALSE(quoted);
  EXPECT_EQ(bare.find("script"), std::string::npos) << bare;
  EXPECT_EQ(bare.find("n9"), std::string::npos) << bare;
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_EQ(DotLabel("a\"b\\N"), "a\\\"b\\\\N");
}

TEST(TrailPicture, NoNameBreaksOutOfMermaid) {
  const std::string out = DrawTrail(HostileStory(), "mermaid");
  for (const std::string_view line : Split(out, "\n")) {
    const size_t first = line.find('"');
    if (first == std::string_view::npos) continue;
    // A label is between the only two quotes of its line, and holds no mark that means something.
    const size_t last = line.find('"', first + 1);
    ASSERT_NE(last, std::string_view::npos) << line;
    EXPECT_EQ(line.find('"', last + 1), std::string_view::npos) << line;
    const std::string_view label = line.substr(first + 1, last - first - 1);
    EXPECT_EQ(label.find_first_of("<>[]{}|`\\\""), std::string_view::npos) << line;
  }
  EXPECT_EQ(MermaidLabel("a\"#b(c)"), "a#34;#35;b#40;c#41;");
  EXPECT_EQ(MermaidLabel("Grüße"), "Grüße");
}

TEST(TrailPicture, IsBounded) {
  TrailStory story;
  for (int i = 0; i < 5000; ++i) {
    TrailLine line = Line("file_access", "FileDownloaded", trail::Stage::kUse);
    line.object = "file-" + std::to_string(i);
    line.ip = "192.0.2." + std::to_string(i);
    line.token = "token-" + std::to_string(i);
    story.lines.push_back(line);
  }
  const std::string out = DrawTrail(story, "dot");
  EXPECT_LT(out.size(), 20'000u);
  EXPECT_NE(out.find("4,988 more: thing"), std::string::npos) << out;
}

TEST(TrailPage, NoNameBreaksOutOfAnyForm) {
  const TrailStory story = HostileStory();
  const sink::Terminal terminal{.columns = 80, .colour = false};
  for (const std::string_view format : {"text", "md", "csv", "json"}) {
    const std::string out = RenderTrail(story, format, terminal);
    EXPECT_EQ(out.find('\x1b'), std::string::npos) << format;
    EXPECT_FALSE(out.empty());
  }
  const std::string markdown = RenderTrail(story, "md", terminal);
  for (size_t at = markdown.find_first_of("<`["); at != std::string::npos;
       at = markdown.find_first_of("<`[", at + 1)) {
    EXPECT_EQ(markdown[at - 1], '\\') << markdown.substr(at, 40);
  }
  size_t rows = 0;
  for (const std::string_view line : Split(markdown, "\n")) {
    if (!line.starts_with('|')) continue;
    size_t bars = 0;
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\') {
        ++i;
        continue;
      }
      bars += line[i] == '|' ? 1 : 0;
    }
    EXPECT_EQ(bars, 8u) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 5u);
  const std::string csv = RenderTrail(story, "csv", terminal);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4) << csv;
  source::JsonReader reader;
  const std::string json = RenderTrail(story, "json", terminal);
  ASSERT_TRUE(reader.ParseUnpadded(json));
}

TEST(TrailPage, FitsTheTerminal) {
  TrailStory story = HostileStory();
  TrailLine line = Line("sign_in", "Sign-in activity", trail::Stage::kIssue);
  line.resource = "an API with a name that goes on and on and on for longer than any line has room";
  line.token = std::string(120, 'x');
  story.lines.push_back(line);
  for (const size_t columns : {20u, 40u, 59u, 60u, 80u, 120u}) {
    const std::string out = RenderTrail(story, "text", {.columns = columns, .colour = false});
    for (const std::string_view one : Split(out, "\n")) {
      EXPECT_LE(sink::DisplayWidth(one), columns) << one;
    }
  }
}

TEST(TrailPage, SaysWhatItCannotSay) {
  TrailStory story;
  story.subjects.push_back({"user", "eve@contoso.example", "", {}, {}});
  story.lines.push_back(Line("mail_read", "MailItemsAccessed", trail::Stage::kUse));
  story.events = 1;
  story.first = story.last = story.lines[0].first;
  story.gaps.push_back({"no_events", "entra_signin", "2026-01-02", "2026-01-02",
                        "no event of entra_signin on 2026-01-02", "whatever it would have logged"});
  story.cannot_say.emplace_back("who consented: the evidence holds no entra_audit");
  story.dropped = 3;
  for (const std::string_view format : {"text", "md"}) {
    std::string out = RenderTrail(story, format, {.columns = 200, .colour = false});
    std::erase(out, '\\');
    EXPECT_NE(out.find("What we cannot say"), std::string::npos) << out;
    EXPECT_NE(out.find("no event of entra_signin on 2026-01-02; hides whatever"), std::string::npos)
        << out;
    EXPECT_NE(out.find("who consented: the evidence holds no entra_audit"), std::string::npos);
    EXPECT_NE(out.find("3 later lines are not shown"), std::string::npos);
    EXPECT_EQ(out.find("What was touched"), std::string::npos);
  }
}

}  // namespace
}  // namespace tokentrail::cli
