#include "inventory/service_network.h"

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
      rows_.push_back({network.value(), cells[1]});
    }
  }
  std::string_view Find(const Address& address) const {
    for (const Row& row : rows_) {
      if (row.network.Holds(address)) return row.vendor;
    }
    return {};
  }

 private:
  std::deque<std::string> unescaped_;
  std::vector<Row> rows_;
};

}  // namespace

std::string_view ServiceNetwork(std::string_view address) {
  static const Table table;
  const std::optional<Address> parsed = ParseAddress(address);
  return parsed ? table.Find(*parsed) : std::string_view();
}

}  // namespace tokentrail::inventory
