#include "trail/holder.h"

namespace tokentrail::trail {
namespace {

void Say(Attribution& who, Holder holder, std::string_view reason) {
  who.holder = holder;
  who.holder_reason = reason;
}

}  // namespace

void DecideHolder(const Whereabouts& where, const PersonLife* person, const AppLife* app, Time now,
                  Time until, Attribution& who) {
  if (who.via == Via::kPlatform) return;
  if (person != nullptr) {
    const PersonLife::Place* place = person->WithDevice(where.device, until);
    if (place != nullptr && (place->usual_since < until || place->first_day < DayOf(now))) {
      return Say(who, Holder::kOwnDevice, "known_device");
    }
  }
  if (where.ip.empty()) return Say(who, Holder::kUnknown, "no_address");
  if (where.service) return Say(who, Holder::kUnknown, "service_address");

  const bool by_app = who.via == Via::kAppOnly || who.via == Via::kAppForUser;
  if (by_app && app != nullptr) {
    const AppLife::Network* network = app->At(where.network, until);
    // Of what was long ago it is kept when it became the app's own, not whether it stayed so.
    const bool own =
        network != nullptr && (until == kNever ? app->IsOwn(*network) : network->own_since < until);
    if (own) {
      return Say(who, Holder::kAppService, "usual_network_of_app");
    }
  }
  if (person != nullptr && who.via != Via::kAppOnly) {
    const PersonLife::Place* place = person->AtAddress(where.ip, until);
    if (place != nullptr && place->usual_since < until) {
      return Say(who, Holder::kOwnDevice, "usual_address_of_user");
    }
    if (place != nullptr) return Say(who, Holder::kUnknown, "seen_one_day_only");
    for (size_t i = 0; i < person->place_count; ++i) {
      if (person->places[i].network == where.network && person->places[i].usual_since < until) {
        return Say(who, Holder::kUnknown, "near_usual_address");
      }
    }
  }
  if (by_app) {
    if (app != nullptr && app->warm_since < until && app->network_count < AppLife::kNetworks) {
      return Say(who, Holder::kElsewhere, "new_network_for_app");
    }
    return Say(who, Holder::kUnknown, "too_little_seen_of_app");
  }
  if (person != nullptr && !person->KnowsFamily(where.v6, until)) {
    return Say(who, Holder::kUnknown, "other_address_family");
  }
  if (person != nullptr && person->warm_since < until &&
      person->place_count < PersonLife::kPlaces) {
    return Say(who, Holder::kElsewhere, "not_where_user_signs_in");
  }
  Say(who, Holder::kUnknown, "too_little_seen_of_user");
}

}  // namespace tokentrail::trail
