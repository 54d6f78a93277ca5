#include "inventory/service_network.h"

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/network.h"
#include "inventory/data.h"
#include "inventory/table.h"

namespace tokentrail::inventory {
namespace {

struct Row {
  Network network;
  std::string_view vendor;
};

class Table {
 public:
  Table() {
    for (const auto& cells :
         ReadTable(ServiceNetworkData(), {"network", "vendor", "source"}, unescaped_)) {
      const Result<Network> network = Network::Parse(cells[0]);
      CHECK(network.ok());
      Add({network.value(), cells[1]});
    }
  }
  std::string_view Find(const Address& address) const {
    for (const Row& row : rows_[address[kByte]]) {
      if (row.network.Holds(address)) return row.vendor;
    }
    return {};
  }

 private:
  /// The first byte of a version 4 address.
  static constexpr size_t kByte = 12;

  /// Wherever an address of it may be looked for.
  void Add(const Row& row) {
    Address address = row.network.address;
    for (size_t byte = 0; byte < rows_.size(); ++byte) {
      address[kByte] = static_cast<uint8_t>(byte);
      const bool decides = row.network.bits >= static_cast<int>(kByte + 1) * 8;
      if (!decides || address == row.network.address) rows_[byte].push_back(row);
    }
  }

  std::deque<std::string> unescaped_;
  std::array<std::vector<Row>, 256> rows_;
};

}  // namespace

std::string_view ServiceNetwork(std::string_view address) {
  static const Table table;
  const std::optional<Address> parsed = ParseAddress(address);
  return parsed ? table.Find(*parsed) : std::string_view();
}

}  // namespace tokentrail::inventory
