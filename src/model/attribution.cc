#include "model/attribution.h"

#include <array>

namespace tokentrail {
namespace {

constexpr std::array<std::string_view, 5> kVias = {"unknown", "user", "app_for_user", "app_only",
                                                   "platform"};
constexpr std::array<std::string_view, 5> kViaWords = {
    "unknown", "user's own client", "app for the user", "app itself", "platform itself"};
constexpr std::array<std::string_view, 4> kHolders = {"unknown", "own_device", "app_service",
                                                      "elsewhere"};
constexpr std::array<std::string_view, 4> kHolderWords = {
    "unknown place", "where the user signs in", "where the app works from", "elsewhere"};
constexpr std::array<std::string_view, 6> kRungs = {"none",   "record",  "token",
                                                    "client", "session", "circumstance"};

}  // namespace

std::string_view Name(Via via) { return kVias.at(static_cast<size_t>(via)); }
std::string_view Words(Via via) { return kViaWords.at(static_cast<size_t>(via)); }
std::string_view Name(Holder holder) { return kHolders.at(static_cast<size_t>(holder)); }
std::string_view Words(Holder holder) { return kHolderWords.at(static_cast<size_t>(holder)); }
std::string_view Name(Rung rung) { return kRungs.at(static_cast<size_t>(rung)); }

}  // namespace tokentrail
