// A database of DuckDB open in this process, and SQL of our own on it. Only for src/store.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/api.h"

namespace tokentrail::store::duck {

/// Closes what it holds in the right order.
class Session {
 public:
  using Settings = std::vector<std::pair<std::string, std::string>>;

  /// Opens `path` (`:memory:` for none) with these settings of DuckDB.
  static Result<Session> Open(const Api& api, const std::string& path, const Settings& settings);
  Session(Session&& other) noexcept;
  Session& operator=(Session&&) = delete;
  ~Session();

  const Api& api() const { return *api_; }
  Connection connection() const { return connection_; }
  /// Runs statements of ours that give no rows.
  Result<Done> Execute(const std::string& sql) const;

 private:
  explicit Session(const Api& api) : api_(&api) {}

  const Api* api_;
  Database database_ = nullptr;
  Connection connection_ = nullptr;
};

/// An owned handle that its function of the library frees: `Owned<Chunk> chunk(c,
/// api.destroy_...)`.
template <typename Handle>
class Owned {
 public:
  Owned() = default;
  Owned(Handle handle, void (*free)(Handle*)) : handle_(handle), free_(free) {}
  Owned(Owned&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), free_(other.free_) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(free_, other.free_);
    return *this;
  }
  ~Owned() {
    if (handle_ != nullptr) free_(&handle_);
  }
  Handle get() const { return handle_; }

 private:
  Handle handle_ = nullptr;
  void (*free_)(Handle*) = nullptr;
};

}  // namespace tokentrail::store::duck
