#include "source/consent.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tokentrail::source {
namespace {

constexpr std::string_view kApp = "44444444-aaaa-4bbb-8ccc-000000000301";
constexpr std::string_view kUser = "22222222-aaaa-4bbb-8ccc-000000000101";
constexpr std::string_view kGraph = "55555555-aaaa-4bbb-8ccc-000000000401";
constexpr std::string_view kExchange = "55555555-aaaa-4bbb-8ccc-000000000402";
constexpr std::string_view kZero = "00000000-0000-0000-0000-000000000000";

std::string Grant(std::string_view id, std::string_view resource, std::string_view scopes,
                  std::string_view tail = "", std::string_view client = kApp,
                  std::string_view principal = kUser, std::string_view type = "Principal") {
  std::string out = "[Id: ";
  out.append(id).append(", ClientId: ").append(client);
  out.append(", PrincipalId: ").append(principal);
  out.append(", ResourceId: ").append(resource);
  out.append(", ConsentType: ").append(type);
  out.append(", Scope: ").append(scopes).append(tail).append("]");
  return out;
}

TEST(Consent, FirstGrantHasAnEmptyOldList) {
  Arena arena;
  const std::string text = "[] => [" + Grant("g1", kGraph, " openid Mail.Read") + "]; ";
  const Consent consent = ParseConsent(text);
  ASSERT_EQ(consent.now.size(), 1u);
  EXPECT_TRUE(consent.before.empty());
  EXPECT_EQ(consent.now[0].id, "g1");
  EXPECT_EQ(consent.now[0].client, kApp);
  EXPECT_EQ(consent.now[0].principal, kUser);
  EXPECT_EQ(consent.now[0].resource, kGraph);
  EXPECT_EQ(consent.now[0].consent_type, "Principal");
  EXPECT_EQ(consent.now[0].scopes, "openid Mail.Read");
  const ConsentSets sets = Summarise(consent, arena);
  EXPECT_EQ(sets.scopes, "Mail.Read openid");
  EXPECT_EQ(sets.added, "Mail.Read openid");
  EXPECT_EQ(sets.scopes_old, "");
}

TEST(Consent, DatesBehindTheScopesAreNotScopes) {
  const std::string tails[] = {", CreatedDateTime: , LastModifiedDateTime ",
                               ", CreatedDateTime: 1/2/2026 3:04:05 AM, LastModifiedDateTime "
                               "1/2/2026 3:04:05 AM",
                               ", CreatedDateTime: 2026-01-02T03:04:05Z",
                               ",CreatedDateTime:,LastModifiedDateTime:"};
  for (const std::string& tail : tails) {
    const std::string text = "[] => [" + Grant("g1", kGraph, "User.Read Mail.Read", tail) + "]; ";
    const Consent consent = ParseConsent(text);
    ASSERT_EQ(consent.now.size(), 1u) << tail;
    EXPECT_EQ(consent.now[0].scopes, "User.Read Mail.Read") << tail;
  }
}

TEST(Consent, BothListsGiveWhatWasAddedAndRemoved) {
  Arena arena;
  const std::string text = "[" + Grant("g1", kGraph, "User.Read Files.Read") + "] => [" +
                           Grant("g1", kGraph, "User.Read Mail.Read") + "]; ";
  const ConsentSets sets = Summarise(ParseConsent(text), arena);
  EXPECT_EQ(sets.scopes_old, "Files.Read User.Read");
  EXPECT_EQ(sets.added, "Mail.Read");
  EXPECT_EQ(sets.removed, "Files.Read");
}

TEST(Consent, EqualListsAddNothing) {
  Arena arena;
  const std::string grant = Grant("g1", kGraph, "User.Read Mail.Read");
  const std::string text = "[" + grant + "] => [" + grant + "]; ";
  const ConsentSets sets = Summarise(ParseConsent(text), arena);
  EXPECT_EQ(sets.scopes, "Mail.Read User.Read");
  EXPECT_EQ(sets.added, "");
  EXPECT_EQ(sets.removed, "");
}

TEST(Consent, SeveralGrantsAreComparedApiByApi) {
  Arena arena;
  for (const std::string_view comma : {", ", ","}) {
    const std::string text = "[" + Grant("g1", kGraph, "Mail.Read") + "] => [" +
                             Grant("g1", kGraph, "Mail.Read") + std::string(comma) +
                             Grant("g2", kExchange, "Mail.Read") + "]; ";
    const ConsentSets sets = Summarise(ParseConsent(text), arena);
    EXPECT_EQ(sets.added, "Mail.Read");
    EXPECT_EQ(sets.grants, "g1 g2");
    EXPECT_EQ(sets.resources, std::string(kGraph) + " " + std::string(kExchange));
  }
}

TEST(Consent, TenantWideGrantHasNoPrincipal) {
  Arena arena;
  const std::string text =
      "[] => [" + Grant("g1", kGraph, "User.Read", "", kZero, "", "AllPrincipals") + "]; ";
  const ConsentSets sets = Summarise(ParseConsent(text), arena);
  EXPECT_EQ(sets.consent_type, "AllPrincipals");
  EXPECT_EQ(sets.principal, "");
  EXPECT_EQ(sets.client, "") << "the zero GUID says that the app was made just now";
}

TEST(Consent, RemovedGrantStillNamesTheApp) {
  Arena arena;
  const std::string text = "[" + Grant("g1", kGraph, "User.Read") + "] => []; ";
  const ConsentSets sets = Summarise(ParseConsent(text), arena);
  EXPECT_EQ(sets.removed, "User.Read");
  EXPECT_EQ(sets.grants, "g1");
  EXPECT_EQ(sets.client, kApp);
}

TEST(Consent, MissingFieldsAndOddSpacesAreTaken) {
  const Consent bare = ParseConsent("[]=>[[Id: , Scope:  Mail.Read ]]");
  ASSERT_EQ(bare.now.size(), 1u);
  EXPECT_EQ(bare.now[0].id, "");
  EXPECT_EQ(bare.now[0].scopes, "Mail.Read");
  const Consent loose =
      ParseConsent("[ ]  =>  [ [ Id : g1 , ConsentType : Principal , Scope : A B ] ] ;");
  ASSERT_EQ(loose.now.size(), 1u);
  EXPECT_EQ(loose.now[0].id, "g1");
  EXPECT_EQ(loose.now[0].consent_type, "Principal");
  EXPECT_EQ(loose.now[0].scopes, "A B");
  const Consent empty = ParseConsent("[] => [[Id: g1, ConsentType: Principal, Scope: ]]; ");
  ASSERT_EQ(empty.now.size(), 1u);
  EXPECT_EQ(empty.now[0].scopes, "");
}

TEST(Consent, TextWithoutAnArrowIsWhatIsGrantedNow) {
  const Consent consent = ParseConsent("[" + Grant("g1", kGraph, "Mail.Read") + "]");
  EXPECT_TRUE(consent.before.empty());
  ASSERT_EQ(consent.now.size(), 1u);
  EXPECT_TRUE(ParseConsent("").empty());
  EXPECT_TRUE(ParseConsent("[] => []; ").empty());
}

TEST(Consent, ScopeNamesThatLookLikeFieldsDoNotReplaceThem) {
  // Scope names are the app maker's own words and may hold almost any sign.
  const std::string text =
      "[] => [" + Grant("g1", kGraph, "x, ConsentType: AllPrincipals, ClientId: evil Mail.Read") +
      "]; ";
  const Consent consent = ParseConsent(text);
  ASSERT_EQ(consent.now.size(), 1u);
  EXPECT_EQ(consent.now[0].consent_type, "Principal");
  EXPECT_EQ(consent.now[0].client, kApp);
  EXPECT_NE(consent.now[0].scopes.find("Mail.Read"), std::string_view::npos);
}

TEST(Consent, ScopeNamesCannotHideOthersBehindAnArrow) {
  Arena arena;
  const std::string text = "[] => [" + Grant("g1", kGraph, "a=>b Mail.Read") + "]; ";
  const ConsentSets sets = Summarise(ParseConsent(text), arena);
  EXPECT_EQ(sets.added, "Mail.Read a=>b");
}

TEST(Consent, CutAnywhereItIsReadAsFarAsItGoes) {
  Arena arena;
  const std::string text = "[" + Grant("g1", kGraph, "User.Read") + "] => [" +
                           Grant("g1", kGraph, "User.Read Mail.Read") + ", " +
                           Grant("g2", kExchange, "EWS.AccessAsUser.All") + "]; ";
  for (size_t size = 0; size <= text.size(); ++size) {
    const Consent consent = ParseConsent(std::string_view(text).substr(0, size));
    EXPECT_LE(consent.now.size(), 2u);
    EXPECT_LE(consent.before.size(), 1u);
    for (const ConsentGrant& grant : consent.now) {
      EXPECT_EQ(grant.scopes.find(']'), std::string_view::npos);
    }
    Summarise(consent, arena);
  }
}

TEST(Consent, AnyBytesAreReadWithoutHarm) {
  // Pieces of the grammar in any order: what a fuzzer finds first.
  const std::string_view pieces[] = {"[",      "]",         "Id:",    "Scope:", "=>",
                                     ", ",     "ClientId:", " ",      "x",      "ConsentType: ",
                                     "[Id: ",  "; ",        "\xff",   "\n",     "CreatedDateTime:",
                                     "Mail.R", "]] => [[",  "Princip"};
  std::mt19937 random(7);  // NOLINT: a fixed seed, so a failure can be seen again
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const size_t count = random() % 60;
    for (size_t i = 0; i < count; ++i) text += pieces[random() % std::size(pieces)];
    Arena arena;
    const Consent consent = ParseConsent(text);
    const ConsentSets sets = Summarise(consent, arena);
    EXPECT_LE(consent.now.size() + consent.before.size(), text.size() / 2 + 1);
    if (consent.empty()) {
      EXPECT_EQ(sets.scopes, "") << text;
    }
  }
}

}  // namespace
}  // namespace tokentrail::source
