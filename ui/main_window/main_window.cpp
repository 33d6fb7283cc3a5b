// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/main_window.h"

#include "ui/canvas/canvas.h"
#include "ui/inspector/inspector.h"
#include "ui/main_window/export_dialog.h"
#include "ui/main_window/freeze_dialog.h"
#include "ui/main_window/insert_dialog.h"
#include "ui/main_window/model_dialog.h"
#include "ui/main_window/project_files.h"
#include "ui/main_window/start_page.h"
#include "ui/main_window/status_line.h"

#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTimer>
#include <QToolBar>

namespace weft::ui {

namespace {

/// Raised when docks change so much that a remembered layout no longer fits.
constexpr int kLayoutVersion = 1;

QStringList filesOf(const QMimeData* data) {
    QStringList files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) {
            files << url.toLocalFile();
        }
    }
    return files;
}

} // namespace

MainWindow::MainWindow(Appearance& appearance, QWidget* parent)
    : QMainWindow(parent), m_appearance(appearance), m_training(m_document), m_importer(m_document) {
    setObjectName(QStringLiteral("main_window"));
    setAcceptDrops(true);
    resize(1440, 900);
    m_files = new ProjectFiles(m_document, m_training, *this, [this] { return m_canvas->thumbnailPng(); });
    buildCentre();
    buildDocks();
    buildActions();
    buildMenus();
    buildToolBar();
    connectAll();
    followDocument();
    showDrawing(false);
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    restoreState(settings.value(QStringLiteral("docks")).toByteArray(), kLayoutVersion);
}

MainWindow::~MainWindow() = default;

void MainWindow::connectAll() {
    connect(&m_document, &Document::replaced, this, &MainWindow::followDocument);
    connect(&m_document, &Document::changed, this, [this](const ChangeSet& changes) {
        if (!changes.modelsAdded.empty() || !changes.modelsRemoved.empty() || !changes.modelsChanged.empty()) {
            followModels();
        } else if (changes.drawingChanged() || changes.dataChanged || !changes.trainingChanged.empty()) {
            followTraining();
        }
    });
    connect(&m_document, &Document::stateChanged, this, &MainWindow::followState);
    connect(&m_document, &Document::diagnosticsChanged, this, &MainWindow::followTraining);
    connect(&m_document, &Document::trainedChanged, this, &MainWindow::followTraining);
    connect(&m_selection, &Selection::modelChanged, this, &MainWindow::followModels);
    connect(&m_selection, &Selection::revealRequested, this, [this] { showDrawing(true); });
    connect(&m_training, &TrainingController::stateChanged, this, &MainWindow::followTraining);
    connect(&m_appearance, &Appearance::changed, this, &MainWindow::followState);
    connect(m_files, &ProjectFiles::opened, this, [this] { showDrawing(true); });
    connect(m_files, &ProjectFiles::saved, m_status, &StatusLine::noteSaved);
    connect(m_files, &ProjectFiles::recentChanged, this, &MainWindow::fillRecent);
    connect(&m_importer, &DataImporter::added, this, [this] {
        showDrawing(true);
        showPanel(QStringLiteral("data"));
    });
    connect(&m_importer, &DataImporter::failed, this, [this] { showPanel(QStringLiteral("data")); });
    connect(m_status, &StatusLine::problemsClicked, this, [this] { showPanel(QStringLiteral("problems")); });
    connect(m_start, &StartPage::newRequested, m_files, &ProjectFiles::newProject);
    connect(m_start, &StartPage::openRequested, m_files, &ProjectFiles::openAny);
    connect(m_start, &StartPage::templateChosen, m_files, &ProjectFiles::newFromTemplate);
    connect(m_start, &StartPage::fileChosen, m_files, &ProjectFiles::open);
    fillRecent();
}

void MainWindow::showDrawing(bool drawing) {
    m_centre->setCurrentIndex(drawing ? 1 : 0);
    for (QDockWidget* dock : {m_paletteDock, m_inspectorDock, m_panelDock}) {
        dock->setVisible(drawing);
    }
    m_toolBar->setVisible(drawing);
    if (drawing) {
        resizeDocks({m_paletteDock, m_inspectorDock}, {metrics::dockLeft, metrics::dockRight}, Qt::Horizontal);
        m_canvas->setFocus();
    }
}

bool MainWindow::showPanel(const QString& name) {
    QWidget* panel = m_panels->findChild<QWidget*>(QStringLiteral("panel.") + name);
    if (panel) {
        m_panelDock->show();
        m_panels->setCurrentWidget(panel);
    }
    return panel != nullptr;
}

void MainWindow::followDocument() {
    const Project& project = m_document.project();
    m_selection.showGraph(project.root);
    const auto& models = project.rootGraph().models;
    m_selection.showModel(models.empty() ? ModelId() : models.begin()->first);
    m_selection.clear();
    followModels();
    followState();
    followTraining();
    // Once docks and canvas have the sizes that this document gives them.
    QTimer::singleShot(0, m_canvas, [this] { m_canvas->fit(); });
}

void MainWindow::followModels() {
    const Graph& graph = m_document.project().rootGraph(); // whatever graph is in sight
    const auto& models = graph.models;
    if (!graph.model(m_selection.model()) && (m_selection.model() || !models.empty())) {
        m_selection.showModel(models.empty() ? ModelId() : models.begin()->first);
        return; // comes back by the signal
    }
    m_models->clear();
    m_modelMenu->clear();
    for (const auto& [id, model] : models) {
        const QString name = QString::fromStdString(model.name);
        m_models->addItem(name, QVariant::fromValue<qulonglong>(id.value));
        QAction* choose = m_modelMenu->addAction(name, this, [this, model = id] { m_selection.showModel(model); });
        choose->setCheckable(true);
        choose->setChecked(id == m_selection.model());
        if (id == m_selection.model()) {
            m_models->setCurrentIndex(m_models->count() - 1);
        }
    }
    m_models->setEnabled(!models.empty());
    if (!models.empty()) {
        m_modelMenu->addSeparator();
    }
    for (const char* name : {"new_model", "change_model", "delete_model"}) {
        m_modelMenu->addAction(action(name));
    }
    action("new_model")->setEnabled(!graph.calls.empty());
    action("change_model")->setEnabled(!models.empty());
    action("delete_model")->setEnabled(models.size() > 1);
    action("delete_model")->setToolTip(models.size() > 1 ? QString() : tr("A drawing has at least one model."));
    followState();
    followTraining();
}

void MainWindow::followState() {
    setWindowTitle(QStringLiteral("%1[*] – %2").arg(m_document.displayName(), tr("Weft")));
    setWindowModified(m_document.isModified());
    setWindowFilePath(m_document.path());
}

void MainWindow::followTraining() {
    const bool busy = m_training.isBusy();
    const QStringList obstacles = busy ? QStringList() : m_training.obstacles(m_selection.model());
    const bool ready = !busy && obstacles.isEmpty();
    const QString why = obstacles.isEmpty() ? tr("Train the model") : obstacles.front();
    // A button that goes grey would pass the focus on to some field, and the next key would change it.
    const bool lostFocus = (m_trainButton->hasFocus() && !ready) || (m_stopButton->hasFocus() && !busy);
    if (lostFocus) {
        m_canvas->setFocus();
    }
    m_trainButton->setEnabled(ready);
    m_trainButton->setToolTip(why);
    m_stopButton->setEnabled(busy && m_training.state() != TrainingController::State::stopping);
    action("train")->setEnabled(ready);
    action("train")->setToolTip(why);
    action("stop")->setEnabled(m_stopButton->isEnabled());
    action("evaluate")->setEnabled(ready);
    action("start_over")->setEnabled(!busy && m_document.trained().optimizers.contains(m_selection.model()));
    action("export")->setEnabled(bool(graphOf(m_document.project(), m_selection.model())));
}

void MainWindow::openDialog(QDialog* dialog) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::exportModel() { openDialog(new ExportDialog(m_document, m_selection.model(), this)); }

void MainWindow::askAboutModel(ModelId model) { openDialog(new ModelDialog(m_document, m_selection, model, this)); }

void MainWindow::insertModel() { openDialog(new InsertDialog(m_document, m_selection, *m_canvas, this)); }

void MainWindow::freezeByName() { openDialog(new FreezeDialog(m_document, this)); }

void MainWindow::about() {
    QMessageBox::about(this, tr("About Weft"),
                       tr("<b>Weft %1</b><p>Draw a neural network, train it on your own data, and ship it in your C++ product.</p>"
                          "<p>The window is free software under the GNU General Public License, version 3 or later; the engine and the runtime that "
                          "you ship are under the Apache License 2.0.</p>")
                           .arg(QStringLiteral(WEFT_VERSION)));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!m_files->mayLeave()) {
        event->ignore();
        return;
    }
    QSettings settings;
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    if (m_centre->currentIndex() == 1) {
        settings.setValue(QStringLiteral("docks"), saveState(kLayoutVersion));
    }
    m_training.stop();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!filesOf(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event) {
    QStringList data;
    for (const QString& file : filesOf(event->mimeData())) {
        if (QFileInfo(file).suffix().compare(QStringLiteral("weft"), Qt::CaseInsensitive) == 0) {
            m_files->open(file);
            return;
        }
        data << file;
    }
    if (!data.isEmpty()) {
        m_importer.addFiles(data);
    }
}

} // namespace weft::ui
