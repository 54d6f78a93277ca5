// JSON with places, for lists that a user supplies: a broken one is told by line and column.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokentrail::inventory {

struct FeedJson {
  enum class Type : uint8_t { kNull, kBool, kNumber, kText, kList, kMap };

  FeedJson();
  FeedJson(const FeedJson& other);
  FeedJson(FeedJson&& other) noexcept;
  FeedJson& operator=(const FeedJson& other);
  FeedJson& operator=(FeedJson&& other) noexcept;
  ~FeedJson();

  Type type = Type::kNull;
  std::string text;  ///< of a text; a number or `true` as written
  std::vector<FeedJson> list;
  std::vector<std::pair<std::string, FeedJson>> map;  ///< in the order written
  uint32_t line = 1;
  uint32_t column = 1;
};

struct FeedFault {
  std::string message;
  uint32_t line = 1;
  uint32_t column = 1;  ///< in bytes
};

/// RFC 8259; at most 64 levels. False and `fault` on anything else.
bool ParseFeedJson(std::string_view text, FeedJson& out, FeedFault& fault);

}  // namespace tokentrail::inventory
