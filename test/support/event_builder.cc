#include "test/support/event_builder.h"

#include <cstring>

#include "base/check.h"

namespace tokentrail::test {

namespace {

void Append(std::vector<char>& out, const void* data, size_t size) {
  const char* bytes = static_cast<const char*>(data);
  out.insert(out.end(), bytes, bytes + size);
}

}  // namespace

BuiltEvent::BuiltEvent(const Head& head, const std::map<Field, std::string>& fields,
                       const std::vector<uint32_t>& hits) {
  EventHead packed;
  const ParsedTime time = ParseTime(head.time);
  CHECK(time.fault == TimeFault::kNone);
  packed.time = time.time;
  packed.kind = head.kind;
  packed.outcome = head.outcome;
  packed.source = head.source;
  packed.hits = static_cast<uint32_t>(hits.size());

  std::string texts;
  std::vector<uint32_t> ends;  // std::map goes in the order of the enum, as the layout asks
  for (const auto& [field, text] : fields) {
    if (text.empty()) continue;  // an event has no empty fields
    packed.fields.Add(field);
    texts += text;
    ends.push_back(static_cast<uint32_t>(texts.size()));
  }
  packed.content = head.record == 0 ? Id::Of(texts + std::string(head.time)) : Id{1, head.record};
  packed.key = packed.content;
  packed.size = static_cast<uint32_t>(
      sizeof packed + (ends.size() + hits.size()) * sizeof(uint32_t) + texts.size());
  Append(bytes_, &packed, sizeof packed);
  Append(bytes_, ends.data(), ends.size() * sizeof(uint32_t));
  Append(bytes_, texts.data(), texts.size());
  Append(bytes_, hits.data(), hits.size() * sizeof(uint32_t));
}

}  // namespace tokentrail::test
