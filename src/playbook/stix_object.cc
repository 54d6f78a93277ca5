#include "playbook/stix_object.h"

#include <fmt/format.h>

#include <utility>

#include "playbook/json_place.h"
#include "playbook/page_parser.h"
#include "source/json.h"

namespace tokentrail::playbook {
namespace {

/// Types whose objects a page needs; all others, known to ATT&CK or not, are passed over.
constexpr std::string_view kTypes[] = {"attack-pattern",
                                       "intrusion-set",
                                       "campaign",
                                       "malware",
                                       "tool",
                                       "relationship",
                                       "x-mitre-tactic",
                                       "x-mitre-matrix",
                                       "x-mitre-data-source",
                                       "x-mitre-data-component",
                                       "x-mitre-detection-strategy",
                                       "x-mitre-analytic",
                                       "x-mitre-collection",
                                       "marking-definition"};

bool IsWanted(std::string_view type) {
  for (const std::string_view one : kTypes) {
    if (one == type) return true;
  }
  return false;
}

/// Reads the members of one object; the first one of a wrong shape is the fault.
class ObjectReader {
 public:
  ObjectReader(const Record& record, const Node& object) : record_(record), object_(object) {}

  std::string Text(std::string_view key) {
    const Node* node = record_.Child(object_, key);
    if (node == nullptr || node->kind == NodeKind::kNull) return {};
    if (node->is_container()) {
      Fault(key, "a text");
      return {};
    }
    return std::string(node->text());
  }

  bool Bool(std::string_view key) { return Text(key) == "true"; }

  std::vector<std::string> Texts(std::string_view key) {
    std::vector<std::string> out;
    for (const Node* node : List(key)) {
      if (node->is_container()) {
        Fault(key, "a list of texts");
        return {};
      }
      out.emplace_back(node->text());
    }
    return out;
  }

  std::vector<const Node*> List(std::string_view key) {
    const Node* node = record_.Child(object_, key);
    if (node == nullptr || node->kind == NodeKind::kNull) return {};
    if (node->kind != NodeKind::kArray) {
      Fault(key, "a list");
      return {};
    }
    std::vector<const Node*> out;
    for (const Node& child : Children(*node)) out.push_back(&child);
    return out;
  }

  /// Of a list of objects.
  std::vector<ObjectReader> Objects(std::string_view key) {
    std::vector<ObjectReader> out;
    for (const Node* node : List(key)) {
      if (node->kind != NodeKind::kObject) {
        Fault(key, "a list of objects");
        return {};
      }
      out.push_back(ObjectReader(record_, *node));
    }
    return out;
  }

  const Node* Child(std::string_view key) const { return record_.Child(object_, key); }
  const Node& node() const { return object_; }
  const std::string& fault() const { return fault_; }
  void Fault(std::string_view key, std::string_view shape) {
    if (fault_.empty()) fault_ = fmt::format("'{}' must be {}", key, shape);
  }
  void Take(const ObjectReader& inner) {
    if (fault_.empty()) fault_ = inner.fault_;
  }

 private:
  const Record& record_;
  const Node& object_;
  std::string fault_;
};

void ReadReferences(ObjectReader& in, StixObject& out) {
  for (ObjectReader& one : in.Objects("external_references")) {
    const std::string source = one.Text("source_name");
    std::string id = one.Text("external_id");
    std::string url = one.Text("url");
    // mitre-attack, mitre-mobile-attack, mitre-ics-attack
    if (out.attack.id.empty() && source.starts_with("mitre-") && !id.empty()) {
      out.attack = {std::move(id), out.name, std::move(url)};
    } else {
      AttackReference reference;
      reference.name = source;  // such as capec, whose ids are names of their own
      if (!id.empty() && id != source) reference.name.append(" ").append(id);
      reference.url = std::move(url);
      reference.description = one.Text("description");
      out.references.push_back(std::move(reference));
    }
    in.Take(one);
  }
}

void ReadTechnique(ObjectReader& in, StixObject& out) {
  out.detection = in.Text("x_mitre_detection");
  out.platforms = in.Texts("x_mitre_platforms");
  out.data_sources = in.Texts("x_mitre_data_sources");
  for (ObjectReader& phase : in.Objects("kill_chain_phases")) {
    const bool ours = phase.Text("kill_chain_name").starts_with("mitre-");
    std::string name = phase.Text("phase_name");
    if (ours && !name.empty()) out.phases.push_back(std::move(name));
    in.Take(phase);
  }
}

void ReadAnalytic(ObjectReader& in, StixObject& out) {
  out.platforms = in.Texts("x_mitre_platforms");
  for (ObjectReader& one : in.Objects("x_mitre_log_source_references")) {
    out.log_sources.push_back(
        {one.Text("x_mitre_data_component_ref"), one.Text("name"), one.Text("channel")});
    in.Take(one);
  }
  for (ObjectReader& one : in.Objects("x_mitre_mutable_elements")) {
    out.mutable_elements.push_back({one.Text("field"), one.Text("description")});
    in.Take(one);
  }
}

void ReadObject(ObjectReader& in, StixObject& out) {
  out.modified = in.Text("modified");
  out.name = in.Text("name");
  out.description = in.Text("description");
  out.revoked = in.Bool("revoked");
  out.deprecated = in.Bool("x_mitre_deprecated");
  out.version = in.Text("x_mitre_version");
  ReadReferences(in, out);
  if (out.type == "attack-pattern") {
    ReadTechnique(in, out);
  } else if (out.type == "x-mitre-analytic") {
    ReadAnalytic(in, out);
  } else if (out.type == "x-mitre-detection-strategy") {
    out.refs = in.Texts("x_mitre_analytic_refs");
  } else if (out.type == "x-mitre-matrix") {
    out.refs = in.Texts("tactic_refs");
  } else if (out.type == "x-mitre-tactic") {
    out.short_name = in.Text("x_mitre_shortname");
  } else if (out.type == "x-mitre-data-component") {
    out.source_ref = in.Text("x_mitre_data_source_ref");
  } else if (out.type == "relationship") {
    out.relationship = in.Text("relationship_type");
    out.source_ref = in.Text("source_ref");
    out.target_ref = in.Text("target_ref");
    if (out.source_ref.empty() || out.target_ref.empty() || out.relationship.empty()) {
      in.Fault("relationship_type', 'source_ref' and 'target_ref", "there");
    }
  } else if (out.type == "marking-definition") {
    if (const Node* definition = in.Child("definition");
        definition != nullptr && definition->kind == NodeKind::kObject) {
      for (const Node& child : Children(*definition)) {
        if (child.key() == "statement") out.statement = child.text();
      }
    }
  }
  const bool named = out.type == "relationship" || out.type == "marking-definition" ||
                     out.type == "x-mitre-analytic";
  if (!named && out.name.empty()) in.Fault("name", "there");
}

class BundleReader {
 public:
  BundleReader(const std::string& name, std::string_view text, StixObjects& objects, size_t& count,
               Report& report)
      : name_(name), objects_(objects), count_(count), report_(report) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    text_.reserve(text.size() + source::JsonReader::kPadding);
    text_ = text;
  }

  bool Read() {
    JsonFault fault;
    if (!reader_.Parse(text_) || !reader_.repaired().empty()) {
      // Repairs are for logs; a bundle that needs one is damaged. Numbers beyond 64 bits are not.
      if (FindJsonFault(text_, fault)) return Fail(fault.at, "not JSON: " + fault.what);
      if (reader_.repaired().empty()) return Fail(0, std::string(reader_.detail()));
    }
    const Record record = reader_.record();
    const Node& root = record.root();
    if (root.kind == NodeKind::kArray) {
      return Each(record, root);
    }
    if (root.kind == NodeKind::kObject) {
      if (const Node* objects = record.Child(root, "objects")) {
        if (objects->kind != NodeKind::kArray) {
          return Fail(OffsetOf(*objects), "'objects' must be a list");
        }
        return Each(record, *objects);
      }
      if (record.Child(root, "type") != nullptr && record.Child(root, "id") != nullptr &&
          root.begin() != root.end() && Member(record, root, "type") != "bundle") {
        return One(record, root, 1);
      }
    }
    return Fail(0, "this is no STIX bundle: it has no list 'objects'");
  }

 private:
  static std::string Member(const Record& record, const Node& object, std::string_view key) {
    const Node* node = record.Child(object, key);
    return node == nullptr || node->is_container() ? std::string() : std::string(node->text());
  }

  bool Each(const Record& record, const Node& list) {
    size_t number = 0;
    for (const Node& object : Children(list)) {
      if (!One(record, object, ++number)) return false;
    }
    return true;
  }

  bool One(const Record& record, const Node& object, size_t number) {
    ++count_;
    if (object.kind != NodeKind::kObject) {
      return Fail(OffsetOf(object), fmt::format("object {} of the bundle is none", number));
    }
    StixObject out;
    out.type = Member(record, object, "type");
    out.id = Member(record, object, "id");
    if (out.type.empty() || out.id.empty()) {
      return Fail(OffsetOf(object),
                  fmt::format("object {} has no '{}'", number, out.type.empty() ? "type" : "id"));
    }
    if (!IsWanted(out.type)) return true;
    ObjectReader in(record, object);
    ReadObject(in, out);
    if (!in.fault().empty()) {
      return Fail(OffsetOf(object), fmt::format("object {} ({}): {}", number, out.id, in.fault()));
    }
    out.file = name_;
    const auto found = objects_.find(out.id);
    const bool release = out.type == "attack-pattern" || out.type == "x-mitre-collection";
    if (release && found != objects_.end() && found->second.file != name_ &&
        found->second.modified != out.modified) {
      return Fail(OffsetOf(object),
                  fmt::format("'{}' has another version of this {}: the folder mixes releases of "
                              "ATT&CK; name one file",
                              found->second.file, out.type));
    }
    if (found == objects_.end()) {
      objects_.emplace(out.id, std::move(out));
    } else if (found->second.modified < out.modified) {
      found->second = std::move(out);
    }
    return true;
  }

  /// Where a node, or the first text in it that is a view of the text, stands.
  size_t OffsetOf(const Node& node) const {
    const auto inside = [&](const char* at) {
      return at != nullptr && at >= text_.data() && at < text_.data() + text_.size();
    };
    for (const Node* one = &node; one < node.end(); ++one) {
      if (one != &node && inside(one->key_data)) return At(one->key_data);
      if (inside(one->text_data)) return At(one->text_data);
    }
    return inside(node.key_data) ? At(node.key_data) : 0;
  }

  size_t At(const char* at) const { return static_cast<size_t>(at - text_.data()); }

  bool Fail(size_t at, std::string message) {
    Diagnostic out = ComplainAt(name_, text_, at, 1, std::move(message), "playbook.bundle");
    // A bundle is often one line of megabytes.
    static constexpr size_t kMaxLine = 4096;
    if (out.source_line.size() > kMaxLine) out.source_line.clear();
    report_.Add(std::move(out));
    return false;
  }

  const std::string& name_;
  std::string text_;
  StixObjects& objects_;
  size_t& count_;
  Report& report_;
  source::JsonReader reader_;
};

}  // namespace

bool ReadStixObjects(const std::string& name, std::string_view text, StixObjects& objects,
                     size_t& count, Report& report) {
  return BundleReader(name, text, objects, count, report).Read();
}

}  // namespace tokentrail::playbook
