#include "sink/app_json.h"

#include <optional>
#include <type_traits>
#include <vector>

#include "model/app_members.h"
#include "sink/cell.h"
#include "sink/json_writer.h"

namespace tokentrail::sink {
namespace {

/// Writes the members it is called with; those that hold nothing are left out.
class Writer {
 public:
  Writer(JsonWriter& json, const AppSources& sources) : json_(json), sources_(sources) {}

  void operator()(std::string_view key, const std::string& text) {
    if (!text.empty()) json_.Member(key, text);
  }
  void operator()(std::string_view key, bool value) {
    if (value) json_.Member(key, value);
  }
  void operator()(std::string_view key, uint64_t number) {
    if (number != 0) json_.Member(key, number);
  }
  void operator()(std::string_view key, uint32_t number) {
    if (number != 0) json_.Member(key, number);
  }
  // Of these zero says something.
  void operator()(std::string_view key, int number) { json_.Member(key, number); }
  void operator()(std::string_view key, double number) {
    if (number != 0) json_.Key(key).Decimal(number);
  }
  void operator()(std::string_view key, Time time) {
    if (time != Time{}) json_.Member(key, FormatTime(time));
  }
  void operator()(std::string_view key, const std::optional<Time>& time) {
    if (time) json_.Member(key, FormatTime(*time));
  }
  void operator()(std::string_view key, std::optional<bool> value) {
    if (value) json_.Member(key, *value);
  }
  void operator()(std::string_view key, std::optional<uint64_t> number) {
    if (number) json_.Member(key, *number);
  }
  void operator()(std::string_view key, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    json_.Key(key).BeginArray();
    for (const std::string& text : texts) json_.Text(text);
    json_.EndArray();
  }
  template <typename Enum>
  std::enable_if_t<std::is_enum_v<Enum>> operator()(std::string_view key, Enum value) {
    json_.Member(key, Name(value));
  }

  template <typename Thing, typename Visit>
  void List(std::string_view key, const std::vector<Thing>& things, Visit visit) {
    if (things.empty()) return;
    json_.Key(key).BeginArray();
    for (const Thing& thing : things) {
      json_.BeginObject();
      visit(*this, thing);
      json_.EndObject();
    }
    json_.EndArray();
  }
  template <typename Thing, typename Visit>
  void Object(std::string_view key, const Thing& thing, Visit visit) {
    json_.Key(key).BeginObject();
    visit(*this, thing);
    json_.EndObject();
  }

  void Place(const AppConsent& consent) {
    const bool named = !consent.source_name.empty();
    if (named) {
      json_.Member("source", consent.source_name);
    } else if (consent.source < sources_.source_names.size()) {
      json_.Member("source", sources_.source_names[consent.source]);
    }
    std::string file = consent.file;
    if (!named && sources_.files != nullptr && consent.place.size > 0) {
      file = FileOf(*sources_.files, consent.place);
    }
    (*this)("file", file);
    (*this)("line", consent.place.line);
    (*this)("offset", consent.place.offset);
    (*this)("length", consent.place.size);
  }

 private:
  JsonWriter& json_;
  const AppSources& sources_;
};

}  // namespace

void AppendAppLine(const App& app, const AppSources& sources, std::string& out) {
  JsonWriter json(out);
  Writer writer(json, sources);
  json.BeginObject();
  VisitApp(writer, app);
  json.EndObject();
  out.push_back('\n');
}

void AppendApps(const Portfolio& portfolio, const AppSources& sources, std::string& out) {
  JsonWriter json(out);
  Writer writer(json, sources);
  json.BeginObject();
  json.Key("portfolio").BeginObject();
  json.Member("apps", uint64_t{portfolio.apps.size()});
  VisitPortfolio(writer, portfolio);
  json.EndObject();
  json.EndObject();
  out.push_back('\n');
  for (const App& app : portfolio.apps) AppendAppLine(app, sources, out);
}

}  // namespace tokentrail::sink
