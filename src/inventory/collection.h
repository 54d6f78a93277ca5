// How to export each log, and how long its vendor keeps it: the entries of data/collection.yaml.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tokentrail::inventory {

/// One way to export a log. Commands name shell variables only; whoever prints them writes their
/// assignments.
struct CollectWay {
  std::string title;
  std::string run;               ///< lines of commands and comments
  bool pwsh = false;             ///< PowerShell; else a POSIX shell
  std::vector<std::string> set;  ///< variables that the reader must set
};

/// How long records live, under one licence.
struct KeptFor {
  int days = 0;
  std::string when;
};

struct CollectEntry {
  std::string platform;  ///< `microsoft`, `google`, ..., as `--platform` takes it
  std::string source;    ///< name of the log source
  std::string stream;    ///< part of it; empty: all of it
  std::string title;
  std::string needs;      ///< rights and licences
  std::string keeping;    ///< in words, where no number is true for all; may be empty
  std::string reference;  ///< the vendor's pages
  std::string date;       ///< on which they were so
  std::vector<KeptFor> kept;
  std::vector<CollectWay> ways;  ///< the one to prefer first
};

/// Every entry, in the order of the file.
const std::vector<CollectEntry>& CollectEntries();

/// Of that stream, or else of the whole log; null when there is none.
const CollectEntry* FindCollectEntry(std::string_view source, std::string_view stream);

}  // namespace tokentrail::inventory
