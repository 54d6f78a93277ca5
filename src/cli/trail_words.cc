// Lines of a trail in words. Nothing here may read as if the person did what was done in his name.

#include <fmt/format.h>

#include "base/text.h"
#include "cli/trail_story.h"
#include "model/attribution.h"
#include "trail/stage.h"

namespace tokentrail::cli {
namespace {

std::string_view HolderWords(std::string_view holder) {
  for (const Holder one : {Holder::kOwnDevice, Holder::kAppService, Holder::kElsewhere}) {
    if (Name(one) == holder) return Words(one);
  }
  return "unknown";
}

/// The first of these that says something.
const std::string& Either(const std::string& a, const std::string& b) { return a.empty() ? b : a; }

std::string AppOf(const TrailLine& line) {
  const std::string& app = Either(line.app_name, line.app);
  if (!app.empty()) return app;
  const std::string& target = Either(line.target, line.target_id);
  return target.empty() ? "an app that the record does not name" : target;
}

std::string ForWhom(const TrailLine& line) {
  if (line.consent_type == "AllPrincipals") return ", for everybody";
  if (!line.principal.empty() || line.consent_type == "Principal") return ", for one user";
  return "";
}

std::string Times(uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", Grouped(count), count == 1 ? one : many);
}

std::string Scopes(const TrailLine& line) {
  std::string out;
  if (!line.scopes.empty()) out = ": " + line.scopes;
  if (!line.scopes_added.empty() && line.scopes_added != line.scopes) {
    out += " (added: " + line.scopes_added + ")";
  }
  return out;
}

/// The thing touched, or the first of several.
std::string Thing(const TrailLine& line) {
  std::string out = line.object;
  if (out.empty()) out = line.url;
  if (out.empty()) out = Either(line.target, line.target_id);
  if (line.objects > 1) out += fmt::format(" and {} more", Grouped(line.objects - 1));
  return out;
}

std::string InMailbox(const TrailLine& line) {
  if (!line.mailbox.empty()) return ", mailbox " + line.mailbox;
  return line.mailboxes > 1 ? fmt::format(", {} mailboxes", Grouped(line.mailboxes)) : "";
}

std::string What(const TrailLine& line) {
  const bool failed = line.outcome == "failure";
  const auto kind = trail::ParseKind(line.kind);
  switch (kind.value_or(Kind::kOther)) {
    case Kind::kSignIn: {
      if (failed) {
        std::string out = "sign-in refused";
        if (!line.status.empty()) out += ": " + line.status;
        const std::string_view words = trail::StatusWords(line.status);
        return words.empty() ? out : fmt::format("{} ({})", out, words);
      }
      std::string out = "sign-in";
      for (const std::string_view flow : {"deviceCode", "ropc", "authenticationTransfer"}) {
        if (line.detail == flow) out += fmt::format(" by {}", flow);
      }
      if (!line.resource.empty()) out += ", token for " + line.resource;
      return out;
    }
    case Kind::kConsent:
      return fmt::format("{}: {}{}{}", line.operation, AppOf(line), Scopes(line), ForWhom(line));
    case Kind::kDelegatedGrant:
    case Kind::kAppAuthorized:
    case Kind::kDelegation:
    case Kind::kAppRevoked:
      return fmt::format("{}: {}{}{}", line.operation, AppOf(line), Scopes(line), ForWhom(line));
    case Kind::kAppRoleGrant:
    case Kind::kRoleAssignment:
    case Kind::kRoleRevoked: {
      std::string out = line.operation;
      if (!line.role.empty()) out += ": " + line.role;
      const std::string& target = Either(line.target, Either(line.app_name, line.target_id));
      if (!target.empty()) out += " to " + target;
      return out + (line.role.empty() ? Scopes(line) : "");
    }
    case Kind::kCredentialChange: {
      std::string out = fmt::format("{}: {}", line.operation, AppOf(line));
      if (!line.credential.empty()) out += ", key " + line.credential;
      return out;
    }
    case Kind::kAppChange:
    case Kind::kOwnerChange:
      return fmt::format("{}: {}", line.operation, AppOf(line));
    case Kind::kMailRead:
    case Kind::kMailSend: {
      std::string out = line.operation;
      if (line.items > 0) out += ": " + Times(line.items, "item", "items");
      return out + InMailbox(line);
    }
    case Kind::kExec:
    case Kind::kMailRule: {
      std::string out = line.operation + InMailbox(line);
      const std::string thing = Thing(line);
      if (!thing.empty() && thing != line.mailbox) out += ": " + thing;
      if (!line.detail.empty()) out += ": " + line.detail;
      return out;
    }
    default: {
      std::string out = line.operation;
      const std::string thing = Thing(line);
      if (!thing.empty()) out += ": " + thing;
      return out + InMailbox(line);
    }
  }
}

}  // namespace

std::string WhatOf(const TrailLine& line) {
  std::string out = What(line);
  if (line.outcome == "failure" && line.kind != "sign_in") out += " - FAILED";
  if (line.count > 1) out += fmt::format(" ({} times", Grouped(line.count));
  if (line.count > 1 && line.days > 1) out += fmt::format(" on {} days", Grouped(line.days));
  if (line.count > 1) out += ")";
  return out;
}

std::string PlaceOf(const TrailLine& line) {
  if (line.file.empty()) return "";
  std::string out = fmt::format("{}:{}", line.file, line.line != 0 ? line.line : line.offset);
  for (const TrailLine::Also& also : line.also) {
    out += fmt::format(", also {}:{}", also.file, also.line);
  }
  return out;
}

std::string WhoOf(const TrailLine& line) {
  std::string out = "identity ";
  out += line.identity.empty() ? "not recorded" : line.identity;
  if (!line.recorded.empty() && line.recorded != line.identity) {
    out += fmt::format(" (recorded: {})", line.recorded);
  }
  out += ", client ";
  const std::string& client = Either(line.client_name, line.client);
  out += client.empty() ? "not told" : client;
  out += ", holder ";
  out += HolderWords(line.holder);
  return out;
}

std::string HowOf(const TrailLine& line) {
  std::string out = line.confidence.empty() ? "none" : line.confidence;
  if (!line.reason.empty()) out += ": " + line.reason;
  if (!line.against.empty()) out += ", against: " + line.against;
  if (line.contradiction) out += ", CONTRADICTION";
  return out;
}

}  // namespace tokentrail::cli
