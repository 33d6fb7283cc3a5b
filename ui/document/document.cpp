// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/document.h"

#include "ui/document/follow.h"

#include "engine/model/weights_fit.h"

#include <QFileInfo>

#include <algorithm>

namespace weft::ui {

namespace {

/// Equal but for the ids that were handed out.
bool sameWork(const Project& a, Project b) {
    b.ids = a.ids;
    return a == b;
}

} // namespace

Document::Document(QObject* parent) : QObject(parent), m_project(emptyProject()) {
    collectDiagnostics();
}

void Document::collectDiagnostics() {
    m_diagnostics = diagnose(m_project.graphs, m_project.root);
    m_diagnostics.insert(m_diagnostics.end(), m_dataProblems.begin(), m_dataProblems.end());
}

void Document::setDataProblems(std::vector<Diagnostic> problems) {
    const auto same = [](const Diagnostic& a, const Diagnostic& b) {
        return a.message == b.message && a.call == b.call && a.model == b.model && a.fixes.size() == b.fixes.size();
    };
    if (!std::equal(problems.begin(), problems.end(), m_dataProblems.begin(), m_dataProblems.end(), same)) {
        m_dataProblems = std::move(problems);
        collectDiagnostics();
        Q_EMIT diagnosticsChanged();
    }
}

const Analysis& Document::analysis(GraphId graph) const {
    const auto found = m_analyses.find(graph);
    return found != m_analyses.end() ? found->second : m_analyses.emplace(graph, analyze(m_project.graphs, graph)).first->second;
}

void Document::edit(const QString& text, const std::function<void(Project&)>& change, const QString& mergeKey) {
    this->change(text, [&](Project& project, WeightChanges&) { change(project); }, mergeKey);
}

void Document::editWithWeights(const QString& text, const std::function<void(Project&, WeightChanges&)>& change) { this->change(text, change, {}); }

void Document::change(const QString& text, const std::function<void(Project&, WeightChanges&)>& change, const QString& mergeKey) {
    Project after = m_project;
    WeightChanges weights;
    change(after, weights);
    followDrawing(m_project, after);
    if (sameWork(m_project, after)) {
        m_project.ids.reserve(after.ids.last());
        return;
    }
    m_steps.resize(m_position);
    if (m_savedPosition > static_cast<std::ptrdiff_t>(m_position)) {
        m_savedPosition = -1;
    }
    std::swap(m_project, after);
    const bool merges = !mergeKey.isEmpty() && mergeKey == m_mergeKey && m_position > 0 && m_savedPosition != static_cast<std::ptrdiff_t>(m_position);
    if (!merges) {
        m_steps.push_back({text, after, weights});
        ++m_position;
        forgetOldSteps();
    }
    m_mergeKey = mergeKey;
    carryWeights(weights, false);
    refresh(after);
    if (!weights.empty()) {
        Q_EMIT trainedChanged();
    }
}

QString Document::undoText() const { return canUndo() ? m_steps[m_position - 1].text : QString(); }

QString Document::redoText() const { return canRedo() ? m_steps[m_position].text : QString(); }

void Document::undo() {
    if (canUndo()) {
        step(true);
    }
}

void Document::redo() {
    if (canRedo()) {
        step(false);
    }
}

void Document::step(bool back) {
    Step& taken = m_steps[back ? m_position - 1 : m_position];
    Project& other = taken.other;
    // Redo, the clipboard or a view may hold ids of what goes now, so the source of ids never goes back.
    const std::uint64_t lastId = m_project.ids.last();
    std::swap(m_project, other);
    m_project.ids.reserve(lastId);
    back ? --m_position : ++m_position;
    m_mergeKey.clear();
    const bool carries = !taken.weights.empty();
    carryWeights(taken.weights, back);
    refresh(other);
    if (carries) {
        Q_EMIT trainedChanged();
    }
    bringBackWeights();
}

void Document::carryWeights(const WeightChanges& changes, bool back) {
    if (changes.empty()) {
        return;
    }
    m_carried.push_back({changes.moves, back});
    back ? carryBack(changes, m_trained) : carry(changes, m_trained);
    for (Trained& trained : m_outgrown) {
        back ? carryBack(changes, trained) : carry(changes, trained);
    }
}

void Document::carrySince(std::size_t since, Trained& trained) const {
    for (std::size_t i = since; i < m_carried.size(); ++i) {
        const WeightChanges changes{m_carried[i].moves, {}};
        m_carried[i].back ? carryBack(changes, trained) : carry(changes, trained);
    }
}

/// Every step holds a whole project, so that large ones get fewer steps.
void Document::forgetOldSteps() {
    std::size_t boxes = 1;
    for (const auto& [id, graph] : m_project.graphs) {
        boxes += graph.calls.size();
    }
    const std::size_t limit = std::clamp<std::size_t>(1'000'000 / boxes, 50, 1000);
    if (m_steps.size() > limit) {
        const auto surplus = static_cast<std::ptrdiff_t>(m_steps.size() - limit);
        m_steps.erase(m_steps.begin(), m_steps.begin() + surplus);
        m_position -= static_cast<std::size_t>(surplus);
        m_savedPosition = m_savedPosition >= surplus ? m_savedPosition - surplus : -1;
    }
}

void Document::refresh(const Project& before) {
    const ChangeSet changes = difference(before, m_project);
    const bool drawing = changes.drawingChanged();
    if (drawing) {
        m_analyses.clear();
        collectDiagnostics();
    }
    Q_EMIT changed(changes);
    if (drawing) {
        Q_EMIT diagnosticsChanged();
    }
    Q_EMIT stateChanged();
}

void Document::bringBackWeights() {
    std::vector<const Analysis*> analyses;
    for (const auto& [id, graph] : m_project.graphs) {
        analyses.push_back(&analysis(id));
    }
    if (shapesFit(analyses, m_trained.weights)) {
        return;
    }
    for (auto kept = m_outgrown.rbegin(); kept != m_outgrown.rend(); ++kept) {
        if (shapesFit(analyses, kept->weights)) {
            std::swap(m_trained, *kept); // those that do not fit now may fit again after redo
            m_trainedModified = true;
            Q_EMIT trainedChanged();
            Q_EMIT stateChanged();
            return;
        }
    }
}

void Document::adopt(Trained trained) {
    constexpr std::size_t kKept = 8;
    const bool outgrows = std::any_of(trained.weights.begin(), trained.weights.end(), [&](const auto& entry) {
        const auto before = m_trained.weights.find(entry.first);
        return before != m_trained.weights.end() && before->second->shape() != entry.second->shape();
    });
    if (outgrows) {
        m_outgrown.push_back(m_trained);
        if (m_outgrown.size() > kKept) {
            m_outgrown.erase(m_outgrown.begin());
        }
    }
    m_trained = std::move(trained);
    m_trainedModified = true;
    Q_EMIT trainedChanged();
    Q_EMIT stateChanged();
}

QString Document::displayName() const {
    if (!m_path.isEmpty()) {
        return QFileInfo(m_path).fileName();
    }
    return m_project.title.empty() ? tr("Untitled") : QString::fromStdString(m_project.title);
}

bool Document::isModified() const { return m_trainedModified || m_savedPosition != static_cast<std::ptrdiff_t>(m_position); }

void Document::reset(ProjectFile file, const QString& path) {
    m_project = std::move(file.project);
    m_trained = std::move(file.trained);
    m_outgrown.clear();
    m_carried.clear();
    m_path = path;
    m_steps.clear();
    m_position = 0;
    m_savedPosition = 0;
    m_trainedModified = false;
    m_mergeKey.clear();
    m_analyses.clear();
    m_dataProblems.clear();
    collectDiagnostics();
    Q_EMIT replaced();
    Q_EMIT diagnosticsChanged();
    Q_EMIT trainedChanged();
    Q_EMIT stateChanged();
}

} // namespace weft::ui
