#include "test/support/sigma_engine.h"

#include "base/report.h"
#include "sigma/program.h"

namespace tokentrail::test {
namespace {

sigma::Program MakeProgram(const std::vector<std::string_view>& files,
                           const reference::Placeholders& placeholders, std::string& said) {
  Report report;
  sigma::RuleSet set(sigma::Placeholders(placeholders.begin(), placeholders.end()));
  for (size_t i = 0; i < files.size(); ++i) set.Add(std::to_string(i) + ".yml", files[i], report);
  set.Resolve(report);
  for (const Diagnostic& diagnostic : report.all()) said += Format(diagnostic);
  return sigma::Program(std::move(set));
}

}  // namespace

struct SigmaEngine::Impl {
  Impl(const std::vector<std::string_view>& files, const reference::Placeholders& placeholders)
      : program(MakeProgram(files, placeholders, said)), plan(program.MakePlan()) {}

  std::string said;
  sigma::Program program;
  sigma::Plan plan;
};

SigmaEngine::SigmaEngine(const std::vector<std::string_view>& files,
                         const reference::Placeholders& placeholders)
    : impl_(std::make_unique<Impl>(files, placeholders)) {}
SigmaEngine::SigmaEngine(SigmaEngine&&) noexcept = default;
SigmaEngine::~SigmaEngine() = default;

size_t SigmaEngine::size() const { return impl_->program.size(); }
std::string_view SigmaEngine::title(size_t rule) const {
  return impl_->program.rule(static_cast<uint32_t>(rule)).meta.title;
}
std::string_view SigmaEngine::file(size_t rule) const {
  return impl_->program.rule(static_cast<uint32_t>(rule)).meta.file;
}
const std::string& SigmaEngine::said() const { return impl_->said; }

std::vector<uint32_t> SigmaEngine::Match(const Record& record, Mode mode) const {
  Matcher matcher(*this);
  return matcher.Match(record, mode);
}

struct SigmaEngine::Matcher::Scratch {
  sigma::Plan::Scratch scratch;
  std::vector<sigma::Hit> hits;
};

SigmaEngine::Matcher::Matcher(const SigmaEngine& engine)
    : engine_(engine), scratch_(std::make_unique<Scratch>()) {}
SigmaEngine::Matcher::~Matcher() = default;

std::vector<uint32_t> SigmaEngine::Matcher::Match(const Record& record, Mode mode) {
  scratch_->hits.clear();
  engine_.impl_->plan.Match(
      record, {}, scratch_->scratch, scratch_->hits,
      mode == Mode::kPlain ? sigma::Plan::Mode::kPlain : sigma::Plan::Mode::kIndexed);
  std::vector<uint32_t> out;
  for (const sigma::Hit& hit : scratch_->hits) out.push_back(hit.rule);
  return out;
}

}  // namespace tokentrail::test
