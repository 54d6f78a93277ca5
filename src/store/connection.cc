#include "store/connection.h"

namespace tokentrail::store::duck {

Result<Session> Session::Open(const Api& api, const std::string& path, const Settings& settings) {
  Owned<Configuration> config;
  {
    Configuration made = nullptr;
    if (api.create_config(&made) != kSuccess) {
      return Error{ErrorKind::kIo, "DuckDB gives no configuration"};
    }
    config = Owned<Configuration>(made, api.destroy_config);
  }
  for (const auto& [name, value] : settings) {
    if (api.set_config(config.get(), name.c_str(), value.c_str()) != kSuccess) {
      return Error{ErrorKind::kIo, "DuckDB " + std::string(api.library_version()) +
                                       " refuses the setting '" + name + "'"};
    }
  }
  Session out(api);
  char* why = nullptr;
  if (api.open_ext(path.c_str(), &out.database_, config.get(), &why) != kSuccess) {
    std::string message = why == nullptr ? "unknown error" : why;
    api.free(why);
    return Error{ErrorKind::kIo, path + ": " + message};
  }
  if (api.connect(out.database_, &out.connection_) != kSuccess) {
    return Error{ErrorKind::kIo, path + ": DuckDB gives no connection"};
  }
  return out;
}

Session::Session(Session&& other) noexcept
    : api_(other.api_),
      database_(std::exchange(other.database_, nullptr)),
      connection_(std::exchange(other.connection_, nullptr)) {}

Session::~Session() {
  if (connection_ != nullptr) api_->disconnect(&connection_);
  if (database_ != nullptr) api_->close(&database_);
}

Result<Done> Session::Execute(const std::string& sql) const {
  QueryResult result{};
  const bool good = api_->query(connection_, sql.c_str(), &result) == kSuccess;
  Result<Done> out = Done{};
  if (!good) {
    const char* why = api_->result_error(&result);
    out = Error{ErrorKind::kIo, why == nullptr ? "DuckDB refused a statement" : why};
  }
  api_->destroy_result(&result);
  return out;
}

}  // namespace tokentrail::store::duck
