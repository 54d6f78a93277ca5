// People as lists and exports know them: where they work, and what they may do. Concentration in
// one department, and the roles of who consents, need it.

#pragma once

#include <tsl/robin_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"

namespace tokentrail::trail {

struct AppPerson {
  std::string id;    ///< directory id; may be empty
  std::string name;  ///< address or name
  std::string department;
  std::string title;
  std::string manager;
  std::vector<std::string> roles;  ///< sorted
};

class AppPeople {
 public:
  static constexpr size_t kMaxPeople = 1'000'000;

  /// A CSV with a header row: `user`, `department`, `title`, `manager`, in any order, in any case;
  /// `user` is an address, a name or a directory id (also called `userPrincipalName`, `mail`, `id`,
  /// `email`, `primaryEmail`). Errors name file, line and column.
  static Result<AppPeople> Read(const std::string& path);

  /// What was known of them already stands where `person` says nothing.
  void Add(AppPerson person);
  void AddRole(std::string_view id_or_name, std::string_view role);

  /// By directory id or by name, whichever is known; null when neither is.
  const AppPerson* Find(std::string_view id, std::string_view name) const;
  bool empty() const { return people_.empty(); }
  uint64_t left_out() const { return left_out_; }

 private:
  uint32_t NumberOf(std::string_view text) const;

  std::vector<AppPerson> people_;
  tsl::robin_map<Id, uint32_t> numbers_;  ///< by id and by name, in lower case: position plus one
  uint64_t left_out_ = 0;
};

}  // namespace tokentrail::trail
