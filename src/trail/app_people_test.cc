// Lists of people, and what is said of bad ones.

#include "trail/app_people.h"

#include <gtest/gtest.h>

#include <string>

#include "test/support/temp_folder.h"

namespace tokentrail::trail {
namespace {

TEST(AppPeople, JoinsByAddressNameAndDirectoryId) {
  const test::TempFolder folder;
  folder.Write("people.csv",
               "\xEF\xBB\xBFUser,Department,Title,Manager\r\n"
               "Mira@Contoso.example,\"Finance, EMEA\",Controller,zoe\r\n"
               "a11ce000-1111-4222-8333-444455556666,IT,Admin,\r\n");
  const auto read = AppPeople::Read(folder.In("people.csv"));
  ASSERT_TRUE(read.ok()) << read.error().message;
  const AppPerson* mira = read->Find("", "mira@contoso.example");
  ASSERT_NE(mira, nullptr);
  EXPECT_EQ(mira->department, "Finance, EMEA");
  EXPECT_EQ(mira->title, "Controller");
  EXPECT_EQ(mira->manager, "zoe");
  const AppPerson* admin = read->Find("A11CE000-1111-4222-8333-444455556666", "somebody");
  ASSERT_NE(admin, nullptr);
  EXPECT_EQ(admin->department, "IT");
  EXPECT_EQ(read->Find("", "nobody@contoso.example"), nullptr);
}

TEST(AppPeople, WhatSeveralRowsTellAddsUp) {
  AppPeople people;
  people.Add(
      {.id = "u1", .name = "", .department = "Sales", .title = {}, .manager = {}, .roles = {}});
  people.Add({.id = "u1",
              .name = "mira",
              .department = "HR",
              .title = "Lead",
              .manager = {},
              .roles = {"B"}});
  people.AddRole("mira", "A");
  const AppPerson* mira = people.Find("", "mira");
  ASSERT_NE(mira, nullptr);
  EXPECT_EQ(mira->department, "Sales");
  EXPECT_EQ(mira->title, "Lead");
  EXPECT_EQ(mira->roles, (std::vector<std::string>{"A", "B"}));
}

TEST(AppPeople, SaysWhereAListIsWrong) {
  const test::TempFolder folder;
  EXPECT_FALSE(AppPeople::Read(folder.In("none.csv")).ok());
  folder.Write("columns.csv", "city,street\nx,y\n");
  const auto columns = AppPeople::Read(folder.In("columns.csv"));
  ASSERT_FALSE(columns.ok());
  EXPECT_NE(columns.error().message.find("columns.csv:1:1: "), std::string::npos);
  EXPECT_NE(columns.error().message.find("department"), std::string::npos);
  folder.Write("cells.csv", "user,department\nmira,Sales\nben\n");
  const auto cells = AppPeople::Read(folder.In("cells.csv"));
  ASSERT_FALSE(cells.ok());
  EXPECT_NE(cells.error().message.find("cells.csv:3:1: this row has 1 cells"), std::string::npos)
      << cells.error().message;
  folder.Write("nobody.csv", "user,department\n,Sales\n");
  const auto nobody = AppPeople::Read(folder.In("nobody.csv"));
  ASSERT_FALSE(nobody.ok());
  EXPECT_NE(nobody.error().message.find("nobody.csv:2:1: "), std::string::npos);
}

}  // namespace
}  // namespace tokentrail::trail
