#include "store/table_writer.h"

#include <algorithm>
#include <cstring>

namespace tokentrail::store::duck {
namespace {

/// Rows are committed by whole row groups of the file: fewer make slow and big files.
/// Source: measured with DuckDB 1.5.6 (commits of 1,000 rows 54,000 rows/s, of 122,880 177,000).
constexpr size_t kRowGroup = 122'880;

/// Length of the UTF-8 sequence at the start of `text`; 0 when it is none. Source: RFC 3629.
size_t Sequence(std::string_view text) {
  const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](size_t i) { return i < text.size() && (at(i) & 0xC0u) == 0x80u; };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    const bool overlong = first == 0xE0 && at(1) < 0xA0;
    const bool surrogate = first == 0xED && at(1) > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    const bool overlong = first == 0xF0 && at(1) < 0x90;
    const bool beyond = first == 0xF4 && at(1) > 0x8F;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

/// Bytes of `text` from the start that are UTF-8.
size_t GoodBytes(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    // Most texts are ASCII: eight bytes at a time.
    uint64_t word = 0;
    while (at + sizeof word <= text.size()) {
      std::memcpy(&word, text.data() + at, sizeof word);
      if ((word & 0x8080808080808080u) != 0) break;
      at += sizeof word;
    }
    if (at == text.size()) break;
    const size_t size = Sequence(text.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return at;
}

}  // namespace

Result<std::unique_ptr<TableWriter>> TableWriter::Open(const Session& session,
                                                       const TableDef& table) {
  const Api& api = session.api();
  std::unique_ptr<TableWriter> out(new TableWriter(api));
  const std::string name(table.name);
  if (api.appender_create(session.connection(), nullptr, name.c_str(), &out->appender_) !=
      kSuccess) {
    return out->Failed();
  }
  std::vector<Owned<LogicalType>> types;
  std::vector<LogicalType> handles;
  for (const ColumnDef& column : table.columns) {
    LogicalType type = nullptr;
    switch (column.type) {
      case ColumnType::kNumber:
        type = api.create_logical_type(kBigint);
        break;
      case ColumnType::kText:
        type = api.create_logical_type(kVarchar);
        break;
      case ColumnType::kTime:
        type = api.create_logical_type(kTimestamp);
        break;
      case ColumnType::kUuid:
        type = api.create_logical_type(kUuid);
        break;
      case ColumnType::kTruth:
        type = api.create_logical_type(kBoolean);
        break;
      case ColumnType::kTexts: {
        const Owned<LogicalType> text(api.create_logical_type(kVarchar), api.destroy_logical_type);
        type = api.create_list_type(text.get());
        break;
      }
    }
    types.emplace_back(type, api.destroy_logical_type);
    handles.push_back(type);
  }
  out->chunk_ =
      Owned<Chunk>(api.create_data_chunk(handles.data(), handles.size()), api.destroy_data_chunk);
  out->columns_.resize(handles.size());
  out->capacity_ = api.vector_size();
  out->Begin();
  return out;
}

void TableWriter::Forget() {
  if (api_.appender_clear != nullptr) api_.appender_clear(appender_);
}

TableWriter::~TableWriter() {
  if (appender_ != nullptr) api_.appender_destroy(&appender_);
}

void TableWriter::Begin() {
  api_.data_chunk_reset(chunk_.get());
  for (size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    column.vector = api_.data_chunk_get_vector(chunk_.get(), i);
    api_.vector_ensure_validity_writable(column.vector);
    column.data = static_cast<char*>(api_.vector_get_data(column.vector));
    column.valid = api_.vector_get_validity(column.vector);
    std::fill_n(column.valid, (capacity_ + 63) / 64, uint64_t{0});  // all NULL
  }
  rows_ = 0;
}

String TableWriter::Put(std::string_view text) {
  size_t good = GoodBytes(text);
  if (good != text.size()) {
    std::string repaired;
    while (!text.empty()) {
      repaired += text.substr(0, good);
      text.remove_prefix(good);
      if (!text.empty()) {
        repaired += "\xEF\xBF\xBD";  // U+FFFD
        text.remove_prefix(1);
      }
      good = GoodBytes(text);
    }
    text = kept_.Copy(repaired);
  }
  String out{};
  out.length = static_cast<uint32_t>(text.size());
  if (out.length <= kInlined) {
    std::memcpy(out.prefix, text.data(), std::min<size_t>(text.size(), sizeof out.prefix));
    if (text.size() > sizeof out.prefix) {
      std::memcpy(out.rest, text.data() + sizeof out.prefix, text.size() - sizeof out.prefix);
    }
  } else {
    std::memcpy(out.prefix, text.data(), sizeof out.prefix);
    out.pointer = text.data();
  }
  return out;
}

void TableWriter::Text(size_t column, std::string_view text) {
  if (text.empty()) return;
  Cell<String>(column) = Put(text);
}

void TableWriter::Texts(size_t column, std::span<const std::string> texts) {
  const Vector vector = columns_[column].vector;
  const Index start = api_.list_vector_get_size(vector);
  api_.list_vector_reserve(vector, start + texts.size());
  api_.list_vector_set_size(vector, start + texts.size());
  const Vector child = api_.list_vector_get_child(vector);
  auto* const cells = static_cast<String*>(api_.vector_get_data(child));
  for (size_t i = 0; i < texts.size(); ++i) cells[start + i] = Put(texts[i]);
  Cell<ListEntry>(column) = {start, texts.size()};
}

Result<Done> TableWriter::EndRow() {
  if (++rows_ < capacity_) return Done{};
  return PassOn();
}

Result<Done> TableWriter::PassOn() {
  if (rows_ == 0) return Done{};
  api_.data_chunk_set_size(chunk_.get(), rows_);
  if (api_.append_data_chunk(appender_, chunk_.get()) != kSuccess) return Failed();
  unflushed_ += rows_;
  kept_.Reset();
  Begin();
  if (unflushed_ < kRowGroup) return Done{};
  unflushed_ = 0;
  if (api_.appender_flush(appender_) != kSuccess) return Failed();
  return Done{};
}

Result<Done> TableWriter::Flush() {
  TRY(PassOn());
  unflushed_ = 0;
  if (api_.appender_flush(appender_) != kSuccess) return Failed();
  return Done{};
}

Error TableWriter::Failed() const {
  const char* why = appender_ == nullptr ? nullptr : api_.appender_error(appender_);
  return Error{ErrorKind::kIo, why == nullptr ? "DuckDB could not append" : why};
}

}  // namespace tokentrail::store::duck
