// Logs and parts of logs that evidence like this would have, and does not.

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.h"
#include "model/evidence_gap.h"

namespace tokentrail::trail {

/// What the events of one log were about, one bit each.
using Facts = uint32_t;
constexpr Facts kGrantsApp = 1u << 0;  ///< an app was granted, consented to, authorised
constexpr Facts kUsesApp = 1u << 1;    ///< an app other than a person's own client called an API
constexpr Facts kDirectory = 1u << 2;  ///< directory changes, whichever log told them
constexpr Facts kMailItems = 1u << 3;  ///< MailItemsAccessed
constexpr Facts kMailbox = 1u << 4;    ///< other mailbox audit records
constexpr Facts kExchangeAdmin = 1u << 5;  ///< Exchange cmdlets
constexpr Facts kRequestBody = 1u << 6;    ///< Kubernetes: a request with its body
constexpr Facts kNoRequestBody = 1u << 7;  ///< and one that needs one, without
constexpr Facts kReads = 1u << 8;          ///< Kubernetes: get, list or watch
constexpr Facts kGit = 1u << 9;            ///< GitHub: git.clone, git.fetch, git.push
constexpr Facts kApiRequest = 1u << 10;    ///< GitHub: api.request
constexpr Facts kTokenEvent = 1u << 11;    ///< Okta: tokens granted
constexpr Facts kLogin = 1u << 12;         ///< somebody signed in
constexpr Facts kAppEvent = 1u << 13;      ///< Slack: anything about apps
constexpr Facts kApiEvent = 1u << 14;      ///< Salesforce: an API was called

/// What reads the facts of a log's events; null when there are none to read.
using FactReader = Facts (*)(const Event& event);
FactReader FactReaderOf(std::string_view source);

/// One log of one tenant.
struct LogSeen {
  uint64_t events = 0;
  Facts facts = 0;
  std::map<std::string, uint64_t, std::less<>> streams;  ///< events of each
  Time first;
  Time last;
};

/// Source -> what was seen of it, in one tenant.
using TenantLogs = std::map<std::string_view, LogSeen>;

/// A log that is missing when another is there.
struct MissingStream {
  std::string_view source = {};
  std::string_view stream = {};     ///< empty: the whole log
  std::string_view when = {};       ///< logs that make it expected, space separated
  uint64_t least = 1;               ///< events of those, so that a sample says nothing
  Facts facts = 0;                  ///< any of these must have been seen; 0: no matter
  Facts unless = 0;                 ///< not missing when any log has one of these
  std::string_view also = {};       ///< logs that hold the same
  std::string_view stages = {};     ///< ids of analytics whose claims it would carry on
  std::string_view reference = {};  ///< where it is documented that it is a log of its own
};

std::span<const MissingStream> MissingStreams();
/// The row of a gap; null for none.
const MissingStream* FindMissingStream(std::string_view source, std::string_view stream);

/// What is missing in each tenant; what several tenants lack alike is told once. Logs that name no
/// tenant stand under the empty one and count for all.
void FindMissingStreams(const std::map<std::string, TenantLogs>& tenants,
                        std::vector<EvidenceGap>& out);

}  // namespace tokentrail::trail
