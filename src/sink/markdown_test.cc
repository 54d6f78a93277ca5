#include "sink/markdown.h"

#include <gtest/gtest.h>

namespace tokentrail::sink {
namespace {

TEST(Markdown, NothingOfALogEndsACellOrBecomesMarkup) {
  EXPECT_EQ(Markdown("a|b"), "a\\|b");
  EXPECT_EQ(Markdown("[x](y) ![z] <b> `c` *d* _e_ # ~f~ &lt;"),
            "\\[x\\](y) \\!\\[z\\] \\<b\\> \\`c\\` \\*d\\* \\_e\\_ \\# \\~f\\~ \\&lt;");
  EXPECT_EQ(Markdown("two\nlines"), "two\\\\nlines");
}

TEST(Markdown, AddressesDoNotBecomeLinks) {
  EXPECT_EQ(Markdown("http://evil.example www.evil.example"),
            "http\\://evil.example www\\.evil.example");
}

TEST(Markdown, WhatCannotBeSeenIsSeen) {
  EXPECT_EQ(Markdown("a\u200Bb"), "a\\\\u200bb");
  EXPECT_EQ(Markdown("caf\u00e9 \u6771"), "caf\u00e9 \u6771");
}

}  // namespace
}  // namespace tokentrail::sink
