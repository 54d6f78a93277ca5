#include "source/normalise.h"

#include <algorithm>
#include <bitset>
#include <cstring>

#include "base/as_of.h"
#include "base/check.h"
#include "base/text.h"
#include "source/field_trie.h"

namespace tokentrail::source {
namespace {

constexpr size_t kMaxKeys = 256;
using KeyMask = std::bitset<kMaxKeys>;

/// How an entry of the trie is used.
struct Entry {
  enum class Use : uint8_t { kField, kTime, kKey, kOutcome };

  Use use = Use::kField;
  Field field = Field::kCount;
  As as = As::kText;
};

struct CompiledClaim {
  KeyMask needs;
  bool (*test)(const Record&) = nullptr;
};

struct CompiledSource {
  std::vector<CompiledClaim> claims;
  FieldTrie trie;
  std::vector<Entry> entries;
};

/// HeadMap::outcome's words. Source: the vendors' documentation of status, result and outcome
/// fields (Entra `status.errorCode` and `result`, UAL `ResultStatus`, Okta `outcome.result`).
Outcome ReadOutcome(std::string_view text) {
  if (text.empty()) return Outcome::kUnknown;
  if (IsDigits(text)) {
    if (text == "0") return Outcome::kSuccess;
    if (text.size() == 3 && text.front() >= '1' && text.front() <= '3') return Outcome::kSuccess;
    return Outcome::kFailure;
  }
  constexpr std::array<std::string_view, 12> kGood = {
      "success", "succeeded", "true",     "ok",        "allow",      "partiallysucceeded",
      "allowed", "granted",   "approved", "completed", "successful", "accept"};
  for (const std::string_view word : kGood) {
    if (EqualsIgnoreCase(text, word)) return Outcome::kSuccess;
  }
  if (EqualsIgnoreCase(text, "unknown") || EqualsIgnoreCase(text, "none") ||
      EqualsIgnoreCase(text, "skipped")) {
    return Outcome::kUnknown;
  }
  return Outcome::kFailure;
}

/// 36 characters with dashes where a GUID has them: no secret looks like that.
bool HasGuidShape(std::string_view text) {
  return text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' &&
         text[23] == '-';
}

bool IsObject(const Node* node) { return node != nullptr && node->kind == NodeKind::kObject; }

constexpr std::string_view kCarrierKeys[] = {"_source",   "_raw",    "result",         "AuditData",
                                             "auditData", "message", "@message",       "Message",
                                             "log",       "event",   "event.original", "detail"};

/// Few other keys have the length, the first and the last letter of these.
constexpr bool MayBeCarrier(std::string_view key) {
  struct Masks {
    uint64_t sizes = 0;
    uint64_t firsts = 0;
    uint64_t lasts = 0;
  };
  constexpr auto kBit = [](char c) { return uint64_t{1} << (static_cast<unsigned char>(c) & 63); };
  constexpr Masks kMasks = [kBit] {
    Masks out;
    for (const std::string_view one : kCarrierKeys) {
      out.sizes |= uint64_t{1} << one.size();
      out.firsts |= kBit(one.front());
      out.lasts |= kBit(one.back());
    }
    return out;
  }();
  if (key.empty() || key.size() > 63) return false;
  return (kMasks.sizes >> key.size() & kMasks.firsts >> (key.front() & 63) &
          kMasks.lasts >> (key.back() & 63) & 1) != 0;
}

/// The inside of a carrier, or null when `record` is no carrier. Each line: who writes it.
const Node* Inside(const Record& record) {
  const Node& root = record.root();
  const auto open = [&](const Node* node) -> const Node* {
    const Node* inner = node == nullptr ? nullptr : record.Open(*node);
    return IsObject(inner) ? inner : nullptr;
  };
  for (const Node& child : Children(root)) {
    const std::string_view key = child.key();
    if (!MayBeCarrier(key)) continue;
    switch (key.front()) {
      case '_':  // Elasticsearch and Kibana exports; Splunk raw events
        if (key == "_source" || key == "_raw") {
          if (const Node* inner = open(&child)) return inner;
        }
        break;
      case 'r':  // Splunk's JSON export: {"preview":false,"result":{"_raw":"..."}}
        if (key == "result" && IsObject(&child)) {
          if (record.Child(child, "_raw") != nullptr) return &child;
        }
        break;
      case 'A':  // Search-UnifiedAuditLog
        if (key == "AuditData") {
          if (const Node* inner = open(&child)) return inner;
        }
        break;
      case 'a':  // Graph security auditLogQuery records
        if (key == "auditData" && IsObject(&child)) return &child;
        if (key == "auditData") {
          if (const Node* inner = open(&child)) return inner;
        }
        break;
      case 'm':  // CloudWatch subscriptions and exports, Logstash
      case '@':
      case 'M':
        if ((key == "message" || key == "@message" || key == "Message") &&
            child.kind == NodeKind::kText) {
          if (const Node* inner = open(&child)) return inner;
        }
        break;
      case 'l':  // container runtimes through Fluent Bit: {"log":"{...}","stream":"stdout"}
        if (key == "log" && child.kind == NodeKind::kText &&
            record.Child(root, "stream") != nullptr) {
          if (const Node* inner = open(&child)) return inner;
        }
        break;
      case 'e':  // Elastic integrations keep the original beside their own fields
        if (key == "event.original") {
          if (const Node* inner = open(&child)) return inner;
        }
        if (key == "event" && IsObject(&child)) {
          if (const Node* inner = open(record.Child(child, "original"))) return inner;
        }
        break;
      case 'd':  // Amazon EventBridge
        if (key == "detail" && IsObject(&child) && record.Child(root, "detail-type") != nullptr) {
          return &child;
        }
        break;
      default:
        break;
    }
  }
  return nullptr;
}

}  // namespace

struct Tables::Compiled {
  KeyTable keys;
  std::vector<CompiledSource> sources;
};

Tables::Tables(std::span<const SourceDef* const> sources)
    : sources_(sources), compiled_(std::make_unique<Compiled>()) {
  for (const SourceDef* source : sources) {
    CompiledSource& out = compiled_->sources.emplace_back();
    for (const Claim& claim : source->claims) {
      CompiledClaim& compiled = out.claims.emplace_back();
      compiled.test = claim.test;
      for (const std::string_view key : claim.keys) {
        if (key.empty()) continue;
        int32_t bit = compiled_->keys.Find(key);
        if (bit == KeyTable::kNone) {
          bit = static_cast<int32_t>(compiled_->keys.all().size());
          CHECK(static_cast<size_t>(bit) < kMaxKeys);
          compiled_->keys.Add(key, bit);
        }
        compiled.needs.set(static_cast<size_t>(bit));
      }
    }
    const auto add = [&](Entry entry, std::span<const std::string_view> paths) {
      const auto index = static_cast<uint16_t>(out.entries.size());
      out.entries.push_back(entry);
      uint8_t rank = 0;
      for (const std::string_view path : paths) {
        if (!path.empty()) out.trie.Add(path, index, rank++);
      }
    };
    add({Entry::Use::kTime, Field::kCount, As::kText}, source->head.time);
    add({Entry::Use::kOutcome, Field::kCount, As::kText}, source->head.outcome);
    for (const std::string_view part : source->head.key) {
      if (part.empty()) continue;
      add({Entry::Use::kKey, Field::kCount, As::kText}, Split(part, "|"));
    }
    for (const FieldMap& map : source->fields) {
      add({Entry::Use::kField, map.field, map.as}, map.paths);
    }
  }
}

Tables::~Tables() = default;

struct Normaliser::Scratch {
  using Test = bool (*)(const Record&);

  /// The claims whose keys a record with these has, in the order they are asked. Most records of a
  /// file have the same keys, so the answer is kept.
  const std::vector<std::pair<SourceIndex, Test>>& Claims(const KeyMask& keys,
                                                          const Tables::Compiled& compiled) {
    constexpr size_t kMaxKept = 512;
    if (const auto known = claims.find(keys); known != claims.end()) return known->second;
    if (claims.size() == kMaxKept) claims.clear();
    std::vector<std::pair<SourceIndex, Test>>& out = claims[keys];
    for (size_t i = 0; i < compiled.sources.size(); ++i) {
      for (const CompiledClaim& claim : compiled.sources[i].claims) {
        if ((keys & claim.needs) == claim.needs) {
          out.emplace_back(static_cast<SourceIndex>(i), claim.test);
        }
      }
    }
    return out;
  }

  /// Element number `part`, or null. One after the other they cost one walk, however many there
  /// are.
  const Node* Element(const Node& split, size_t part) {
    if (part == 0 || list != &split || part != next_part) {
      list = &split;
      next = split.begin();
      for (size_t i = 0; i < part && next != split.end(); ++i) next = next->next();
    }
    next_part = part + 1;
    if (next == split.end()) return nullptr;
    const Node* const out = next;
    next = next->next();
    return out;
  }

  /// Likewise.
  const Id& ContentOf(std::string_view bytes, size_t part) {
    if (part == 0 || bytes.data() != text.data() || bytes.size() != text.size()) {
      text = bytes;
      content = Id::Of(bytes);
    }
    return content;
  }

  const Node* list = nullptr;
  const Node* next = nullptr;
  size_t next_part = 0;
  std::string_view text;
  Id content;
  std::vector<Found> found;
  std::string packed;
  std::string key;
  std::unordered_map<KeyMask, std::vector<std::pair<SourceIndex, Test>>> claims;
};

Normaliser::Normaliser(const Tables& tables, const NormaliseSettings& settings,
                       const Redactor& redactor)
    : tables_(tables),
      settings_(settings),
      redactor_(redactor),
      draft_(arena_),
      scratch_(std::make_unique<Scratch>()) {}

Normaliser::~Normaliser() = default;

Record Normaliser::Unwrap(const Record& record) const {
  constexpr int kMaxCarriers = 4;
  Record out = record;
  for (int i = 0; i < kMaxCarriers; ++i) {
    const Node* inner = Inside(out);
    if (inner == nullptr) break;
    out = out.At(*inner);
  }
  return out;
}

const SourceDef* Normaliser::Claim(const Record& record, SourceIndex& index) const {
  KeyMask mask;
  const KeyTable& keys = tables_.compiled_->keys;
  for (const Node& child : Children(record.root())) {
    const int32_t bit = keys.Find(child.key());
    if (bit != KeyTable::kNone) mask.set(static_cast<size_t>(bit));
  }
  for (const auto& [source, test] : scratch_->Claims(mask, *tables_.compiled_)) {
    if (test != nullptr && !test(record)) continue;
    index = source;
    return tables_.sources_[source];
  }
  return nullptr;
}

const Node* Normaliser::SplitField(const Record& record, SourceIndex source) const {
  const std::string_view split = tables_.sources_[source]->split;
  return split.empty() ? nullptr : record.Child(record.root(), split);
}

size_t Normaliser::Count(const Record& record, SourceIndex source) const {
  const Node* list = SplitField(record, source);
  if (list != nullptr) list = record.Open(*list);
  if (list == nullptr || list->kind != NodeKind::kArray) return 1;
  size_t count = 0;
  for (const Node& element : Children(*list)) {
    (void)element;
    ++count;
  }
  return std::max<size_t>(count, 1);
}

Made Normaliser::Make(const Record& record, SourceIndex source, size_t part,
                      std::string_view text) {
  arena_.Reset();
  draft_.Reset();
  const SourceDef& def = *tables_.sources_[source];
  const CompiledSource& compiled = tables_.compiled_->sources[source];

  const Node* split = nullptr;
  bool several = false;
  if (!def.split.empty()) {
    const Node* list = record.Child(record.root(), def.split);
    if (list != nullptr) list = record.Open(*list);
    if (list != nullptr && list->kind == NodeKind::kArray) {
      split = list;
      draft_.element = scratch_->Element(*list, part);
      several = list->size > 1 && list->begin()->next() != list->end();
    } else {
      draft_.element = list;
    }
  }

  std::vector<Found>& found = scratch_->found;
  found.resize(compiled.entries.size());
  compiled.trie.Walk(record, split, draft_.element, found);

  std::string& key = scratch_->key;
  key.clear();
  ParsedTime time;
  time.fault = TimeFault::kUnreadable;
  std::string_view time_text;
  const Node* time_node = nullptr;
  for (size_t i = 0; i < found.size(); ++i) {
    const Node* node = found[i].node;
    if (node == nullptr) continue;
    const Entry& entry = compiled.entries[i];
    switch (entry.use) {
      case Entry::Use::kField:
        if (!draft_.Has(entry.field)) draft_.SetFrom(entry.field, node, entry.as);
        break;
      case Entry::Use::kTime:
        time_node = node;
        time_text = Trim(node->text());
        time = ParseTime(time_text, settings_.date_order);
        break;
      case Entry::Use::kOutcome:
        draft_.outcome = ReadOutcome(Trim(node->text()));
        break;
      case Entry::Use::kKey:
        key += node->text();
        key += '\x1f';
        break;
    }
  }
  if (time.fault == TimeFault::kNone) {
    draft_.time = time.time;
    draft_.has_time = true;
  }
  if (def.fixup != nullptr) def.fixup(record, draft_);

  Made made;
  if (!draft_.left_out.empty()) {
    made.left_out = draft_.left_out;
    return made;
  }
  if (!draft_.has_time && def.timeless) {
    draft_.time = kAsOfCollection;
    draft_.has_time = true;
  }
  if (!draft_.has_time) {
    const bool ambiguous = time.fault == TimeFault::kAmbiguous;
    made.left_out = ambiguous ? "source.ambiguous_date" : "source.no_time";
    if (time_node != nullptr) {
      made.detail = record.Pointer(*time_node) + " is '" +
                    redactor_.Clean(std::string(time_text)).substr(0, 60) +
                    (ambiguous ? "': say --date-order mdy or dmy" : "'");
    } else {
      made.detail = "no field of " + std::string(def.name) + " that holds a time";
    }
    return made;
  }

  EventHead head;
  head.time = draft_.time;
  head.source = source;
  head.kind = draft_.kind;
  head.outcome = draft_.outcome;
  head.stage = draft_.stage;
  if (!key.empty()) {
    key += draft_.key_part;
    if (several) key += "#" + std::to_string(part);
    head.key = Id::Of(key);
  }
  head.content = scratch_->ContentOf(text, part);
  if (several) head.content = Id::Of(head.content, Id::Of(std::to_string(part)));

  const FieldSet& keep = settings_.keep[static_cast<size_t>(draft_.kind)];
  std::array<std::string_view, kFieldCount> texts;
  uint16_t richness = 0;
  size_t size = sizeof(EventHead);
  for (size_t i = 0; i < kFieldCount; ++i) {
    const Field field = static_cast<Field>(i);
    std::string_view value = draft_.Text(field);
    if (value.empty()) continue;
    ++richness;
    if (!keep.Has(field)) continue;
    constexpr size_t kMaxText = 64 << 10;
    value = value.substr(0, kMaxText);
    if (value.size() >= 12 && !HasGuidShape(value)) value = redactor_.Clean(value, arena_);
    head.fields.Add(field);
    texts[i] = value;
    size += sizeof(uint32_t) + value.size();
  }
  head.richness = static_cast<uint16_t>(draft_.stage * 4096 + richness);
  head.size = static_cast<uint32_t>(size);

  std::string& packed = scratch_->packed;
  packed.resize(size);
  char* out = packed.data();
  std::memcpy(out, &head, sizeof head);
  out += sizeof head;
  char* body = out + sizeof(uint32_t) * static_cast<size_t>(head.fields.Count());
  char* const body_begin = body;
  for (size_t i = 0; i < kFieldCount; ++i) {
    if (!head.fields.Has(static_cast<Field>(i))) continue;
    std::memcpy(body, texts[i].data(), texts[i].size());
    body += texts[i].size();
    const auto end = static_cast<uint32_t>(body - body_begin);
    std::memcpy(out, &end, sizeof end);
    out += sizeof end;
  }
  made.event = packed;
  return made;
}

}  // namespace tokentrail::source
