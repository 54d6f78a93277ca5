#include "test/support/binary.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "base/check.h"

namespace tokentrail::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  Pipe() { CHECK(pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int read() const { return ends[0]; }
  int write() const { return ends[1]; }
  void CloseRead() { Close(ends[0]); }
  void CloseWrite() { Close(ends[1]); }

  std::array<int, 2> ends{-1, -1};

 private:
  static void Close(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
};

[[noreturn]] void Exec(const std::vector<std::string>& argv, const RunOptions& options,
                       const Pipe& in, const Pipe& out, const Pipe& err) {
  dup2(in.read(), STDIN_FILENO);
  dup2(out.write(), STDOUT_FILENO);
  dup2(err.write(), STDERR_FILENO);
  if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(126);
  for (const std::string& variable : options.environment) {
    putenv(const_cast<char*>(variable.c_str()));
  }
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

/// Reads what is there; closes the end and says false when no more will come.
bool Drain(int fd, std::string& out) {
  std::array<char, 64 << 10> buffer;
  const ssize_t got = read(fd, buffer.data(), buffer.size());
  if (got > 0) out.append(buffer.data(), static_cast<size_t>(got));
  return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

/// How long poll() may sleep: until the next thing that the clock asks for.
int PollMillis(Clock::time_point now, Clock::time_point next) {
  if (next <= now) return 0;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(next - now).count());
}

}  // namespace

RunResult RunProgram(const std::vector<std::string>& argv, const RunOptions& options) {
  CHECK(!argv.empty());
  Pipe in;
  Pipe out;
  Pipe err;
  const Clock::time_point start = Clock::now();
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) Exec(argv, options, in, out, err);
  in.CloseRead();
  out.CloseWrite();
  err.CloseWrite();
  fcntl(in.write(), F_SETFL, O_NONBLOCK);
  // A program that does not read its input closes the pipe; that must not end the test.
  struct sigaction ignore = {};
  struct sigaction before = {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before);

  RunResult result;
  std::string_view input = options.input;
  if (input.empty()) in.CloseWrite();
  bool signalled = options.signal == 0;
  bool killed = false;
  while (out.read() >= 0 || err.read() >= 0) {
    const Clock::time_point now = Clock::now();
    if (!signalled && now >= start + options.signal_after) {
      kill(child, options.signal);
      signalled = true;
    }
    if (!killed && now >= start + options.timeout) {
      kill(child, SIGKILL);
      killed = true;
      result.timed_out = true;
    }
    Clock::time_point next = now + std::chrono::seconds(1);
    if (!signalled) next = std::min(next, start + options.signal_after);
    if (!killed) next = std::min(next, start + options.timeout);
    std::array<pollfd, 3> fds{pollfd{out.read(), POLLIN, 0}, pollfd{err.read(), POLLIN, 0},
                              pollfd{in.write(), POLLOUT, 0}};
    if (poll(fds.data(), fds.size(), PollMillis(now, next)) < 0) continue;
    if (fds[0].revents != 0 && !Drain(out.read(), result.out)) out.CloseRead();
    if (fds[1].revents != 0 && !Drain(err.read(), result.err)) err.CloseRead();
    if (fds[2].revents != 0) {
      const ssize_t sent = write(in.write(), input.data(), input.size());
      if (sent > 0) input.remove_prefix(static_cast<size_t>(sent));
      if (input.empty() || (sent < 0 && errno != EAGAIN && errno != EINTR)) in.CloseWrite();
    }
  }
  int status = 0;
  rusage usage = {};
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  sigaction(SIGPIPE, &before, nullptr);
  result.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  result.peak_kib = usage.ru_maxrss;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::string BinaryPath() { return TOKENTRAIL_BINARY; }

RunResult RunBinary(const std::vector<std::string>& args, const RunOptions& options) {
  std::vector<std::string> argv{BinaryPath()};
  argv.insert(argv.end(), args.begin(), args.end());
  return RunProgram(argv, options);
}

bool HasSanitizer() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return true;
#else
  return false;
#endif
#else
  return false;
#endif
}

}  // namespace tokentrail::test
