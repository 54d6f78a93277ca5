#include "cli/token.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace tokentrail::cli {
namespace {

std::string Jwt(std::string_view payload) {
  std::string out = EncodeBase64(R"({"alg":"RS256","typ":"JWT"})") + "." + EncodeBase64(payload) +
                    ".c2lnbmF0dXJlLWJ5dGVzLWhlcmU";
  std::erase(out, '=');
  return out;
}

std::string Trace(const TokenFacts& facts, std::string_view name) {
  for (const auto& trace : facts.traces) {
    if (trace.name == name) return trace.value;
  }
  return {};
}

std::string Fact(const TokenFacts& facts, std::string_view name) {
  for (const auto& fact : facts.facts) {
    if (fact.name == name) return fact.value;
  }
  return {};
}

TEST(Token, AJwtGivesItsIdsAndWhatItMayDo) {
  const auto facts =
      ReadToken("Bearer " + Jwt(R"({"tid":"t-1","appid":"app-1","oid":"o-1",)"
                                R"("uti":"AAECAwQFBgcICQoLDA0ODw","sid":"session-77",)"
                                R"("scp":"Mail.Read offline_access","exp":1769875620})"));
  ASSERT_TRUE(facts.ok()) << facts.error().message;
  EXPECT_EQ(facts->kind, "JSON Web Token");
  EXPECT_EQ(Fact(*facts, "app"), "app-1");
  EXPECT_EQ(Fact(*facts, "delegated permissions"), "Mail.Read offline_access");
  EXPECT_EQ(Fact(*facts, "expires"), "2026-01-31 16:07:00Z");
  EXPECT_EQ(Trace(*facts, "token id (uti)"), "AAECAwQFBgcICQoLDA0ODw");
  // The 16 bytes 00..0f; the first three groups of a GUID are little-endian.
  EXPECT_EQ(Trace(*facts, "token id (uti as request id)"), "03020100-0504-0706-0809-0a0b0c0d0e0f");
  EXPECT_EQ(Trace(*facts, "session id"), "session-77");
}

TEST(Token, AKubernetesTokenIsKnownByItsJti) {
  const auto facts = ReadToken(Jwt(R"({"jti":"7c1f0000-0000-4000-8000-000000000001",)"
                                   R"("sub":"system:serviceaccount:default:builder",)"
                                   R"("aud":["https://kubernetes.default.svc","x"]})"));
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(Trace(*facts, "token id (jti as Kubernetes writes it)"),
            "JTI=7c1f0000-0000-4000-8000-000000000001");
  EXPECT_EQ(Fact(*facts, "for (audience)"), "https://kubernetes.default.svc x");
}

TEST(Token, AGitHubTokenIsKnownByItsHash) {
  // printf %s ghp_... | openssl dgst -sha256 -binary | base64
  const auto facts = ReadToken("ghp_0123456789abcdefghijklmnopqrstuvwxyz\n");
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->kind, "GitHub personal access token (classic)");
  EXPECT_EQ(Trace(*facts, "SHA-256 in base64 (GitHub: hashed_token)"),
            "ZnXNDDZdLH2QJ6FQ7CSFBjE2ljIki0s0YhDr3xpZ1rc=");
}

TEST(Token, NoPartOfItIsInWhatIsTold) {
  const std::string jwt = Jwt(R"({"uti":"AAECAwQFBgcICQoLDA0ODw","sub":"somebody"})");
  for (const std::string& token :
       {jwt, std::string("xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx"),
        std::string("Zm9vYmFyYmF6cXV4cXV1eA.unknown.kind-of-secret")}) {
    const auto facts = ReadToken(token);
    ASSERT_TRUE(facts.ok());
    for (const auto* list : {&facts->facts, &facts->traces}) {
      for (const auto& fact : *list) {
        for (size_t at = 0; at + 8 <= token.size(); ++at) {
          EXPECT_EQ(fact.value.find(token.substr(at, 8)), std::string::npos) << fact.name;
        }
      }
    }
  }
}

TEST(Token, WhatIsNoneIsRefusedWithoutRepeatingIt) {
  for (const char* text : {"", "  \n", "two words-that-are-long", "short"}) {
    const auto facts = ReadToken(text);
    ASSERT_FALSE(facts.ok()) << text;
    EXPECT_EQ(facts.error().message.find("words-that"), std::string::npos);
    EXPECT_EQ(facts.error().message.find("'"), std::string::npos);
  }
  EXPECT_FALSE(ReadToken(std::string(100'000, 'x')).ok());
}

TEST(Token, ABrokenJwtIsStillHashed) {
  const auto facts = ReadToken("eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.c2ln");
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->kind, "token of an unknown kind");
  EXPECT_FALSE(facts->traces.empty());
}

}  // namespace
}  // namespace tokentrail::cli
