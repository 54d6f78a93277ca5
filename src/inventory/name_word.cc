#include "inventory/name_word.h"

#include <tsl/robin_map.h>

#include <algorithm>

#include "base/text.h"

namespace tokentrail::inventory {
namespace {

// Words of real lures (reports on consent phishing 2017 to 2025) and their like; with the
// commonest of other languages, because a lure speaks its victims' language.
constexpr std::string_view kSecurity =
    "security secure secured defender defend protection protect protector protected verification "
    "verify verified verifier validation validate validator authenticator authentication "
    "authenticate auth admin administrator administration support helpdesk scanner scan scanning "
    "antivirus virus malware phishing antiphishing spam antispam guard guardian shield firewall "
    "account accounts recovery recover alert alerts password passwords safe safety safeguard trust "
    "trusted login logon signin signon mfa 2fa identity compliance quarantine threat update "
    "updates updater upgrade unlock suspension suspended abuse fraud sicherheit schutz "
    "verifizierung konto passwort seguridad proteccion verificacion cuenta contrasena soporte "
    "securite verification compte sicurezza protezione verifica assistenza beveiliging "
    "безопасность защита проверка поддержка";

// What follows or precedes a brand that is only connected to.
constexpr std::string_view kIntegrates =
    "connector connectors connect connection integration integrations integrator sync syncer "
    "synchronization synchronizer backup backups addin addins addon addons plugin plugins "
    "extension bot bots bridge gateway migration migrator migrate importer import exporter export "
    "adapter adaptor webhook webhooks api sdk notifier notifications archiver loader uploader "
    "downloader provisioning interop widget wrapper crawler indexer ingestion collector forwarder "
    "listener monitor monitoring reporter reporting dashboard analytics sso scim saml oauth "
    "konnektor conector connecteur integrazione intégration";

constexpr std::string_view kRelates =
    "for to with from into in via 4 and und für fur pour para per con mit avec zu vers voor";

// A name made of nothing else could be anything.
constexpr std::string_view kGeneric =
    "service services delivery document documents doc docs file files mail mails email emails "
    "message messages messaging messenger voicemail voice fax share shared sharing invoice "
    "invoices payment payments portal app apps application applications test tests testing demo "
    "dev prod access viewer view reader settings setting user users cloud online web website "
    "system systems notification notify center centre client desktop mobile business enterprise "
    "pro plus premium free new my your the a an of office365 suite tool tools manager management "
    "assistant helper agent inbox mailbox calendar contacts storage drive data info information "
    "server network internal external company corporate team hr payroll it order orders shipping "
    "shipment tracking package parcel report reports statement secure link links download "
    "attachment attachments pdf scan print printer form forms page home default basic advanced "
    "official global international world group support for and to";

enum Use : uint8_t { kSecurityUse = 1, kGenericUse = 2, kIntegratesUse = 4, kRelatesUse = 8 };

const tsl::robin_map<std::string_view, uint8_t>& Table() {
  static const tsl::robin_map<std::string_view, uint8_t> table = [] {
    tsl::robin_map<std::string_view, uint8_t> out;
    const auto add = [&](std::string_view words, uint8_t use) {
      for (const std::string_view word : Split(words, " ")) out[word] |= use;
    };
    add(kSecurity, kSecurityUse);
    add(kGeneric, kGenericUse);
    add(kIntegrates, kIntegratesUse);
    add(kRelates, kRelatesUse);
    return out;
  }();
  return table;
}

}  // namespace

WordUse UseOf(std::string_view plain_word) {
  WordUse out;
  if (IsDigits(plain_word) || plain_word.size() == 1) out.generic = true;
  const auto it = Table().find(plain_word);
  if (it != Table().end()) {
    out.security = (it->second & kSecurityUse) != 0;
    out.generic |= (it->second & kGenericUse) != 0;
    out.integrates = (it->second & kIntegratesUse) != 0;
    out.relates = (it->second & kRelatesUse) != 0;
  }
  out.by = plain_word == "by" || plain_word == "von" || plain_word == "par" || plain_word == "por";
  return out;
}

}  // namespace tokentrail::inventory
