#include "sigma/collection.h"

#include <utility>

#include "base/text.h"
#include "sigma/diagnose.h"

namespace tokentrail::sigma {
namespace {

/// Puts the values of `over` into `base`, maps into maps.
void Merge(const Yaml& over, Yaml& base) {
  for (const auto& item : over.map) {
    Yaml* same = nullptr;
    for (auto& [key, value] : base.map) {
      if (key.text == item.first.text) same = &value;
    }
    if (same == nullptr) {
      base.map.push_back(item);
    } else if (same->is_map() && item.second.is_map()) {
      Merge(item.second, *same);
    } else {
      *same = item.second;
    }
  }
}

constexpr size_t kMaxCopied = 200'000;
constexpr const char* kTooMuch = "this file's templates and repeated rules copy too much";

size_t CountValues(const Yaml& value) {
  size_t out = 1;
  for (const Yaml& item : value.list) out += CountValues(item);
  for (const auto& [key, item] : value.map) out += 1 + CountValues(item);
  return out;
}

Yaml WithoutAction(Yaml document) {
  for (auto it = document.map.begin(); it != document.map.end(); ++it) {
    if (it->first.text != "action") continue;
    document.map.erase(it);
    break;
  }
  return document;
}

}  // namespace

Collection::Is Collection::Complete(Yaml& document, bool& shares_id) {
  const Yaml* const action = document.Find("action");
  const auto refuse = [&](const Yaml& at, std::string code, std::string message, std::string help) {
    Refuse(text_, at, std::move(code), std::move(message), std::move(help), report_);
    return Is::kRefused;
  };
  if (action != nullptr && action->text == "global") {
    template_ = WithoutAction(std::move(document));
    no_template_ = false;
    return Is::kSetting;
  }
  if (action != nullptr && action->text == "reset") {
    template_ = Yaml();
    no_template_ = false;
    return Is::kSetting;
  }
  if (action == nullptr) {
    if (no_template_) {
      return refuse(document, "sigma.no_template",
                    "the template (action: global) before this rule can't be read",
                    "see above why");
    }
    if (!template_.is_null() && (copied_ += CountValues(template_)) > kMaxCopied) {
      return refuse(document, "sigma.too_large", kTooMuch, "write the rules out in several files");
    }
    shares_id = template_.Find("id") != nullptr;
    Merge(template_, document);
    before_ = document;
    broken_ = false;
    return Is::kRule;
  }
  if (action->text != "repeat") {
    return refuse(action->is_scalar() ? *action : *KeyOf(document, "action"),
                  "sigma.unknown_action",
                  "unknown action" + (action->is_scalar() ? " '" + action->text + "'" : ""),
                  "one of global, reset, repeat");
  }
  if (before_.is_null() || broken_) {
    return refuse(*action, "sigma.no_template",
                  broken_ ? "the rule that it repeats can't be read"
                          : "there is no rule before this one to repeat",
                  broken_ ? "see above why" : "");
  }
  if ((copied_ += CountValues(before_)) > kMaxCopied) {
    return refuse(*action, "sigma.too_large", kTooMuch, "write the rules out in several files");
  }
  shares_id = document.Find("id") == nullptr;
  Yaml repeated = before_;
  repeated.line = document.line;
  repeated.column = document.column;
  Merge(WithoutAction(std::move(document)), repeated);
  document = repeated;
  before_ = std::move(repeated);
  return Is::kRule;
}

void Collection::Broken(std::string_view text) {
  broken_ = true;
  for (const std::string_view line : Split(text, "\r\n")) {
    if (!line.starts_with("action:")) continue;
    if (ContainsIgnoreCase(line, "global") || ContainsIgnoreCase(line, "reset")) {
      no_template_ = true;
    }
  }
}

}  // namespace tokentrail::sigma
