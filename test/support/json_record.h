// Records for tests, from JSON or from the YAML of a case file.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/yaml.h"
#include "model/record.h"

namespace tokentrail::test {

/// A record that owns its text. Fails the test when the text is no JSON; the record is then empty.
class JsonRecord {
 public:
  explicit JsonRecord(std::string_view json);
  JsonRecord(JsonRecord&&) noexcept;
  ~JsonRecord();

  Record record() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The value as JSON text. Unquoted numbers, booleans and null are such; the rest is text.
std::string ToJson(const Yaml& value);

}  // namespace tokentrail::test
