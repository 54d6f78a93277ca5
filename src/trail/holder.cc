#include "trail/holder.h"

#include <algorithm>

namespace tokentrail::trail {
namespace {

void Say(Attribution& who, Holder holder, std::string_view reason) {
  who.holder = holder;
  who.holder_reason = reason;
}

/// True when the app worked from there for several people, or by itself on several days.
bool IsOwn(const AppLife& app, const AppLife::Network& network) {
  const bool for_several = !network.users.back().empty();
  // Days count from when the app has been there twice: one visit is no habit.
  return for_several || (network.days >= 2 && network.days * 2 >= std::min(app.days, 10));
}

}  // namespace

void DecideHolder(const Whereabouts& where, const PersonLife* person, const AppLife* app, Time now,
                  Attribution& who) {
  if (who.via == Via::kPlatform) return;
  if (person != nullptr && person->WithDevice(where.device) != nullptr) {
    const PersonLife::Place& place = *person->WithDevice(where.device);
    if (place.days >= 2 || place.first_day < DayOf(now)) {
      return Say(who, Holder::kOwnDevice, "known_device");
    }
  }
  if (where.ip.empty()) return Say(who, Holder::kUnknown, "no_address");
  if (where.service) return Say(who, Holder::kUnknown, "service_address");

  const bool by_app = who.via == Via::kAppOnly || who.via == Via::kAppForUser;
  if (by_app && app != nullptr) {
    const AppLife::Network* network = app->At(where.network);
    if (network != nullptr && IsOwn(*app, *network)) {
      return Say(who, Holder::kAppService, "usual_network_of_app");
    }
  }
  if (person != nullptr && who.via != Via::kAppOnly) {
    const PersonLife::Place* place = person->AtAddress(where.ip);
    if (place != nullptr && place->days >= 2) {
      return Say(who, Holder::kOwnDevice, "usual_address_of_user");
    }
    if (place != nullptr) return Say(who, Holder::kUnknown, "seen_one_day_only");
    for (size_t i = 0; i < person->place_count; ++i) {
      if (person->places[i].network == where.network && person->places[i].days >= 2) {
        return Say(who, Holder::kUnknown, "near_usual_address");
      }
    }
  }
  if (by_app) {
    if (app != nullptr && app->days >= kWarmAppDays && app->network_count < AppLife::kNetworks) {
      return Say(who, Holder::kElsewhere, "new_network_for_app");
    }
    return Say(who, Holder::kUnknown, "too_little_seen_of_app");
  }
  if (person != nullptr && !person->KnowsFamily(where.v6)) {
    return Say(who, Holder::kUnknown, "other_address_family");
  }
  if (person != nullptr && person->days >= kWarmPersonDays &&
      person->place_count < PersonLife::kPlaces) {
    return Say(who, Holder::kElsewhere, "not_where_user_signs_in");
  }
  Say(who, Holder::kUnknown, "too_little_seen_of_user");
}

}  // namespace tokentrail::trail
