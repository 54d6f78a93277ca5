#include "sigma/field_table.h"

#include <algorithm>

#include "base/text.h"

namespace tokentrail::sigma {
namespace {

/// Equal exactly when two entries give the same values of every record.
std::string KeyOf(const ViewField& entry) {
  std::string out;
  const auto put = [&](const auto& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  for (const std::string_view path : entry.paths) out.append(Lower(path)).push_back('\x1f');
  put(entry.take);
  put(entry.words.data());
  put(entry.normalised);
  put(entry.derive);
  for (const std::string_view path : entry.from) out.append(Lower(path)).push_back('\x1f');
  return out.append(entry.constant);
}

/// Whether an entry gives what the raw field at `path` holds anyway.
bool Covers(const ViewField& entry, std::string_view path) {
  const bool as_is = entry.words.empty() &&
                     (entry.take == sigma::Take::kValue || entry.take == sigma::Take::kActivity);
  return as_is && std::any_of(entry.paths.begin(), entry.paths.end(),
                              [&](std::string_view one) { return EqualsIgnoreCase(one, path); });
}

}  // namespace

uint32_t FieldTable::Add(std::string_view text, const std::vector<const View*>& views) {
  const auto [by_name, is_new_name] = by_name_.try_emplace({std::string(text), views}, 0);
  if (!is_new_name) return by_name->second;
  Meaning out;
  out.known = !views.empty();
  bool bare = false;
  // A rule that leaves open which of several logs it is about is read by raw names.
  if (views.size() == 1) {
    for (const ViewField& field : views.front()->fields) {
      if (EqualsIgnoreCase(field.name, text)) out.entries.push_back(&field);
    }
  }
  // An entry says where its field is; the bags are for names that no one wrote down.
  for (const View* view : views) {
    if (out.entries.empty()) out.bags.insert(out.bags.end(), view->bags.begin(), view->bags.end());
  }
  const bool covered = std::any_of(out.entries.begin(), out.entries.end(),
                                   [&](const ViewField* entry) { return Covers(*entry, text); });
  if (!covered) out.raw.emplace_back(text);
  for (const View* view : views) {
    for (const std::string_view prefix : view->prefixes) {
      if (out.entries.empty() && text.starts_with(prefix) && text.size() > prefix.size()) {
        out.raw.emplace_back(text.substr(prefix.size()));
        bare = true;
      }
    }
  }
  for (const FieldDef& def : Fields()) {
    if (out.known && def.name == text) out.normalised = def.field;
  }
  if (!out.bags.empty()) out.member = Lower(text);
  out.computed = out.normalised.has_value();
  std::string key;
  for (const ViewField* entry : out.entries) {
    key += KeyOf(*entry);
    out.computed = out.computed || entry->normalised != Field::kCount;
    out.constant = out.constant || !entry->constant.empty();
  }
  key.append("\x1e").append(out.known ? "1" : "0").append(out.member).append(bare ? "1" : "0");
  for (const std::string& path : out.raw) key.append("\x1e").append(path);
  for (const std::string_view bag : out.bags) key.append("\x1e").append(bag);
  if (out.normalised) key.append("\x1e").append(text);
  const auto [by_meaning, is_new] =
      by_meaning_.try_emplace(std::move(key), static_cast<uint32_t>(meanings_.size()));
  if (is_new) meanings_.push_back(std::move(out));
  by_name->second = by_meaning->second;
  return by_name->second;
}

void FieldTable::Finish() {
  for (uint32_t i = 0; i < meanings_.size(); ++i) {
    const Meaning& meaning = meanings_[i];
    const auto add = [&](std::string_view path, const ViewField* entry, bool from = false) {
      trie_.Add(path, static_cast<uint32_t>(leaves_.size()), entry != nullptr);
      leaves_.push_back({i, from, meaning.known, entry, entry == nullptr ? path : ""});
    };
    for (const ViewField* entry : meaning.entries) {
      for (const std::string_view path : entry->paths) {
        if (!path.empty()) add(path, entry);
      }
      for (const std::string_view path : entry->from) {
        if (!path.empty()) add(path, entry, true);
      }
    }
    for (const std::string& path : meaning.raw) add(path, nullptr);
    if (meaning.constant) constants_.push_back(i);
    if (meaning.computed) computed_.push_back(i);
    if (!meaning.bags.empty()) members_.Add(meaning.member, i, false);
    for (const std::string_view bag : meaning.bags) trie_.AddBag(bag);
  }
  trie_.Finish();
  members_.Finish();
  by_name_.clear();
  by_meaning_.clear();
}

}  // namespace tokentrail::sigma
