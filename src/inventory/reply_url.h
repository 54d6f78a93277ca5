// Where an app's sign-ins are sent back to: whoever holds that address gets the codes and tokens.
//
//   reply.ip_host             an address instead of a name
//   reply.http                not encrypted, and not this computer
//   reply.punycode            a host with other scripts' letters, mixed or punycode
//   reply.wildcard            any host, or any path
//   reply.free_hosting        hosting, tunnel or form service where anybody gets a host for nothing
//   reply.unrelated           a domain that is neither the publisher's nor the home page's
//   reply.many_domains        three or more domains that have nothing to do with each other
//   reply.localhost_access    `http://localhost:PORT/access/`, under a name that says nothing
//   reply.shared_with_flagged the reply host of an app that is listed as malicious, or disguised
//   reply.loopback_only       nothing but this computer, though the app may do much

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/app.h"

namespace tokentrail::inventory {

/// Reply hosts of all apps, and which of those apps are flagged. `flagged` holds positions in
/// `portfolio.apps`; unsorted is fine. Immutable; safe from several threads.
class ReplyBook {
 public:
  ReplyBook();
  ReplyBook(const Portfolio& portfolio, const std::vector<size_t>& flagged);
  /// Flags apps whose listings are malicious or whose signs say that their name is a disguise: call
  /// it when both are filled.
  explicit ReplyBook(const Portfolio& portfolio);
  ~ReplyBook();
  ReplyBook(ReplyBook&&) noexcept;
  ReplyBook& operator=(ReplyBook&&) noexcept;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<const Impl> impl_;
};

/// Appends signs, at most one a code, and what could not be tested. Reads: reply_urls, name,
/// publisher_domain, homepage, first_party, permissions (their severity), tenant, platform.
void ExamineReplyUrls(const App& app, const ReplyBook& book, std::vector<AppSign>& signs,
                      std::vector<AppSign>& not_assessed);

/// Version of the table of free hosting: its date.
std::string_view HostingTableVersion();

}  // namespace tokentrail::inventory
