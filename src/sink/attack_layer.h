// A layer for ATT&CK Navigator: techniques with scores and comments.

#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/finding.h"

namespace tokentrail::sink {

struct AttackLayer {
  struct Technique {
    std::string id;  ///< `T1550.001`
    int score = 0;
    std::string comment;
    std::vector<std::pair<std::string, std::string>> metadata;
  };

  std::string name;
  std::string description;
  std::string attack_version;  ///< `18.1`; only its first number is written; may be empty
  int most = 100;              ///< the score that gets the strongest colour
  std::vector<Technique> techniques;
};

/// Layer format 4.5 (github.com/mitre-attack/attack-navigator, layers/spec/v4.5), as text.
/// Techniques by id.
std::string WriteLayer(AttackLayer layer);

/// A technique for each that findings name: its score is that of the worst level (low 25 to
/// critical 100; informational 10), its comment the counts and the worst titles.
AttackLayer LayerOf(std::span<const Finding> findings);

}  // namespace tokentrail::sink
