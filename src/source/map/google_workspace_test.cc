#include <gtest/gtest.h>

#include <string>

#include "model/event.h"
#include "source/json.h"
#include "source/map/maps.h"
#include "source/normalise.h"

namespace tokentrail::source {
namespace {

// The dedupe key of the only event of `json`.
Id KeyOf(const std::string& json) {
  static constexpr const SourceDef* kSources[] = {&kGoogleWorkspace};
  const Tables tables(kSources);
  const NormaliseSettings settings;
  const Redactor redactor("key");
  Normaliser normaliser(tables, settings, redactor);
  JsonReader reader;
  EXPECT_TRUE(reader.ParseUnpadded(json));
  SourceIndex source = 0;
  const Record record = normaliser.Unwrap(reader.record());
  EXPECT_NE(normaliser.Claim(record, source), nullptr) << json;
  const Made made = normaliser.Make(record, source, 0, json);
  EXPECT_EQ(made.left_out, "") << made.detail;
  return made.event.empty() ? Id() : Event(made.event.data()).head().key;
}

std::string Activity(const std::string& name, const std::string& more = {}) {
  return R"({"id":{"time":"2026-03-02T08:15:04.120Z","uniqueQualifier":"7",)"
         R"("applicationName":"login","customerId":"C0contoso"},"actor":{"email":"a@b.example"},)"
         R"("events":[{"type":"login","name":")" +
         name + R"("}])" + more + "}";
}

// Google gives a sign-in and its second step one time and one qualifier.
TEST(GoogleWorkspaceKey, TellsApartEventsOfOneMoment) {
  EXPECT_NE(KeyOf(Activity("login_success")), KeyOf(Activity("login_verification")));
}

TEST(GoogleWorkspaceKey, IsTheSameForTheCopyInLogAnalytics) {
  EXPECT_FALSE(KeyOf(Activity("login_success")).empty());
  EXPECT_EQ(KeyOf(Activity("login_success")),
            KeyOf(Activity("login_success", R"(,"event_name":"login_success","Type":"x_CL")")));
}

// A flat row is one event of several with the same id: as duplicates they would be lost.
TEST(GoogleWorkspaceKey, IsEmptyForFlatRows) {
  EXPECT_TRUE(KeyOf(R"({"id.applicationName":"drive","id.time":"2026-03-02T08:15:04.120Z",)"
                    R"("id.uniqueQualifier":"7","name":"view","doc_id":"1"})")
                  .empty());
  EXPECT_TRUE(KeyOf(R"({"type":"access","name":"view","parameters":{"doc_id":"1"},)"
                    R"("email":"a@b.example","unique_id":"7","timestamp":"2026-03-02T08:15:04Z"})")
                  .empty());
}

}  // namespace
}  // namespace tokentrail::source
