#include "store/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/id.h"
#include "base/time.h"

namespace tokentrail::store::duck {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kDayMicros = 86'400 * kMicros;

void AppendJson(std::string_view text, std::string& out) {
  out.push_back('"');
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const unsigned char next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0xFF;
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04x}", byte);
    } else if (byte == 0xC2 && next < 0xA0) {  // terminals obey U+0080 to U+009F as well
      out += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

std::string Quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

std::string Take(const Api& api, char* text) {
  std::string out = text == nullptr ? "" : text;
  api.free(text);
  return out;
}

std::string Digits(Wide value) {
  std::string out;
  do {
    out.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(out.begin(), out.end());
  return out;
}

Wide Magnitude(const Hugeint& value, bool& negative) {
  Wide wide = (static_cast<Wide>(static_cast<uint64_t>(value.upper)) << 64) | value.lower;
  negative = value.upper < 0;
  return negative ? ~wide + 1 : wide;
}

std::string DecimalText(Hugeint value, int scale) {
  bool negative = false;
  std::string out = Digits(Magnitude(value, negative));
  if (scale > 0) {
    const auto places = static_cast<size_t>(scale);
    if (out.size() <= places) out.insert(0, places + 1 - out.size(), '0');
    out.insert(out.size() - places, ".");
  }
  return negative ? "-" + out : out;
}

Hugeint Widen(int64_t value) { return {static_cast<uint64_t>(value), value < 0 ? -1 : 0}; }

template <typename T>
T At(const void* data, uint64_t row) {
  return static_cast<const T*>(data)[row];
}

int64_t SmallAt(TypeId inside, const void* data, uint64_t row) {
  switch (inside) {
    case kUtinyint:
      return At<uint8_t>(data, row);
    case kUsmallint:
      return At<uint16_t>(data, row);
    case kUinteger:
      return At<uint32_t>(data, row);
    case kSmallint:
      return At<int16_t>(data, row);
    case kInteger:
      return At<int32_t>(data, row);
    default:
      return At<int64_t>(data, row);
  }
}

std::string ClockText(int64_t micros) {
  std::string out = fmt::format("{:02}:{:02}:{:02}", micros / (3600 * kMicros),
                                micros / (60 * kMicros) % 60, micros / kMicros % 60);
  if (micros % kMicros != 0) out += fmt::format(".{:06}", micros % kMicros);
  return out;
}

/// `2026-01-31 16:05:06.123456`, as SQL takes it; the fraction only when there is one.
std::string MomentText(int64_t micros) {
  if (micros == INT64_MAX) return "infinity";
  if (micros == -INT64_MAX) return "-infinity";
  int64_t clock = micros % kDayMicros;
  if (clock < 0) clock += kDayMicros;
  return FormatDate(Time{micros}) + " " + ClockText(clock);
}

std::string IntervalText(const Interval& value) {
  std::string out;
  const auto add = [&](int64_t count, std::string_view unit) {
    if (count == 0) return;
    out += fmt::format("{}{} {}{}", out.empty() ? "" : " ", count, unit,
                       count == 1 || count == -1 ? "" : "s");
  };
  add(value.months / 12, "year");
  add(value.months % 12, "month");
  add(value.days, "day");
  if (value.micros != 0 || out.empty()) {
    out += (out.empty() ? "" : " ") + std::string(value.micros < 0 ? "-" : "") +
           ClockText(std::abs(value.micros));
  }
  return out;
}

std::string UuidText(const Hugeint& value) {
  const Id id{static_cast<uint64_t>(value.upper) ^ (uint64_t{1} << 63), value.lower};
  std::string out = id.Hex();
  for (const size_t at : {20u, 16u, 12u, 8u}) out.insert(at, "-");
  return out;
}

std::string FloatText(double value, bool single) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::string out =
      single ? fmt::format("{}", static_cast<float>(value)) : fmt::format("{}", value);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

std::string BlobText(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7F && c != '\\';
    out += plain ? std::string(1, c) : fmt::format("\\x{:02X}", byte);
  }
  return out;
}

std::string_view StringAt(const void* data, uint64_t row) {
  const auto* const text = static_cast<const String*>(data) + row;
  return {text->length <= kInlined ? text->prefix : text->pointer, text->length};
}

/// Elements `start` to `end` of a list; a map shows as `{key=value}` or as a JSON object.
void AppendElements(const Api& api, Vector child, const Type& type, uint64_t start, uint64_t end,
                    Form form, std::string& out) {
  out.push_back('[');
  for (uint64_t i = start; i < end; ++i) {
    if (i != start) out += ", ";
    if (form == Form::kText && IsNull(api, child, i)) {
      out += "NULL";
    } else {
      Append(api, child, type, i, form, out);
    }
  }
  out.push_back(']');
}

void AppendMembers(const Api& api, Vector vector, const Type& type, uint64_t row, Form form,
                   std::string& out) {
  out.push_back('{');
  for (size_t i = 0; i < type.children.size(); ++i) {
    if (i != 0) out += ", ";
    if (form == Form::kJson) {
      AppendJson(type.words[i], out);
    } else {
      out += "'" + type.words[i] + "'";
    }
    out += ": ";
    const Vector child = api.struct_vector_get_child(vector, i);
    if (form == Form::kText && IsNull(api, child, row)) {
      out += "NULL";
    } else {
      Append(api, child, type.children[i], row, form, out);
    }
  }
  out.push_back('}');
}

void AppendMap(const Api& api, Vector vector, const Type& type, const ListEntry& entry, Form form,
               std::string& out) {
  const Vector pairs = api.list_vector_get_child(vector);
  const Vector keys = api.struct_vector_get_child(pairs, 0);
  const Vector values = api.struct_vector_get_child(pairs, 1);
  out.push_back('{');
  for (uint64_t i = entry.offset; i < entry.offset + entry.length; ++i) {
    if (i != entry.offset) out += ", ";
    std::string key;
    Append(api, keys, type.children[0], i, Form::kText, key);
    if (form == Form::kJson) {
      AppendJson(key, out);
      out += ": ";
    } else {
      out += key + "=";
    }
    if (form == Form::kText && IsNull(api, values, i)) {
      out += "NULL";
    } else {
      Append(api, values, type.children[1], i, form, out);
    }
  }
  out.push_back('}');
}

}  // namespace

Type TypeFrom(const Api& api, LogicalType handle) {
  Type out;
  out.id = api.get_type_id(handle);
  const auto child = [&](LogicalType made) {
    const Owned<LogicalType> owned(made, api.destroy_logical_type);
    out.children.push_back(TypeFrom(api, owned.get()));
  };
  switch (out.id) {
    case kDecimal:
      out.width = api.decimal_width(handle);
      out.scale = api.decimal_scale(handle);
      out.inside = api.decimal_internal_type(handle);
      break;
    case kEnum:
      out.inside = api.enum_internal_type(handle);
      for (uint32_t i = 0; i < api.enum_dictionary_size(handle); ++i) {
        out.words.push_back(Take(api, api.enum_dictionary_value(handle, i)));
      }
      break;
    case kList:
      child(api.list_type_child_type(handle));
      break;
    case kArray:
      out.array_size = api.array_type_array_size(handle);
      child(api.array_type_child_type(handle));
      break;
    case kMap:
      child(api.map_type_key_type(handle));
      child(api.map_type_value_type(handle));
      break;
    case kStruct:
      for (uint64_t i = 0; i < api.struct_type_child_count(handle); ++i) {
        out.words.push_back(Take(api, api.struct_type_child_name(handle, i)));
        child(api.struct_type_child_type(handle, i));
      }
      break;
    default:
      break;
  }
  return out;
}

std::string Type::Sql() const {
  struct Name {
    TypeId id;
    std::string_view name;
  };
  static constexpr Name kNames[] = {
      {kBoolean, "BOOLEAN"},
      {kTinyint, "TINYINT"},
      {kSmallint, "SMALLINT"},
      {kInteger, "INTEGER"},
      {kBigint, "BIGINT"},
      {kUtinyint, "UTINYINT"},
      {kUsmallint, "USMALLINT"},
      {kUinteger, "UINTEGER"},
      {kUbigint, "UBIGINT"},
      {kFloat, "FLOAT"},
      {kDouble, "DOUBLE"},
      {kTimestamp, "TIMESTAMP"},
      {kDate, "DATE"},
      {kTime, "TIME"},
      {kInterval, "INTERVAL"},
      {kHugeint, "HUGEINT"},
      {kVarchar, "VARCHAR"},
      {kBlob, "BLOB"},
      {kTimestampS, "TIMESTAMP_S"},
      {kTimestampMs, "TIMESTAMP_MS"},
      {kTimestampNs, "TIMESTAMP_NS"},
      {kUuid, "UUID"},
      {kTimestampTz, "TIMESTAMPTZ"},
      {kUhugeint, "UHUGEINT"},
      {kSqlNull, "INTEGER"},
  };
  for (const Name& one : kNames) {
    if (one.id == id) return std::string(one.name);
  }
  std::vector<std::string> inner;
  for (const Type& child : children) {
    inner.push_back(child.Sql());
    if (inner.back().empty()) return {};
  }
  std::string out;
  switch (id) {
    case kDecimal:
      return fmt::format("DECIMAL({}, {})", width, scale);
    case kList:
      return inner[0] + "[]";
    case kArray:
      return fmt::format("{}[{}]", inner[0], array_size);
    case kMap:
      return fmt::format("MAP({}, {})", inner[0], inner[1]);
    case kEnum:
      for (const std::string& word : words) {
        std::string text;
        for (const char c : word) text.append(c == '\'' ? 2 : 1, c);
        out += fmt::format("{}'{}'", out.empty() ? "" : ", ", text);
      }
      return "ENUM(" + out + ")";
    case kStruct:
      for (size_t i = 0; i < inner.size(); ++i) {
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", Quoted(words[i]), inner[i]);
      }
      return "STRUCT(" + out + ")";
    default:
      return {};
  }
}

bool Type::IsNumber() const {
  return (id >= kTinyint && id <= kDouble) || id == kHugeint || id == kUhugeint || id == kDecimal;
}

bool IsNull(const Api& api, Vector vector, uint64_t row) {
  const uint64_t* const valid = api.vector_get_validity(vector);
  return valid != nullptr && (valid[row / 64] >> (row % 64) & 1) == 0;
}

void Append(const Api& api, Vector vector, const Type& type, uint64_t row, Form form,
            std::string& out) {
  if (IsNull(api, vector, row)) {
    if (form == Form::kJson) out += "null";
    return;
  }
  const void* const data = api.vector_get_data(vector);
  const auto text = [&](std::string_view value) {
    if (form == Form::kJson) {
      AppendJson(value, out);
    } else {
      out += value;
    }
  };
  switch (type.id) {
    case kBoolean:
      out += At<bool>(data, row) ? "true" : "false";
      break;
    case kTinyint:
      out += fmt::format("{}", static_cast<int>(At<int8_t>(data, row)));
      break;
    case kUtinyint:
    case kUsmallint:
    case kUinteger:
    case kSmallint:
    case kInteger:
    case kBigint:
      out += fmt::format("{}", SmallAt(type.id, data, row));
      break;
    case kUbigint:
      out += fmt::format("{}", At<uint64_t>(data, row));
      break;
    case kHugeint:
      out += DecimalText(At<Hugeint>(data, row), 0);
      break;
    case kUhugeint: {
      const auto value = At<Hugeint>(data, row);
      out += Digits((static_cast<Wide>(static_cast<uint64_t>(value.upper)) << 64) | value.lower);
      break;
    }
    case kDecimal:
      out += DecimalText(
          type.inside == kHugeint ? At<Hugeint>(data, row) : Widen(SmallAt(type.inside, data, row)),
          type.scale);
      break;
    case kFloat:
    case kDouble: {
      const bool single = type.id == kFloat;
      const double value =
          single ? static_cast<double>(At<float>(data, row)) : At<double>(data, row);
      // JSON has no word for what is no number.
      if (std::isfinite(value)) {
        out += FloatText(value, single);
      } else {
        text(FloatText(value, single));
      }
      break;
    }
    case kVarchar:
      text(StringAt(data, row));
      break;
    case kBlob:
      text(BlobText(StringAt(data, row)));
      break;
    case kDate:
      text(FormatDate(Time{At<int32_t>(data, row) * kDayMicros}));
      break;
    case kTime:
      text(ClockText(At<int64_t>(data, row)));
      break;
    case kTimestamp:
      text(MomentText(At<int64_t>(data, row)));
      break;
    case kTimestampTz:
      text(MomentText(At<int64_t>(data, row)) + "+00");
      break;
    case kTimestampS:
      text(MomentText(At<int64_t>(data, row) * kMicros));
      break;
    case kTimestampMs:
      text(MomentText(At<int64_t>(data, row) * 1000));
      break;
    case kTimestampNs:
      text(MomentText(At<int64_t>(data, row) / 1000));
      break;
    case kInterval:
      text(IntervalText(At<Interval>(data, row)));
      break;
    case kUuid:
      text(UuidText(At<Hugeint>(data, row)));
      break;
    case kEnum:
      text(type.words.at(static_cast<size_t>(SmallAt(type.inside, data, row))));
      break;
    case kList: {
      const auto entry = At<ListEntry>(data, row);
      AppendElements(api, api.list_vector_get_child(vector), type.children[0], entry.offset,
                     entry.offset + entry.length, form, out);
      break;
    }
    case kArray:
      AppendElements(api, api.array_vector_get_child(vector), type.children[0],
                     row * type.array_size, (row + 1) * type.array_size, form, out);
      break;
    case kMap:
      AppendMap(api, vector, type, At<ListEntry>(data, row), form, out);
      break;
    case kStruct:
      AppendMembers(api, vector, type, row, form, out);
      break;
    default:
      break;
  }
}

}  // namespace tokentrail::store::duck
