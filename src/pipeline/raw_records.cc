#include "pipeline/raw_records.h"

#include <cstring>
#include <map>
#include <optional>
#include <string>

#include "base/ledger.h"
#include "base/text.h"
#include "source/reader.h"
#include "source/walk.h"

namespace tokentrail::pipeline {

Result<Done> EachRecord(const std::vector<source::InputFile>& inputs, const FileTable& files,
                        const source::Tables& tables, const source::NormaliseSettings& settings,
                        const Redactor& redactor, const std::atomic<bool>& stop,
                        const store::TakeRaw& visit) {
  std::map<std::string, uint32_t, std::less<>> by_path;
  for (uint32_t i = 0; i < files.size(); ++i) by_path.emplace(files.at(i).path, i);
  FileTable again;
  Ledger ledger;  // all that is in it was said when the evidence was read first
  source::Reader reader(inputs, again, &stop);
  source::BlockWalker walker;
  source::Normaliser normaliser(tables, settings, redactor);
  source::Block block;
  std::optional<Error> failed;
  while (!failed && reader.Next(block, ledger)) {
    const auto known = by_path.find(again.at(block.file).path);
    if (known == by_path.end()) continue;  // it was not there when the hunt began
    walker.Walk(block, ledger,
                [&](const Record& logged, std::string_view text, const Place& place) {
                  if (failed) return;
                  const Record record = normaliser.Unwrap(logged);
                  SourceIndex source = 0;
                  if (normaliser.Claim(record, source) == nullptr) return;
                  std::string clean;
                  std::string hash;
                  const size_t parts = normaliser.Count(record, source);
                  for (size_t part = 0; part < parts && !failed; ++part) {
                    const source::Made made = normaliser.Make(record, source, part, text);
                    if (!made.left_out.empty()) continue;
                    if (hash.empty()) {
                      clean = redactor.CleanRecord(text);
                      hash = Sha256Hex(text);
                    }
                    EventHead head;
                    std::memcpy(&head, made.event.data(), sizeof head);
                    Place at = place;
                    at.file = known->second;
                    const Result<Done> taken = visit({head.content, source, at, clean, hash});
                    if (!taken.ok()) failed = taken.error();
                  }
                });
  }
  if (failed) return *failed;
  return Done{};
}

}  // namespace tokentrail::pipeline
