#include "store/case_tables.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "base/as_of.h"
#include "store/schema.h"
#include "store/table_writer.h"
#include "store/trail_tables.h"

namespace tokentrail::store {
namespace {

using duck::TableWriter;

/// Writes one table after another; each knows its columns by their order in schema.cc.
class Tables {
 public:
  Tables(const duck::Session& session, const CaseRows& rows, const FileTable& files,
         std::span<const int64_t> file_ids, std::span<const std::string_view> source_names)
      : session_(session), rows_(rows), files_(files), file_ids_(file_ids), names_(source_names) {}

  Result<Done> Info() const {
    const auto out = TRY(TableWriter::Open(session_, TableOf("case_info")));
    const Summary& summary = rows_.summary;
    const auto add = [&](std::string_view name, const std::string& value) {
      out->Text(0, name);
      out->Text(1, out->Keep(value));
      return out->EndRow();
    };
    TRY(add("schema_version", std::to_string(kSchemaVersion)));
    TRY(add("program_version", summary.run.version));
    if (summary.events > 0) {
      TRY(add("first_time", FormatTime(summary.first)));
      TRY(add("last_time", FormatTime(summary.last)));
    }
    TRY(add("as_of", FormatTime(summary.as_of)));
    TRY(add("files", std::to_string(summary.files)));
    TRY(add("bytes_read", std::to_string(summary.bytes_read)));
    TRY(add("records", std::to_string(summary.records)));
    TRY(add("events", std::to_string(summary.events)));
    TRY(add("duplicates", std::to_string(summary.duplicates)));
    TRY(add("superseded", std::to_string(summary.superseded)));
    TRY(add("left_out_records", std::to_string(summary.ledger.left_out_records())));
    TRY(add("findings", std::to_string(rows_.findings.size())));
    TRY(add("findings_hidden", std::to_string(summary.hidden)));
    TRY(add("raw_records", rows_.all_records ? "all" : rows_.raw_records ? "cited" : "none"));
    return out->Flush();
  }

  Result<Done> Files() const {
    const auto out = TRY(TableWriter::Open(session_, TableOf("files")));
    std::vector<uint32_t> order(file_ids_.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return file_ids_[a] < file_ids_[b]; });
    for (const uint32_t index : order) {
      const EvidenceFile& file = files_.at(index);
      out->Number(0, file_ids_[index]);
      out->Text(1, file.path);
      out->Text(2, file.opened);
      out->Number(3, static_cast<int64_t>(file.disk_bytes));
      if (file.modified_ns != 0) out->Moment(4, Time{file.modified_ns / 1000});
      out->Text(5, file.sha256);
      TRY(out->EndRow());
    }
    return out->Flush();
  }

  Result<Done> Sources() const {
    const auto out = TRY(TableWriter::Open(session_, TableOf("sources")));
    for (const SourceCount& source : rows_.summary.sources) {
      out->Text(0, source.name);
      out->Number(1, static_cast<int64_t>(source.events));
      out->Number(2, static_cast<int64_t>(source.duplicates));
      out->Number(3, static_cast<int64_t>(source.superseded));
      out->Moment(4, source.first);
      out->Moment(5, source.last);
      TRY(out->EndRow());
    }
    return out->Flush();
  }

  Result<Done> Findings() const {
    const auto out = TRY(TableWriter::Open(session_, TableOf("findings")));
    for (const Finding& finding : rows_.findings) {
      out->Text(0, finding.id);
      out->Text(1, finding.rule);
      out->Text(2, finding.origin);
      out->Text(3, finding.title);
      out->Text(4, Name(finding.level));
      out->Number(5, static_cast<int64_t>(finding.level));
      out->Text(6, Name(finding.confidence));
      out->Moment(7, finding.first);
      out->Moment(8, finding.last);
      out->Text(9, finding.tenant);
      out->Number(10, static_cast<int64_t>(finding.count));
      out->Texts(11, finding.reasons);
      out->Texts(12, finding.attack);
      out->Text(13, finding.disproof);
      out->Texts(14, finding.cannot_say);
      TRY(out->EndRow());
    }
    return out->Flush();
  }

  Result<Done> Entities() const {
    const auto out = TRY(TableWriter::Open(session_, TableOf("finding_entities")));
    for (const Finding& finding : rows_.findings) {
      for (const Entity& entity : finding.entities) {
        out->Text(0, finding.id);
        out->Text(1, entity.type);
        out->Text(2, entity.id);
        out->Text(3, entity.name);
        TRY(out->EndRow());
      }
    }
    return out->Flush();
  }

  Result<Done> Evidences() const {
    const auto out = TRY(TableWriter::Open(session_, TableOf("finding_evidence")));
    for (const Finding& finding : rows_.findings) {
      int64_t number = 0;
      for (const Evidence& evidence : finding.evidence) {
        out->Text(0, finding.id);
        out->Number(1, ++number);
        if (evidence.time != kAsOfCollection) out->Moment(2, evidence.time);
        out->Text(3, SourceName(evidence));
        out->Text(4, evidence.operation);
        out->Text(5, evidence.user);
        out->Text(6, evidence.app);
        out->Text(7, evidence.ip);
        PutPlace(*out, 8, evidence.place);
        out->Number(10, static_cast<int64_t>(evidence.place.offset));
        out->Number(11, evidence.place.size);
        out->Uuid(12, evidence.content);
        out->Text(13, evidence.record_sha256);
        TRY(out->EndRow());
      }
    }
    return out->Flush();
  }

  Result<Done> Fields() const {
    const auto out = TRY(TableWriter::Open(session_, TableOf("evidence_fields")));
    for (const Finding& finding : rows_.findings) {
      int64_t number = 0;
      for (const Evidence& evidence : finding.evidence) {
        ++number;
        for (const Evidence::Pointer& pointer : evidence.pointers) {
          out->Text(0, finding.id);
          out->Number(1, number);
          out->Text(2, pointer.field);
          out->Text(3, pointer.pointer);
          out->Text(4, pointer.value);
          TRY(out->EndRow());
        }
      }
    }
    return out->Flush();
  }

  Result<Done> RawRecords() const {
    if (!rows_.raw_records && !rows_.all_records) return Done{};
    const auto out = TRY(TableWriter::Open(session_, TableOf("raw_records")));
    if (rows_.all_records) {
      TRY(rows_.all_records([&](const RawRecord& raw) -> Result<Done> {
        out->Uuid(0, raw.content);
        if (raw.source < names_.size()) out->Text(1, names_[raw.source]);
        PutPlace(*out, 2, raw.place);
        out->Number(4, static_cast<int64_t>(raw.place.offset));
        out->Text(5, out->Keep(raw.record));
        out->Text(6, out->Keep(raw.sha256));
        out->Truth(7, false);
        return out->EndRow();
      }));
      return out->Flush();
    }
    std::set<Id> written;
    for (const Finding& finding : rows_.findings) {
      for (const Evidence& evidence : finding.evidence) {
        // Without a hash it could not be read again: the ledger says so.
        if (evidence.record_sha256.empty() || !written.insert(evidence.content).second) continue;
        out->Uuid(0, evidence.content);
        out->Text(1, SourceName(evidence));
        PutPlace(*out, 2, evidence.place);
        out->Number(4, static_cast<int64_t>(evidence.place.offset));
        out->Text(5, evidence.record);
        out->Text(6, evidence.record_sha256);
        out->Truth(7, evidence.record_cut);
        TRY(out->EndRow());
      }
    }
    return out->Flush();
  }

  Result<Done> LedgerRows() const {
    const auto out = TRY(TableWriter::Open(session_, TableOf("ledger")));
    const Ledger& ledger = rows_.summary.ledger;
    for (const bool left_out : {true, false}) {
      for (const auto& [reason, entry] : left_out ? ledger.left_out() : ledger.notes()) {
        out->Text(0, reason);
        out->Truth(1, left_out);
        out->Number(2, static_cast<int64_t>(entry.count));
        PutPlace(*out, 3, entry.first);
        out->Text(5, entry.detail);
        TRY(out->EndRow());
      }
    }
    return out->Flush();
  }

  Result<Done> Rules() const {
    const auto out = TRY(TableWriter::Open(session_, TableOf("rules")));
    for (const RuleTruth& rule : rows_.rules) {
      out->Text(0, rule.id);
      out->Text(1, rule.title);
      out->Text(2, rule.file);
      if (rule.line > 0) out->Number(3, rule.line);
      out->Text(4, Name(rule.level));
      out->Text(5, rule.log_source);
      out->Truth(6, rule.correlation);
      out->Text(7, TruthName(rule.truth));
      out->Number(8, static_cast<int64_t>(rule.hits));
      out->Texts(9, rule.sources);
      out->Text(10, rule.field);
      out->Text(11, rule.reason);
      out->Text(12, rule.nearest);
      TRY(out->EndRow());
    }
    return out->Flush();
  }

 private:
  /// File and line, in two columns that stand side by side.
  void PutPlace(TableWriter& out, size_t column, const Place& place) const {
    if (place.file < file_ids_.size()) out.Number(column, file_ids_[place.file]);
    if (place.line > 0) out.Number(column + 1, static_cast<int64_t>(place.line));
  }
  std::string_view SourceName(const Evidence& evidence) const {
    return evidence.source < names_.size() ? names_[evidence.source] : std::string_view{};
  }

  const duck::Session& session_;
  const CaseRows& rows_;
  const FileTable& files_;
  std::span<const int64_t> file_ids_;
  std::span<const std::string_view> names_;
};

}  // namespace

Result<Done> WriteCaseTables(const duck::Session& session, const CaseRows& rows,
                             const FileTable& files, std::span<const int64_t> file_ids,
                             std::span<const std::string_view> source_names) {
  const Tables tables(session, rows, files, file_ids, source_names);
  TRY(tables.Info());
  TRY(tables.Files());
  TRY(tables.Sources());
  TRY(tables.Findings());
  TRY(tables.Entities());
  TRY(tables.Evidences());
  TRY(tables.Fields());
  TRY(tables.RawRecords());
  TRY(tables.LedgerRows());
  TRY(tables.Rules());
  return WriteTrailTables(session, rows, file_ids, source_names);
}

}  // namespace tokentrail::store
