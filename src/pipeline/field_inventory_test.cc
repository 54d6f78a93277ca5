#include "pipeline/field_inventory.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "test/support/json_record.h"

namespace tokentrail::pipeline {
namespace {

FieldInventory Of(std::string_view json) {
  FieldInventory out;
  const test::JsonRecord record(json);
  out.Add(record.record());
  return out;
}

TEST(FieldInventory, KnowsPathsThroughListsAndJsonInTexts) {
  const FieldInventory fields =
      Of(R"({"a":{"clientIp":"x"},"list":[{"deepName":1}],"text":"{\"insideText\":1}",)"
         R"("array":"[{\"inList\":1}]","empty":[],"none":null})");
  EXPECT_EQ(fields.Nearest("client_ip"), "a.clientIp");
  EXPECT_EQ(fields.Nearest("deepName"), "list.deepName");
  EXPECT_EQ(fields.Nearest("insidetext"), "text.insideText");
  EXPECT_EQ(fields.Nearest("inList"), "array.inList");
  EXPECT_EQ(fields.Nearest("x.empty"), "empty");
}

TEST(FieldInventory, KnowsMembersOfListsOfNamesAndValues) {
  const FieldInventory fields =
      Of(R"({"Parameters":[{"Name":"ForwardTo","Value":"x"},{"Name":"Identity","Value":"y"}]})");
  EXPECT_EQ(fields.Nearest("forward_to"), "Parameters[ForwardTo]");
}

TEST(FieldInventory, PrefersWhatIsNearest) {
  const FieldInventory fields =
      Of(R"({"eventName":1,"name":1,"resultStatus":1,"deep":{"eventName":1},"user":{"name":1}})");
  EXPECT_EQ(fields.Nearest("event_name"), "eventName") << "the shorter path of two";
  EXPECT_EQ(fields.Nearest("gcp.event_name"), "eventName");
  EXPECT_EQ(fields.Nearest("user_name"), "user.name") << "the same letters";
  EXPECT_EQ(fields.Nearest("status"), "resultStatus") << "ends alike";
  EXPECT_EQ(fields.Nearest("evnetName"), "eventName") << "a slip";
}

TEST(FieldInventory, SaysNothingWhenNothingIsNear) {
  const FieldInventory fields = Of(R"({"user":1,"resourceId":1,"objectRef":{"name":1}})");
  EXPECT_EQ(fields.Nearest("userType"), "") << "begins alike, but is something else";
  EXPECT_EQ(fields.Nearest("gcp.audit.service_name"), "");
  EXPECT_EQ(fields.Nearest("Directionality"), "");
  EXPECT_EQ(fields.Nearest(""), "");
  EXPECT_EQ(FieldInventory().Nearest("x"), "");
}

TEST(FieldInventory, MayAskForTheSameWordOnly) {
  const FieldInventory fields = Of(R"({"properties":{"method":1},"resultStatus":1})");
  EXPECT_EQ(fields.Nearest("other.method", true), "properties.method");
  EXPECT_EQ(fields.Nearest("status", true), "");
}

TEST(FieldInventory, ThreadsAddUp) {
  FieldInventory one = Of(R"({"alpha":1})");
  one.Merge(Of(R"({"omega":1})"));
  EXPECT_EQ(one.Nearest("Omega"), "omega");
  EXPECT_EQ(one.Nearest("Alpha"), "alpha");
}

}  // namespace
}  // namespace tokentrail::pipeline
