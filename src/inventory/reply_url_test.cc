#include "inventory/reply_url.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "inventory/site.h"

namespace tokentrail::inventory {
namespace {

App With(std::vector<std::string> urls, std::string_view publisher_domain = "") {
  App app;
  app.platform = "entra";
  app.tenant = "home";
  app.owner_tenant = "elsewhere";
  app.id = "abc00064-2b7e-4f3a-9c1d-000000000064";
  app.name = "Orbital Notes";
  app.publisher_domain = publisher_domain;
  app.reply_urls = std::move(urls);
  return app;
}

using Set = std::set<std::string>;

Set Codes(const App& app, const ReplyBook& book = ReplyBook(), Set* missing = nullptr) {
  std::vector<AppSign> signs;
  std::vector<AppSign> not_assessed;
  ExamineReplyUrls(app, book, signs, not_assessed);
  Set out;
  for (const AppSign& sign : signs) {
    EXPECT_FALSE(sign.evidence.empty()) << sign.code;
    EXPECT_FALSE(sign.clears.empty()) << sign.code;
    EXPECT_TRUE(out.insert(sign.code).second) << sign.code << " twice";
  }
  if (missing != nullptr) {
    for (const AppSign& sign : not_assessed) missing->insert(sign.code);
  }
  return out;
}

TEST(ReplyUrl, EachTestOfTheTable) {
  struct Row {
    std::vector<std::string> urls;
    Set codes;
  };
  const Row kRows[] = {
      {{"https://orbital.example/cb"}, {}},
      {{"https://203.0.113.7/cb"}, {"reply.ip_host"}},
      {{"https://[2001:db8::7]:8443/cb"}, {"reply.ip_host"}},
      {{"https://3405803783/cb"}, {"reply.ip_host"}},
      {{"http://orbital.example/cb"}, {"reply.http"}},
      {{"http://198.51.100.9/cb"}, {"reply.http", "reply.ip_host"}},
      {{"http://localhost:5000/signin"}, {}},
      {{"http://127.0.0.1:1410/"}, {}},
      {{"http://[::1]:1410/"}, {}},
      {{"https://xn--orbtal-6va.example/cb"}, {"reply.punycode"}},
      {{"https://оrbital.example/cb"}, {"reply.punycode"}},
      {{"https://*.orbital.example/cb"}, {"reply.wildcard"}},
      {{"https://orbital-notes.workers.dev/cb"}, {"reply.free_hosting"}},
      {{"https://x.y.trycloudflare.com/"}, {"reply.free_hosting"}},
      {{"https://1a2b.ngrok-free.app/cb"}, {"reply.free_hosting"}},
      {{"https://store1.blob.core.windows.net/$web/a.html"}, {"reply.free_hosting"}},
      {{"https://ORBITAL.AzureWebsites.net/cb"}, {"reply.free_hosting"}},
      {{"https://notworkers.dev/cb"}, {}},
      {{"https://a.example/", "https://b.example.org/", "https://gamma.test/"},
       {"reply.many_domains"}},
      {{"https://orbital.example/", "https://orbital.co.uk/", "https://app.orbital.de/"}, {}},
      {{"https://login.microsoftonline.com/common/oauth2/nativeclient"}, {}},
      {{"urn:ietf:wg:oauth:2.0:oob"}, {}},
      {{"orbital://callback"}, {}},
  };
  for (const Row& row : kRows) EXPECT_EQ(Codes(With(row.urls)), row.codes) << row.urls[0];
}

TEST(ReplyUrl, UnrelatedToThePublisher) {
  EXPECT_EQ(Codes(With({"https://gathering.example/cb"}, "orbital.example")),
            Set{"reply.unrelated"});
  EXPECT_TRUE(Codes(With({"https://auth.orbital.co.uk/cb"}, "orbital.com")).empty());
  EXPECT_TRUE(Codes(With({"https://orbitalapps.io/cb"}, "orbital.com")).empty());
  EXPECT_TRUE(Codes(With({"https://oauth.pstmn.io/v1/callback"}, "orbital.com")).empty());
  // Two companies under one country's suffix.
  EXPECT_EQ(Codes(With({"https://gathering.co.uk/cb"}, "orbital.co.uk")), Set{"reply.unrelated"});
  App by_home = With({"https://gathering.example/cb"});
  by_home.homepage = "https://www.orbital.example/start";
  EXPECT_EQ(Codes(by_home), Set{"reply.unrelated"});
  App by_name = With({"https://brightleaf.io/cb"}, "holding.example");
  by_name.publisher = "Brightleaf GmbH";
  EXPECT_TRUE(Codes(by_name).empty());
}

TEST(ReplyUrl, WhatIsNotToldIsNotAssessed) {
  Set missing;
  EXPECT_TRUE(Codes(With({}), ReplyBook(), &missing).empty());
  EXPECT_EQ(missing, Set{"reply.not_assessed"});
  missing.clear();
  EXPECT_TRUE(Codes(With({"https://orbital.example/cb"}), ReplyBook(), &missing).empty());
  EXPECT_EQ(missing, Set{"reply.unrelated"});
}

TEST(ReplyUrl, LocalhostAccessNeedsANameThatSaysNothing) {
  App app = With({"http://localhost:7823/access/"});
  EXPECT_TRUE(Codes(app).empty()) << "a name that says something";
  for (const std::string_view name : {"...", "test", "asdf", "xk", "aaaa", "77421", "qwrtp"}) {
    app.name = name;
    EXPECT_EQ(Codes(app), Set{"reply.localhost_access"}) << name;
  }
}

TEST(ReplyUrl, LoopbackOnlyCountsWithStrongPermissions) {
  App app = With({"http://localhost", "urn:ietf:wg:oauth:2.0:oob"});
  EXPECT_TRUE(Codes(app).empty());
  AppPermission strong;
  strong.name = "Mail.ReadWrite";
  strong.severity = 65;
  app.permissions = {strong};
  EXPECT_EQ(Codes(app), Set{"reply.loopback_only"});
  app.reply_urls.push_back("https://orbital.example/cb");
  EXPECT_TRUE(Codes(app).empty());
}

TEST(ReplyUrl, SharedWithAFlaggedApp) {
  Portfolio portfolio;
  App bad = With({"https://gathering.example/a"});
  bad.id = "bad";
  bad.listings.push_back({"malicious", "x", "y", ""});
  App broker = With({"https://login.live.com/oauth20_desktop.srf"});
  broker.id = "bad2";
  broker.listings.push_back({"malicious", "x", "y", ""});
  portfolio.apps = {bad, broker, With({"https://GATHERING.example/b"})};
  const ReplyBook book(portfolio);
  EXPECT_EQ(Codes(portfolio.apps[2], book), Set{"reply.shared_with_flagged"});
  EXPECT_TRUE(Codes(bad, book).empty()) << "itself";
  EXPECT_TRUE(Codes(With({"https://login.live.com/oauth20_desktop.srf"}), book).empty());
}

TEST(ReplyUrl, FirstPartyAndOwnApps) {
  App own = With({"https://orbital.azurewebsites.net/cb"});
  own.owner_tenant = own.tenant;
  EXPECT_TRUE(Codes(own).empty()) << "deployed by this tenant's people";
  App first = With({"http://203.0.113.7/"});
  first.first_party = true;
  EXPECT_TRUE(Codes(first).empty());
}

TEST(Site, RegistrableDomains) {
  EXPECT_EQ(RegistrableDomain("login.Contoso.co.uk"), "contoso.co.uk");
  EXPECT_EQ(RegistrableDomain("a.b.contoso.com"), "contoso.com");
  EXPECT_EQ(RegistrableDomain("contoso.com."), "contoso.com");
  EXPECT_EQ(RegistrableDomain("co.uk"), "co.uk");
  EXPECT_EQ(RegistrableDomain("localhost"), "localhost");
  EXPECT_EQ(RegistrableDomain("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(RegistrableDomain(""), "");
  EXPECT_EQ(SiteLabel("www.contoso.com.br"), "contoso");
}

TEST(Site, Urls) {
  EXPECT_EQ(ReadUrl("https://user@host.example:8443/p?q").host, "host.example");
  EXPECT_EQ(ReadUrl("https://host.example\\@evil.example/").host, "host.example");
  EXPECT_EQ(ReadUrl("https://host.example:8443/p").port, "8443");
  EXPECT_EQ(ReadUrl("host.example/path").host, "host.example");
  EXPECT_EQ(ReadUrl("myapp://callback").scheme, "myapp");
  EXPECT_EQ(ReadUrl("brk-multihub://localhost").host, "localhost");
  EXPECT_EQ(ReadUrl("urn:ietf:wg:oauth:2.0:oob").host, "");
  EXPECT_TRUE(ReadUrl("http://LOCALHOST:3000").loopback);
  EXPECT_FALSE(ReadUrl("http://localhost.evil.example").loopback);
  EXPECT_FALSE(ReadUrl("https://127.0.0.1.evil.example").is_ip);
  EXPECT_TRUE(ReadUrl("").host.empty());
}

}  // namespace
}  // namespace tokentrail::inventory
