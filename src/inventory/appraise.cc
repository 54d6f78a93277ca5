#include "inventory/appraise.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "inventory/category.h"
#include "inventory/feed.h"
#include "inventory/fit.h"
#include "inventory/holding.h"
#include "inventory/masquerade.h"
#include "inventory/publisher.h"
#include "inventory/reply_url.h"
#include "inventory/risk.h"
#include "inventory/state_file.h"
#include "inventory/weights.h"

namespace tokentrail::inventory {

struct Appraiser::Impl {
  Weights weights = Weights::Shipped();
  Feeds feeds;
  CategoryBook categories;
  StateFile states;
  std::string versions;
};

Appraiser::Appraiser(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Appraiser::~Appraiser() = default;

Result<std::shared_ptr<const Appraiser>> Appraiser::Load(const AppraisalFiles& files) {
  auto impl = std::make_unique<Impl>();
  impl->weights = TRY(Weights::Load(files.weights));
  impl->feeds = TRY(Feeds::Load(files.feeds));
  impl->categories = TRY(CategoryBook::Load(files.listings));
  impl->states = TRY(StateFile::Load(files.states));
  impl->versions =
      fmt::format("weights {}; permissions {}; brands {}; hosting {}", impl->weights.version(),
                  PermissionTableVersion(), BrandTableVersion(), HostingTableVersion());
  for (const auto& [name, version] :
       {std::pair<std::string_view, std::string>{"lists", impl->feeds.Versions()},
        {"listings", impl->categories.versions()},
        {"states", impl->states.version()}}) {
    if (!version.empty()) impl->versions += fmt::format("; {} {}", name, version);
  }
  return std::shared_ptr<const Appraiser>(new Appraiser(std::move(impl)));
}

void Appraiser::Appraise(Portfolio& portfolio) const {
  const Weights& weights = impl_->weights;
  // What a test of one app asks of others comes first, over all of them.
  for (App& app : portfolio.apps) {
    AssessPermissions(app);
    app.signs.clear();
    app.risk = {};
    app.listings = impl_->feeds.Find(app.platform, app.id);
    const StateRow* state = impl_->states.Find(app);
    // A catalogue may have told it, too; the user's file wins.
    if (state != nullptr) app.sanction = state->sanction;
    AppCategory category =
        impl_->categories.Of(app, state == nullptr ? std::string_view() : state->label);
    app.category = std::move(category.name);
    app.category_source = category.source;
  }
  const NameBook names(portfolio);
  std::vector<std::vector<AppSign>> not_assessed(portfolio.apps.size());
  for (size_t i = 0; i < portfolio.apps.size(); ++i) {
    App& app = portfolio.apps[i];
    ExamineName(app, names, app.signs);
    ExaminePublisher(app, names, app.signs, not_assessed[i]);
  }
  const ReplyBook replies(portfolio);
  const PeerBook peers(portfolio, weights);

  for (size_t i = 0; i < portfolio.apps.size(); ++i) {
    App& app = portfolio.apps[i];
    ExamineReplyUrls(app, replies, app.signs, not_assessed[i]);
    const Holding holding = HoldingOf(app, weights.Of("strong"));
    const RiskContext context{.portfolio = portfolio,
                              .weights = weights,
                              .now = Now(portfolio),
                              .active_users = ActiveUsers(portfolio, app.tenant)};
    std::vector<RiskReason> reasons;
    ScorePower(app, holding, context, reasons, not_assessed[i]);
    double power = 0;
    for (const RiskReason& reason : reasons) power += reason.points;
    ScoreTrust(app, context, reasons, not_assessed[i]);
    ScoreBehaviour(app, holding, power, context, reasons, not_assessed[i]);
    ScoreHygiene(app, holding, context, reasons, not_assessed[i]);
    std::vector<RiskReason> fit;
    ExamineFit(app, i, holding, peers, portfolio, weights, fit, not_assessed[i]);
    for (RiskReason& reason : fit) {
      app.signs.push_back(reason.sign);
      if (reason.points > 0) reasons.push_back(std::move(reason));
    }
    Conclude(app, weights, std::move(reasons), std::move(not_assessed[i]), app.risk);
    app.risk.tables = impl_->versions;
  }
}

std::vector<AppListing> Appraiser::Listings(std::string_view platform,
                                            std::string_view app_id) const {
  return impl_->feeds.Find(platform, app_id);
}

}  // namespace tokentrail::inventory
