// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/model/analysis.h"
#include "engine/project/trained.h"
#include "engine/project/weight_changes.h"
#include "ui/document/change_set.h"

#include <QObject>
#include <QString>

#include <functional>
#include <map>
#include <vector>

namespace weft::ui {

/// The open project, its history, and word of what changed. Lives on the window's thread. All edits of the drawing, the data and the
/// training configuration go through `edit`; what training makes goes through `adopt` and is no undo step.
class Document : public QObject {
    Q_OBJECT
public:
    explicit Document(QObject* parent = nullptr);

    const Project& project() const { return m_project; }
    const Trained& trained() const { return m_trained; }
    /// Shapes, costs and problems of one graph as it is now.
    const Analysis& analysis(GraphId graph) const;
    /// Of all graphs, and of the data.
    const std::vector<Diagnostic>& diagnostics() const { return m_diagnostics; }
    /// Those that are about the data and how models fit them; from DataCheck.
    const std::vector<Diagnostic>& dataProblems() const { return m_dataProblems; }
    void setDataProblems(std::vector<Diagnostic> problems);

    /// Runs `change` on a copy and makes the copy the project: one undo step named `text` (sentence case, translated).
    /// If `change` throws, nothing changed and the exception goes on. No step if nothing differs.
    /// Steps with the same non-empty `mergeKey` that follow each other become one (typing in a field, dragging).
    void edit(const QString& text, const std::function<void(Project&)>& change, const QString& mergeKey = {});
    /// The same for an edit that takes layers from one place in the drawing to another: their weights go with them, also in undo and redo.
    void editWithWeights(const QString& text, const std::function<void(Project&, WeightChanges&)>& change);
    /// Ends merging: the next edit is a step of its own.
    void endMerge() { m_mergeKey.clear(); }

    bool canUndo() const { return m_position > 0; }
    bool canRedo() const { return m_position < m_steps.size(); }
    QString undoText() const;
    QString redoText() const;
    void undo();
    void redo();

    /// Weights, optimizer states and runs, after training. Where a training has put weights of another shape in the place of earlier ones,
    /// those are kept, and come back when undo or redo brings back the drawing that they fit.
    void adopt(Trained trained);
    /// How often weights went with the drawing so far, and what became of keys since then: a training that began earlier still uses those.
    std::size_t carried() const { return m_carried.size(); }
    void carrySince(std::size_t since, Trained& trained) const;

    /// File behind the project; empty if it was never saved.
    const QString& path() const { return m_path; }
    /// Name to show: the file's, or the project's title, or "Untitled".
    QString displayName() const;
    bool isModified() const;

    /// Replaces the whole document by a file's contents (parsed before anything is touched); throws Error, and then nothing changed.
    void open(const QString& path);
    /// A new document from a project value (a template); path empty, unmodified.
    void reset(ProjectFile file, const QString& path = {});
    /// Atomic; throws Error, and then the old file is as it was. `thumbnailPng` may be empty.
    void save(const QString& path, const QByteArray& thumbnailPng = {});

Q_SIGNALS:
    /// After every edit, undo and redo.
    void changed(const weft::ui::ChangeSet& changes);
    /// After open and reset: everything is another.
    void replaced();
    void diagnosticsChanged();
    void trainedChanged();
    /// Undo and redo availability, modified flag, path.
    void stateChanged();

private:
    struct Step {
        QString text;
        Project other; ///< the state that undo or redo swaps in
        WeightChanges weights; ///< on the way forward
    };
    /// One way that weights went with the drawing; `back` by undo.
    struct Carried {
        std::vector<WeightMove> moves;
        bool back = false;
    };
    void change(const QString& text, const std::function<void(Project&, WeightChanges&)>& change, const QString& mergeKey);
    void step(bool back);
    void carryWeights(const WeightChanges& changes, bool back);
    /// After m_project became another: new analyses where the drawing changed, then the signals.
    void refresh(const Project& before);
    void bringBackWeights();
    void collectDiagnostics();
    void forgetOldSteps();

    Project m_project;
    Trained m_trained;
    std::vector<Carried> m_carried;
    std::vector<Trained> m_outgrown; ///< newest last; tensors are shared, so one costs what training replaced
    QString m_path;
    std::vector<Step> m_steps;
    std::size_t m_position = 0;
    std::ptrdiff_t m_savedPosition = 0;
    bool m_trainedModified = false;
    QString m_mergeKey;
    mutable std::map<GraphId, Analysis> m_analyses;
    std::vector<Diagnostic> m_diagnostics, m_dataProblems;
};

} // namespace weft::ui
