// Texts without regard to case: Unicode simple case folding.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tokentrail::sigma {

/// What a character folds to: one character, mostly itself. The Kelvin sign and the long s fold to
/// ASCII letters. The sharp s stays (full folding would make it two letters), and so do the dotted
/// and dotless i of Turkish, which only Turks would fold.
uint32_t FoldCode(uint32_t code);

/// `text` with each character folded. Its length in bytes may grow by half or shrink to a third.
/// Bytes that are no UTF-8 stay, though ASCII letters among them fold.
std::string Fold(std::string_view text);

/// Bytes of the character at `at`, by its first byte; at least one, never past the end.
size_t CharacterSize(std::string_view text, size_t at);

}  // namespace tokentrail::sigma
