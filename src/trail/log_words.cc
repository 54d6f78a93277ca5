#include "trail/log_words.h"

#include "base/text.h"
#include "inventory/permission.h"

namespace tokentrail::trail {
namespace {

// Sources: the vendors' references that src/source/map names, and those of missing_stream.cc.
constexpr LogWords kLogs[] = {
    {"entra_signin", "", "Entra sign-ins", "who signed in from where, and how tokens came to be"},
    {"entra_signin", "interactive", "interactive Entra sign-ins",
     "who signed in with a prompt, from where, and with which second factor"},
    {"entra_signin", "noninteractive", "non-interactive Entra sign-ins",
     "which tokens were drawn from refresh tokens and sessions, and from where"},
    {"entra_signin", "service_principal", "service principals' Entra sign-ins",
     "whether apps used their own secrets and certificates, and from where"},
    {"entra_signin", "managed_identity", "managed identities' Entra sign-ins",
     "for what the identities of Azure resources drew tokens"},
    {"entra_audit", "", "the Entra audit log",
     "who consented to which app, and who gave roles, owners and credentials"},
    {"entra_risk", "", "Entra risk detections", "what Microsoft itself held to be risky"},
    {"graph_activity", "", "Microsoft Graph activity",
     "what apps read and changed through Microsoft Graph"},
    {"azure_activity", "", "the Azure activity log", "what was changed in Azure subscriptions"},
    {"m365_audit", "", "the Microsoft 365 audit log",
     "what was read, sent, shared and downloaded in mail, SharePoint and Teams"},
    {"m365_audit", "Exchange", "the Microsoft 365 audit log of Exchange",
     "what was done in mailboxes, and to their rules and rights"},
    {"m365_audit", "SharePoint", "the Microsoft 365 audit log of SharePoint",
     "which files and sites were opened"},
    {"m365_audit", "OneDrive", "the Microsoft 365 audit log of OneDrive",
     "which of people's own files were opened"},
    {"m365_audit", "AzureActiveDirectory", "the Microsoft 365 audit log of the directory",
     "who consented to which app, and who gave roles and credentials"},
    {"m365_audit", "MailItemsAccessed", "MailItemsAccessed records",
     "which messages were read in the mailboxes"},
    {"m365_audit", "mailbox", "mailbox audit records",
     "what was read, sent and deleted in the mailboxes"},
    {"defender_cloud_app", "", "Defender for Cloud Apps events",
     "what was done in the apps connected to it"},
    {"google_workspace", "", "the Google Workspace logs", "what was done in Google Workspace"},
    {"google_workspace", "token", "Google's token log",
     "which apps were authorised by whom, and with which scopes"},
    {"google_workspace", "login", "Google's login log", "who signed in to Google from where"},
    {"google_workspace", "admin", "Google's admin log",
     "whether domain-wide delegation, roles or app controls were changed"},
    {"google_workspace", "drive", "Google's Drive log", "which files were opened and shared"},
    {"google_workspace", "gmail", "Google's Gmail log", "which mail was sent, read or forwarded"},
    {"gcp_audit", "", "the Google Cloud audit log",
     "which keys and tokens of service accounts were made and used"},
    {"aws_cloudtrail", "", "AWS CloudTrail", "which AWS credentials were issued and used"},
    {"github_audit", "", "the GitHub audit log", "which tokens and apps were used on GitHub"},
    {"github_audit", "git", "GitHub's git events", "which repositories were cloned or pushed to"},
    {"github_audit", "api_request", "GitHub's API requests",
     "what tokens read and changed through GitHub's API"},
    {"okta_system", "", "the Okta System Log", "who signed in through Okta, and to which apps"},
    {"okta_system", "token", "Okta's token events", "which apps were given tokens, and for whom"},
    {"slack_audit", "", "the Slack audit log", "which apps were installed, and with which scopes"},
    {"slack_audit", "login", "Slack's logins", "who signed in to Slack from where"},
    {"slack_audit", "app", "Slack's app events",
     "which apps were installed or had their scopes widened"},
    {"salesforce_event", "", "Salesforce event logs",
     "what was queried and exported through Salesforce's APIs, and who signed in"},
    {"salesforce_event", "api", "Salesforce API events",
     "what connected apps queried and exported"},
    {"salesforce_setup", "", "the Salesforce setup audit trail",
     "which connected apps, users and rights were changed in Salesforce"},
    {"kubernetes_audit", "", "the Kubernetes audit log",
     "what was asked of the API server, with which service account"},
    {"kubernetes_audit", "request_bodies", "request bodies in the Kubernetes audit log",
     "for how long and for whom tokens were minted, and which rights were bound"},
    {"kubernetes_audit", "reads", "reads in the Kubernetes audit log",
     "who read Secrets and service-account tokens"},
};

constexpr LogWords kAny = {"", "", "this log", "what it would have recorded"};

}  // namespace

const LogWords& WordsOf(std::string_view source, std::string_view stream) {
  const LogWords* whole = &kAny;
  for (const LogWords& log : kLogs) {
    if (log.source != source) continue;
    if (EqualsIgnoreCase(log.stream, stream)) return log;
    if (log.stream.empty()) whole = &log;
  }
  return *whole;
}

std::string LogName(std::string_view source, std::string_view stream) {
  const LogWords& words = WordsOf(source, stream);
  std::string out(words.source.empty() ? source : words.name);
  if (!EqualsIgnoreCase(words.stream, stream)) out += " (" + std::string(stream) + ")";
  return out;
}

std::span<const LogWords> AllLogWords() { return kLogs; }

std::string PlatformOfLog(std::string_view source) {
  using inventory::Platform;
  const auto platform = inventory::PlatformOfSource(source);
  if (!platform) return std::string(source);
  return *platform == Platform::kMicrosoft ? "microsoft" : std::string(inventory::Name(*platform));
}

}  // namespace tokentrail::trail
