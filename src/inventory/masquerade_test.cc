#include "inventory/masquerade.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "inventory/publisher.h"
#include "test/support/case_file.h"

namespace tokentrail::inventory {
namespace {

constexpr std::string_view kTenant = "c3a1d0aa-1111-4c0d-9b1f-aaaaaaaa0001";
constexpr std::string_view kElsewhere = "c3a1d0aa-2222-4c0d-9b1f-aaaaaaaa0002";

App Named(std::string_view name, std::string_view platform = "entra") {
  App app;
  app.platform = platform;
  app.tenant = kTenant;
  app.id = "abc00064-2b7e-4f3a-9c1d-000000000064";
  app.name = name;
  return app;
}

std::set<std::string> Codes(const App& app, const NameBook& book = NameBook()) {
  std::vector<AppSign> signs;
  ExamineName(app, book, signs);
  std::set<std::string> out;
  for (const AppSign& sign : signs) {
    EXPECT_FALSE(sign.words.empty());
    EXPECT_FALSE(sign.evidence.empty());
    EXPECT_FALSE(sign.clears.empty());
    EXPECT_TRUE(out.insert(sign.code).second) << sign.code << " twice for " << app.name;
  }
  return out;
}

bool Has(const std::set<std::string>& codes, std::string_view code) {
  return codes.contains(std::string(code));
}

std::string Words(const App& app, std::string_view code, const NameBook& book = NameBook()) {
  std::vector<AppSign> signs;
  ExamineName(app, book, signs);
  for (const AppSign& sign : signs) {
    if (sign.code == code) return sign.words;
  }
  return {};
}

App Foreign(std::string_view name, std::string_view publisher = "Brightleaf Ltd") {
  App app = Named(name);
  app.owner_tenant = kElsewhere;
  app.publisher = publisher;
  app.verified = App::Verified::kNo;
  return app;
}

TEST(Masquerade, WhatMustBeCaught) {
  const std::pair<std::string_view, std::string_view> kCaught[] = {
      {"Sharеpoiпt Cloud", "name.confusable"},
      {"ОпeDrive for Business", "name.confusable"},
      {"Оutlook", "name.confusable"},
      {"Теams", "name.confusable"},
      {"0365 Access", "name.confusable"},
      {"Ｏｆｆｉｃｅ ３６５", "name.confusable"},
      {"Tea\xe2\x80\x8bms", "name.confusable"},
      {"Tea\xe2\x80\x8bms", "name.invisible"},
      {"Micros0ft", "name.confusable"},
      {"docsign", "name.near"},
      {"Google Defender", "name.brand_security_word"},
      {"Google Defender", "name.cross_vendor"},
      {"Google Email Protection", "name.brand_security_word"},
      {"Google Scanner", "name.brand_security_word"},
      {"McAfee Email Protection", "name.brand_security_word"},
  };
  for (const auto& [name, code] : kCaught) {
    for (const std::string_view platform : {"entra", "google"}) {
      EXPECT_TRUE(Has(Codes(Named(name, platform)), code)) << name << " on " << platform;
    }
  }
}

// The classes, with names that no report prints.
TEST(Masquerade, DisguisesByClass) {
  const std::pair<std::string_view, std::string_view> kCaught[] = {
      {"Drорbox Transfer", "name.confusable"},  // Cyrillic ор
      {"Sаlesforсe", "name.mixed_script"},      // Cyrillic а, с
      {"Zοom Meetings", "name.confusable"},     // Greek omicron
      {"Ѕlаck", "name.confusable"},
      {"Αtlassian Login", "name.confusable"},  // Greek Alpha
      {"ＤｏｃｕＳｉｇｎ", "name.confusable"},
      {"𝐆𝐨𝐨𝐠𝐥𝐞 Drive", "name.confusable"},
      {"ᴏutlook", "name.confusable"},
      {"Ádobe Acrobat", "name.confusable"},
      {"GoogIe Workspace", "name.confusable"},  // capital I
      {"rnicrosoft 365", "name.confusable"},
      {"L1nkedIn", "name.confusable"},
      {"0utl00k Web", "name.confusable"},
      {"O k t a", "name.confusable"},
      {"Micro$oft Teams", "name.confusable_weak"},
      {"P@yPal", "name.confusable_weak"},
      {"Servicenovv", "name.confusable_weak"},
      {"Aclobe Cloud", "name.confusable_weak"},
      {"Microsfot Portal", "name.near"},
      {"Salesfroce Sync", "name.near"},
      {"Dropbbox", "name.near"},
      {"Outlok", "name.near"},
      {"Slack\xe2\x80\xae", "name.invisible"},
      {"...", "name.punctuation"},
      {"Okta Account Recovery", "name.brand_security_word"},
      {"Dropbox Secure Login", "name.brand_security_word"},
      {"Verification for Office 365", "name.brand_security_word"},
      {"Mail Scanner by Google", "name.brand_security_word"},
      {"Okta Admin Panel Sync", "name.brand_security_word"},
  };
  for (const auto& [name, code] : kCaught) {
    EXPECT_TRUE(Has(Codes(Foreign(name)), code)) << name;
  }
}

TEST(Masquerade, WordsNameWhatDecided) {
  const std::string words = Words(Named("Sharеpoiпt Cloud"), "name.confusable");
  EXPECT_NE(words.find("Cyrillic е, п"), std::string::npos) << words;
  EXPECT_NE(words.find("reads as SharePoint (Microsoft)"), std::string::npos) << words;
}

TEST(Masquerade, OrdinaryNamesGiveNothing) {
  for (const std::string_view name : {"Contoso Expenses",
                                      "Officer Scheduling",
                                      "Team Calendar",
                                      "Exchange Rates",
                                      "Sales Teams",
                                      "Box Office Tickets",
                                      "Workplace",
                                      "Motion",
                                      "Safe Drive Academy",
                                      "Payroll 365 days",
                                      "Modern Inferno",
                                      "Goggles Shop",
                                      "Market Watch",
                                      "Horton Legal",
                                      "PayPay",
                                      "Почта Бюро",
                                      "Caixa de Entrada",
                                      "Ünal Kebap",
                                      "Outdoor Looks",
                                      "Microscope Imaging",
                                      "Accord DMS",
                                      "Slackline Club",
                                      "AWSome Weather",
                                      "iCloudy",
                                      "Zoomerang",
                                      "Sapphire HR",
                                      "Appleton Docs",
                                      "Amazonia Tours",
                                      "会議システム",
                                      "Notion",
                                      "Orbital"}) {
    EXPECT_TRUE(Codes(Foreign(name)).empty()) << name << ": " << *Codes(Foreign(name)).begin();
  }
}

TEST(Masquerade, TheBrandItselfMayUseItsName) {
  App verified = Named("Adobe Acrobat");
  verified.publisher = "Adobe Inc.";
  verified.verified = App::Verified::kYes;
  EXPECT_TRUE(Codes(verified).empty());

  App by_domain = Named("Zoom Security Center");
  by_domain.publisher_domain = "zoom.us";
  EXPECT_TRUE(Codes(by_domain).empty());

  App by_tenant = Named("Microsoft Account Verification");
  by_tenant.owner_tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
  EXPECT_TRUE(Codes(by_tenant).empty());

  App first_party = Named("Microsoft Defender");
  first_party.first_party = true;
  EXPECT_TRUE(Codes(first_party).empty());
}

TEST(Masquerade, APublishersOwnWordProvesNothing) {
  App liar = Foreign("Adobe Acrobat", "Adobe Inc.");
  EXPECT_EQ(Codes(liar), std::set<std::string>{"name.brand_word"});
  App fake_domain = Foreign("Adobe Acrobat");
  fake_domain.publisher_domain = "notadobe.com";
  EXPECT_EQ(Codes(fake_domain), std::set<std::string>{"name.brand_word"});
}

TEST(Masquerade, AnUnknownPublisherIsNotAForeignOne) {
  EXPECT_EQ(Codes(Named("Dropbox", "google")), std::set<std::string>{"name.brand_unproven"});
  EXPECT_EQ(Codes(Foreign("Dropbox")), std::set<std::string>{"name.brand_word"});
}

TEST(Masquerade, IntegrationsNameBrandsAsWhatTheyConnectTo) {
  for (const std::string_view name :
       {"Acme for Slack", "Backup for Microsoft 365", "Google Docs connector by Brightleaf",
        "Brightleaf Outlook Add-in", "Gmail to Slack", "Teams bot", "Salesforce Sync",
        "SharePoint Migration", "Meeting notes with Zoom",
        "Brightleaf plugin for Gmail and Outlook", "CRM Integration for Office 365",
        "Brightleaf Jira Connector", "Dropbox importer", "Outlook Mail Backup"}) {
    EXPECT_EQ(Codes(Foreign(name)), std::set<std::string>{"name.brand_integration"}) << name;
  }
}

TEST(Masquerade, ARivalsProductAsksForAccess) {
  EXPECT_TRUE(Has(Codes(Named("Google Calendar", "entra")), "name.cross_vendor"));
  EXPECT_FALSE(Has(Codes(Named("Google Calendar", "google")), "name.cross_vendor"));
  EXPECT_FALSE(Has(Codes(Named("Outlook", "google")), "name.cross_vendor"));
  EXPECT_FALSE(Has(Codes(Named("Google Drive", "slack")), "name.cross_vendor"));
  EXPECT_FALSE(Has(Codes(Named("Sync for Google Calendar", "entra")), "name.cross_vendor"));
  EXPECT_FALSE(Has(Codes(Named("Zoom for Outlook", "google")), "name.cross_vendor"));
}

AppPermission Held(std::string_view name) {
  AppPermission out;
  out.name = name;
  return out;
}

TEST(Masquerade, ANameThatCouldBeAnythingCountsInItsContext) {
  App lure = Foreign("Delivery Service");
  EXPECT_TRUE(Codes(lure).empty()) << "without mail or files";
  lure.permissions = {Held("Mail.Read")};
  lure.users.emplace_back();
  EXPECT_EQ(Codes(lure), std::set<std::string>{"name.lure_by_context"});

  App google = Named("Document Viewer", "google");
  google.permissions = {Held("https://mail.google.com/")};
  EXPECT_EQ(Codes(google), std::set<std::string>{"name.lure_by_context"});

  App known = lure;
  known.verified = App::Verified::kYes;
  EXPECT_TRUE(Codes(known).empty()) << "verified";
  App own = lure;
  own.owner_tenant = kTenant;
  EXPECT_TRUE(Codes(own).empty()) << "made here";
  App many = lure;
  for (int i = 0; i < 10; ++i) many.users.emplace_back();
  EXPECT_TRUE(Codes(many).empty()) << "known to many";
  App said = lure;
  said.name = "Brightleaf Delivery Service";
  EXPECT_TRUE(Codes(said).empty()) << "says whose it is";
}

Portfolio People(std::vector<App> apps) {
  App mail = Named("Contoso Mail Archive");
  mail.id = "0";
  mail.owner_tenant = kTenant;
  for (const std::string_view one :
       {"mira.holm@contoso.co.uk", "jo.lind@contoso.co.uk", "support@contoso.co.uk",
        "a.b@partner.example", "kim.vaz@contoso.co.uk"}) {
    AppUser& user = mail.users.emplace_back();
    user.id = one;
    user.name = one;
  }
  Portfolio out;
  out.apps.push_back(std::move(mail));
  for (App& app : apps) out.apps.push_back(std::move(app));
  return out;
}

TEST(Masquerade, NamesOfPeopleAndOfTheTenant) {
  const NameBook book(People({Foreign("Mira Holm"), Foreign("Contoso HR"), Foreign("Cоntoso HR")}));
  EXPECT_EQ(Codes(Foreign("Mira Holm"), book), std::set<std::string>{"name.is_user"});
  EXPECT_TRUE(Codes(Foreign("Mira Bell"), book).empty());
  EXPECT_TRUE(Codes(Foreign("Support"), book).empty());
  EXPECT_EQ(Codes(Foreign("Contoso HR"), book), std::set<std::string>{"name.is_tenant"});
  EXPECT_TRUE(Has(Codes(Foreign("Cоntoso HR"), book), "name.confusable"));
  App own = Foreign("Contoso HR");
  own.owner_tenant = kTenant;
  EXPECT_TRUE(Codes(own, book).empty());
  EXPECT_TRUE(Codes(Named("Contoso HR"), book).empty()) << "its owner is not known";
}

App Known(std::string_view name, size_t users) {
  App app = Named(name);
  app.id = "known";
  app.owner_tenant = "c3a1d0aa-3333-4c0d-9b1f-aaaaaaaa0003";
  for (size_t i = 0; i < users; ++i) app.users.emplace_back().id = std::to_string(i);
  return app;
}

TEST(Masquerade, TheNearestLegitimateNeighbour) {
  const NameBook book(People({Known("Brightleaf CRM", 40), Known("Report 1", 90)}));
  EXPECT_EQ(Codes(Foreign("Brightleaf CRM"), book), std::set<std::string>{"name.neighbour"});
  EXPECT_EQ(Codes(Foreign("Brightleef CRM"), book), std::set<std::string>{"name.neighbour"});
  EXPECT_TRUE(Has(Codes(Foreign("Brightlеaf CRM"), book), "name.neighbour"));
  EXPECT_NE(Words(Foreign("Brightleef CRM"), "name.neighbour", book).find("'Brightleaf CRM' known"),
            std::string::npos);
  EXPECT_TRUE(Codes(Foreign("Brightleaf ERP"), book).empty());
  EXPECT_TRUE(Codes(Foreign("Report 2"), book).empty()) << "a series";
  App same_owner = Foreign("Brightleaf CRM");
  same_owner.owner_tenant = "c3a1d0aa-3333-4c0d-9b1f-aaaaaaaa0003";
  EXPECT_TRUE(Codes(same_owner, book).empty());
  App elsewhere = Foreign("Brightleaf CRM");
  elsewhere.platform = "google";
  EXPECT_TRUE(Codes(elsewhere, book).empty()) << "vendors are on several platforms";
}

TEST(Masquerade, IdsForNamesAreNotJudged) {
  EXPECT_TRUE(Codes(Named("abc00064-2b7e-4f3a-9c1d-000000000064")).empty());
  EXPECT_TRUE(Codes(Named("")).empty());
}

/// The published list of Microsoft's apps; empty when it is not here.
std::vector<std::string> FirstPartyNames() {
  std::vector<std::string> out;
  for (const std::string_view up : {"/../", "/../../"}) {
    std::ifstream file(test::Root() + std::string(up) +
                       "shared/data/reference/microsoft_info/MicrosoftApps.csv");
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      const size_t begin = line.find("\",\"");
      const size_t end = begin == std::string::npos ? begin : line.find("\",\"", begin + 3);
      if (end != std::string::npos) out.push_back(line.substr(begin + 3, end - begin - 3));
    }
    if (!out.empty()) break;
  }
  return out;
}

TEST(Masquerade, NoFirstPartyNameIsADisguise) {
  const std::vector<std::string> names = FirstPartyNames();
  if (names.empty()) GTEST_SKIP() << "the list of Microsoft's apps is not here";
  ASSERT_GT(names.size(), 4000u);
  for (const std::string& name : names) {
    App app = Named(name);
    app.first_party = true;
    EXPECT_TRUE(Codes(app).empty()) << name;
    app.first_party = false;
    app.owner_tenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
    EXPECT_TRUE(Codes(app).empty()) << name;
    // As if somebody else had made it: the brand is named, nothing is disguised.
    for (const std::string& code : Codes(Foreign(name))) {
      EXPECT_FALSE(IsDisguise(code)) << name << " " << code;
    }
  }
}

// --- Publishers

std::set<std::string> PublisherCodes(const App& app, std::set<std::string>* missing = nullptr) {
  std::vector<AppSign> signs;
  std::vector<AppSign> not_assessed;
  ExaminePublisher(app, NameBook(), signs, not_assessed);
  std::set<std::string> out;
  for (const AppSign& sign : signs) out.insert(sign.code);
  if (missing != nullptr) {
    for (const AppSign& sign : not_assessed) missing->insert(sign.code);
  }
  return out;
}

TEST(Publisher, UnverifiedIsNotUnknown) {
  App app = Named("Orbital");
  std::set<std::string> missing;
  EXPECT_TRUE(PublisherCodes(app, &missing).empty());
  EXPECT_EQ(missing, std::set<std::string>{"publisher.not_assessed"});
  app.verified = App::Verified::kNo;
  missing.clear();
  EXPECT_EQ(PublisherCodes(app, &missing), std::set<std::string>{"publisher.unverified"});
  EXPECT_TRUE(missing.empty());
  app.owner_tenant = kElsewhere;
  EXPECT_EQ(PublisherCodes(app), std::set<std::string>{"publisher.unverified_foreign"});
  app.owner_tenant = kTenant;
  EXPECT_TRUE(PublisherCodes(app, &missing).empty());
  EXPECT_TRUE(missing.empty()) << "nobody verifies a tenant to itself";
}

TEST(Publisher, SaysItIsMicrosoft) {
  App app = Foreign("Orbital", "Microsoft Corporation");
  EXPECT_TRUE(PublisherCodes(app).contains("publisher.claims_microsoft"));
  app.owner_tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
  EXPECT_TRUE(PublisherCodes(app).contains("publisher.claims_microsoft")) << "not in the list";
  app.id = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";  // Azure CLI
  EXPECT_FALSE(PublisherCodes(app).contains("publisher.claims_microsoft"));
}

TEST(Publisher, NoDomainOfItsOwn) {
  App app = Foreign("Orbital");
  app.publisher_domain = "orbital42.onmicrosoft.com";
  EXPECT_TRUE(PublisherCodes(app).contains("publisher.throwaway"));
  app.publisher_domain = "orbital.example";
  EXPECT_FALSE(PublisherCodes(app).contains("publisher.throwaway"));
}

}  // namespace
}  // namespace tokentrail::inventory
