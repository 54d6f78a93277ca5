#include "inventory/collection.h"

#include <charconv>

#include "base/check.h"
#include "base/yaml.h"
#include "inventory/data.h"

namespace tokentrail::inventory {
namespace {

CollectWay ReadWay(const Yaml& yaml) {
  CollectWay out;
  out.title = yaml.Text("title");
  out.run = yaml.Text("run");
  while (out.run.ends_with('\n')) out.run.pop_back();
  const std::string_view shell = yaml.Text("shell");
  CHECK(shell.empty() || shell == "pwsh");
  out.pwsh = shell == "pwsh";
  if (const Yaml* set = yaml.Find("set")) {
    for (const Yaml& name : set->list) out.set.push_back(name.text);
  }
  CHECK(!out.title.empty() && !out.run.empty());
  return out;
}

CollectEntry ReadEntry(const Yaml& yaml) {
  CollectEntry out;
  out.platform = yaml.Text("platform");
  out.source = yaml.Text("source");
  out.stream = yaml.Text("stream");
  out.title = yaml.Text("title");
  out.needs = yaml.Text("needs");
  out.keeping = yaml.Text("keeping");
  out.reference = yaml.Text("reference");
  out.date = yaml.Text("date");
  if (const Yaml* kept = yaml.Find("kept")) {
    for (const Yaml& one : kept->list) {
      KeptFor& life = out.kept.emplace_back();
      const std::string_view days = one.Text("days");
      const auto read = std::from_chars(days.data(), days.data() + days.size(), life.days);
      CHECK(read.ec == std::errc() && life.days > 0);
      life.when = one.Text("when");
      CHECK(!life.when.empty());
    }
  }
  const Yaml* ways = yaml.Find("ways");
  CHECK(ways != nullptr && !ways->list.empty());
  for (const Yaml& way : ways->list) out.ways.push_back(ReadWay(way));
  CHECK(!out.platform.empty() && !out.source.empty() && !out.title.empty());
  CHECK(!out.reference.empty() && !out.date.empty());
  CHECK(!out.kept.empty() || !out.keeping.empty());
  return out;
}

std::vector<CollectEntry> ReadEntries() {
  const auto documents = ParseYaml(CollectionData());
  CHECK(documents.ok() && documents.value().size() == 1);
  std::vector<CollectEntry> out;
  for (const Yaml& yaml : documents.value()[0].list) out.push_back(ReadEntry(yaml));
  return out;
}

}  // namespace

const std::vector<CollectEntry>& CollectEntries() {
  static const std::vector<CollectEntry> entries = ReadEntries();
  return entries;
}

const CollectEntry* FindCollectEntry(std::string_view source, std::string_view stream) {
  const CollectEntry* whole = nullptr;
  for (const CollectEntry& entry : CollectEntries()) {
    if (entry.source != source) continue;
    if (entry.stream == stream) return &entry;
    if (entry.stream.empty()) whole = &entry;
  }
  return whole;
}

}  // namespace tokentrail::inventory
