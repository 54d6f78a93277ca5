#include "playbook/attack_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "playbook/text_edit.h"

namespace tokentrail::playbook {
namespace {

// What ATT&CK's texts use; see "Formatting" of its contribution guide.
constexpr std::string_view kTags[] = {"code", "br", "b",  "i",   "em",  "strong", "p",
                                      "ul",   "ol", "li", "sub", "sup", "pre"};

bool IsAllowedTag(std::string_view tag) {
  if (tag.starts_with('/')) tag.remove_prefix(1);
  size_t end = 0;
  while (end < tag.size() && std::isalnum(static_cast<unsigned char>(tag[end])) != 0) ++end;
  const std::string_view rest = Trim(tag.substr(end));
  if (!rest.empty() && rest != "/") return false;  // no attributes
  for (const std::string_view one : kTags) {
    if (EqualsIgnoreCase(one, tag.substr(0, end))) return true;
  }
  return false;
}

/// Characters that steer a terminal or the direction of writing, and broken UTF-8, taken out.
std::string Visible(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) continue;
    if (c == 0xE2 && i + 2 < text.size()) {
      const auto second = static_cast<unsigned char>(text[i + 1]);
      const auto third = static_cast<unsigned char>(text[i + 2]);
      const bool direction = (second == 0x80 && third >= 0xAA && third <= 0xAE) ||
                             (second == 0x81 && third >= 0xA6 && third <= 0xA9);
      if (direction) {
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  if (const size_t bad = FirstBadUtf8(out); bad < out.size()) out.resize(bad);
  return out;
}

std::string WithoutLineEndSpaces(std::string_view text) {
  std::string out;
  int blank = 0;
  for (const Line& line : LinesOf(text)) {
    const std::string_view bytes = line.range.Of(text);
    const size_t last = bytes.find_last_not_of(" \t\r");
    // ATT&CK's texts have single blank lines between paragraphs, mostly.
    blank = last == bytes.npos ? blank + 1 : 0;
    if (blank > 1) continue;
    if (last != bytes.npos) out += bytes.substr(0, last + 1);
    out += '\n';
  }
  while (!out.empty() && out.back() == '\n') out.pop_back();
  out.erase(0, std::min(out.find_first_not_of('\n'), out.size()));
  return out;
}

/// Percent-encodes what would end a link's target.
std::string SafeUrl(std::string_view url) {
  std::string out;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '(' || c == ')' || c == '<' || c == '>' || c == '|' ||
        c == '\\' || c == '"' || c == '`') {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

constexpr std::string_view kCitation = "(Citation: ";

}  // namespace

std::string CleanMarkdown(std::string_view text) {
  const std::string visible = Visible(text);
  std::string out;
  const std::string_view in = visible;
  size_t fences = 0;
  for (size_t at = 0; at < in.size();) {
    if (in[at] == '`') {
      const size_t run = std::min(in.find_first_not_of('`', at), in.size());
      const std::string ticks(run - at, '`');
      const size_t close = in.find(ticks, run);
      if (close != in.npos) {  // code: what is in it means nothing, but must not look like ours
        out += in.substr(at, close + ticks.size() - at);
        at = close + ticks.size();
      } else {
        if (ticks.size() >= 3) ++fences;
        out += ticks;
        at = run;
      }
    } else if (in[at] == '<') {
      const size_t close = in.find('>', at);
      const bool tag = close != in.npos && IsAllowedTag(in.substr(at + 1, close - at - 1));
      out += tag ? "<" : "&lt;";
      ++at;
    } else {
      out += in[at++];
    }
  }
  if (fences % 2 == 1) {
    while (out.ends_with('\n')) out.pop_back();
    out += "\n```";
  }
  // A line of code could still look like a marker.
  for (size_t at = out.find("<!--"); at != out.npos; at = out.find("<!--", at)) {
    out.replace(at, 1, "&lt;");
  }
  for (size_t at = out.find("tokentrail:"); at != out.npos; at = out.find("tokentrail:", at + 12)) {
    out.replace(at + 10, 1, " :");
  }
  return WithoutLineEndSpaces(out);
}

std::string CleanCell(std::string_view text) {
  std::string out;
  for (const char c : CleanMarkdown(text)) {
    if (c == '\n') {
      out += out.ends_with("<br>") ? "" : "<br>";
    } else if (c == '|') {
      out += "\\|";
    } else {
      out += c == '\t' ? ' ' : c;
    }
  }
  return out;
}

std::string CleanName(std::string_view text) {
  std::string out;
  for (const char c : Visible(text)) {
    if (c == '\n' || c == '\t') {
      out += ' ';
    } else if (c == '<') {
      out += "&lt;";
    } else {
      if (std::string_view("\\`*_[]|").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return std::string(Trim(out));
}

std::string Link(std::string_view label, std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  if (!web) return std::string(label);
  return fmt::format("[{}]({})", label, SafeUrl(url));
}

std::string Citations::LinkOf(std::string_view name, const std::vector<AttackReference>& more) {
  const auto by_name = [&](const std::vector<AttackReference>& in) -> const AttackReference* {
    for (const AttackReference& one : in) {
      if (one.name == name) return &one;
    }
    return nullptr;
  };
  const AttackReference* found = by_name(more);
  if (found == nullptr) found = by_name(own_);
  if (found == nullptr) return {};
  size_t number = 0;
  while (number < cited_.size() &&
         (cited_[number].name != found->name || cited_[number].url != found->url)) {
    ++number;
  }
  if (number == cited_.size()) cited_.push_back(*found);
  return Link(fmt::format("[{}]", number + 1), found->url);
}

std::string Citations::Resolve(std::string_view text, const std::vector<AttackReference>& more) {
  return Replace(text, more, nullptr);
}

std::string Citations::TakeOut(std::string_view text, const std::vector<AttackReference>& more,
                               std::string& links) {
  std::vector<std::string> seen;
  std::string out = Replace(text, more, &seen);
  links = fmt::format("{}", fmt::join(seen, ", "));
  return out;
}

std::string Citations::Replace(std::string_view text, const std::vector<AttackReference>& more,
                               std::vector<std::string>* out_links) {
  static constexpr size_t kMaxName = 300;
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t open = std::min(text.find(kCitation, at), text.size());
    out += text.substr(at, open - at);
    at = open;
    if (at == text.size()) break;
    // A name may hold brackets itself: the first end that gives a known one counts.
    const size_t name = at + kCitation.size();
    std::string link;
    size_t close = text.find(')', name);
    for (; close != text.npos && close - name < kMaxName; close = text.find(')', close + 1)) {
      link = LinkOf(Trim(text.substr(name, close - name)), more);
      if (!link.empty()) break;
    }
    if (link.empty()) {
      out += kCitation;
      at = name;
      continue;
    }
    if (out_links == nullptr) {
      out += link;
    } else if (std::find(out_links->begin(), out_links->end(), link) == out_links->end()) {
      out_links->push_back(link);
    }
    at = close + 1;
  }
  return out;
}

std::vector<AttackReference> Citations::All() const {
  std::vector<AttackReference> out = cited_;
  for (const AttackReference& one : own_) {
    const bool there = std::any_of(out.begin(), out.end(), [&](const AttackReference& other) {
      return other.name == one.name && other.url == one.url;
    });
    if (!there) out.push_back(one);
  }
  return out;
}

}  // namespace tokentrail::playbook
