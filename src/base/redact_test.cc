#include "base/redact.h"

#include <gtest/gtest.h>

#include <string>

#include "base/secret.h"
#include "base/text.h"

namespace tokentrail {
namespace {

using std::string_literals::operator""s;

// Made up here; assembled at run time so that no scanner of this repository takes them for real.
const std::string kJwt =
    "eyJhbGciOiJSUzI1NiJ9."s + "eyJzdWIiOiJhbGljZSJ9." + "c2lnbmF0dXJlLXNpZ25hdHVyZQ";
const std::string kJwe = "eyJhbGciOiJkaXIifQ."s + "." + "aXZpdml2aXY" + ".Y2lwaGVydGV4dA" + ".dGFn";

std::string Repeat(std::string_view part, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += part;
  return out;
}

const Redactor& Cleaner() {
  static const Redactor redactor("0123456789abcdef0123456789abcdef");
  return redactor;
}

std::string Clean(std::string_view text) { return Cleaner().Clean(text); }

struct Case {
  std::string text;
  std::string secret;
  std::string kind;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.text; }

class Looks : public testing::TestWithParam<Case> {};

TEST_P(Looks, TakesOutExactlyTheSecret) {
  const auto& [text, secret, kind] = GetParam();
  const std::string cleaned = Clean(text);
  EXPECT_TRUE(MayHoldSecret(text));
  const size_t at = text.find(secret);
  ASSERT_NE(at, text.npos);
  std::string expected = text;
  expected.replace(at, secret.size(), Cleaner().Mark(kind, secret));
  EXPECT_EQ(cleaned, expected);
  EXPECT_EQ(Clean(cleaned), cleaned) << "cleaning twice changes nothing";
  Arena arena;
  EXPECT_EQ(Cleaner().Clean(text, arena), expected);
}

const std::string kLong = Repeat("a1B2c3D4e5", 12);

INSTANTIATE_TEST_SUITE_P(
    Secrets, Looks,
    testing::Values(
        Case{"token " + kJwt + " was used", kJwt, "jwt"}, Case{kJwt, kJwt, "jwt"},
        Case{"See " + kJwt + ".", kJwt, "jwt"}, Case{"x=" + kJwe, kJwe, "jwt"},
        Case{"Authorization: Bearer " + kJwt, kJwt, "jwt"},
        Case{"Bearer abcdefghijklmnop1234567890", "abcdefghijklmnop1234567890", "bearer"},
        Case{"authorization=bearer%20abcdefghijklmnop1234567890",
             "bearer%20abcdefghijklmnop1234567890", "authorization"},
        Case{"Basic YWxpY2U6aHVudGVyMg==", "YWxpY2U6aHVudGVyMg==", "basic"},
        Case{"ghp_" + Repeat("aB3", 12), "ghp_" + Repeat("aB3", 12), "github"},
        Case{"clone https://x:ghs_" + Repeat("aB3", 12) + "@github.com/",
             "ghs_" + Repeat("aB3", 12), "github"},
        Case{"github_pat_" + Repeat("aB3_", 20), "github_pat_" + Repeat("aB3_", 20), "github"},
        Case{"glpat-" + Repeat("xY7-", 5), "glpat-" + Repeat("xY7-", 5), "gitlab"},
        Case{"xoxb-" + Repeat("123456-", 4) + "abc", "xoxb-" + Repeat("123456-", 4) + "abc",
             "slack"},
        Case{"xoxe.xoxp-1-" + Repeat("Mi0x", 8), "xoxe.xoxp-1-" + Repeat("Mi0x", 8), "slack"},
        Case{"ya29.a0" + Repeat("Af_-", 10), "ya29.a0" + Repeat("Af_-", 10), "google"},
        Case{"refresh 1//0" + Repeat("g3-_", 10), "1//0" + Repeat("g3-_", 10), "google"},
        Case{"GOCSPX-" + Repeat("a-B_", 7), "GOCSPX-" + Repeat("a-B_", 7), "google"},
        Case{"SSWS 00" + Repeat("aBc4", 10), "00" + Repeat("aBc4", 10), "okta"},
        Case{"sid=00D5g000000AbCd!AQ" + Repeat("oA.x_", 10),
             "00D5g000000AbCd!AQ" + Repeat("oA.x_", 10), "salesforce"},
        Case{"npm_" + Repeat("aB3", 12), "npm_" + Repeat("aB3", 12), "npm"},
        Case{"key aBc8Q~" + Repeat("aB.3", 8) + "xx", "aBc8Q~" + Repeat("aB.3", 8) + "xx", "entra"},
        Case{"refresh 0.AX" + kLong + " end", "0.AX" + kLong, "entra"},
        Case{"https://app.test/cb?code=Ab12_-cd&state=5", "Ab12_-cd", "code"},
        Case{"https://app.test/cb?state=5&code=" + kLong, kLong, "code"},
        Case{"https://app.test/cb#access_token=short1&x=1", "short1", "access_token"},
        Case{"grant_type=refresh_token&refresh_token=abc%2Fdef&scope=x", "abc%2Fdef",
             "refresh_token"},
        Case{"client_id=1&client_secret=hunter2hunter2", "hunter2hunter2", "client_secret"},
        Case{"CLIENT_SECRET=hunter2", "hunter2", "client_secret"},
        Case{"redirect=https%3A%2F%2Fa.test%2F%3Fcode%3DAbCd1234%26state%3D1", "AbCd1234", "code"},
        Case{"u=https%253A%252F%252Fa.test%253Fx%253D1%2526access_token%253Dzz99zz%2526y%253D2",
             "zz99zz", "access_token"},
        Case{"https://microsoft.test/devicelogin?user_code=ABCD-EFGH", "ABCD-EFGH", "user_code"},
        Case{"https://a.blob.test/c?sv=2020&sig=Zm9v%2BYmFy%3D&se=1", "Zm9v%2BYmFy%3D",
             "signature"},
        Case{R"({"access_token":"abc.def"})", "abc.def", "access_token"},
        Case{R"(x {"Client-Secret" : "p\"q r"} y)", R"(p\"q r)", "client_secret"},
        Case{R"("{\"password\":\"ab\\\"cd\"}")", R"(ab\\\"cd)", "password"},
        Case{R"("{""refreshToken"":""ab cd""}")", "ab cd", "refresh_token"},
        Case{"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- rest",
             "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "private_key"}));

class Harmless : public testing::TestWithParam<std::string> {};

TEST_P(Harmless, StaysAsItIs) {
  EXPECT_EQ(Clean(GetParam()), GetParam());
  const std::string quoted = "{\"detail\":\"" + GetParam() + "\"}";
  if (GetParam().find('"') == GetParam().npos && GetParam().find('\\') == GetParam().npos) {
    EXPECT_EQ(Cleaner().CleanRecord(quoted), quoted);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Harmless,
    testing::Values(
        "", "x", "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        R"({"code": 65001, "statusCode": "AADSTS65001", "errorCode": "50076"})",
        R"({"code": "65001"})", R"({"code": "InvalidAuthenticationToken"})",
        R"({"token": "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"})",
        R"({"token": "refresh token was used by app 12"})", "error code=65001 here",
        "https://a.test/error?code=65001", "https://a.test/error?code=AADSTS65001",
        R"({"password": null, "client_secret": ""})", R"({"password": "****"})",
        "Bearer authentication is required", "Basic authentication", "bearer",
        "the eyJ of the storm", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9",
        "scope=openid profile offline_access", "tokenization=on&token_type=Bearer&expires_in=3600",
        "https://graph.test/v1.0/me/messages?$filter=startswith(subject,'x')",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)",
        "xMFjTVvJPE2OChJx_YE-AA", "Update application - Certificates and secrets management",
        "00D5g000000AbCd", "version 1.A2 of 0.AX", "AKIAIOSFODNN7EXAMPLE", "secrets=2",
        "[redacted jwt sha256:1f2e3d4c5b6a7988]",
        "access_token=[redacted access_token hmac:1f2e3d4c5b6a7988]"));

TEST(Mark, ShowsThatTwoAreTheSameAndHidesWhatCouldBeGuessed) {
  const Redactor other("another key, of another case.....");
  const std::string guessable = "ABCD-EFGH";
  EXPECT_NE(Cleaner().Mark("user_code", guessable), other.Mark("user_code", guessable));
  EXPECT_EQ(Cleaner().Mark("jwt", kJwt), other.Mark("jwt", kJwt));
  EXPECT_EQ(Cleaner().Mark("jwt", kJwt),
            "[redacted jwt sha256:" + Sha256Hex(kJwt).substr(0, 16) + "]");
  EXPECT_EQ(Cleaner().Mark("user_code", guessable).find("sha256"), std::string::npos);
  // A passphrase is long, and yet somebody made it up.
  EXPECT_NE(Cleaner().Mark("password", "correct horse battery staple").find(" hmac:"),
            std::string::npos);
}

TEST(IsSecretKey, IgnoresCaseAndSeparators) {
  for (const char* key :
       {"access_token", "accessToken", "ACCESS-TOKEN", "client_secret", "device_code", "user_code",
        "id_token", "assertion", "Password", "properties.refreshToken"}) {
    EXPECT_TRUE(Redactor::IsSecretKey(key)) << key;
  }
  for (const char* key : {"token_id", "tokenType", "hashed_token", "statusCode", "errorCode",
                          "code", "uniqueTokenIdentifier", "secretName", "", "token.uid"}) {
    EXPECT_FALSE(Redactor::IsSecretKey(key)) << key;
  }
}

TEST(CleanRecord, KeepsEveryByteThatIsNoSecret) {
  const std::string mark = Cleaner().Mark("access_token", "abcd");
  EXPECT_EQ(
      Cleaner().CleanRecord(R"( {"a" : [1, 2.50,  "x\/y" ], "access_token":"abcd","n":1e3} )"),
      R"( {"a" : [1, 2.50,  "x\/y" ], "access_token":")" + mark + R"(","n":1e3} )");
  const std::string harmless = "{\"a\":\"b\\u00e9\\n\", \"t\":true,\r\n\"c\":{}}";
  EXPECT_EQ(Cleaner().CleanRecord(harmless), harmless);
}

TEST(CleanRecord, LooksIntoJsonInsideTexts) {
  const std::string cleaned = Cleaner().CleanRecord(
      R"({"AuditData":"{\"ClientSecret\":\"hun\\\"ter2\",\"o\":\"{\\\"code_verifier\\\":\\\"abcdef\\\"}\"}"})");
  EXPECT_EQ(cleaned.find("hun"), std::string::npos);
  EXPECT_EQ(cleaned.find("abcdef"), std::string::npos);
  EXPECT_NE(cleaned.find(Cleaner().Mark("client_secret", "hun\"ter2")), std::string::npos);
  EXPECT_NE(cleaned.find(Cleaner().Mark("code_verifier", "abcdef")), std::string::npos);
}

TEST(CleanRecord, HidesSecretsWrittenWithEscapes) {
  std::string spelled;
  for (const char c : kJwt) spelled += c == '.' ? "\\u002e" : std::string(1, c);
  EXPECT_EQ(Cleaner().CleanRecord("{\"x\":\"" + spelled + "\"}"),
            "{\"x\":\"" + Cleaner().Mark("jwt", kJwt) + "\"}");
}

TEST(CleanRecord, KnowsListsOfNamesAndValues) {
  const std::string cleaned = Cleaner().CleanRecord(
      R"({"Parameters":[{"Name":"Password","Value":"hunter2"},{"Name":"User","Value":"alice"}]})");
  EXPECT_EQ(cleaned.find("hunter2"), std::string::npos);
  EXPECT_NE(cleaned.find("alice"), std::string::npos);
}

TEST(CleanRecord, HidesKubernetesSecretsHoweverTheyAreWritten) {
  const char* const records[] = {
      R"({"kind":"Event","requestObject":{"kind":"Secret","data":{"db":"aHVudGVyMg=="}}})",
      R"({"requestObject":{"data":{"db":"aHVudGVyMg=="},"kind": "Secret"}})",
      R"({"responseObject":{"kind":"SecretList","items":[{"data":{"db":"aHVudGVyMg=="}}]}})",
      R"({"objectRef":{"resource":"secrets"},"requestObject":{"stringData":{"db":"aHVudGVyMg=="}}})",
      R"({"a":"{\"apiVersion\":\"v1\",\"data\":{\"db\":\"aHVudGVyMg==\"},\"kind\":\"Secret\"}"})",
  };
  for (const char* const record : records) {
    EXPECT_EQ(Cleaner().CleanRecord(record).find("aHVudGVyMg"), std::string::npos) << record;
  }
  const std::string config = R"({"kind":"ConfigMap","data":{"db":"aHVudGVyMg=="}})";
  EXPECT_EQ(Cleaner().CleanRecord(config), config);
}

TEST(CleanRecord, HidesTheTokenThatATokenRequestGave) {
  const std::string record =
      R"({"responseObject":{"status":{"token":"k8s-opaque-0123456789abcdef"}}})";
  EXPECT_EQ(Cleaner().CleanRecord(record).find("opaque"), std::string::npos);
}

TEST(CleanRecord, CleansCutAndBrokenJsonToo) {
  for (const std::string& record :
       {R"({"a":{"access_token":"topsecret)"s, R"({"access_token":"topsecret","x":)"s,
        R"({"access_token" "topsecret" , "Authorization":"Bearer topsecret0123456789"]])"s}) {
    const std::string cleaned = Cleaner().CleanRecord(record);
    if (record.find("\" \"") == record.npos) {
      EXPECT_EQ(cleaned.find("topsecret"), std::string::npos) << cleaned;
    } else {
      EXPECT_EQ(cleaned.find("topsecret0123"), std::string::npos) << cleaned;
    }
  }
}

TEST(CleanRecord, LooksIntoTheCellsOfACsvRow) {
  const std::string cleaned = Cleaner().CleanRecord(
      R"(2026-01-01,alice,"{""Operation"":""x"",""Password"":""hunter2""}",)" + kJwt);
  EXPECT_EQ(cleaned.find("hunter2"), std::string::npos);
  EXPECT_EQ(cleaned.find(kJwt), std::string::npos);
  EXPECT_TRUE(
      cleaned.starts_with(R"(2026-01-01,alice,"{""Operation"":""x"",""Password"":""[redacted)"));
}

TEST(CleanRecord, SurvivesAnyBytes) {
  uint64_t seed = 1;
  const std::string alphabet = "{}[]\"\\:,=%eyJ.a1 ghp_u0022tokencode\xff\x00"s + "Bearer ";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      text.push_back(alphabet[(seed >> 33) % alphabet.size()]);
    }
    const std::string record = Cleaner().CleanRecord("{" + text);
    EXPECT_FALSE(record.empty());
    EXPECT_GE(Clean(text).size() + 200, text.size());
  }
}

TEST(MayHoldSecret, NeverMissesWhatTheFullSearchFinds) {
  uint64_t seed = 7;
  const std::string pieces[] = {
      "access_token=", "\"password\":\"", "abcdefgh12345678",    " ",   "&", "Bearer ",
      "sig=",          "code%3D",         "\\\"secret\\\":\\\"", "eyJ", "."};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < 6; ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      text += pieces[(seed >> 33) % std::size(pieces)];
    }
    if (!FindSecret(text, 0).kind.empty()) {
      EXPECT_TRUE(MayHoldSecret(text)) << text;
    }
  }
}

}  // namespace
}  // namespace tokentrail
