// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/data_importer.h"
#include "ui/document/selection.h"
#include "ui/document/training_controller.h"
#include "ui/theme/appearance.h"

#include <QMainWindow>

class QComboBox;
class QDialog;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace weft::ui {

class Breadcrumb;
class Canvas;
class Inspector;
class Palette;
class ProjectFiles;
class StartPage;

/// The window: menus, toolbar, docks, start page. It wires parts together; what they do is theirs.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Appearance& appearance, QWidget* parent = nullptr);
    ~MainWindow() override;

    Document& document() { return m_document; }
    Selection& selection() { return m_selection; }
    TrainingController& training() { return m_training; }
    ProjectFiles& files() { return *m_files; }
    Canvas& canvas() { return *m_canvas; }
    Palette& palette() { return *m_palette; }

    /// Brings a panel to the front by its name; false if there is none.
    bool showPanel(const QString& name);
    /// A drawing (true) or the start page (false).
    void showDrawing(bool drawing);
    /// The model that Train trains; the first of the graph if none was chosen.
    ModelId chosenModel() const { return m_selection.model(); }

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QAction* addAction(const char* name, const QString& text, const QKeySequence& keys, const std::function<void()>& what);
    QAction* action(const char* name) const;
    void buildActions();
    void buildThemeActions();
    void buildTrainActions();
    void fill(QMenu* menu, std::initializer_list<const char*> names);
    void buildMenus();
    void buildToolBar();
    void buildDocks();
    void buildCentre();
    void connectAll();
    void fillRecent();
    void followDocument();
    void followModels();
    void followState();
    void followTraining();
    void exportModel();
    /// `model` 0: a new one.
    void askAboutModel(ModelId model);
    void insertModel();
    void freezeByName();
    void openDialog(QDialog* dialog);
    void about();

    Appearance& m_appearance;
    Document m_document;
    Selection m_selection;
    TrainingController m_training;
    DataImporter m_importer;
    ProjectFiles* m_files = nullptr;
    Canvas* m_canvas = nullptr;
    Palette* m_palette = nullptr;
    Inspector* m_inspector = nullptr;
    StartPage* m_start = nullptr;
    QStackedWidget* m_centre = nullptr;
    QTabWidget* m_panels = nullptr;
    QDockWidget* m_paletteDock = nullptr;
    QDockWidget* m_inspectorDock = nullptr;
    QDockWidget* m_panelDock = nullptr;
    QToolBar* m_toolBar = nullptr;
    Breadcrumb* m_breadcrumb = nullptr;
    QComboBox* m_models = nullptr;
    QPushButton* m_trainButton = nullptr;
    QPushButton* m_stopButton = nullptr;
    QMenu* m_recentMenu = nullptr;
    QMenu* m_modelMenu = nullptr;
    class StatusLine* m_status = nullptr;
};

} // namespace weft::ui
