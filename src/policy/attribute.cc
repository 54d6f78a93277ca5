#include "policy/attribute.h"

namespace tokentrail::policy {

std::span<const Attribute> Attributes() { return {}; }

const Attribute* FindAttribute(std::string_view) { return nullptr; }

}  // namespace tokentrail::policy
