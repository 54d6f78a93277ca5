// `where:` of a policy, an expression, and attributes as conditions.

#pragma once

#include <memory>

#include "policy/condition.h"

namespace tokentrail::policy {

/// Null when it is wrong, which is said.
std::unique_ptr<Condition> ReadWhere(Reading& reading, const Yaml& key, const Yaml& value);

/// A condition on an attribute of policy/attribute.h; null with nothing said when there is no such
/// attribute, null and said when the value is wrong.
std::unique_ptr<Condition> ReadAttributeCondition(Reading& reading, const Yaml& key,
                                                  const Yaml& value, bool& known);

}  // namespace tokentrail::policy
