#include "cli/trail_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "cli/trail_page.h"
#include "sink/width.h"

namespace tokentrail::cli {
namespace {

using trail::Stage;

constexpr size_t kMaxPerType = 12;  ///< nodes of one type; the rest are one node together
constexpr size_t kMaxLabel = 48;

enum class Shape : uint8_t { kIdentity, kApp, kToken, kSession, kAddress, kThing, kRole };
constexpr std::string_view kTypes[] = {"identity", "app",   "token", "session",
                                       "address",  "thing", "role"};

struct Node {
  Shape shape;
  std::string label;
  uint64_t count = 0;  ///< of the rest of its type; 0: it is one
};

struct Edge {
  uint64_t count = 0;
  bool failed = true;
};
/// From, to, what. Of acts `what` begins with their stage.
using EdgeKey = std::tuple<size_t, size_t, std::string>;

/// Nodes and edges in the order in which the story names them.
class Graph {
 public:
  explicit Graph(const TrailStory& story) {
    for (const TrailLine& line : story.lines) Add(line);
  }

  const std::vector<Node>& nodes() const { return nodes_; }
  const std::map<EdgeKey, Edge>& edges() const { return edges_; }

 private:
  size_t At(Shape shape, const std::string& label) {
    const auto key = std::make_pair(shape, label);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    size_t& of_type = per_type_[shape];
    if (of_type < kMaxPerType) {
      ++of_type;
      nodes_.push_back({shape, label, 0});
      return known_[key] = nodes_.size() - 1;
    }
    const auto [rest, fresh] = rest_.try_emplace(shape, nodes_.size());
    if (fresh) nodes_.push_back({shape, {}, 0});
    ++nodes_[rest->second].count;
    return known_[key] = rest->second;
  }

  void Join(size_t from, size_t to, const TrailLine& line, const std::string& label) {
    if (from == to || from == kNone || to == kNone) return;
    Edge& edge = edges_[{from, to, label}];
    edge.count += line.count;
    edge.failed = edge.failed && line.outcome == "failure";
  }
  void JoinAct(size_t from, size_t to, const TrailLine& line) {
    Join(from, to, line, fmt::format("{}: {}", trail::Name(line.stage), line.operation));
  }

  size_t TokenOf(const TrailLine& line, const std::string& client) {
    if (!line.token.empty()) return At(Shape::kToken, line.token);
    if (line.tokens > 1) {
      return At(Shape::kToken, fmt::format("{} tokens of {}", Grouped(line.tokens),
                                           client.empty() ? line.identity : client));
    }
    return line.session.empty() ? kNone : At(Shape::kSession, line.session);
  }

  size_t ThingOf(const TrailLine& line, const std::string& about) {
    const bool of_app = line.stage == Stage::kGrant || line.stage == Stage::kLure ||
                        line.stage == Stage::kRegister || line.stage == Stage::kPersist ||
                        line.stage == Stage::kRevoke;
    if (!line.role.empty()) return At(Shape::kRole, line.role);
    if (!line.mailbox.empty()) return At(Shape::kThing, "mailbox " + line.mailbox);
    if (of_app && !about.empty()) return At(Shape::kApp, about);
    if (line.objects > 1) {
      return At(Shape::kThing, fmt::format("{} of {}", Grouped(line.objects), line.operation));
    }
    if (!line.object.empty()) return At(Shape::kThing, line.object);
    if (!line.target.empty()) return At(Shape::kThing, line.target);
    if (!line.url.empty()) return At(Shape::kThing, line.url.substr(0, line.url.find('?')));
    return kNone;
  }

  void Add(const TrailLine& line) {
    const std::string& client = line.client_name.empty() ? line.client : line.client_name;
    const std::string& about = line.app_name.empty() ? line.app : line.app_name;
    size_t actor = kNone;
    if (!line.identity.empty()) {
      // An app that acted by itself is that app, not another identity of its name.
      const bool is_app = line.via == "app_only" || line.identity == client;
      actor = At(is_app ? Shape::kApp : Shape::kIdentity, line.identity);
    }
    const size_t app = client.empty() ? kNone : At(Shape::kApp, client);
    const size_t address = line.ip.empty() ? kNone : At(Shape::kAddress, line.ip);
    if (line.kind == "sign_in" && line.outcome == "failure") {
      const size_t to = app != kNone ? app : actor;
      const std::string refused = fmt::format("{}: sign-in refused", trail::Name(line.stage));
      Join(actor, to, line, refused);
      Join(address, to, line, refused);
      return;
    }
    const size_t token = TokenOf(line, client);
    // What acts upon the thing: the token, else the client, else the identity.
    const size_t hand = token != kNone ? token : app != kNone ? app : actor;
    Join(actor, hand, line, "identity of");
    if (app != kNone && app != hand) Join(app, hand, line, "client of");
    Join(address, hand, line, line.kind == "sign_in" ? "issue: asked from" : "used from");
    if (line.kind == "sign_in") return;
    const size_t thing = ThingOf(line, about);
    JoinAct(hand, thing, line);
    if (line.role.empty()) return;
    const std::string& target = line.target.empty() ? about : line.target;
    if (!target.empty()) Join(thing, At(Shape::kApp, target), line, "given to");
  }

  static constexpr size_t kNone = SIZE_MAX;

  std::vector<Node> nodes_;
  std::map<std::pair<Shape, std::string>, size_t> known_;
  std::map<Shape, size_t> per_type_;
  std::map<Shape, size_t> rest_;
  std::map<EdgeKey, Edge> edges_;
};

std::string LabelOf(const Node& node) {
  if (node.count > 0) {
    return fmt::format("{} more: {}", Grouped(node.count), kTypes[static_cast<size_t>(node.shape)]);
  }
  return sink::FitWidth(Printable(node.label), kMaxLabel);
}

std::string EdgeText(const std::string& what, const Edge& edge) {
  std::string out = sink::FitWidth(Printable(what), kMaxLabel);
  if (edge.count > 1) out += fmt::format(" ({})", Grouped(edge.count));
  if (edge.failed) out += " FAILED";
  return out;
}

std::string Dot(const TrailStory& story, const Graph& graph) {
  static constexpr std::string_view kShapes[] = {"ellipse", "component", "note", "folder",
                                                 "diamond", "cylinder",  "house"};
  std::string out = fmt::format(
      "digraph trail {{\n  rankdir=LR;\n  label=\"{}\";\n  node [fontname=\"sans-serif\"];\n",
      DotLabel(TitleOf(story)));
  for (size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    out += fmt::format("  n{} [shape={}, label=\"{}\", tooltip=\"{}\"];\n", i,
                       kShapes[static_cast<size_t>(node.shape)], DotLabel(LabelOf(node)),
                       kTypes[static_cast<size_t>(node.shape)]);
  }
  for (const auto& [key, edge] : graph.edges()) {
    out += fmt::format("  n{} -> n{} [label=\"{}\"{}];\n", std::get<0>(key), std::get<1>(key),
                       DotLabel(EdgeText(std::get<2>(key), edge)),
                       edge.failed ? ", style=dashed" : "");
  }
  return out + "}\n";
}

std::string Mermaid(const TrailStory& story, const Graph& graph) {
  static constexpr std::string_view kOpen[] = {"([", "[[", ">", "[/", "{{", "[(", "["};
  static constexpr std::string_view kClose[] = {"])", "]]", "]", "/]", "}}", ")]", "]"};
  std::string out = fmt::format("flowchart LR\n  title[\"{}\"]\n", MermaidLabel(TitleOf(story)));
  for (size_t i = 0; i < graph.nodes().size(); ++i) {
    const Node& node = graph.nodes()[i];
    const size_t shape = static_cast<size_t>(node.shape);
    out += fmt::format("  n{}{}\"{}: {}\"{}\n", i, kOpen[shape], kTypes[shape],
                       MermaidLabel(LabelOf(node)), kClose[shape]);
  }
  for (const auto& [key, edge] : graph.edges()) {
    out += fmt::format("  n{} {}|\"{}\"| n{}\n", std::get<0>(key), edge.failed ? "-.->" : "-->",
                       MermaidLabel(EdgeText(std::get<2>(key), edge)), std::get<1>(key));
  }
  return out;
}

}  // namespace

std::string DotLabel(std::string_view text) {
  // Source: the DOT language, "ID" and escString: a quote ends the text, a backslash starts an
  // escape such as \N.
  std::string out;
  for (const char c : Printable(text)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string MermaidLabel(std::string_view text) {
  // Source: Mermaid, flowchart syntax, "Entity codes to escape characters": #number; is a
  // character. Letters, digits and harmless marks stay; all else that is ASCII could be syntax,
  // Markdown or HTML.
  std::string out;
  for (const char c : Printable(text)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                       (c >= 'a' && c <= 'z') ||
                       std::string_view(" .,:/@-+=").find(c) != std::string_view::npos;
    if (plain) {
      out.push_back(c);
    } else {
      out += fmt::format("#{};", byte);
    }
  }
  return out;
}

std::string DrawTrail(const TrailStory& story, std::string_view format) {
  const Graph graph(story);
  return format == "dot" ? Dot(story, graph) : Mermaid(story, graph);
}

}  // namespace tokentrail::cli
