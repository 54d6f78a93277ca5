#include "pipeline/count_once.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace tokentrail::pipeline {
namespace {

/// The same for hits of one rule that correlations could not tell apart.
Id IdOf(const sigma::Hit& hit) {
  std::string text;
  // Lengths in front, as values may hold any byte.
  const auto put = [&text](size_t number) { text.append(std::to_string(number)).push_back(':'); };
  put(hit.rule);
  for (const std::vector<std::string_view>& values : hit.captures) {
    put(values.size());
    for (const std::string_view value : values) {
      put(value.size());
      text += value;
    }
  }
  return Id::Of(text);
}

}  // namespace

void CountOnce::Filter(const Id& record, std::vector<sigma::Hit>& hits) {
  const auto seen = [this](const sigma::Hit& hit) { return !seen_.insert(IdOf(hit)).second; };
  hits.erase(std::remove_if(hits.begin(), hits.end(), seen), hits.end());
  for (sigma::Hit& hit : hits) {
    hit.record = record;
    hit.repeated = !rules_.insert(hit.rule).second;
  }
}

}  // namespace tokentrail::pipeline
