// SPDX-License-Identifier: GPL-3.0-or-later
// How the window is put together; main_window.cpp says how it follows the document.
#include "engine/project/templates.h"
#include "ui/canvas/canvas.h"
#include "ui/canvas/palette.h"
#include "ui/inspector/inspector.h"
#include "ui/main_window/breadcrumb.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/model_dialog.h"
#include "ui/main_window/project_files.h"
#include "ui/main_window/start_page.h"
#include "ui/main_window/status_line.h"
#include "ui/panels/panel.h"
#include "ui/theme/icons.h"

#include <QActionGroup>
#include <QComboBox>
#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

QDockWidget* makeDock(const QString& title, const char* name, QWidget* content, QWidget* parent) {
    auto* dock = new QDockWidget(title, parent);
    dock->setObjectName(QString::fromLatin1(name));
    dock->setTitleBarWidget(new QWidget(dock)); // the content has a head of its own
    dock->setWidget(content);
    return dock;
}

QWidget* stretch(QWidget* parent) {
    auto* widget = new QWidget(parent);
    widget->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    return widget;
}

} // namespace

QAction* MainWindow::addAction(const char* name, const QString& text, const QKeySequence& keys, const std::function<void()>& what) {
    auto* made = new QAction(text, this);
    made->setObjectName(QString::fromLatin1(name));
    made->setShortcut(keys);
    connect(made, &QAction::triggered, this, what);
    QMainWindow::addAction(made);
    return made;
}

QAction* MainWindow::action(const char* name) const {
    auto* own = findChild<QAction*>(QString::fromLatin1(name), Qt::FindDirectChildrenOnly);
    return own ? own : m_canvas->action(QString::fromLatin1(name));
}

void MainWindow::buildCentre() {
    m_centre = new QStackedWidget(this);
    m_start = new StartPage(m_appearance, m_centre);
    m_centre->addWidget(m_start);
    auto* drawing = new QWidget(m_centre);
    auto* column = new QVBoxLayout(drawing);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_breadcrumb = new Breadcrumb(m_document, m_selection, drawing);
    m_breadcrumb->setObjectName(QStringLiteral("breadcrumb"));
    m_canvas = new Canvas(m_document, m_selection, m_appearance, drawing);
    m_canvas->setObjectName(QStringLiteral("canvas"));
    column->addWidget(m_breadcrumb);
    column->addWidget(m_canvas, 1);
    m_centre->addWidget(drawing);
    setCentralWidget(m_centre);
    m_status = new StatusLine(m_document, m_selection, m_training, m_appearance, this);
    setStatusBar(m_status);
}

void MainWindow::buildDocks() {
    m_palette = new Palette(m_appearance, this);
    m_palette->setObjectName(QStringLiteral("palette"));
    m_inspector = new Inspector(m_document, m_selection, m_appearance, this);
    m_panels = new QTabWidget(this);
    m_panels->setObjectName(QStringLiteral("panels"));
    m_panels->setDocumentMode(true);
    const PanelContext context{m_document, m_selection, m_training, m_importer, m_appearance, [this](const QString& name) { showPanel(name); }};
    for (const PanelType& type : panelTypes()) {
        QWidget* panel = type.make(context, m_panels);
        panel->setObjectName(QStringLiteral("panel.") + type.name);
        m_panels->addTab(panel, type.title);
    }
    m_paletteDock = makeDock(tr("Layers"), "dock.palette", m_palette, this);
    m_inspectorDock = makeDock(tr("Inspector"), "dock.inspector", m_inspector, this);
    m_panelDock = makeDock(tr("Panels"), "dock.panels", m_panels, this);
    m_paletteDock->setMinimumWidth(160);
    m_inspectorDock->setMinimumWidth(260);
    m_panelDock->setMinimumHeight(180);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    addDockWidget(Qt::LeftDockWidgetArea, m_paletteDock);
    addDockWidget(Qt::RightDockWidgetArea, m_inspectorDock);
    addDockWidget(Qt::BottomDockWidgetArea, m_panelDock);
    resizeDocks({m_paletteDock, m_inspectorDock}, {metrics::dockLeft, metrics::dockRight}, Qt::Horizontal);
    resizeDocks({m_panelDock}, {292}, Qt::Vertical);
    connect(m_palette, &Palette::chosen, m_canvas, [this](const LayerType* type) { m_canvas->addLayer(*type); });
}

void MainWindow::buildActions() {
    addAction("new", tr("New"), QKeySequence::New, [this] { m_files->newProject(); });
    addAction("open", tr("Open…"), QKeySequence::Open, [this] { m_files->openAny(); });
    addAction("save", tr("Save"), QKeySequence::Save, [this] { m_files->save(); });
    addAction("save_as", tr("Save as…"), QKeySequence::SaveAs, [this] { m_files->saveAs(); });
    addAction("export", tr("Export…"), QKeySequence(Qt::CTRL | Qt::Key_E), [this] { exportModel(); });
    QAction* quit = addAction("quit", tr("Quit"), QKeySequence::Quit, [this] { close(); });
    quit->setMenuRole(QAction::QuitRole);
    QAction* about = addAction("about", tr("About Weft"), {}, [this] { this->about(); });
    about->setMenuRole(QAction::AboutRole);
    addAction("insert_model", tr("Insert model…"), QKeySequence("Ctrl+I"), [this] { insertModel(); });
    addAction("freeze_by_name", tr("Freeze by name…"), {}, [this] { freezeByName(); });
    addAction("new_model", tr("New model…"), QKeySequence("Ctrl+Shift+M"), [this] { askAboutModel({}); });
    addAction("change_model", tr("Change model…"), {}, [this] { askAboutModel(m_selection.model()); });
    addAction("delete_model", tr("Delete model"), {}, [this] { deleteModel(m_document, m_selection.model()); });
    buildThemeActions();
    buildTrainActions();
}

void MainWindow::buildThemeActions() {
    static constexpr const char* kThemeSetting = "theme";
    auto* themes = new QActionGroup(this);
    const std::pair<Appearance::Mode, QString> modes[] = {
        {Appearance::Mode::system, tr("As the system")}, {Appearance::Mode::light, tr("Light")}, {Appearance::Mode::dark, tr("Dark")}};
    const char* names[] = {"theme_system", "theme_light", "theme_dark"};
    for (int i = 0; i < 3; ++i) {
        QAction* choose = addAction(names[i], modes[i].second, {}, [this, mode = modes[i].first, name = QString::fromLatin1(names[i])] {
            m_appearance.setMode(mode);
            QSettings().setValue(kThemeSetting, name);
        });
        choose->setCheckable(true);
        choose->setChecked(m_appearance.mode() == modes[i].first);
        themes->addAction(choose);
        if (m_appearance.mode() == Appearance::Mode::system && QSettings().value(kThemeSetting).toString() == QString::fromLatin1(names[i])) {
            m_appearance.setMode(modes[i].first);
            choose->setChecked(true);
        }
    }
}

void MainWindow::buildTrainActions() {
    addAction("train", tr("Train"), QKeySequence(Qt::Key_F5), [this] {
        showPanel(QStringLiteral("training"));
        m_training.train(m_selection.model());
    });
    addAction("stop", tr("Stop"), QKeySequence(Qt::SHIFT | Qt::Key_F5), [this] { m_training.stop(); });
    addAction("evaluate", tr("Evaluate"), QKeySequence(Qt::Key_F6), [this] {
        showPanel(QStringLiteral("evaluate"));
        m_training.evaluate(m_selection.model());
    });
    addAction("start_over", tr("Start over"), {}, [this] { m_training.resetWeights(m_selection.model()); })
        ->setToolTip(tr("Forget what the model has learned; the next training begins anew."));
}

/// Actions by name, ours or the canvas'; an empty name is a line.
void MainWindow::fill(QMenu* menu, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (QAction* what = action(name)) {
            menu->addAction(what);
        } else {
            menu->addSeparator();
        }
    }
}

void MainWindow::buildMenus() {
    QMenu* file = menuBar()->addMenu(tr("File"));
    file->addAction(action("new"));
    QMenu* fromTemplate = file->addMenu(tr("New from template"));
    try {
        for (const Template& item : templates()) {
            const QString name = QString::fromStdString(item.name);
            fromTemplate->addAction(QString::fromStdString(item.title), this, [this, name] { m_files->newFromTemplate(name); });
        }
    } catch (const std::exception&) {
        fromTemplate->setEnabled(false); // the start page says why
    }
    file->addAction(action("open"));
    m_recentMenu = file->addMenu(tr("Open recent"));
    m_recentMenu->setObjectName(QStringLiteral("recent_menu"));
    file->addSeparator();
    file->addAction(action("save"));
    file->addAction(action("save_as"));
    file->addAction(action("export"));
    file->addSeparator();
    file->addAction(action("quit"));

    QMenu* edit = menuBar()->addMenu(tr("Edit"));
    fill(edit, {"edit.undo", "edit.redo", "", "edit.cut", "edit.copy", "edit.paste", "edit.duplicate", "edit.connect", "edit.rename", "edit.delete", "",
                "edit.use_again", "edit.make_unique", "edit.show_calls", "", "edit.group", "edit.ungroup", "edit.each_step", "insert_model", "", "edit.freeze", "freeze_by_name", "", "edit.select_all",
                "edit.quick_add"});
    QMenu* view = menuBar()->addMenu(tr("View"));
    fill(view, {"view.enter", "view.leave", "", "view.zoom_in", "view.zoom_out", "view.actual_size", "view.fit", "", "view.arrange", "view.minimap"});
    view->addSeparator();
    QMenu* theme = view->addMenu(tr("Theme"));
    for (const char* name : {"theme_system", "theme_light", "theme_dark"}) {
        theme->addAction(action(name));
    }
    view->addSeparator();
    for (QDockWidget* dock : {m_paletteDock, m_inspectorDock, m_panelDock}) {
        view->addAction(dock->toggleViewAction());
    }
    m_modelMenu = menuBar()->addMenu(tr("Model"));
    QMenu* train = menuBar()->addMenu(tr("Train"));
    fill(train, {"train", "stop", "evaluate", "", "start_over"});
    QMenu* help = menuBar()->addMenu(tr("Help"));
    help->addAction(action("about"));
}

void MainWindow::buildToolBar() {
    m_toolBar = addToolBar(tr("Toolbar"));
    m_toolBar->setObjectName(QStringLiteral("toolbar"));
    m_toolBar->setMovable(false);
    m_toolBar->setContextMenuPolicy(Qt::PreventContextMenu);
    m_toolBar->setIconSize({16, 16});
    m_toolBar->addAction(action("edit.undo"));
    m_toolBar->addAction(action("edit.redo"));
    m_toolBar->addSeparator();
    for (const char* name : {"edit.use_again", "edit.group", "view.arrange"}) {
        QAction* what = action(name);
        auto* button = new QPushButton(what->iconText(), m_toolBar);
        button->setToolTip(what->toolTip());
        button->setEnabled(what->isEnabled());
        button->setFocusPolicy(Qt::TabFocus);
        connect(button, &QPushButton::clicked, what, &QAction::trigger);
        connect(what, &QAction::changed, button, [what, button] { button->setEnabled(what->isEnabled()); });
        m_toolBar->addWidget(button);
    }
    auto* label = new QLabel(tr("Model"), m_toolBar);
    label->setContentsMargins(12, 0, 4, 0);
    m_toolBar->addWidget(label);
    m_models = new QComboBox(m_toolBar);
    m_models->setObjectName(QStringLiteral("models"));
    m_models->setAccessibleName(tr("Model"));
    m_models->setMinimumWidth(168);
    connect(m_models, &QComboBox::activated, this, [this](int index) { m_selection.showModel({m_models->itemData(index).toULongLong()}); });
    m_toolBar->addWidget(m_models);
    auto* more = new QToolButton(m_toolBar);
    more->setObjectName(QStringLiteral("models_menu"));
    more->setAccessibleName(tr("New, change or delete a model"));
    more->setToolTip(tr("Several models may stand over one drawing and share its layers"));
    more->setIcon(icon(QStringLiteral("add"), m_appearance));
    more->setPopupMode(QToolButton::InstantPopup);
    auto* choices = new QMenu(more);
    fill(choices, {"new_model", "change_model", "delete_model"});
    more->setMenu(choices);
    m_toolBar->addWidget(more);
    m_toolBar->addWidget(stretch(m_toolBar));
    m_trainButton = new QPushButton(tr("Train"), m_toolBar);
    m_trainButton->setObjectName(QStringLiteral("toolbar_train"));
    m_trainButton->setProperty("main", true);
    m_trainButton->setIcon(icon(QStringLiteral("play"), m_appearance, m_appearance.theme().onAccent));
    m_trainButton->setMinimumWidth(92);
    connect(m_trainButton, &QPushButton::clicked, action("train"), &QAction::trigger);
    connect(&m_appearance, &Appearance::changed, this, [this] {
        m_trainButton->setIcon(icon(QStringLiteral("play"), m_appearance, m_appearance.theme().onAccent));
    });
    m_stopButton = new QPushButton(tr("Stop"), m_toolBar);
    m_stopButton->setObjectName(QStringLiteral("toolbar_stop"));
    m_stopButton->setMinimumWidth(92);
    connect(m_stopButton, &QPushButton::clicked, action("stop"), &QAction::trigger);
    m_toolBar->addWidget(m_trainButton);
    m_toolBar->addWidget(m_stopButton);
}

void MainWindow::fillRecent() {
    const QStringList files = m_files->recent();
    m_start->setRecent(files);
    m_recentMenu->clear();
    for (const QString& file : files) {
        QAction* open = m_recentMenu->addAction(QFileInfo(file).fileName(), this, [this, file] { m_files->open(file); });
        open->setToolTip(file);
    }
    m_recentMenu->setEnabled(!files.isEmpty());
    if (!files.isEmpty()) {
        m_recentMenu->addSeparator();
        m_recentMenu->addAction(tr("Forget these"), m_files, &ProjectFiles::forgetRecent);
    }
}

} // namespace weft::ui
