// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/insert_dialog.h"

#include "engine/base/error.h"
#include "engine/io/project_file.h"
#include "engine/io/weft_model.h"
#include "engine/project/insert.h"
#include "engine/project/nesting.h"
#include "ui/canvas/canvas.h"
#include "ui/widgets/labels.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace weft::ui {

InsertDialog::InsertDialog(Document& document, Selection& selection, Canvas& canvas, QWidget* parent)
    : QDialog(parent), m_document(document), m_selection(selection), m_canvas(canvas), m_list(new QListWidget(this)),
      m_same(new QRadioButton(tr("The same layer once more: both boxes share their weights"), this)),
      m_instance(new QRadioButton(tr("Another instance: the same drawing, weights of its own"), this)),
      m_copy(new QRadioButton(tr("An independent copy: a drawing and weights of its own"), this)), m_withWeights(new QCheckBox(tr("With its trained weights"), this)),
      m_note(makeText({}, "secondary", this)), m_ok(new QPushButton(tr("Insert"), this)) {
    setObjectName(QStringLiteral("insert_dialog"));
    setWindowTitle(tr("Insert model"));
    resize(560, 480);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Insert a model as a layer"), "title", this));
    m_list->setObjectName(QStringLiteral("insert_models"));
    m_list->setAccessibleName(tr("Models"));
    column->addWidget(m_list, 1);
    auto* files = new QHBoxLayout;
    auto* file = new QPushButton(tr("From a project file…"), this);
    auto* folder = new QPushButton(tr("From an exported folder…"), this);
    connect(file, &QPushButton::clicked, this, [this] { chooseFile(false); });
    connect(folder, &QPushButton::clicked, this, [this] { chooseFile(true); });
    files->addWidget(file);
    files->addWidget(folder);
    files->addStretch(1);
    column->addLayout(files);
    m_same->setObjectName(QStringLiteral("insert_same"));
    m_instance->setObjectName(QStringLiteral("insert_instance"));
    m_copy->setObjectName(QStringLiteral("insert_copy"));
    m_withWeights->setObjectName(QStringLiteral("insert_weights"));
    for (QRadioButton* choice : {m_same, m_instance, m_copy}) {
        column->addWidget(choice);
        connect(choice, &QRadioButton::toggled, this, &InsertDialog::refresh);
    }
    column->addWidget(m_withWeights);
    m_withWeights->setChecked(true);
    m_note->setObjectName(QStringLiteral("insert_note"));
    column->addWidget(m_note);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    buttons->addWidget(cancel);
    m_ok->setObjectName(QStringLiteral("insert_ok"));
    m_ok->setProperty("main", true);
    m_ok->setDefault(true);
    connect(m_ok, &QPushButton::clicked, this, &InsertDialog::accept);
    buttons->addWidget(m_ok);
    column->addLayout(buttons);
    offer(nullptr, tr("this project"));
    connect(m_list, &QListWidget::currentRowChanged, this, [this] {
        const Offer* now = current();
        const bool instance = now && !now->file && !runs(m_document.project().graphs, now->graph, m_selection.graph());
        m_same->setEnabled(now && now->box);
        m_instance->setEnabled(instance);
        m_copy->setEnabled(now != nullptr);
        (now && now->box ? m_same : instance ? m_instance : m_copy)->setChecked(true);
        refresh();
    });
    m_list->setCurrentRow(m_list->count() > 0 ? 0 : -1);
    refresh();
}

void InsertDialog::offer(std::shared_ptr<const ProjectFile> file, const QString& where) {
    const Project& project = file ? file->project : m_document.project();
    for (const auto& [graphId, graph] : project.graphs) {
        const auto ways = waysTo(project, graphId);
        for (const auto& [id, model] : graph.models) {
            Offer made{file, graphId, id, ways.empty() ? std::vector<LayerId>() : ways.front(), {}};
            if (!file) {
                for (const auto& [call, used] : m_document.project().graphs.at(m_selection.graph()).calls) {
                    const Layer* layer = m_document.project().graphs.at(m_selection.graph()).layer(used.layer);
                    if (layer && layer->graph == graphId && layer->model == id && !made.box) {
                        made.box = call;
                        if (m_selection.graph() == project.root) {
                            made.way = {used.layer};
                        }
                    }
                }
            }
            const QString size = tr("%1 in, %2 out").arg(model.inputs.size()).arg(model.outputs.size());
            m_list->addItem(QStringLiteral("%1   %2, %3").arg(QString::fromStdString(model.name), size, where));
            m_offers.push_back(std::move(made));
        }
    }
}

void InsertDialog::openFile(const QString& path) {
    const std::filesystem::path place(path.toStdU16String());
    const int before = m_list->count();
    try {
        offer(std::make_shared<const ProjectFile>(QFileInfo(path).isDir() ? readWeftModel(place) : loadProject(place)), QFileInfo(path).fileName());
    } catch (const Error& error) {
        setRole(m_note, "error");
        m_note->setText(QString::fromUtf8(error.what()));
        return;
    }
    if (m_list->count() == before) {
        setRole(m_note, "error");
        m_note->setText(tr("There is no model in %1.").arg(QFileInfo(path).fileName()));
        return;
    }
    m_list->setCurrentRow(before);
}

void InsertDialog::chooseFile(bool folder) {
    const QString path = folder ? QFileDialog::getExistingDirectory(this, tr("Exported model"))
                                : QFileDialog::getOpenFileName(this, tr("Project"), {}, tr("Weft projects (*.weft);;All files (*)"));
    if (!path.isEmpty()) {
        openFile(path);
    }
}

const InsertDialog::Offer* InsertDialog::current() const {
    const auto row = static_cast<std::size_t>(m_list->currentRow());
    return row < m_offers.size() ? &m_offers[row] : nullptr;
}

void InsertDialog::refresh() {
    const Offer* now = current();
    const Weights& weights = now && now->file ? now->file->trained.weights : m_document.trained().weights;
    const bool trained = now && !weightsBehind(weights, now->way).empty();
    m_withWeights->setEnabled(trained && !m_same->isChecked());
    m_ok->setEnabled(now != nullptr);
    setRole(m_note, "secondary");
    m_note->setText(!now                       ? tr("There is no model here yet. Group boxes into one, or open a file.")
                    : !trained                 ? tr("It has not been trained yet.")
                    : !m_instance->isEnabled() && !now->file && !now->box
                        ? tr("The drawing in sight is part of this model, so only a copy can come into it: no model contains itself.")
                        : QString());
}

void InsertDialog::accept() {
    const Offer* now = current();
    if (!now) {
        return;
    }
    if (m_same->isChecked()) {
        m_canvas.callAgainInSight(now->box);
        QDialog::accept();
        return;
    }
    const Project& from = now->file ? now->file->project : m_document.project();
    const Weights& weights = now->file ? now->file->trained.weights : m_document.trained().weights;
    const Weights like = m_withWeights->isChecked() ? weightsBehind(weights, now->way) : Weights();
    const bool instance = m_instance->isChecked();
    try {
        m_canvas.insert(tr("Insert model"), [&](Project& project, Point at, WeightChanges& changes) {
            return instance ? insertInstance(project, m_selection.graph(), now->graph, now->model, at, like, changes)
                            : insertCopy(project, m_selection.graph(), from, now->graph, now->model, at, like, changes);
        });
    } catch (const Error& error) {
        setRole(m_note, "error");
        m_note->setText(QString::fromUtf8(error.what()));
        return;
    }
    QDialog::accept();
}

} // namespace weft::ui
