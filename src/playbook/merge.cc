#include "playbook/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "playbook/attack_blocks.h"
#include "playbook/technique_facts.h"

namespace tokentrail::playbook {
namespace {

constexpr std::string_view kOutcomes[] = {"same",   "updated", "edited", "conflict",
                                          "theirs", "ours",    "added",  "missing"};

/// The marker's line as it stands, its hash and attributes made new; unknown attributes stay.
std::string NewMarker(const Block& block, std::string_view sha256,
                      const std::vector<std::pair<std::string, std::string>>& attributes) {
  std::vector<std::pair<std::string, std::string>> all = attributes;
  for (const auto& old : block.attributes) {
    const bool there = std::any_of(attributes.begin(), attributes.end(),
                                   [&](const auto& one) { return one.first == old.first; });
    if (!there) all.push_back(old);
  }
  return BeginMarker(block.name, sha256, all);
}

class Merger {
 public:
  Merger(const Page& page, const Attack& attack, const Technique& technique,
         const MergeOptions& options)
      : page_(page),
        attack_(attack),
        technique_(technique),
        options_(options),
        line_end_(LineEndOf(page.text)) {}

  Merged Run() {
    out_.from_version = page_.AttackVersion();
    out_.to_version = attack_.version;
    for (const AttackBlock& block : RenderAttack(attack_, technique_)) {
      after_[std::string(block.name)] = block.body;
      Take(block);
    }
    LastPulled();
    // An edit by hand is no change of the technique: where ATT&CK's text is as it was, it was that.
    for (const BlockMerge& one : out_.blocks) {
      const bool as_it_was = one.outcome == MergeOutcome::kEdited;
      before_[one.name] = as_it_was ? one.new_text : one.page_text;
    }
    out_.changes = TellChanges(ReadFacts(before_), ReadFacts(after_), attack_, technique_);
    Renamed();
    out_.text = Apply(page_.text, std::move(edits_));
    return std::move(out_);
  }

 private:
  void Take(const AttackBlock& fresh) {
    const Block* block = page_.FindBlock(fresh.name);
    BlockMerge merge;
    merge.name = fresh.name;
    merge.new_text = fresh.body;
    if (block == nullptr) {
      merge.outcome = options_.add_missing ? MergeOutcome::kAdded : MergeOutcome::kMissing;
      if (options_.add_missing) Insert(fresh);
    } else {
      merge.line = block->line;
      merge.page_text = WithPlainLineEnd(block->body.Of(page_.text));
      merge.outcome = Decide(*block, fresh);
      Write(*block, fresh, merge.outcome);
    }
    Count(merge.outcome, merge.name);
    out_.blocks.push_back(std::move(merge));
  }

  MergeOutcome Decide(const Block& block, const AttackBlock& fresh) const {
    const std::string now = BlockHash(block.body.Of(page_.text));
    const std::string theirs = BlockHash(fresh.body);
    if (now == theirs) return MergeOutcome::kSame;
    if (now == block.sha256) return MergeOutcome::kUpdated;
    if (options_.take_theirs || options_.theirs.contains(block.name)) return MergeOutcome::kTheirs;
    if (theirs == block.sha256) return MergeOutcome::kEdited;
    if (options_.ours.contains(block.name)) return MergeOutcome::kOurs;
    return MergeOutcome::kConflict;
  }

  void Write(const Block& block, const AttackBlock& fresh, MergeOutcome outcome) {
    const std::string theirs = BlockHash(fresh.body);
    switch (outcome) {
      case MergeOutcome::kUpdated:
      case MergeOutcome::kTheirs:
        edits_.push_back({block.body, WithLineEnd(fresh.body, line_end_)});
        edits_.push_back({block.begin, NewMarker(block, theirs, fresh.attributes)});
        break;
      case MergeOutcome::kOurs:
        edits_.push_back({block.begin, NewMarker(block, theirs, fresh.attributes)});
        break;
      case MergeOutcome::kSame:
        // Somebody wrote by hand what ATT&CK says now.
        if (block.sha256 != theirs) {
          edits_.push_back({block.begin, NewMarker(block, theirs, fresh.attributes)});
        }
        break;
      default:
        break;
    }
  }

  void Count(MergeOutcome outcome, const std::string& name) {
    if (outcome == MergeOutcome::kConflict) ++out_.conflicts;
    if (outcome == MergeOutcome::kConflict || outcome == MergeOutcome::kEdited ||
        outcome == MergeOutcome::kOurs) {
      kept_.push_back(name);
    }
  }

  /// After the nearest block before it that the page has, else before the next, else at the title.
  void Insert(const AttackBlock& fresh) {
    const auto order = std::find(kAttackBlocks.begin(), kAttackBlocks.end(), fresh.name);
    const std::string text = WriteBlock(fresh.name, fresh.body, line_end_, fresh.attributes);
    for (auto before = order; before != kAttackBlocks.begin();) {
      if (const Block* block = page_.FindBlock(*--before)) {
        const size_t at = block->range.end;
        const bool open =
            at > 0 && page_.text[at - 1] != '\n';  // no line end at the end of the page
        edits_.push_back(
            {{at, at}, (open ? std::string(line_end_) : "") + std::string(line_end_) + text});
        return;
      }
    }
    for (auto after = order; ++after != kAttackBlocks.end();) {
      if (const Block* block = page_.FindBlock(*after)) {
        edits_.push_back({{block->range.begin, block->range.begin}, text + std::string(line_end_)});
        return;
      }
    }
    // At the end of the title's line; what ended that line then ends ours.
    const size_t at = page_.title_range.end;
    const std::string gap = std::string(line_end_) + std::string(line_end_);
    const size_t cut = at < page_.text.size() ? line_end_.size() : 0;
    edits_.push_back({{at, at}, gap + text.substr(0, text.size() - cut)});
  }

  /// Says the day of the pull, and is left alone when there is nothing new to say.
  void LastPulled() {
    const Block* block = page_.FindBlock("last-pulled");
    const bool nothing_new =
        std::all_of(out_.blocks.begin(), out_.blocks.end(), [](const BlockMerge& one) {
          return one.outcome == MergeOutcome::kSame || one.outcome == MergeOutcome::kMissing ||
                 one.outcome == MergeOutcome::kEdited || one.outcome == MergeOutcome::kConflict;
        });
    std::string date = options_.date;
    if (nothing_new && block != nullptr && !page_.PulledOn().empty() &&
        page_.AttackVersion() == attack_.version) {
      date = page_.PulledOn();
    }
    const AttackBlock fresh = RenderLastPulled(attack_, technique_, date, kept_);
    Take(fresh);
    if (block == nullptr) return;
    // Its attributes are the program's even where a hand keeps its text.
    const MergeOutcome outcome = out_.blocks.back().outcome;
    const bool kept = outcome == MergeOutcome::kConflict || outcome == MergeOutcome::kEdited;
    const bool same = outcome == MergeOutcome::kSame && block->sha256 == BlockHash(fresh.body);
    if (kept || same) {
      const std::string marker = NewMarker(*block, block->sha256, fresh.attributes);
      if (marker != block->begin.Of(page_.text)) edits_.push_back({block->begin, marker});
    }
  }

  void Renamed() {
    if (technique_.id.name.empty() || page_.title.empty()) return;
    const auto letters = [](std::string_view text) {
      std::string out;
      for (const char c : Lower(text)) {
        if (c != ' ' && c != '-' && c != '_' && c != '*') out += c;
      }
      return out;
    };
    // Sub-techniques are titled with or without the name of the one they belong to.
    if (letters(page_.title).ends_with(letters(technique_.id.name))) return;
    out_.changes.push_back(
        fmt::format("ATT&CK calls the technique '{}', the title '{}': the title "
                    "is yours to change",
                    technique_.id.name, page_.title));
  }

  const Page& page_;
  const Attack& attack_;
  const Technique& technique_;
  const MergeOptions& options_;
  std::string_view line_end_;
  std::vector<Edit> edits_;
  std::vector<std::string> kept_;
  std::map<std::string, std::string, std::less<>> before_;
  std::map<std::string, std::string, std::less<>> after_;
  Merged out_;
};

Result<Done> CheckNames(const Page& page, const std::set<std::string, std::less<>>& names) {
  for (const std::string& name : names) {
    if (page.FindBlock(name) != nullptr) continue;
    std::vector<std::string_view> all;
    for (const Block& block : page.attack) all.push_back(block.name);
    const std::string_view meant = Closest(name, all);
    return Error{ErrorKind::kInvalid,
                 fmt::format("'{}' has no block '{}'{}; it has {}", page.file, name,
                             meant.empty() ? "" : fmt::format(", did you mean '{}'?", meant),
                             all.empty() ? "none" : fmt::format("{}", fmt::join(all, ", ")))};
  }
  return Done{};
}

}  // namespace

std::string_view Name(MergeOutcome outcome) { return kOutcomes[static_cast<size_t>(outcome)]; }

Result<Merged> Merge(const Page& page, const Attack& attack, const MergeOptions& options) {
  const Technique* technique = attack.Find(page.technique);
  if (technique == nullptr) {
    return Error{ErrorKind::kNotFound,
                 fmt::format("'{}' is about {}, which is not among the {} techniques of this "
                             "ATT&CK {}",
                             page.file, page.technique, attack.techniques.size(), attack.version)};
  }
  TRY(CheckNames(page, options.theirs));
  TRY(CheckNames(page, options.ours));
  const std::string_view had = page.AttackVersion();
  if (!options.allow_older && !had.empty() && !attack.version.empty() &&
      CompareVersions(attack.version, had) < 0) {
    return Error{
        ErrorKind::kConflict,
        fmt::format("'{}' has ATT&CK {}, and this is the older {}; --allow-older goes back",
                    page.file, had, attack.version)};
  }
  return Merger(page, attack, *technique, options).Run();
}

}  // namespace tokentrail::playbook
