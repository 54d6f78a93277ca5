// Settings, rules and case files: YAML that somebody else wrote.

#include "base/yaml.h"

#include "fuzz/target.h"

using namespace tokentrail;  // NOLINT: a fuzz target is one function

namespace {

size_t CountNodes(const Yaml& node) {
  size_t count = 1;
  for (const Yaml& child : node.list) count += CountNodes(child);
  for (const auto& pair : node.map) count += CountNodes(pair.first) + CountNodes(pair.second);
  return count;
}

}  // namespace

FUZZ_TARGET(YamlText, "yaml", input) {
  YamlError error;
  const auto documents = ParseYaml(input, &error);
  if (!documents.ok()) {
    CHECK(!error.message.empty());
    return;
  }
  size_t count = 0;
  for (const Yaml& document : documents.value()) count += CountNodes(document);
  CHECK(count <= 100'000);  // the bound that the header promises, aliases included
}
