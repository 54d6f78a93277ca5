// One log record as it was logged: every raw field, by path.
//
// A Record is a view. It points into the reader's buffers and dies when the next record is read.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tokentrail {

enum class NodeKind : uint8_t { kNull, kBool, kNumber, kText, kObject, kArray };

/// A value in a record, with the key it stands under. Nodes lie in preorder: a container's
/// children follow it directly, and `size` counts the node and all below it.
struct Node {
  std::string_view key() const { return {key_data, key_size}; }
  /// The scalar as text (numbers in decimal, booleans as true/false); empty for the rest.
  std::string_view text() const { return {text_data, text_size}; }
  bool is_container() const { return kind >= NodeKind::kObject; }

  const Node* begin() const { return this + 1; }
  const Node* end() const { return this + size; }
  const Node* next() const { return this + size; }

  const char* key_data = nullptr;
  const char* text_data = nullptr;
  uint32_t key_size = 0;
  uint32_t text_size = 0;
  uint32_t size = 1;
  NodeKind kind = NodeKind::kNull;
  mutable uint8_t nested = 0;  ///< Record's own: JSON inside this text, once opened
};
static_assert(sizeof(Node) == 32);

/// Iterates the children of a container; empty for scalars.
class Children {
 public:
  class Iterator {
   public:
    explicit Iterator(const Node* node) : node_(node) {}
    const Node& operator*() const { return *node_; }
    const Node* operator->() const { return node_; }
    Iterator& operator++() {
      node_ = node_->next();
      return *this;
    }
    bool operator!=(const Iterator& other) const { return node_ != other.node_; }

   private:
    const Node* node_;
  };

  explicit Children(const Node& parent) : parent_(parent) {}
  Iterator begin() const { return Iterator(parent_.begin()); }
  Iterator end() const { return Iterator(parent_.end()); }

 private:
  const Node& parent_;
};

/// Opens JSON that stands inside a text. Implemented by the JSON reader.
class NestedJson {
 public:
  virtual ~NestedJson() = default;
  /// The root of the JSON in `text`, or null when it is not an object or array (or too much of
  /// it was opened already). Valid as long as the record.
  virtual const Node* Parse(const Node& text) = 0;
};

class Record {
 public:
  Record() = default;
  Record(const Node* root, NestedJson* nested) : root_(root), nested_(nested) {}

  const Node& root() const { return *root_; }
  /// The same record seen from a container inside it, as when a carrier is taken off.
  Record At(const Node& node) const { return Record(&node, nested_); }

  /// The child of `node` with exactly this key; the last one when keys repeat (most readers of
  /// JSON take the last, so that is what the logging service meant); null when absent.
  const Node* Child(const Node& node, std::string_view key) const;

  /// By path: `properties.status.errorCode`, `targetResources[0].id`, `targetResources[].id`
  /// (the first element that has it), `ExtendedProperties[UserAgent]` (a list of name and value,
  /// or an object, by name; gives the value). Goes through JSON in texts. A key that holds dots
  /// itself wins over the path it looks like. Null when absent.
  const Node* Find(std::string_view path) const;

  /// Text of the scalar at `path`; empty when absent, null or a container.
  std::string_view Text(std::string_view path) const;
  bool Has(std::string_view path) const { return Find(path) != nullptr; }

  /// The node itself when it is a container; the container in its text when it is text that holds
  /// JSON; null otherwise.
  const Node* Open(const Node& node) const;

  /// JSON Pointer (RFC 6901) of a node of this record. Below JSON in a text the pointer goes on
  /// through it: /AuditData/Operation.
  std::string Pointer(const Node& node) const;

 private:
  const Node* FindFrom(const Node& node, std::string_view path) const;

  const Node* root_ = nullptr;
  NestedJson* nested_ = nullptr;
};

/// An element of a name/value list, whatever the vendor calls the two: Name, displayName, key,
/// name; Value, NewValue, newValue, value, intValue, boolValue, multiValue, ...
struct NamedValue {
  std::string_view name;
  const Node* value = nullptr;      ///< null when the element has none
  const Node* old_value = nullptr;  ///< OldValue, oldValue
};
NamedValue ReadNamedValue(const Node& element);

}  // namespace tokentrail
