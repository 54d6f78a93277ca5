// How values look when they are logged encoded: UTF-16, and Base64 at any position.

#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "sigma/glyphs.h"

namespace tokentrail::sigma {

enum class Utf16 { kLittle, kBig, kMarked };  ///< kMarked: FF FE, then little-endian

/// The bytes of `text` in UTF-16, marks left where they stand. Nothing when it is no UTF-8.
std::optional<Glyphs> EncodeUtf16(const Glyphs& text, Utf16 form);

/// Whether its bytes are UTF-8: those of UTF-16 are by accident only.
bool IsUtf8(const Glyphs& text);

/// What of the Base64 of some text that holds `bytes` is sure, for each of the three positions at
/// which they can stand. Characters that hold bits of what stands before or behind are cut off.
/// Source: Sigma specification 2.1.0, "base64offset".
std::array<std::string, 3> Base64Offsets(std::string_view bytes);

}  // namespace tokentrail::sigma
