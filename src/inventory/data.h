// The files of data/, inside the program: it runs offline and from any place.

#pragma once

#include <string_view>

namespace tokentrail::inventory {

// Each is the whole file, comment lines included; see the head of the file for its sources.
std::string_view PermissionData();
std::string_view GraphPathData();
std::string_view GraphLevelData();
std::string_view PermissionTierData();
std::string_view CategoryData();
std::string_view AppCategoryData();
std::string_view RiskWeightData();
std::string_view MicrosoftAppData();
std::string_view GoogleAppData();
std::string_view RiskyAppData();
std::string_view RoleData();
std::string_view AuditClassData();
std::string_view ContainmentData();
std::string_view ServiceNetworkData();
std::string_view CollectionData();
std::string_view BrandData();
std::string_view FreeHostingData();
std::string_view SuffixData();
std::string_view KnownBadAppData();

}  // namespace tokentrail::inventory
