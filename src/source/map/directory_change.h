// One change in Entra's directory, whichever log wrote it: the directory audit log (targets with
// lists of modified properties, values in an extra layer of quotes) or the Microsoft 365 audit log
// (one list, plain values). Finds the app, the grant, the role or the credential it is about.

#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "model/record.h"
#include "source/def.h"
#include "source/map/entra_activity.h"

namespace tokentrail::source {

/// A JSON string's text without its quotes and escapes, if `text` is one (also one cut off before
/// its closing quote); else `text`. Quotes within quotes are taken off too.
std::string_view Unquote(std::string_view text, Arena& arena);

/// The first part of `text`, split by semicolons, that is a GUID; empty when there is none.
std::string_view FirstGuid(std::string_view text);

/// One modified property. Texts are unquoted; they live in the record or the arena.
struct Change {
  std::string_view name;
  std::string_view now;
  std::string_view before;
  const Node* now_node = nullptr;
  const Node* before_node = nullptr;

  std::string_view either() const { return now.empty() ? before : now; }
  const Node* either_node() const { return now.empty() ? before_node : now_node; }
};

struct DirectoryTarget {
  std::string_view id;
  std::string_view name;
  std::string_view type;            ///< `User`, `ServicePrincipal`, `Application`, `Role`, ...
  std::string_view user;            ///< user principal name
  std::string_view app;             ///< app id
  const Node* node = nullptr;       ///< of the id
  const Node* name_node = nullptr;  ///< of the user, or else of the name
};

struct DirectoryChange {
  std::vector<Change> changes;
  std::vector<DirectoryTarget> targets;
  std::string_view activity;  ///< as NormaliseActivity writes it
  std::string_view category;
  std::string_view detail_app;  ///< additionalDetails[AppId]: of the first target
  const Node* detail_app_node = nullptr;
  std::string_view detail_role;  ///< additionalDetails[TemplateId] or [RoleDefinitionOriginId]

  /// Adds all of a list of modified properties; `list` may be JSON in a text. Null is none.
  void Add(const Record& record, const Node* list, Arena& arena);
  /// The first of that name; null when absent.
  const Change* Find(std::string_view name) const;
};

/// Sets the draft's kind and the fields that the change's shape gives.
void Describe(const Record& record, const DirectoryChange& change, Draft& draft);

}  // namespace tokentrail::source
