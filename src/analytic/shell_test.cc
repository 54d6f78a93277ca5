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
           "curl -H Metadata-Flavor:Google http://metadata/computeMetadata/v1/instance/",
           "tar cf - /var/run/secrets",
           "grep -r eyJ /var/run/secrets/",
           "find /run/secrets -type f",
           "sh -c cd /var/run/secrets; cat */*/token",
           "cat /var/run/secrets//kubernetes.io/./serviceaccount/token",
           "sh -c echo "
           "Y2F0IC92YXIvcnVuL3NlY3JldHMva3ViZXJuZXRlcy5pby9zZXJ2aWNlYWNjb3VudC90b2tlbg== "
           "| base64 -d | sh",
       }) {
    EXPECT_EQ(ReadCommand(command).reach, Reach::kToken) << command;
  }
}

TEST(ReadCommand, SeesThePrintedEnvironment) {
  for (const std::string_view command :
       {"env", "printenv", "/usr/bin/env", "sh -c env | grep KEY", "bash -c id; env",
        "printenv AWS_SECRET", "sh -c set", "bash -c declare -x", "sh -c export -p"}) {
    EXPECT_EQ(ReadCommand(command).reach, Reach::kEnvironment) << command;
  }
}

TEST(ReadCommand, PlainWorkIsNothing) {
  for (const std::string_view command :
       {"", "sh", "/bin/bash -il", "env A=1 python app.py", "ls /environment", "cat /etc/hosts",
        "cat /var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
        "cat /var/run/secrets/kubernetes.io/serviceaccount/namespace", "tail -f /proc/1/status",
        "cat /run/secrets/app/tls.crt", "sh -c set -e; run", "set", "which env",
        "cat .env.example"}) {
    EXPECT_EQ(ReadCommand(command).reach, Reach::kNothing) << command;
  }
}

}  // namespace
}  // namespace tokentrail::analytic
