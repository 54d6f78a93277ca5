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
  std::string label;
  uint64_t count = 0;
  bool failed = true;
};

/// Nodes and edges in the order in which the story names them.
class Graph {
 public:
  explicit Graph(const TrailStory& story) {
    for (const TrailLine& line : story.lines) Add(line);
  }

  const std::vector<Node>& nodes() const { return nodes_; }
  const std::map<std::tuple<size_t, size_t, Stage>, Edge>& edges() const { return edges_; }

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

  void Join(size_t from, size_t to, const TrailLine& line, std::string_view label) {
    if (from == to) return;
    Edge& edge = edges_[{from, to, line.stage}];
    if (edge.label.empty()) edge.label = label;
    edge.count += line.count;
    edge.failed = edge.failed && line.outcome == "failure";
  }

  void Add(const TrailLine& line) {
    const std::string& client = line.client_name.empty() ? line.client : line.client_name;
    const std::string& about = line.app_name.empty() ? line.app : line.app_name;
    size_t actor = SIZE_MAX;
    if (!line.identity.empty()) {
      // An app that acted by itself is that app, not another identity of its name.
      const bool is_app = line.via == "app_only" && (line.identity == client || client.empty());
      actor = At(is_app ? Shape::kApp : Shape::kIdentity, line.identity);
    }
    size_t token = SIZE_MAX;
    if (!line.token.empty()) {
      token = At(Shape::kToken, line.token);
    } else if (!line.session.empty()) {
      token = At(Shape::kSession, line.session);
    } else if (line.tokens > 1) {
      token = At(Shape::kToken, fmt::format("{} tokens of {}", Grouped(line.tokens),
                                            client.empty() ? line.identity : client));
    }
    const size_t address = line.ip.empty() ? SIZE_MAX : At(Shape::kAddress, line.ip);
    // What acts upon the thing: the token, else the client, else the identity.
    size_t hand = actor;
    if (line.stage == Stage::kIssue && line.kind == "sign_in") {
      size_t from = actor;
      if (!client.empty()) {
        const size_t app = At(Shape::kApp, client);
        if (actor != SIZE_MAX) Join(actor, app, line, "signs in");
        from = app;
      }
      if (token != SIZE_MAX) {
        if (from != SIZE_MAX)
          Join(from, token, line, line.outcome == "failure" ? "refused" : "gets");
        if (address != SIZE_MAX) Join(address, token, line, "asked from");
      } else if (address != SIZE_MAX && from != SIZE_MAX) {
        Join(address, from, line, "asked from");
      }
      return;
    }
    if (!client.empty()) hand = At(Shape::kApp, client);
    if (token != SIZE_MAX) hand = token;
    if (hand == SIZE_MAX) return;
    if (actor != SIZE_MAX && hand != actor) Join(actor, hand, line, "in the name of");
    if (address != SIZE_MAX) Join(address, hand, line, "used from");
    size_t thing = SIZE_MAX;
    if (!line.role.empty()) {
      thing = At(Shape::kRole, line.role);
      const std::string& target = !line.target.empty() ? line.target : about;
      if (!target.empty()) Join(thing, At(Shape::kApp, target), line, "to");
    } else if (!line.mailbox.empty()) {
      thing = At(Shape::kThing, "mailbox " + line.mailbox);
    } else if (line.objects > 1) {
      thing = At(Shape::kThing, fmt::format("{} of {}", Grouped(line.objects), line.operation));
    } else if (!line.object.empty() && line.stage != Stage::kGrant && line.stage != Stage::kLure &&
               line.stage != Stage::kRegister) {
      thing = At(Shape::kThing, line.object);
    } else if (!about.empty() && line.stage != Stage::kUse) {
      thing = At(Shape::kApp, about);
    } else if (!line.url.empty()) {
      thing = At(Shape::kThing, line.url.substr(0, line.url.find('?')));
    } else if (!line.target.empty()) {
      thing = At(Shape::kThing, line.target);
    }
    if (thing != SIZE_MAX) Join(hand, thing, line, line.operation);
  }

  std::vector<Node> nodes_;
  std::map<std::pair<Shape, std::string>, size_t> known_;
  std::map<Shape, size_t> per_type_;
  std::map<Shape, size_t> rest_;
  std::map<std::tuple<size_t, size_t, Stage>, Edge> edges_;
};

std::string LabelOf(const Node& node) {
  if (node.count > 0) {
    return fmt::format("{} more: {}", Grouped(node.count), kTypes[static_cast<size_t>(node.shape)]);
  }
  return sink::FitWidth(Printable(node.label), kMaxLabel);
}

std::string EdgeText(Stage stage, const Edge& edge) {
  std::string out =
      fmt::format("{}: {}", trail::Name(stage), sink::FitWidth(Printable(edge.label), kMaxLabel));
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
