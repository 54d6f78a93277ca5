#include "trail/incident_stage.h"

#include <string>

namespace tokentrail::trail {
namespace {

struct Named {
  std::string_view start;
  Stage stage;
};

/// Starts of the ids of analytics. Source: DETECTIONS 2.1 to 2.10, and 0 for ACC.
constexpr Named kAnalytics[] = {
    {"REG-", Stage::kRegister},   {"LUR-", Stage::kLure},    {"GRT-", Stage::kGrant},
    {"MNT-", Stage::kIssue},      {"USE-", Stage::kUse},     {"K-", Stage::kUse},
    {"ESC-", Stage::kEscalate},   {"PER-", Stage::kPersist}, {"ACC-", Stage::kPersist},
    {"EXF-", Stage::kExfiltrate}, {"REV-", Stage::kRevoke},
};

/// Techniques, by what they mean in the life of a token; one with a sub-technique stands before the
/// one that it belongs to. Source: ATT&CK Enterprise 18.1, the tactics of each technique (2025-10);
/// T1685 and T1686 are what SigmaHQ's rules (2026) name where they had T1562. What harms at the
/// spot (T1485, T1486, T1489, T1496, ...) is no stage of a token's life, nor are attempts at
/// passwords (T1110, T1621).
constexpr Named kTechniques[] = {
    {"T1566", Stage::kLure},      // Phishing
    {"T1598", Stage::kLure},      // Phishing for Information
    {"T1204", Stage::kLure},      // User Execution
    {"T1528", Stage::kGrant},     // Steal Application Access Token
    {"T1539", Stage::kIssue},     // Steal Web Session Cookie
    {"T1552", Stage::kIssue},     // Unsecured Credentials
    {"T1555", Stage::kIssue},     // Credentials from Password Stores
    {"T1606", Stage::kIssue},     // Forge Web Credentials
    {"T1649", Stage::kIssue},     // Steal or Forge Authentication Certificates
    {"T1550", Stage::kUse},       // Use Alternate Authentication Material
    {"T1078", Stage::kUse},       // Valid Accounts
    {"T1069", Stage::kUse},       // Permission Groups Discovery
    {"T1087", Stage::kUse},       // Account Discovery
    {"T1526", Stage::kUse},       // Cloud Service Discovery
    {"T1538", Stage::kUse},       // Cloud Service Dashboard
    {"T1580", Stage::kUse},       // Cloud Infrastructure Discovery
    {"T1613", Stage::kUse},       // Container and Resource Discovery
    {"T1609", Stage::kUse},       // Container Administration Command
    {"T1059.009", Stage::kUse},   // Cloud API
    {"T1534", Stage::kUse},       // Internal Spearphishing
    {"T1484", Stage::kEscalate},  // Domain or Tenant Policy Modification
    {"T1548", Stage::kEscalate},  // Abuse Elevation Control Mechanism
    {"T1562", Stage::kEscalate},  // Impair Defenses: guard rails lowered
    {"T1611", Stage::kEscalate},  // Escape to Host
    {"T1685", Stage::kEscalate},  // see above
    {"T1686", Stage::kEscalate},    {"T1098", Stage::kPersist},  // Account Manipulation
    {"T1136", Stage::kPersist},                                  // Create Account
    {"T1137", Stage::kPersist},                                  // Office Application Startup
    {"T1525", Stage::kPersist},                                  // Implant Internal Image
    {"T1556", Stage::kPersist},                                  // Modify Authentication Process
    {"T1564.008", Stage::kPersist},                              // Email Hiding Rules
    {"T1020", Stage::kExfiltrate},                               // Automated Exfiltration
    {"T1030", Stage::kExfiltrate},                               // Data Transfer Size Limits
    {"T1048", Stage::kExfiltrate},  // Exfiltration Over Alternative Protocol
    {"T1114", Stage::kExfiltrate},  // Email Collection
    {"T1119", Stage::kExfiltrate},  // Automated Collection
    {"T1213", Stage::kExfiltrate},  // Data from Information Repositories
    {"T1530", Stage::kExfiltrate},  // Data from Cloud Storage
    {"T1537", Stage::kExfiltrate},  // Transfer Data to Cloud Account
    {"T1567", Stage::kExfiltrate},  // Exfiltration Over Web Service
};

/// `T1550.001` is one of `T1550`; `T15501` would be none.
bool IsOne(std::string_view technique, std::string_view of) {
  if (!technique.starts_with(of)) return false;
  return technique.size() == of.size() || technique[of.size()] == '.';
}

}  // namespace

std::optional<Stage> StageOf(const Finding& finding) {
  // A threshold over an app is no act of its own: it says more of what other findings tell.
  if (finding.origin == "policy") return std::nullopt;
  if (finding.origin != "rule") {
    for (const Named& named : kAnalytics) {
      if (std::string_view(finding.rule).starts_with(named.start)) return named.stage;
    }
    return std::nullopt;
  }
  for (const std::string& technique : finding.attack) {
    for (const Named& named : kTechniques) {
      if (IsOne(technique, named.start)) return named.stage;
    }
  }
  return std::nullopt;
}

}  // namespace tokentrail::trail
