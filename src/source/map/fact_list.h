// Puts facts together for Field::kFacts: `name=value` a line. model/app_facts.h lists the names.

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "source/def.h"

namespace tokentrail::source {

class FactList {
 public:
  /// Longer texts would crowd out others: an event's field holds 64 KiB.
  static constexpr size_t kMaxValue = 1024;
  static constexpr size_t kMaxFacts = 600;

  FactList(const Record& record, Draft& draft) : record_(record), draft_(draft) {}

  /// Nothing is added for an empty value. Parts are parted by tabs; controls become spaces.
  void Add(std::string_view name, std::string_view value);
  void Add(std::string_view name, std::initializer_list<std::string_view> parts);
  /// The first of the paths that has a text.
  void Take(std::string_view name, std::initializer_list<std::string_view> paths);
  /// Each element of the first of the lists that there is; of objects the text under `key`.
  void TakeEach(std::string_view name, std::initializer_list<std::string_view> paths,
                std::string_view key = {});

  /// Sets the field, if there is anything to tell.
  void Finish();

 private:
  const Record& record_;
  Draft& draft_;
  std::string text_;
  size_t count_ = 0;
  const Node* origin_ = nullptr;
};

}  // namespace tokentrail::source
