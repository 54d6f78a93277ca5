// What a Kubernetes request asked for: its object, and what its body says about tokens, rights and
// commands. The same for every shape in which the audit event was logged.

#pragma once

#include <string_view>

#include "source/def.h"

namespace tokentrail::source {

/// The object of a Kubernetes request; views of the record.
struct ObjectRef {
  std::string_view resource;
  std::string_view subresource;
  std::string_view ns;
  std::string_view name;
  std::string_view group;
  const Node* origin = nullptr;
};

/// Sets the kind and all that follows from verb (Field::kVerb), path (Field::kUrl), object and
/// body. `request` is null below audit level Request.
void Conclude(const Record& record, const ObjectRef& ref, const Node* request, Draft& draft);

}  // namespace tokentrail::source
