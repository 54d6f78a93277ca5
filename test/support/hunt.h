// A hunt of the binary over some inputs, and what it left behind.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "test/support/binary.h"

namespace tokentrail::test {

/// An invented consent in the shape of the Unified Audit Log: one line of JSON, pure ASCII, whose
/// only finding is one of GRT-01.
std::string ConsentRecord();
/// The same with other ids: record, app, user and minute follow from `number`.
std::string ConsentRecord(int number);

struct HuntResult {
  RunResult run;
  std::string folder;    ///< the case
  std::string findings;  ///< findings.jsonl
  std::string summary;   ///< summary.json

  /// A number at a path of the summary; fails the test when it is none.
  uint64_t Number(std::string_view path) const;
  /// Reason -> how many, of the ledger's entries `left_out` or `notes`.
  std::map<std::string, uint64_t> LeftOut() const { return Entries("left_out"); }
  std::map<std::string, uint64_t> Notes() const { return Entries("notes"); }
  /// The summary without the parts that are long and say nothing of what was read: for messages.
  std::string Told() const { return summary.substr(0, summary.find("\"cannot_run\"")); }
  /// Source -> events.
  std::map<std::string, uint64_t> Sources() const;
  /// The ids of the findings, as they stand in the file.
  std::vector<std::string> Ids() const;
  /// Records left out, without what was left out as a whole file (those hold unknown numbers).
  uint64_t RecordsLeftOut() const;

 private:
  std::map<std::string, uint64_t> Entries(std::string_view list) const;
};

/// `tokentrail hunt INPUTS -o CASE -m informational -q --no-store MORE`. Also checks what must hold of every
/// hunt: it ended by itself with an exit code that stands in the contract, its outputs can be read,
/// its temporary files are gone, and every record is accounted for.
HuntResult Hunt(const std::vector<std::string>& inputs, const std::string& case_folder,
                const std::vector<std::string>& more = {}, const RunOptions& options = {});

/// The same with case.duckdb, which Hunt() leaves out: most tests look at what is found, and the
/// library takes a while to load under sanitizers.
HuntResult HuntWithStore(const std::vector<std::string>& inputs, const std::string& case_folder,
                         const std::vector<std::string>& more = {},
                         const RunOptions& options = {});

/// findings.jsonl without what tells where the evidence lies (file, hash of it, line, offset).
std::string WithoutPlaces(std::string_view findings);
/// summary.json without `run`.
std::string WithoutRun(std::string_view summary);

}  // namespace tokentrail::test
