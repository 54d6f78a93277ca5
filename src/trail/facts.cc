#include "trail/facts.h"

#include "base/text.h"

namespace tokentrail::trail {
namespace {

bool IsInteractive(const Event& event, Log log) {
  const std::string_view stream = event.Text(Field::kCategory);
  switch (log) {
    case Log::kSignIn:
      return stream == "interactive";
    case Log::kMicrosoft:
      return EqualsIgnoreCase(event.Text(Field::kOperation), "UserLoggedIn") &&
             !EqualsIgnoreCase(event.Text(Field::kProtocol), "OAuth2:Token");
    case Log::kOkta:
      return event.Text(Field::kOperation) == "user.session.start";
    case Log::kGoogle:
      return event.Text(Field::kOperation).ends_with("login_success");
    case Log::kSlack:
      return event.Text(Field::kOperation) == "user_login";
    case Log::kSalesforceEvent:
      // Salesforce Object Reference, LoginHistory.LoginType: an app's own logins are Remote Access.
      return ContainsIgnoreCase(event.Text(Field::kProtocol), "Application");
    default:
      return false;
  }
}

}  // namespace

bool IsDeviceToken(const Event& event) { return event.Text(Field::kTokenType) == "device_token"; }

Facts FactsOf(const Event& event, uint64_t number, Log log, const Id& tenant, const State& state) {
  Facts out;
  out.log = log;
  out.number = number;
  out.tenant = tenant;
  out.user = state.UserOf(event);
  const auto keyed = [&](Field field) {
    const std::string_view text = event.Text(field);
    return text.empty() ? Id() : Id::Of(out.tenant, Id::Of(text));
  };
  if (!IsDeviceToken(event)) out.token = keyed(Field::kToken);
  out.session = keyed(Field::kSession);
  out.where.device = event.Hash(Field::kDevice);
  out.where.ip = event.Hash(Field::kIp);
  const bool salesforce_call = log == Log::kSalesforceEvent && event.kind() != Kind::kSignIn;
  out.sign_in = event.kind() == Kind::kSignIn && event.succeeded() && !salesforce_call;
  out.interactive = out.sign_in && IsInteractive(event, log);
  const std::string_view minted = event.Text(Field::kIssuedToken);
  if (!minted.empty() && event.succeeded()) out.minted = minted;
  return out;
}

}  // namespace tokentrail::trail
