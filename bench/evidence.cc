#include "bench/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <map>

#include "base/check.h"

namespace tokentrail::bench {
namespace {

constexpr uint64_t kPeople = 4000;
constexpr uint64_t kApps = 120;

constexpr std::string_view kGiven[] = {"Ann",  "Björn", "Chiara", "Dmitri", "Élodie", "Fatima",
                                       "Gül",  "Hana",  "Íñigo",  "Jürgen", "Kéva",   "Léa",
                                       "Mørk", "Nils",  "Oğuz",   "王芳",   "Sören",  "Zoë"};
constexpr std::string_view kFamily[] = {
    "Åberg",  "Brown",   "Çelik",    "Dubois",    "Eklund", "Fischer", "García", "Huber",
    "Ivanov", "Jónsson", "Kowalski", "Lindström", "Müller", "Nguyễn",  "O'Neil", "李"};
constexpr std::string_view kAgents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.3 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148",
    "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)",
    "kubectl/v1.31.2 (linux/amd64) kubernetes/5864a46"};
constexpr std::string_view kCities[] = {"Malmö", "Århus", "Zürich", "Köln", "Łódź", "Québec"};
constexpr std::string_view kCountries[] = {"SE", "DK", "CH", "DE", "PL", "CA"};
constexpr std::string_view kNamespaces[] = {"payments", "web", "kube-system", "ci", "search"};

template <size_t N>
std::string_view One(const std::string_view (&list)[N], Random& random) {
  return list[random.Below(N)];
}

std::string Guid(Random& random) {
  const uint64_t a = random.Next();
  const uint64_t b = random.Next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", a >> 32, (a >> 16) & 0xffff,
                     a & 0xfff, (b >> 48) & 0xfff, b & 0xffffffffffff);
}

/// A thing that has the same ids wherever it appears.
std::string StableGuid(uint64_t kind, uint64_t number) {
  Random random(kind * 1'000'003 + number);
  return Guid(random);
}

/// Texts of the `%name%` holes of one record.
std::map<std::string, std::string, std::less<>> Cast(Random& random) {
  std::map<std::string, std::string, std::less<>> out;
  for (const std::string_view who : {"", "other_"}) {
    const uint64_t person = random.Below(kPeople);
    Random of_person(person);
    const std::string given(One(kGiven, of_person));
    const std::string family(One(kFamily, of_person));
    const std::string prefix(who);
    out[prefix + "user_id"] = StableGuid(1, person);
    out[prefix + "number_id"] = std::to_string(100000000000000000 + person * 7919);
    out[prefix + "name"] = given + " " + family;
    out[prefix + "mail"] = fmt::format("user{:04}@contoso.example", person);
    out[prefix + "login"] = fmt::format("user{:04}", person);
    // People mostly work from one network.
    out[prefix + "ip"] = fmt::format("198.51.{}.{}", 100 + person % 4, 1 + of_person.Below(250));
    out[prefix + "agent"] = One(kAgents, of_person);
    const size_t city = of_person.Below(std::size(kCities));
    out[prefix + "city"] = kCities[city];
    out[prefix + "country"] = kCountries[city];
    out[prefix + "device"] = StableGuid(4, person);
  }
  const uint64_t app = random.Below(kApps);
  out["app_id"] = StableGuid(2, app);
  out["app_object"] = StableGuid(3, app);
  out["app_name"] = fmt::format("Contoso {} {}", One(kFamily, random), app);
  out["app_number"] = std::to_string(700000 + app);
  out["tenant"] = StableGuid(5, 1);
  out["namespace"] = One(kNamespaces, random);
  out["pod"] = fmt::format("worker-{}-{:05x}", random.Below(40), random.Below(1 << 20));
  out["small"] = std::to_string(random.Below(1000));
  out["guid_a"] = Guid(random);
  out["guid_b"] = Guid(random);
  out["guid_c"] = Guid(random);
  out["foreign_ip"] = fmt::format("203.0.113.{}", 1 + random.Below(250));
  return out;
}

/// Line ends and indentation are for the reader of the shape, not for the log.
std::string Compact(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') {
      out += text[i];
      continue;
    }
    while (i + 1 < text.size() && text[i + 1] == ' ') ++i;
  }
  return out;
}

struct HoleKind {
  std::string_view name;
  char kind = 0;
  size_t size = 0;
};
constexpr HoleKind kHoles[] = {{"time", 't', 28}, {"micros", 'u', 27}, {"millis", 'm', 13},
                               {"guid", 'g', 36}, {"guid2", 'h', 36},  {"hex", 'x', 32},
                               {"uti", 'i', 22},  {"number", 'n', 18}};

void Digits(char* out, size_t size, uint64_t value) {
  for (size_t i = size; i > 0; --i, value /= 10) out[i - 1] = static_cast<char>('0' + value % 10);
}

void Hex(char* out, size_t size, uint64_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (size_t i = 0; i < size; ++i, value >>= 4) out[i] = kDigits[value & 15];
}

/// The texts of one record's fresh holes.
struct Fresh {
  Fresh(Random& random, int64_t at) : micros(at), a(random.Next()), b(random.Next()) {}

  int64_t micros;
  uint64_t a;
  uint64_t b;
};

void WriteTime(char* out, int64_t micros, bool ticks) {
  // Days change rarely: the date is worked out once a day.
  thread_local int64_t known_day = -1;
  thread_local char date[16] = {};
  const int64_t day = micros / 86'400'000'000;
  if (day != known_day) {
    const std::time_t seconds = day * 86'400;
    std::tm parts = {};
    gmtime_r(&seconds, &parts);
    std::strftime(date, sizeof date, "%Y-%m-%dT", &parts);
    known_day = day;
  }
  std::memcpy(out, date, 11);
  const auto rest = static_cast<uint64_t>(micros % 86'400'000'000);
  const uint64_t second = rest / 1'000'000;
  Digits(out + 11, 2, second / 3600);
  out[13] = ':';
  Digits(out + 14, 2, second / 60 % 60);
  out[16] = ':';
  Digits(out + 17, 2, second % 60);
  out[19] = '.';
  Digits(out + 20, 6, rest % 1'000'000);
  std::memcpy(out + 26, ticks ? "3Z" : "Z", ticks ? 2 : 1);
}

void WriteGuid(char* out, uint64_t a, uint64_t b) {
  Hex(out, 8, a);
  out[8] = '-';
  Hex(out + 9, 4, a >> 32);
  std::memcpy(out + 13, "-4", 2);
  Hex(out + 15, 3, a >> 48);
  std::memcpy(out + 18, "-9", 2);
  Hex(out + 20, 3, b);
  out[23] = '-';
  Hex(out + 24, 12, b >> 12);
}

void Write(char* out, char kind, const Fresh& fresh) {
  switch (kind) {
    case 't':
      return WriteTime(out, fresh.micros, true);
    case 'u':
      return WriteTime(out, fresh.micros, false);
    case 'm':
      return Digits(out, 13, static_cast<uint64_t>(fresh.micros / 1000));
    case 'g':
      return WriteGuid(out, fresh.a, fresh.b);
    case 'h':
      return WriteGuid(out, fresh.b * 31 + 7, fresh.a);
    case 'x':
      Hex(out, 16, fresh.a);
      return Hex(out + 16, 16, fresh.b);
    case 'i': {
      constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      uint64_t value = fresh.a ^ (fresh.b << 1);
      for (int i = 0; i < 21; ++i, value = value >> 6 | value << 58) out[i] = kDigits[value & 63];
      out[21] = 'A';  // 22 characters hold 128 bits: the last one has two
      return;
    }
    default:
      out[0] = '-';
      return Digits(out + 1, 17, fresh.a % 100'000'000'000'000'000);
  }
}

}  // namespace

Writer::Template Writer::Fill(std::string_view shape, Random& random) {
  const auto cast = Cast(random);
  const std::string text = Compact(shape);
  Template out;
  for (size_t i = 0; i < text.size();) {
    const size_t open = text.find('%', i);
    if (open == std::string::npos) {
      out.text.append(text, i);
      break;
    }
    const size_t close = text.find('%', open + 1);
    CHECK(close != std::string::npos);
    out.text.append(text, i, open - i);
    const std::string_view name = std::string_view(text).substr(open + 1, close - open - 1);
    i = close + 1;
    if (name.starts_with('!')) {
      const auto* hole = std::find_if(std::begin(kHoles), std::end(kHoles),
                                      [&](const HoleKind& k) { return k.name == name.substr(1); });
      CHECK(hole != std::end(kHoles));
      out.holes.push_back({static_cast<uint32_t>(out.text.size()), hole->kind});
      out.text.append(hole->size, '0');
    } else {
      const auto found = cast.find(name);
      CHECK(found != cast.end());
      out.text += found->second;
    }
  }
  out.text += '\n';
  return out;
}

Writer::Writer(const Shape& shape, uint64_t seed, size_t pool) : random_(seed) {
  for (size_t i = 0; i < pool; ++i) {
    benign_.push_back(Fill(shape.benign[i % shape.benign.size()], random_));
  }
  for (size_t i = 0; i < shape.suspicious.size() * 10; ++i) {
    suspicious_.push_back(Fill(shape.suspicious[i % shape.suspicious.size()], random_));
  }
  for (size_t i = 0; i < shape.rare.size() * 10; ++i) {
    rare_.push_back(Fill(shape.rare[i % shape.rare.size()], random_));
  }
}

const Writer::Template& Writer::Pick() {
  if (!suspicious_.empty() && random_.Below(1000) == 0) {
    return suspicious_[random_.Below(suspicious_.size())];
  }
  if (!rare_.empty() && random_.Below(50) == 0) return rare_[random_.Below(rare_.size())];
  return benign_[random_.Below(benign_.size())];
}

void Writer::Append(std::string& out, int64_t micros) {
  const Template& record = Pick();
  const size_t start = out.size();
  out += record.text;
  const Fresh fresh(random_, micros);
  for (const Hole& hole : record.holes) Write(out.data() + start + hole.at, hole.kind, fresh);
}

std::string Evidence(uint64_t bytes, uint64_t seed) {
  std::string out;
  out.reserve(bytes + (16 << 10));
  for (const Shape& shape : Shapes()) {
    Writer writer(shape, seed + out.size());
    const auto size = static_cast<uint64_t>(static_cast<double>(bytes) * shape.share);
    const size_t start = out.size();
    const int64_t span = int64_t{kDays} * 86'400'000'000;
    while (out.size() - start < size) {
      writer.Append(out,
                    kStartMicros + static_cast<int64_t>(static_cast<double>(span) *
                                                        static_cast<double>(out.size() - start) /
                                                        static_cast<double>(size)));
    }
  }
  return out;
}

}  // namespace tokentrail::bench
