#include "pipeline/cite.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <tuple>

#include "base/text.h"
#include "source/json.h"
#include "source/lone_event.h"
#include "source/reread.h"

namespace tokentrail::pipeline {
namespace {

/// A shown record is cut at this many bytes.
constexpr size_t kMaxShown = 64 << 10;

/// A row says nothing without the names of its columns, so they are kept with it.
/// Columns are named by whoever wrote the file: a name may be a secret too.
std::string HeaderLine(const source::CsvHeader& header, const Redactor& redactor) {
  std::string out;
  for (const std::string& name : header.columns) {
    const std::string column = redactor.Clean(name);
    if (!out.empty()) out.push_back(header.delimiter);
    out.push_back('"');
    for (const char c : column) out.append(c == '"' ? 2 : 1, c);
    out.push_back('"');
  }
  return out + "\n";
}

/// Takes one re-read record apart and fills the evidence.
class Citer {
 public:
  explicit Citer(const CiteSetup& setup)
      : setup_(setup),
        redactor_(setup.redactor),
        rules_(setup.rules),
        scratch_(setup.rules.MakeScratch(false)),
        normaliser_(setup.tables, setup.settings, setup.redactor) {}

  /// False when the bytes are not those that were cited.
  bool Fill(std::string_view bytes, const source::CsvHeader* header, Evidence& evidence) {
    Record logged;
    if (header != nullptr) {
      json_.Forget();
      logged = csv_.Read(bytes, *header, &json_);
    } else {
      if (!json_.ParseUnpadded(bytes)) return false;
      logged = json_.record();
    }
    const Record record = normaliser_.Unwrap(logged);
    SourceIndex source = 0;
    if (normaliser_.Claim(record, source) == nullptr || source != evidence.source) return false;
    const size_t parts = normaliser_.Count(record, source);
    bool found = false;
    for (size_t part = 0; part < parts && !found; ++part) {
      const source::Made made = normaliser_.Make(record, source, part, bytes);
      if (!made.left_out.empty()) continue;
      EventHead head;
      std::memcpy(&head, made.event.data(), sizeof head);
      found = head.content == evidence.content;
      if (found) {
        const std::string_view tenant =
            source < setup_.tenants.size() ? setup_.tenants[source] : std::string_view();
        evidence.who = setup_.explain(Event(made.event.data(), tenant));
      }
      if (found && evidence.operation.empty() && evidence.user.empty()) {
        // A correlation knows its hits by place only.
        evidence.FillFrom(Event(made.event.data()));
      }
    }
    if (!found) return false;

    for (const Field field : evidence.deciding) {
      const Node* origin = normaliser_.draft().Origin(field);
      const std::string_view value = normaliser_.Text(field);
      if (origin == nullptr || value.empty()) continue;
      evidence.pointers.push_back({std::string(Name(field)), logged.Pointer(*origin),
                                   redactor_.Clean(std::string(value.substr(0, 1024)))});
    }
    if (evidence.of != Evidence::Of::kNeither) {
      Record matched = record;
      if (parts > 1) {
        matched = lone_event_.Of(record, *normaliser_.SplitField(record, source),
                                 *normaliser_.draft().element);
      }
      const auto deciding = rules_.Decide(evidence, source, matched, normaliser_, scratch_);
      if (parts > 1) lone_event_.Close();  // so that the record knows what was opened of it
      for (const auto& [field, node] : deciding) {
        const Node& origin = parts > 1 ? *lone_event_.Original(node) : *node;
        evidence.pointers.push_back({field, logged.Pointer(origin),
                                     redactor_.Clean(std::string(node->text().substr(0, 1024)))});
      }
    }
    evidence.record_sha256 = Sha256Hex(bytes);
    evidence.record = redactor_.CleanRecord(bytes);
    if (header != nullptr) evidence.record.insert(0, HeaderLine(*header, redactor_));
    if (evidence.record.size() > kMaxShown) {
      size_t cut = kMaxShown;
      while (cut > 0 && (static_cast<unsigned char>(evidence.record[cut]) & 0xC0u) == 0x80u) --cut;
      evidence.record.resize(cut);
      evidence.record_cut = true;
    }
    return true;
  }

 private:
  const CiteSetup& setup_;
  const Redactor& redactor_;
  const Rules& rules_;
  Rules::Scratch scratch_;
  source::Normaliser normaliser_;
  source::LoneEvent lone_event_;
  source::JsonReader json_;
  source::CsvReader csv_;
};

}  // namespace

void Cite(std::vector<Finding>& findings, const CiteSetup& setup, Ledger& ledger,
          const std::atomic<bool>& stop) {
  std::vector<Evidence*> all;
  std::map<uint32_t, std::vector<source::Wanted>> by_file;
  for (Finding& finding : findings) {
    for (Evidence& evidence : finding.evidence) {
      by_file[evidence.place.file].push_back(
          {evidence.place.offset, evidence.place.size, all.size()});
      all.push_back(&evidence);
    }
  }
  Citer citer(setup);
  for (auto& [file, wanted] : by_file) {
    if (stop.load(std::memory_order_relaxed)) return;
    EvidenceFile& entry = setup.files.at(file);
    entry.sha256 = setup.hashes.Of(entry.opened);

    std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) {
      return std::tie(a.offset, a.index) < std::tie(b.offset, b.index);
    });
    bool changed = false;
    const Result<Done> read = source::Reread(
        entry, wanted,
        [&](const source::Wanted& one, std::string_view bytes, const source::CsvHeader* header) {
          if (!citer.Fill(bytes, header, *all[one.index])) changed = true;
        },
        &stop);
    if (stop.load(std::memory_order_relaxed)) return;
    if (!read.ok() || changed) {
      ledger.LeaveOut("file.changed", Place{file, 0, 0, 0},
                      entry.path + " changed while it was read" +
                          (read.ok() ? "" : ": " + read.error().message));
    }
  }
}

}  // namespace tokentrail::pipeline
