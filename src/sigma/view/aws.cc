// AWS CloudTrail: the event itself (also inside EventBridge and `aws cloudtrail lookup-events`),
// the Log Analytics table AWSCloudTrail (flat; JSON in cells), Athena (structs as text) and the
// console's CSV.
//
// Sources: AWS CloudTrail User Guide, "CloudTrail record contents" and "userIdentity element";
// Azure Monitor, table AWSCloudTrail (as known 2026-02, not checked live); SigmaHQ/sigma 8eaafff.

#include "sigma/view/derive.h"
#include "sigma/view/views.h"

// The places where a key of an event may stand.
#define WITHIN(key) key, "CloudTrailEvent." key, "detail." key

namespace tokentrail::sigma {
namespace {

/// Of Athena's `{type=IAMUser, arn=..., ...}` the text behind `mark`.
std::string_view OfStruct(std::string_view text, std::string_view mark) {
  if (!text.starts_with('{')) return {};
  const size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view value = text.substr(at + mark.size());
  const std::string_view out = value.substr(0, value.find_first_of(",}"));
  return out == "null" ? std::string_view() : out;
}

Derived IdentityType(const Record& /*record*/, std::string_view identity) {
  return {OfStruct(identity, "{type="), {}};
}
Derived IdentityArn(const Record& /*record*/, std::string_view identity) {
  return {OfStruct(identity, ", arn="), {}};
}
Derived IssuerType(const Record& /*record*/, std::string_view identity) {
  return {OfStruct(identity, "sessionissuer={type="), {}};
}

/// No record has a status; one without an error is a success.
Derived StatusWord(const Record& record, std::string_view /*name*/) {
  const std::string_view error =
      FirstText(record, {WITHIN("errorCode"), WITHIN("errorMessage"), "ErrorCode", "ErrorMessage",
                         "errorcode", "errormessage", "Error code"});
  return {error.empty() ? std::string_view("success") : std::string_view("failure"), {}};
}

constexpr ViewField kFields[] = {
    {.name = "additionalEventData", .paths = {WITHIN("additionalEventData")}, .take = Take::kJson},
    {.name = "additionalEventData.MFAUsed", .paths = {WITHIN("additionalEventData.MFAUsed")}},
    {.name = "awsRegion", .paths = {WITHIN("awsRegion"), "AWS region"}},
    {.name = "errorCode", .paths = {WITHIN("errorCode"), "Error code"}},
    {.name = "errorMessage", .paths = {WITHIN("errorMessage")}},
    {.name = "eventName", .paths = {WITHIN("eventName"), "Event name"}},
    {.name = "eventSource", .paths = {WITHIN("eventSource"), "Event source"}},
    {.name = "eventType", .paths = {WITHIN("eventType"), "EventTypeName"}},
    {.name = "requestParameters", .paths = {WITHIN("requestParameters")}, .take = Take::kJson},
    {.name = "requestParameters.attribute", .paths = {WITHIN("requestParameters.attribute")}},
    {.name = "requestParameters.containerDefinitions.command",
     .paths = {WITHIN("requestParameters.containerDefinitions.command")}},
    {.name = "requestParameters.enable", .paths = {WITHIN("requestParameters.enable")}},
    {.name = "requestParameters.layers", .paths = {WITHIN("requestParameters.layers")}},
    {.name = "requestParameters.userName", .paths = {WITHIN("requestParameters.userName")}},
    {.name = "responseElements", .paths = {WITHIN("responseElements")}, .take = Take::kJson},
    {.name = "responseElements.accessKey.userName",
     .paths = {WITHIN("responseElements.accessKey.userName")}},
    {.name = "responseElements.ConsoleLogin", .paths = {WITHIN("responseElements.ConsoleLogin")}},
    {.name = "responseElements.pendingModifiedValues.masterUserPassword",
     .paths = {WITHIN("responseElements.pendingModifiedValues.masterUserPassword")}},
    {.name = "responseElements.publiclyAccessible",
     .paths = {WITHIN("responseElements.publiclyAccessible")}},
    {.name = "sourceIPAddress", .paths = {WITHIN("sourceIPAddress"), "Source IP address"}},
    {.name = "src_country",
     .never = "CloudTrail logs the address of a caller, not the country; that takes a geolocation "
              "database"},
    {.name = "src_ip", .paths = {WITHIN("sourceIPAddress"), "Source IP address"}},
    // Every event has a name.
    {.name = "status", .derive = StatusWord, .from = {WITHIN("eventName"), "Event name"}},
    {.name = "userAgent", .paths = {WITHIN("userAgent"), "User agent"}},
    {.name = "userIdentity.accessKeyId",
     .paths = {WITHIN("userIdentity.accessKeyId"), "UserIdentityAccessKeyId", "AWS access key"}},
    {.name = "userIdentity.arn",
     .paths = {WITHIN("userIdentity.arn"), "UserIdentityArn"},
     .derive = IdentityArn,
     .from = {"useridentity"}},
    {.name = "userIdentity.sessionContext.sessionIssuer.type",
     .paths = {WITHIN("userIdentity.sessionContext.sessionIssuer.type")},
     .derive = IssuerType,
     .from = {"useridentity"}},
    {.name = "userIdentity.type",
     .paths = {WITHIN("userIdentity.type"), "UserIdentityType"},
     .derive = IdentityType,
     .from = {"useridentity"}},
    {.name = "userIdentity.userName",
     .paths = {WITHIN("userIdentity.userName"), "UserIdentityUserName", "User name"}},
};

}  // namespace

extern constinit const View kAwsCloudtrailView = {
    .product = "aws",
    .category = {},
    .service = "cloudtrail",
    .summary = "AWS CloudTrail",
    .reference = "AWS CloudTrail User Guide, CloudTrail record contents (2026-02)",
    .fields = kFields,
};

}  // namespace tokentrail::sigma

#undef WITHIN
