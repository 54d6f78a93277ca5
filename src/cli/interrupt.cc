#include "cli/interrupt.h"

#include <csignal>

namespace tokentrail::cli {

namespace {

std::atomic<bool> stop_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set in a signal handler");

void Handle(int) { stop_flag.store(true); }

}  // namespace

const std::atomic<bool>& StopFlag() {
  static const bool installed = [] {
    struct sigaction action {};
    action.sa_handler = Handle;
    action.sa_flags = SA_RESTART | SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
    return true;
  }();
  (void)installed;
  return stop_flag;
}

}  // namespace tokentrail::cli
