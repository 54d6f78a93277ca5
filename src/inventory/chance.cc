// The arithmetic of adoption.h.

#include <algorithm>
#include <cmath>

#include "inventory/adoption.h"

namespace tokentrail::inventory {
namespace {

/// Of the normal distribution, two-sided 95 %.
constexpr double kZ = 1.959963984540054;

double LogChoose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

/// Chance of exactly `k` of `n`, each with chance `p`.
double Binomial(uint64_t n, uint64_t k, double p) {
  if (p <= 0) return k == 0 ? 1 : 0;
  if (p >= 1) return k == n ? 1 : 0;
  const auto total = static_cast<double>(n);
  const auto hits = static_cast<double>(k);
  return std::exp(LogChoose(total, hits) + hits * std::log(p) + (total - hits) * std::log1p(-p));
}

}  // namespace

Share WilsonShare(uint64_t count, uint64_t of) {
  Share out{.count = count, .of = of};
  if (of == 0) return out;
  const auto n = static_cast<double>(of);
  const double p = static_cast<double>(std::min(count, of)) / n;
  const double z2 = kZ * kZ;
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  out.low = count == 0 ? 0 : std::max(0.0, middle - half);
  out.high = count >= of ? 1 : std::min(1.0, middle + half);
  return out;
}

double ChanceOfCluster(uint64_t count, uint64_t least, double width) {
  if (least <= 1 || least > count) return least <= 1 ? 1 : 0;
  if (width <= 0) return 0;
  if (width >= 1) return 1;
  double tail = 0;
  for (uint64_t i = least; i <= count; ++i) {
    const double one = Binomial(count, i, width);
    tail += one;
    // Past the middle each is smaller than the one before.
    if (static_cast<double>(i) > static_cast<double>(count) * width && one < tail * 1e-15) break;
  }
  const double at = Binomial(count, least, width);
  const auto n = static_cast<double>(count);
  const auto k = static_cast<double>(least);
  return std::clamp((k / width - n - 1) * at + 2 * tail, 0.0, 1.0);
}

double ChanceOfGroup(uint64_t all, uint64_t special, uint64_t drawn, uint64_t least) {
  special = std::min(special, all);
  drawn = std::min(drawn, all);
  const uint64_t most = std::min(special, drawn);
  // So many are of the group even when all others are drawn first.
  const uint64_t forced = drawn + special > all ? drawn + special - all : 0;
  if (least <= forced) return 1;
  double tail = 0;
  const double ways = LogChoose(static_cast<double>(all), static_cast<double>(drawn));
  for (uint64_t i = least; i <= most; ++i) {
    tail += std::exp(LogChoose(static_cast<double>(special), static_cast<double>(i)) +
                     LogChoose(static_cast<double>(all - special), static_cast<double>(drawn - i)) -
                     ways);
  }
  return std::min(tail, 1.0);
}

}  // namespace tokentrail::inventory
