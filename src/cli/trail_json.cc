#include "cli/trail_page.h"
#include "sink/json_writer.h"

namespace tokentrail::cli {
namespace {

using sink::JsonWriter;

void PutTexts(JsonWriter& json, std::string_view key, const std::vector<std::string>& all) {
  json.Key(key).BeginArray();
  for (const std::string& one : all) json.Text(one);
  json.EndArray();
}

/// A text that is null where there is none.
void PutText(JsonWriter& json, std::string_view key, const std::string& text) {
  json.Key(key);
  if (text.empty()) {
    json.Null();
  } else {
    json.Text(text);
  }
}
void PutNumber(JsonWriter& json, std::string_view key, uint64_t number) {
  json.Key(key);
  if (number == 0) {
    json.Null();
  } else {
    json.Unsigned(number);
  }
}

void PutLine(JsonWriter& json, const TrailLine& line) {
  json.BeginObject();
  json.Member("stage", trail::Name(line.stage));
  json.Member("first_time", FormatTime(line.first)).Member("last_time", FormatTime(line.last));
  json.Member("count", line.count).Member("days", line.days);
  json.Member("what", WhatOf(line));
  json.Member("kind", line.kind).Member("operation", line.operation);
  json.Member("outcome", line.outcome);
  PutText(json, "status", line.status);
  json.Key("who").BeginObject();
  PutText(json, "recorded_actor", line.recorded);
  PutText(json, "identity", line.identity);
  PutText(json, "via", line.via);
  PutText(json, "client", line.client);
  PutText(json, "client_name", line.client_name);
  json.Member("holder",
              line.holder.empty() ? std::string_view("unknown") : std::string_view(line.holder));
  json.Member("confidence", line.confidence.empty() ? std::string_view("none")
                                                    : std::string_view(line.confidence));
  PutText(json, "reason", line.reason);
  PutText(json, "against", line.against);
  json.Member("contradiction", line.contradiction).EndObject();
  PutText(json, "ip", line.ip);
  json.Member("addresses", line.addresses);
  PutText(json, "user_agent", line.user_agent);
  PutText(json, "token", line.token);
  json.Member("tokens", line.tokens);
  PutText(json, "session", line.session);
  json.Member("sessions", line.sessions);
  PutText(json, "credential", line.credential);
  PutNumber(json, "grant", line.grant);
  PutNumber(json, "issue_event", line.issue_event);
  json.Key("to").BeginObject();
  PutText(json, "app", line.app);
  PutText(json, "app_name", line.app_name);
  PutText(json, "resource", line.resource);
  PutText(json, "target", line.target);
  PutText(json, "target_id", line.target_id);
  PutText(json, "target_type", line.target_type);
  PutText(json, "role", line.role);
  PutText(json, "scopes", line.scopes);
  PutText(json, "scopes_added", line.scopes_added);
  PutText(json, "consent_type", line.consent_type);
  PutText(json, "principal", line.principal);
  PutText(json, "mailbox", line.mailbox);
  json.Member("mailboxes", line.mailboxes);
  PutText(json, "object", line.object);
  json.Member("objects", line.objects);
  PutText(json, "url", line.url);
  json.Member("items", line.items);
  PutText(json, "detail", line.detail);
  json.EndObject();
  PutText(json, "tenant", line.tenant);
  json.Key("evidence").BeginObject();
  json.Member("source", line.source);
  PutText(json, "file", line.file);
  PutNumber(json, "line", line.line);
  json.Member("offset", line.offset).Member("event_id", line.event_id);
  json.EndObject().Key("also").BeginArray();
  for (const TrailLine::Also& also : line.also) {
    json.BeginObject().Member("source", also.source).Member("file", also.file);
    json.Member("line", also.line).EndObject();
  }
  json.EndArray().EndObject();
}

void PutGrant(JsonWriter& json, const TrailGrant& grant) {
  json.BeginObject().Member("number", grant.number).Member("kind", grant.kind);
  PutText(json, "app", grant.app);
  PutText(json, "principal", grant.principal);
  json.Member("all_users", grant.all_users);
  PutText(json, "resource", grant.resource);
  PutText(json, "permissions", grant.permissions);
  PutText(json, "birth", grant.birth);
  PutText(json, "bound", grant.bound);
  PutText(json, "last_used", grant.last_used);
  PutText(json, "end", grant.end);
  PutText(json, "end_reason", grant.end_reason);
  json.Member("uses", grant.uses).EndObject();
}

}  // namespace

std::string TrailJson(const TrailStory& story) {
  std::string out;
  JsonWriter json(out, 2);
  json.BeginObject().Key("subjects").BeginArray();
  for (const TrailSubject& subject : story.subjects) {
    json.BeginObject().Member("type", subject.type).Member("id", subject.id);
    PutText(json, "name", subject.name);
    PutTexts(json, "also", subject.also);
    json.EndObject();
  }
  json.EndArray();
  json.Member("events", story.events);
  PutText(json, "first_time", story.events == 0 ? std::string() : FormatTime(story.first));
  PutText(json, "last_time", story.events == 0 ? std::string() : FormatTime(story.last));
  PutTexts(json, "tenants", story.tenants);
  PutTexts(json, "identities", story.identities);
  PutTexts(json, "clients", story.clients);
  json.Member("addresses", story.addresses);
  json.Member("tokens", story.tokens).Member("sessions", story.sessions);
  json.Key("lines").BeginArray();
  for (const TrailLine& line : story.lines) PutLine(json, line);
  json.EndArray();
  json.Member("lines_left_out", story.dropped);
  json.Key("touched").BeginArray();
  for (const TouchedCount& one : story.touched) {
    json.BeginObject().Member("type", one.type).Member("things", one.things);
    json.Member("acts", one.acts).Member("items", one.items);
    PutTexts(json, "most", one.most);
    json.EndObject();
  }
  json.EndArray().Key("grants").BeginArray();
  for (const TrailGrant& grant : story.grants) PutGrant(json, grant);
  json.EndArray();
  json.Member("grants_left_out", story.grants_left);
  json.Key("findings").BeginArray();
  for (const TrailFinding& one : story.findings) {
    json.BeginObject().Member("id", one.id).Member("level", one.level);
    json.Member("rule", one.rule).Member("title", one.title).EndObject();
  }
  json.EndArray().Key("gaps").BeginArray();
  for (const TrailGap& gap : story.gaps) {
    json.BeginObject().Member("kind", gap.kind);
    PutText(json, "source", gap.source);
    PutText(json, "first_day", gap.first);
    PutText(json, "last_day", gap.last);
    json.Member("words", gap.words);
    PutText(json, "hides", gap.hides);
    json.EndObject();
  }
  json.EndArray();
  PutTexts(json, "cannot_say", story.cannot_say);
  json.EndObject();
  return out + "\n";
}

}  // namespace tokentrail::cli
