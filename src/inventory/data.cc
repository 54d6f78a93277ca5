#include "inventory/data.h"

#include <cstddef>

// TOKENTRAIL_DATA is the path of data/. The build passes a hash of its files as well
// (TOKENTRAIL_DATA_HASH), so that neither the build tool nor a compiler cache keeps an object file
// that holds an older table.
#ifndef TOKENTRAIL_DATA
#error "TOKENTRAIL_DATA must name the data folder"
#endif

// The assembler copies the file in; both compilers take this on ELF targets. A zero byte follows,
// so that an empty file still has an address of its own.
#define TOKENTRAIL_EMBED(symbol, file)                \
  __asm__(                                            \
      ".pushsection .rodata\n"                        \
      ".global tokentrail_data_" #symbol              \
      "\n"                                            \
      ".hidden tokentrail_data_" #symbol              \
      "\n"                                            \
      "tokentrail_data_" #symbol                      \
      ":\n"                                           \
      ".incbin \"" TOKENTRAIL_DATA "/" file           \
      "\"\n"                                          \
      ".global tokentrail_data_" #symbol              \
      "_end\n"                                        \
      ".hidden tokentrail_data_" #symbol              \
      "_end\n"                                        \
      "tokentrail_data_" #symbol                      \
      "_end:\n"                                       \
      ".byte 0\n"                                     \
      ".popsection\n");                               \
  extern "C" {                                        \
  extern const char tokentrail_data_##symbol[];       \
  extern const char tokentrail_data_##symbol##_end[]; \
  }

TOKENTRAIL_EMBED(permissions, "permissions.csv")
TOKENTRAIL_EMBED(graph_paths, "graph_paths.csv")
TOKENTRAIL_EMBED(graph_levels, "graph_levels.csv")
TOKENTRAIL_EMBED(permission_tiers, "permission_tiers.csv")
TOKENTRAIL_EMBED(categories, "categories.yaml")
TOKENTRAIL_EMBED(app_categories, "app_categories.csv")
TOKENTRAIL_EMBED(risk_weights, "risk_weights.yaml")
TOKENTRAIL_EMBED(microsoft_apps, "microsoft_apps.csv")
TOKENTRAIL_EMBED(google_apps, "google_apps.csv")
TOKENTRAIL_EMBED(risky_apps, "risky_apps.csv")
TOKENTRAIL_EMBED(roles, "roles.csv")
TOKENTRAIL_EMBED(audit_classes, "audit_classes.csv")
TOKENTRAIL_EMBED(containment, "containment.yaml")
TOKENTRAIL_EMBED(service_networks, "service_networks.csv")
TOKENTRAIL_EMBED(collection, "collection.yaml")
TOKENTRAIL_EMBED(brands, "brands.csv")
TOKENTRAIL_EMBED(free_hosting, "free_hosting.csv")
TOKENTRAIL_EMBED(domain_suffixes, "domain_suffixes.csv")
TOKENTRAIL_EMBED(known_bad_apps, "known_bad_apps.csv")

#undef TOKENTRAIL_EMBED

namespace tokentrail::inventory {

namespace {

std::string_view Between(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

std::string_view PermissionData() {
  return Between(tokentrail_data_permissions, tokentrail_data_permissions_end);
}
std::string_view GraphPathData() {
  return Between(tokentrail_data_graph_paths, tokentrail_data_graph_paths_end);
}
std::string_view GraphLevelData() {
  return Between(tokentrail_data_graph_levels, tokentrail_data_graph_levels_end);
}
std::string_view PermissionTierData() {
  return Between(tokentrail_data_permission_tiers, tokentrail_data_permission_tiers_end);
}
std::string_view CategoryData() {
  return Between(tokentrail_data_categories, tokentrail_data_categories_end);
}
std::string_view AppCategoryData() {
  return Between(tokentrail_data_app_categories, tokentrail_data_app_categories_end);
}
std::string_view RiskWeightData() {
  return Between(tokentrail_data_risk_weights, tokentrail_data_risk_weights_end);
}
std::string_view MicrosoftAppData() {
  return Between(tokentrail_data_microsoft_apps, tokentrail_data_microsoft_apps_end);
}
std::string_view GoogleAppData() {
  return Between(tokentrail_data_google_apps, tokentrail_data_google_apps_end);
}
std::string_view RiskyAppData() {
  return Between(tokentrail_data_risky_apps, tokentrail_data_risky_apps_end);
}
std::string_view RoleData() { return Between(tokentrail_data_roles, tokentrail_data_roles_end); }
std::string_view AuditClassData() {
  return Between(tokentrail_data_audit_classes, tokentrail_data_audit_classes_end);
}
std::string_view ContainmentData() {
  return Between(tokentrail_data_containment, tokentrail_data_containment_end);
}
std::string_view ServiceNetworkData() {
  return Between(tokentrail_data_service_networks, tokentrail_data_service_networks_end);
}
std::string_view CollectionData() {
  return Between(tokentrail_data_collection, tokentrail_data_collection_end);
}
std::string_view BrandData() { return Between(tokentrail_data_brands, tokentrail_data_brands_end); }
std::string_view FreeHostingData() {
  return Between(tokentrail_data_free_hosting, tokentrail_data_free_hosting_end);
}
std::string_view SuffixData() {
  return Between(tokentrail_data_domain_suffixes, tokentrail_data_domain_suffixes_end);
}
std::string_view KnownBadAppData() {
  return Between(tokentrail_data_known_bad_apps, tokentrail_data_known_bad_apps_end);
}

}  // namespace tokentrail::inventory
