#include "sink/attack_layer.h"

#include <gtest/gtest.h>

#include "test/support/golden.h"

namespace tokentrail::sink {
namespace {

Finding Invented(std::string rule, Level level, std::string title,
                 std::vector<std::string> attack) {
  Finding out;
  out.rule = std::move(rule);
  out.level = level;
  out.title = std::move(title);
  out.attack = std::move(attack);
  return out;
}

TEST(AttackLayer, TechniquesAreScoredByTheirWorstFinding) {
  const std::vector<Finding> findings = {
      Invented("GRT-01", Level::kLow, "Consent", {"T1528", "T1098.003"}),
      Invented("GRT-02", Level::kCritical, "Consent for \"all\"", {"T1528"}),
      Invented("GRT-02", Level::kCritical, "Consent for \"all\"", {"T1528", "TA0006"}),
      Invented("x", Level::kInformational, "Nothing", {})};
  const AttackLayer layer = LayerOf(findings);
  ASSERT_EQ(layer.techniques.size(), 2u);
  EXPECT_EQ(layer.techniques[0].id, "T1098.003");
  EXPECT_EQ(layer.techniques[0].score, 25);
  EXPECT_EQ(layer.techniques[1].score, 100);
  EXPECT_EQ(layer.techniques[1].comment,
            "3 findings: 2 critical, 1 low\nConsent for \"all\" (2 times)\nConsent");
  test::ExpectGolden("src/sink/testdata/attack_layer_scores.golden", WriteLayer(layer));
}

TEST(AttackLayer, NoFindingsAreALayerTooAndTheVersionIsItsFirstNumber) {
  AttackLayer layer = LayerOf({});
  layer.attack_version = "18.1";
  const std::string text = WriteLayer(layer);
  EXPECT_NE(text.find("\"attack\": \"18\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"techniques\": []"), std::string::npos) << text;
}

}  // namespace
}  // namespace tokentrail::sink
