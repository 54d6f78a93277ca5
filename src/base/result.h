// A value or one Error, for work whose caller can't go on without the value.

#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace tokentrail {

enum class ErrorKind {
  kInvalid,      ///< what was given is wrong: a flag, a settings file
  kNotFound,     ///< no such file, finding, ...
  kIo,           ///< the system refused: open, read, write, disk full
  kConflict,     ///< it exists already, or changed meanwhile
  kInterrupted,  ///< the person pressed Ctrl-C
};

/// What went wrong, in words for a person: which thing, where, what to do.
struct Error {
  ErrorKind kind = ErrorKind::kInvalid;
  std::string message;
};

/// The value of work that has none.
struct Done {};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    CHECK(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  const Error& error() const {
    CHECK(!ok());
    return std::get<1>(state_);
  }

  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace tokentrail

/// Unwraps a Result or returns its error from the enclosing function.
#define TRY(expression)                                        \
  __extension__({                                              \
    auto try_result = (expression);                            \
    if (!try_result.ok()) return std::move(try_result).error(); \
    std::move(try_result).value();                             \
  })
