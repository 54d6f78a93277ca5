#include "base/text.h"

#include <gtest/gtest.h>

namespace tokentrail {
namespace {

using std::string_literals::operator""s;

TEST(NormaliseActivity, GivesOneFormForOneActivity) {
  Arena arena;
  const std::string plain = "Update application - Certificates and secrets management";
  for (const char* written : {
           "Update application \xe2\x80\x93 Certificates and secrets management ",
           "Update application \xe2\x80\x94 Certificates and secrets management.",
           "  Update  application -\tCertificates and\xc2\xa0secrets management . ",
           "Update application - Certificates and secrets management",
       }) {
    EXPECT_EQ(NormaliseActivity(written, arena), plain) << written;
  }
  EXPECT_EQ(NormaliseActivity("Consent to application.", arena), "Consent to application");
  EXPECT_EQ(NormaliseActivity(" . ", arena), "");
  EXPECT_EQ(NormaliseActivity("storage.objects.get", arena), "storage.objects.get");
  EXPECT_EQ(NormaliseActivity("a\xe2\x80", arena), "a\xe2\x80") << "cut in a character";
}

TEST(NormaliseActivity, DoesNotCopyWhatIsPlain) {
  Arena arena;
  const std::string text = "Sign-in activity.";
  EXPECT_EQ(NormaliseActivity(text, arena).data(), text.data());
}

// The pair is Microsoft's arithmetic on made-up bytes 00 01 .. 0f.
TEST(DecodeUti, KnowsBothForms) {
  Arena arena;
  EXPECT_EQ(DecodeUti("AAECAwQFBgcICQoLDA0ODw", arena), "03020100-0504-0706-0809-0a0b0c0d0e0f");
  const std::string guid = "4D63C1C4-C95B-4D3C-8E0A-1271FD813E00";
  EXPECT_EQ(DecodeUti(EncodeBase64(guid), arena), "4d63c1c4-c95b-4d3c-8e0a-1271fd813e00");
  for (const char* other : {"", "AAECAwQFBgcICQoLDA0OD", "AAECAwQFBgcICQoLDA0ODx",
                            "!AECAwQFBgcICQoLDA0ODw", "4d63c1c4-c95b-4d3c-8e0a-1271fd813e00"}) {
    EXPECT_EQ(DecodeUti(other, arena), other);
  }
}

TEST(Base64, AgreesWithRfc4648) {
  const std::pair<const char*, const char*> pairs[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [bytes, text] : pairs) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(DecodeBase64(text), bytes);
  }
  EXPECT_EQ(DecodeBase64("Zg"), "f") << "padding is optional";
  EXPECT_EQ(DecodeBase64("-_-_"), DecodeBase64("+/+/")) << "both alphabets";
  for (const char* junk : {"Z", "Zg=", "Z===", "Zm9v Yg", "Zm9v\n", "=Zg="}) {
    EXPECT_EQ(DecodeBase64(junk), "") << junk;
  }
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  EXPECT_EQ(DecodeBase64(EncodeBase64(all)), all);
}

TEST(DecodePercent, LeavesBrokenEscapes) {
  EXPECT_EQ(DecodePercent("a%41%2f%zz%4"), "aA/%zz%4");
  EXPECT_EQ(DecodePercent("a+b", true), "a b");
  EXPECT_EQ(DecodePercent("a+b"), "a+b");
}

TEST(Sets, AreSortedAndUnique) {
  Arena arena;
  std::vector<std::string_view> parts = {"User.Read", "Mail.Read", "", "User.Read"};
  const std::string_view set = JoinSet(parts, arena);
  EXPECT_EQ(set, "Mail.Read User.Read");
  EXPECT_TRUE(SetHas(set, "Mail.Read"));
  EXPECT_FALSE(SetHas(set, "Mail"));
  EXPECT_FALSE(SetHas(set, ""));
  EXPECT_FALSE(SetHas("Mail.ReadWrite", "Mail.Read"));
  EXPECT_EQ(SetMinus("Mail.Read Mail.ReadWrite User.Read", set, arena), "Mail.ReadWrite");
  EXPECT_EQ(SetMinus(set, "", arena), set);
  EXPECT_EQ(SetMinus("", set, arena), "");
  EXPECT_EQ(SetMinus(set, set, arena), "");
}

TEST(Split, LeavesOutEmptyParts) {
  EXPECT_EQ(Split(" a, b,,c ", " ,"), (std::vector<std::string_view>{"a", "b", "c"}));
  EXPECT_TRUE(Split(" ,", " ,").empty());
}

TEST(Case, FoldsAsciiOnly) {
  Arena arena;
  EXPECT_EQ(Lower("A\xc3\x84z"), "a\xc3\x84z");
  EXPECT_EQ(Lower("ABC", arena), "abc");
  const std::string lower = "abc";
  EXPECT_EQ(Lower(lower, arena).data(), lower.data());
  EXPECT_TRUE(EqualsIgnoreCase("aBc", "AbC"));
  EXPECT_FALSE(EqualsIgnoreCase("abc", "abcd"));
  EXPECT_FALSE(EqualsIgnoreCase("@", "`")) << "letters only";
  EXPECT_TRUE(ContainsIgnoreCase("xxABxx", "ab"));
  EXPECT_TRUE(ContainsIgnoreCase("x", ""));
  EXPECT_FALSE(ContainsIgnoreCase("", "a"));
}

TEST(Guid, IsToldFromWhatLooksLikeOne) {
  EXPECT_TRUE(IsGuid("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"));
  EXPECT_TRUE(IsGuid("9B1DEB4D-3B7D-4BAD-9BDD-2B0D7B3DCB6D"));
  EXPECT_FALSE(IsGuid("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6g"));
  EXPECT_FALSE(IsGuid("9b1deb4d03b7d-4bad-9bdd-2b0d7b3dcb6d"));
  EXPECT_FALSE(IsGuid("{9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb}"));
  EXPECT_TRUE(IsZeroGuid("00000000-0000-0000-0000-000000000000"));
  EXPECT_FALSE(IsZeroGuid(""));
}

TEST(Closest, FindsSlipsAndRefusesGuesses) {
  const std::vector<std::string_view> words = {"all", "contains", "startswith", "endswith", "re"};
  EXPECT_EQ(Closest("contians", words), "contains");
  EXPECT_EQ(Closest("Contains", words), "contains");
  EXPECT_EQ(Closest("startwith", words), "startswith");
  EXPECT_EQ(Closest("banana", words), "");
  EXPECT_EQ(Closest("", words), "");
  EXPECT_EQ(Closest(std::string(1'000'000, 'a'), words), "");
}

TEST(Printable, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(Printable("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(Printable("a\nb\tc\r"), "a\\nb\\tc\\r");
  EXPECT_EQ(Printable("\x7f\x01"s + '\0'), "\\x7f\\x01\\x00");
  EXPECT_EQ(Printable("\xc2\x9b"), "\\u009b") << "CSI in one character";
  EXPECT_EQ(Printable("a\xe2\x80\xae"
                      "b"),
            "a\\u202eb");
  EXPECT_EQ(Printable("\xe2\x81\xa6"), "\\u2066");
  EXPECT_EQ(Printable("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"),
            "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST(Printable, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(Printable("\xff"), "\\xff");
  EXPECT_EQ(Printable("\xc0\x80"), "\\xc0\\x80") << "overlong";
  EXPECT_EQ(Printable("\xe0\x80\x80"), "\\xe0\\x80\\x80");
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(Printable("\xe2\x82"), "\\xe2\\x82") << "cut off";
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "past U+10FFFF";
}

// Source of the vectors: FIPS 180-4 examples, as published by NIST.
TEST(Sha256, AgreesWithFips180) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Grouped, SetsCommasFromTheRight) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(1'204'311), "1,204,311");
  EXPECT_EQ(Grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

}  // namespace
}  // namespace tokentrail
