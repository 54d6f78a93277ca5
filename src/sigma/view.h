// How Sigma rules name the fields of one log source, and where those fields stand in its records.
//
// Public rules rarely use the names that a log writes; a view is the table between the two, so that
// rules run unchanged. It is data: one table a log source, in view/.

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace tokentrail::sigma {

/// What a path's node gives.
enum class Take : uint8_t {
  kValue,       ///< the scalar, or each scalar of an array
  kBelow,       ///< every scalar below the node, at any depth
  kActivity,    ///< the text as it is, and also trimmed, without its final period, dashes made plain
  kUnquoted,    ///< without the quotes around it; a text that holds a JSON array gives its members
  kParameters,  ///< a list of names and values as one text: `-Name Value -Name Value`
};

/// One value of a log and the word that Sigma rules use for it.
struct Word {
  std::string_view raw;  ///< compared without regard to case
  std::string_view sigma;
};

/// One name. Its values are those of all of its paths together, and of the raw field of exactly
/// that name.
struct ViewField {
  std::string_view name;  ///< as rules write it; looked up without regard to case
  /// Keys joined by dots, compared without regard to case; a key may hold dots itself. Arrays on
  /// the way and JSON in texts are gone through. `list[Name]` is the value of the member called
  /// `Name` of a list of names and values.
  std::array<std::string_view, 8> paths{};
  Take take = Take::kValue;
  /// When given, only these values count, and each as its word.
  std::span<const Word> words = {};
  /// What the field holds in every record of this log, whatever the record says.
  std::string_view constant = {};
  /// Why no record of this log can have the field; such a name has no paths.
  std::string_view never = {};
  bool number = false;  ///< it only ever holds numbers: a rule that compares it with text can't fire
};

/// The view of one log source.
struct View {
  std::string_view product;
  std::string_view category;
  std::string_view service;
  std::string_view summary;
  std::string_view reference;  ///< whose documentation the paths follow, with its date
  std::span<const ViewField> fields = {};
  /// Paths of lists of names and values whose members are found by name when nothing else is.
  std::span<const std::string_view> bags = {};
};

/// Every view, by product, category and service.
std::span<const View* const> Views();
/// The view of exactly this log source (lower case); null when there is none.
const View* FindView(std::string_view product, std::string_view category, std::string_view service);

}  // namespace tokentrail::sigma
