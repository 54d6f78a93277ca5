#include "analytic/shell.h"

#include <gtest/gtest.h>

namespace tokentrail::analytic {
namespace {

TEST(ReadCommand, SeesTokenFilesHoweverTheyAreNamed) {
  for (const std::string_view command : {
           "cat /var/run/secrets/kubernetes.io/serviceaccount/token",
           "sh -c cat /run/secrets/kubernetes.io/serviceaccount/token | base64",
           "sh -c 'cat /var/run/sec\"\"rets/kubernetes.io/serviceaccount/token'",
           "cat /var/run/secrets/*/*/token",
           "ls /var/run/secrets/kubernetes.io/serviceaccount",
           "cat /var/run/secrets/eks.amazonaws.com/serviceaccount/token",
           "cat /var/run/secrets/azure/tokens/azure-identity-token",
           "curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/",
           "wget -qO- http://METADATA.google.internal/computeMetadata/v1/",
           "cat /proc/1/environ",
           "sh -c strings /proc/*/environ",
           "curl http://0xA9FEA9FE/latest",
       }) {
    EXPECT_EQ(ReadCommand(command).reach, Reach::kToken) << command;
  }
}

TEST(ReadCommand, SeesThePrintedEnvironment) {
  for (const std::string_view command : {"env", "printenv", "/usr/bin/env", "sh -c env | grep KEY",
                                         "bash -c id; env", "printenv AWS_SECRET"}) {
    EXPECT_EQ(ReadCommand(command).reach, Reach::kEnvironment) << command;
  }
}

TEST(ReadCommand, PlainWorkIsNothing) {
  for (const std::string_view command :
       {"", "sh", "/bin/bash -il", "env A=1 python app.py", "ls /environment", "cat /etc/hosts",
        "cat /var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
        "cat /var/run/secrets/kubernetes.io/serviceaccount/namespace", "tail -f /proc/1/status",
        "which env", "cat .env.example"}) {
    EXPECT_EQ(ReadCommand(command).reach, Reach::kNothing) << command;
  }
}

}  // namespace
}  // namespace tokentrail::analytic
