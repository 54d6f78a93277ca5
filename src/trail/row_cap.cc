#include "trail/row_cap.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "trail/log_words.h"

namespace tokentrail::trail {
namespace {

// As known in 2026. Pages of 100 rows and fewer are left out: so short a file says little.
constexpr RowCap kCaps[] = {
    {"m365_audit", 1'000, "an older script's page of Search-UnifiedAuditLog",
     "Microsoft Learn, Search-UnifiedAuditLog, -ResultSize"},
    {"m365_audit", 5'000, "one call of Search-UnifiedAuditLog",
     "Microsoft Learn, Search-UnifiedAuditLog, -ResultSize: at most 5000"},
    {"m365_audit", 50'000, "one session of Search-UnifiedAuditLog, or an export of Purview",
     "Microsoft Learn, Search-UnifiedAuditLog, -SessionCommand; Purview, Export audit records"},
    {"entra_signin", 999, "one page of Microsoft Graph", "Microsoft Graph, paging: $top"},
    {"entra_signin", 1'000, "one page of Microsoft Graph",
     "Microsoft Graph, List signIns: at most 1000 a page"},
    {"entra_signin", 5'000, "a download of the Entra portal",
     "Microsoft Learn, How to download logs in Microsoft Entra ID"},
    {"entra_signin", 10'000, "a download of the Entra portal",
     "Microsoft Learn, How to download logs in Microsoft Entra ID"},
    {"entra_signin", 100'000, "a download of the Entra portal",
     "Microsoft Learn, How to download logs in Microsoft Entra ID"},
    {"entra_signin", 250'000, "a download of the Entra portal",
     "Microsoft Learn, How to download logs in Microsoft Entra ID"},
    {"entra_audit", 999, "one page of Microsoft Graph", "Microsoft Graph, paging: $top"},
    {"entra_audit", 1'000, "one page of Microsoft Graph",
     "Microsoft Graph, List directoryAudits: at most 1000 a page"},
    {"entra_audit", 5'000, "a download of the Entra portal",
     "Microsoft Learn, How to download logs in Microsoft Entra ID"},
    {"entra_audit", 100'000, "a download of the Entra portal",
     "Microsoft Learn, How to download logs in Microsoft Entra ID"},
    {"entra_audit", 250'000, "a download of the Entra portal",
     "Microsoft Learn, How to download logs in Microsoft Entra ID"},
    {"google_workspace", 1'000, "one page of Google's Reports API",
     "Admin SDK Reports API, activities.list, maxResults"},
    {"google_workspace", 100'000, "an export of Google's Admin console",
     "Google Workspace Admin Help, Audit and investigation tool, export"},
    {"okta_system", 1'000, "one page of the System Log API", "Okta, System Log API, limit"},
    {"slack_audit", 9'999, "one page of Slack's audit API", "Slack, Audit Logs API, limit"},
    {"salesforce_event", 2'000, "one page of a Salesforce query",
     "Salesforce, REST API Developer Guide, Query Options"},
    {"salesforce_event", 20'000, "the download of the login history",
     "Salesforce Help, Monitor Login History"},
    {"salesforce_setup", 2'000, "one page of a Salesforce query",
     "Salesforce, REST API Developer Guide, Query Options"},
    {"kubernetes_audit", 10'000, "a query of CloudWatch Logs Insights, or of the Logs Explorer",
     "Amazon CloudWatch Logs quotas; Google Cloud, Logs Explorer, download"},
    {"gcp_audit", 10'000, "a download of the Logs Explorer", "Google Cloud, Logs Explorer"},
    {"aws_cloudtrail", 10'000, "a query of CloudWatch Logs Insights",
     "Amazon CloudWatch Logs quotas"},
    {"", 10'000, "a search of Elasticsearch", "Elasticsearch, index.max_result_window"},
    {"", 30'000, "a query in the portal of Log Analytics",
     "Azure Monitor service limits, Log queries"},
    {"", 50'000, "a search of Splunk", "Splunk, limits.conf, maxresultrows"},
    {"", 500'000, "a query of the Log Analytics API", "Azure Monitor service limits, Log queries"},
};

const RowCap* CapOf(std::string_view source, uint64_t rows) {
  for (const RowCap& cap : kCaps) {
    if (cap.rows == rows && (cap.source == source || cap.source.empty())) return &cap;
  }
  return nullptr;
}

/// Another export of the source goes on within this time of where a file ends.
constexpr Span kSlack = Hours(1);

bool GoesOnBefore(const FileCount& file, std::span<const FileCount> files) {
  return std::any_of(files.begin(), files.end(), [&](const FileCount& other) {
    return other.source == file.source && other.file != file.file && other.first < file.first &&
           other.last >= file.first - kSlack;
  });
}

bool GoesOnAfter(const FileCount& file, std::span<const FileCount> files) {
  return std::any_of(files.begin(), files.end(), [&](const FileCount& other) {
    return other.source == file.source && other.file != file.file && other.last > file.last &&
           other.first <= file.last + kSlack;
  });
}

}  // namespace

std::span<const RowCap> RowCaps() { return kCaps; }

void FindRowCaps(std::span<const FileCount> files, const FileTable& table,
                 std::span<const std::string_view> source_names, Time first, Time last,
                 std::vector<EvidenceGap>& out) {
  for (const FileCount& file : files) {
    const std::string_view source = source_names[file.source];
    const RowCap* cap = CapOf(source, file.records);
    if (cap == nullptr || file.top_offset == UINT64_MAX) continue;
    EvidenceGap gap;
    gap.kind = GapKind::kRowCap;
    gap.source = source;
    gap.subject = table.at(file.file).path;
    gap.count = file.records;
    gap.words = fmt::format("{} holds exactly {} records of {}, where {} ends: ", gap.subject,
                            Grouped(file.records), LogName(source), cap->tool);
    const bool before = GoesOnBefore(file, files);
    const bool after = GoesOnAfter(file, files);
    // Tools that cut give the newest first, or the oldest first; some give them in no order.
    if (file.top > file.bottom && file.top == file.last && file.bottom == file.first) {
      if (before) continue;
      gap.first = first < file.first ? first : Time{};
      gap.last = file.first;
      gap.words += fmt::format("what is older than {} may be cut off", FormatTimeShort(file.first));
    } else if (file.top < file.bottom && file.top == file.first && file.bottom == file.last) {
      if (after) continue;
      gap.first = file.last;
      gap.last = last > file.last ? last : Time{};
      gap.words += fmt::format("what is newer than {} may be cut off", FormatTimeShort(file.last));
    } else {
      if (before && after) continue;
      gap.first = file.first;
      gap.last = file.last;
      gap.words +=
          fmt::format("its records are in no order, so any from {} to {} or beyond may be missing",
                      FormatTimeShort(file.first), FormatTimeShort(file.last));
    }
    gap.hides = WordsOf(source).shows;
    out.push_back(std::move(gap));
  }
}

void FindDuplicatePages(std::span<const SourceCount> sources, std::span<const FileCount> files,
                        std::span<const std::string_view> source_names,
                        std::vector<EvidenceGap>& out) {
  constexpr uint64_t kLeast = 50;
  constexpr uint64_t kShare = 10;  // one in so many
  for (const SourceCount& source : sources) {
    std::vector<const FileCount*> of_it;
    for (const FileCount& file : files) {
      if (source_names[file.source] == source.name) of_it.push_back(&file);
    }
    // A file that was given twice, or one log in two shapes, repeats no page.
    std::sort(of_it.begin(), of_it.end(), [](const FileCount* a, const FileCount* b) {
      return std::tie(a->first, a->last, a->records) < std::tie(b->first, b->last, b->records);
    });
    uint64_t copies = 0;
    for (size_t i = 1; i < of_it.size(); ++i) {
      const FileCount& a = *of_it[i - 1];
      const FileCount& b = *of_it[i];
      if (a.first == b.first && a.last == b.last && a.records == b.records) copies += b.records;
    }
    const uint64_t repeated = source.duplicates - std::min(source.duplicates, copies);
    if (repeated < kLeast || repeated * kShare < source.events + source.duplicates) continue;
    EvidenceGap gap;
    gap.kind = GapKind::kDuplicatePages;
    gap.source = source.name;
    gap.first = source.first;
    gap.last = source.last;
    gap.count = repeated;
    gap.words = fmt::format(
        "{} of {} records of {} stand in the evidence more than once: an export that repeats pages "
        "tends to lack others",
        Grouped(repeated), Grouped(source.events + source.duplicates), LogName(source.name));
    gap.hides = WordsOf(source.name).shows;
    out.push_back(std::move(gap));
  }
}

}  // namespace tokentrail::trail
