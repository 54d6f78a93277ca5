#include "source/map/kubernetes_request.h"

#include <string>
#include <vector>

#include "base/text.h"

namespace tokentrail::source {
namespace {

// At most so many parts of one record go into a joined text: RBAC rules multiply.
constexpr size_t kMaxParts = 256;

// What the request carried that matters for tokens and rights. Only at level Request and above.
void ReadBoundObject(const Record& record, const Node& request, Draft& draft) {
  const Node* spec = record.Child(request, "spec");
  if (spec == nullptr || !spec->is_container()) return;
  draft.SetFrom(Field::kAudience, record.Child(*spec, "audiences"), As::kScopes);
  draft.SetFrom(Field::kTokenLife, record.Child(*spec, "expirationSeconds"), As::kNumber);
  const Node* bound = record.Child(*spec, "boundObjectRef");
  if (bound == nullptr || !bound->is_container()) return;
  draft.SetFrom(Field::kTarget, record.Child(*bound, "uid"), As::kCasedId);
  draft.SetFrom(Field::kTargetName, record.Child(*bound, "name"));
  draft.SetFrom(Field::kTargetType, record.Child(*bound, "kind"));
}

std::string_view TextOf(const Record& record, const Node& parent, std::string_view key) {
  const Node* node = record.Child(parent, key);
  return node == nullptr ? std::string_view{} : node->text();
}

// Who gets which role: subjects in the form in which they act (`system:serviceaccount:ns:name`).
void ReadBinding(const Record& record, const Node& request, Draft& draft) {
  if (const Node* role = record.Child(request, "roleRef");
      role != nullptr && role->is_container()) {
    draft.SetFrom(Field::kRole, record.Child(*role, "name"));
  }
  const Node* subjects = record.Child(request, "subjects");
  if (subjects == nullptr || subjects->kind != NodeKind::kArray) return;
  std::vector<std::string_view> names;
  for (const Node& subject : Children(*subjects)) {
    if (!subject.is_container() || names.size() == kMaxParts) continue;
    const std::string_view name = TextOf(record, subject, "name");
    const std::string_view kind = TextOf(record, subject, "kind");
    if (names.empty()) draft.Set(Field::kTargetType, kind, subjects);
    names.push_back(kind == "ServiceAccount"
                        ? Concat(draft.arena(), {"system:serviceaccount:",
                                                 TextOf(record, subject, "namespace"), ":", name})
                        : name);
  }
  if (!names.empty()) {
    draft.Set(Field::kTargetName, JoinSet(names, draft.arena()), subjects);
  }
}

// A role's rules as `resource:verb`, so that `secrets:get` and `*:*` can be looked for.
void ReadRules(const Record& record, const Node& request, Draft& draft) {
  const Node* rules = record.Child(request, "rules");
  if (rules == nullptr || rules->kind != NodeKind::kArray) return;
  std::vector<std::string_view> rights;
  for (const Node& rule : Children(*rules)) {
    if (!rule.is_container()) continue;
    const Node* resources = record.Child(rule, "resources");
    if (resources == nullptr) resources = record.Child(rule, "nonResourceURLs");
    const Node* verbs = record.Child(rule, "verbs");
    if (resources == nullptr || verbs == nullptr) continue;
    for (const Node& resource : Children(*resources)) {
      for (const Node& verb : Children(*verbs)) {
        if (rights.size() == kMaxParts) break;
        rights.push_back(Concat(draft.arena(), {resource.text(), ":", verb.text()}));
      }
    }
  }
  if (!rights.empty()) draft.Set(Field::kScopes, JoinSet(rights, draft.arena()), rules);
}

// Who asks for a client certificate, and what signs it.
void ReadSigning(const Record& record, const Node& request, Draft& draft) {
  const Node* spec = record.Child(request, "spec");
  if (spec == nullptr || !spec->is_container()) return;
  draft.SetFrom(Field::kAudience, record.Child(*spec, "signerName"));
  draft.SetFrom(Field::kTargetName, record.Child(*spec, "username"));
  draft.SetFrom(Field::kTokenLife, record.Child(*spec, "expirationSeconds"), As::kNumber);
}

// Whose token a hand-made Secret is to hold.
void ReadTokenSecret(const Record& record, const Node& request, Draft& draft) {
  const Node* metadata = record.Child(request, "metadata");
  if (metadata == nullptr || !metadata->is_container()) return;
  const Node* annotations = record.Child(*metadata, "annotations");
  if (annotations == nullptr || !annotations->is_container()) return;
  const Node* account = record.Child(*annotations, "kubernetes.io/service-account.name");
  if (account == nullptr || account->text().empty()) return;
  draft.Set(Field::kServiceAccount,
            Concat(draft.arena(), {draft.Text(Field::kNamespace), "/", account->text()}), account);
}

// Debug containers carry their command in the body; in a patch the last one is the new one.
void ReadEphemeral(const Record& record, const Node& request, Draft& draft) {
  const Node* spec = record.Child(request, "spec");
  const Node* holder = spec != nullptr && spec->is_container() ? spec : &request;
  const Node* containers = record.Child(*holder, "ephemeralContainers");
  if (containers == nullptr || containers->kind != NodeKind::kArray) return;
  for (const Node& container : Children(*containers)) {
    if (!container.is_container()) continue;
    const Node* command = record.Child(container, "command");
    const Node* args = record.Child(container, "args");
    if (command == nullptr && args == nullptr) continue;
    std::string text;
    for (const Node* list : {command, args}) {
      if (list == nullptr) continue;
      for (const Node& word : Children(*list)) {
        if (!text.empty()) text += ' ';
        text += word.text();
      }
    }
    draft.Set(Field::kCommand, draft.arena().Copy(text), command != nullptr ? command : args);
  }
}

// All `command=` parameters of an exec request, decoded, in their order.
void ReadCommand(Draft& draft) {
  const std::string_view uri = draft.Text(Field::kUrl);
  const size_t query = uri.find('?');
  if (query == std::string_view::npos) return;
  std::string command;
  for (const std::string_view part : Split(uri.substr(query + 1), "&")) {
    constexpr std::string_view kKey = "command=";
    if (!part.starts_with(kKey)) continue;
    if (!command.empty()) command += ' ';
    command += DecodePercent(part.substr(kKey.size()), /*plus=*/true);
  }
  if (command.empty()) return;
  draft.Derive(Field::kCommand, draft.arena().Copy(command), Field::kUrl);
}

bool IsWrite(std::string_view verb) {
  return verb == "create" || verb == "update" || verb == "patch";
}
bool IsDelete(std::string_view verb) { return verb == "delete" || verb == "deletecollection"; }

// What decides over requests before they take effect, and who may reach what.
// Source: kubernetes.io, "Dynamic Admission Control", "Validating Admission Policy", "Pod Security
// Policies" (until 1.25), "Network Policies" (2026).
constexpr std::string_view kGuards[] = {
    "validatingwebhookconfigurations",
    "mutatingwebhookconfigurations",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "mutatingadmissionpolicies",
    "mutatingadmissionpolicybindings",
    "podsecuritypolicies",
    "networkpolicies",
};

bool IsGuard(const ObjectRef& ref) {
  for (const std::string_view guard : kGuards) {
    if (ref.resource == guard) return true;
  }
  return false;
}

Kind KindOf(std::string_view verb, const ObjectRef& ref) {
  if (ref.resource == "serviceaccounts" && ref.subresource == "token" && verb == "create") {
    return Kind::kTokenMinted;
  }
  if (ref.resource == "pods") {
    // kubectl of 1.31 and later opens exec as a websocket, which is logged as `get`.
    if (ref.subresource == "exec" || ref.subresource == "attach" ||
        ref.subresource == "portforward") {
      return Kind::kExec;
    }
    if (ref.subresource == "ephemeralcontainers" && IsWrite(verb)) return Kind::kExec;
  }
  // Other API groups have `roles` of their own.
  const bool rbac = ref.group.empty() || ref.group == "rbac.authorization.k8s.io" ||
                    ref.group == "authorization.openshift.io";
  if (rbac && IsDelete(verb) && ref.subresource.empty()) {
    if (ref.resource == "rolebindings" || ref.resource == "clusterrolebindings") {
      return Kind::kRoleRevoked;
    }
    if (ref.resource == "roles" || ref.resource == "clusterroles") return Kind::kRoleChange;
  }
  if ((IsWrite(verb) || IsDelete(verb)) && ref.subresource.empty() && IsGuard(ref)) {
    return Kind::kPolicyChange;
  }
  // A signed request is a client certificate: a credential that no token can be revoked for.
  if (ref.resource == "certificatesigningrequests" && IsWrite(verb) &&
      (ref.subresource.empty() || ref.subresource == "approval") && verb != "patch") {
    return Kind::kCredentialChange;
  }
  if (rbac && IsWrite(verb) && ref.subresource.empty()) {
    if (ref.resource == "rolebindings" || ref.resource == "clusterrolebindings") {
      return Kind::kRoleAssignment;
    }
    if (ref.resource == "roles" || ref.resource == "clusterroles") return Kind::kRoleChange;
  }
  return Kind::kKubernetes;
}

// The namespace of a request when only its path is logged: `/api/v1/namespaces/NS/pods`.
std::string_view NamespaceInPath(std::string_view uri) {
  constexpr std::string_view kPart = "/namespaces/";
  const std::string_view path = uri.substr(0, uri.find('?'));
  const size_t start = path.find(kPart);
  if (start == std::string_view::npos) return {};
  const std::string_view rest = path.substr(start + kPart.size());
  const size_t end = rest.find('/');
  return end == std::string_view::npos ? std::string_view{} : rest.substr(0, end);
}

void SetObject(const ObjectRef& ref, Draft& draft) {
  if (!ref.resource.empty()) {
    draft.Set(Field::kResourceKind,
              ref.subresource.empty() ? ref.resource
                                      : Concat(draft.arena(), {ref.resource, "/", ref.subresource}),
              ref.origin);
  }
  if (!ref.ns.empty()) draft.Set(Field::kNamespace, ref.ns, ref.origin);
  if (!ref.name.empty()) draft.Set(Field::kName, ref.name, ref.origin);
}

}  // namespace

void Conclude(const Record& record, const ObjectRef& ref, const Node* request, Draft& draft) {
  SetObject(ref, draft);
  const std::string_view verb = draft.Text(Field::kVerb);
  const std::string_view uri = draft.Text(Field::kUrl);
  if (!ref.resource.empty() && ref.ns.empty()) {
    const std::string_view ns = NamespaceInPath(uri);
    if (!ns.empty()) draft.Derive(Field::kNamespace, ns, Field::kUrl);
  }
  if (verb == "create" && request != nullptr && ref.name.empty()) {
    if (const Node* metadata = record.Child(*request, "metadata");
        metadata != nullptr && metadata->is_container()) {
      draft.SetFrom(Field::kName, record.Child(*metadata, "name"));
    }
  }
  const std::string_view what =
      ref.resource.empty() ? uri.substr(0, uri.find('?')) : draft.Text(Field::kResourceKind);
  draft.Derive(Field::kOperation, Concat(draft.arena(), {verb, " ", what}), Field::kVerb);

  draft.kind = KindOf(verb, ref);
  switch (draft.kind) {
    case Kind::kTokenMinted:
      draft.Set(Field::kServiceAccount,
                Concat(draft.arena(), {draft.Text(Field::kNamespace), "/", ref.name}), ref.origin);
      if (request != nullptr) ReadBoundObject(record, *request, draft);
      break;
    case Kind::kExec:
      if (ref.subresource == "ephemeralcontainers") {
        if (request != nullptr) ReadEphemeral(record, *request, draft);
      } else {
        ReadCommand(draft);
        if (!draft.Has(Field::kCommand) && request != nullptr) {  // GKE: PodExecOptions
          draft.SetFrom(Field::kCommand, record.Child(*request, "command"), As::kList);
        }
      }
      break;
    case Kind::kRoleAssignment:
      if (request != nullptr) ReadBinding(record, *request, draft);
      break;
    case Kind::kCredentialChange:
      if (request != nullptr) ReadSigning(record, *request, draft);
      break;
    case Kind::kKubernetes:
      // Such a Secret holds a token that never expires.
      if (ref.resource == "secrets" && verb == "create" && request != nullptr &&
          TextOf(record, *request, "type") == "kubernetes.io/service-account-token") {
        draft.kind = Kind::kCredentialChange;
        ReadTokenSecret(record, *request, draft);
      }
      break;
    case Kind::kRoleChange:
      if (request != nullptr) ReadRules(record, *request, draft);
      break;
    default:
      break;
  }
}

}  // namespace tokentrail::source
