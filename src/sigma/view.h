// How Sigma rules name the fields of one log source, and where those fields stand in its records.
//
// Public rules rarely use the names that a log writes; a view is the table between the two, so that
// rules run unchanged. It is data: one table a log source, in view/.

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "model/field.h"
#include "model/record.h"

namespace tokentrail::sigma {

/// What a path's node gives.
enum class Take : uint8_t {
  kValue,  ///< the scalar, or each scalar of an array
  kBelow,  ///< every scalar below the node, at any depth; a text that holds JSON also as itself
  kList,   ///< the same; a list without members gives `[]`
  /// The text as it is, and also trimmed: without and with a final period, and each of these with
  /// its dashes as they are, all plain, and all en dashes.
  kActivity,
  kUnquoted,    ///< without the quotes around it; a text that holds a JSON array gives its members
  /// A list of names and values, or an object, as one text: `-Name Value -Name Value`; a text as is.
  kParameters,
  kJson,        ///< the scalar, or the object or array as compact JSON text
};

/// One value of a log and the word that Sigma rules use for it.
struct Word {
  std::string_view raw;  ///< compared without regard to case
  std::string_view sigma;
};

/// Up to two texts; an empty one is none. Constants, or views of the value or the record.
using Derived = std::array<std::string_view, 2>;

/// One name. Its values are those of all of its paths together, of the raw field of exactly that
/// name, of the normalised field, and what `derive` says of them, where those are given.
struct ViewField {
  std::string_view name;  ///< as rules write it; looked up without regard to case
  /// Keys joined by dots, compared without regard to case; a key may hold dots itself. Arrays on
  /// the way and JSON in texts are gone through. `list[Name]` is the value of the member called
  /// `Name` of a list of names and values, or of the object, also compared without regard to case.
  std::array<std::string_view, 12> paths{};
  Take take = Take::kValue;
  /// When given, only these values count, and each as its word.
  std::span<const Word> words = {};
  /// Its text counts too, through `words` when there are some: for what a log source reads out of
  /// shapes that no path reaches, and for the one event in hand of a record that holds several.
  Field normalised = Field::kCount;
  /// What no table can say: texts that rules use for what the record says by this value, one of those
  /// that `paths` and `from` give, trimmed and not null. They count too, as they are.
  Derived (*derive)(const Record& record, std::string_view value) = nullptr;
  /// More paths, as above, for `derive` alone: what stands there is no value of the field.
  std::array<std::string_view, 10> from{};
  /// What the field holds in every record of this log, whatever the record says.
  std::string_view constant = {};
  /// Why no record of this log can have the field; such a name has nothing else.
  std::string_view never = {};
  /// It only ever holds numbers: a rule that compares it with other text can't fire.
  bool number = false;
};

/// The view of one log source.
struct View {
  std::string_view product;
  std::string_view category;
  std::string_view service;
  std::string_view summary;
  std::string_view reference;              ///< whose documentation the paths follow, with its date
  std::span<const ViewField> fields = {};  ///< sorted by name, in lower case
  /// Paths of lists of names and values whose members are found by name when nothing else is.
  std::span<const std::string_view> bags = {};
  /// What rules put before raw paths. A name without an entry that begins with one of these is also
  /// looked up without it.
  std::span<const std::string_view> prefixes = {};
};

/// Every view, by product, category and service.
std::span<const View* const> Views();
/// The view of exactly this log source (lower case); null when there is none.
const View* FindView(std::string_view product, std::string_view category, std::string_view service);

}  // namespace tokentrail::sigma
