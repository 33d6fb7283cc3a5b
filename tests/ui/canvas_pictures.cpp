// SPDX-License-Identifier: Apache-2.0
// Pictures of palette and canvas for people to look at: canvas_pictures FOLDER writes light and dark ones. QT_SCALE_FACTOR=2 doubles.
#include "ui/canvas/canvas.h"
#include "ui/canvas/edits.h"
#include "ui/canvas/palette.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolBar>
#include <QVBoxLayout>

using namespace weft;
using namespace weft::ui;

namespace {

Project digits() {
    Project p = emptyProject();
    const GraphId g = p.root;
    const auto add = [&](const char* type, const char* name, double x, double y, ParamMap params = {}) {
        const CallId call = addBox(p, g, *findLayerType(type), {x, y});
        Layer& layer = *p.rootGraph().layerOf(call);
        layer.name = name;
        layer.params = std::move(params);
        return call;
    };
    const CallId image = add("Input", "image", 200, 40);
    const CallId tags = add("Input", "tags", 560, 40, {{"shape", Value::List{12}}, {"dtype", "int32"}});
    const CallId flat = add("Flatten", "flatten", 200, 140);
    const CallId hidden = add("Dense", "hidden", 200, 240, {{"units", 128}, {"activation", "relu"}});
    const CallId again = callAgain(p, g, hidden, {440, 240});
    const CallId label = add("Dense", "a_rather_long_name_of_a_layer", 200, 340, {{"units", 10}, {"activation", "softmax"}});
    const CallId lonely = add("Dense", "lonely", 700, 240, {{"units", 64}});
    p.rootGraph().layerOf(label)->trainable = false;
    (void)lonely;
    wire(p, g, {image}, flat, 0);
    wire(p, g, {flat}, hidden, 0);
    wire(p, g, {flat}, again, 0);
    if (findLayerType("Concatenate")) {
        const CallId features = add("Concatenate", "features", 320, 440);
        wire(p, g, {label}, features, 0);
        wire(p, g, {again}, features, 1);
        wire(p, g, {tags}, features, 2);
        const CallId out = add("Dense", "priority", 320, 560, {{"units", 1}});
        wire(p, g, {features}, out, 0);
    }
    wire(p, g, {hidden}, label, 0);
    finishEdit(p, g);
    return p;
}

QWidget* controls() {
    auto* all = new QWidget;
    auto* column = new QVBoxLayout(all);
    auto* combo = new QComboBox;
    combo->addItems({"glorot_uniform", "he_normal"});
    auto* number = new QSpinBox;
    number->setRange(0, 1000);
    number->setValue(128);
    auto* toggle = new QCheckBox("Use bias");
    toggle->setProperty("switch", true);
    toggle->setChecked(true);
    auto* off = new QCheckBox("Trainable");
    auto* train = new QPushButton("Train");
    train->setProperty("main", true);
    auto* pause = new QPushButton("Pause");
    auto* progress = new QProgressBar;
    progress->setValue(63);
    auto* title = new QLabel("priority");
    title->setProperty("role", "title");
    auto* quiet = new QLabel("Dense · output");
    quiet->setProperty("role", "secondary");
    for (QWidget* w : std::initializer_list<QWidget*>{title, quiet, combo, number, new QLineEdit("0.001"), toggle, off, train, pause, progress}) {
        column->addWidget(w);
    }
    auto* tabs = new QTabWidget;
    auto* table = new QTableWidget(2, 2);
    table->setHorizontalHeaderLabels({"Output", "Loss"});
    table->setItem(0, 0, new QTableWidgetItem("priority"));
    table->setItem(0, 1, new QTableWidgetItem("Binary crossentropy"));
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    tabs->addTab(table, "Training");
    tabs->addTab(new QLabel("Nothing yet"), "Problems");
    column->addWidget(tabs, 1);
    all->setFixedWidth(300);
    return all;
}

} // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    const QDir folder(argc > 1 ? argv[1] : ".");
    Appearance appearance;
    appearance.applyTo(app);
    Document document;
    Selection selection;
    ProjectFile file;
    file.project = digits();
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    auto* row = new QHBoxLayout;
    auto* canvas = new Canvas(document, selection, appearance);
    auto* palette = new Palette(appearance);
    auto* bar = new QToolBar;
    for (const char* name : {"edit.undo", "edit.redo", "view.arrange", "view.fit", "view.zoom_in", "view.zoom_out", "edit.use_again"}) {
        bar->addAction(canvas->action(name));
    }
    palette->setFixedWidth(metrics::dockLeft);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    row->setSpacing(0);
    column->addWidget(bar);
    column->addLayout(row, 1);
    row->addWidget(palette);
    row->addWidget(canvas, 1);
    row->addWidget(controls());
    window.resize(1500, 860);
    document.reset(std::move(file));
    window.show();
    for (const auto mode : {Appearance::Mode::light, Appearance::Mode::dark}) {
        appearance.setMode(mode);
        const QString suffix = mode == Appearance::Mode::dark ? "dark.png" : "light.png";
        QApplication::processEvents();
        canvas->fit();
        canvas->setZoom(1.0);
        for (const Diagnostic& diagnostic : document.diagnostics()) {
            qInfo("%s", diagnostic.message.c_str());
        }
        std::set<CallId> one;
        std::set<WireId> wires;
        for (const auto& [id, call] : document.project().rootGraph().calls) {
            if (document.project().rootGraph().layers.at(call.layer).name == "hidden" && one.empty()) {
                one.insert(id);
                wires.insert({id, 0});
            }
        }
        selection.select(one, wires);
        QApplication::processEvents();
        window.grab().save(folder.filePath("window_" + suffix));
        canvas->setZoom(0.4);
        canvas->grab().save(folder.filePath("far_" + suffix));
        canvas->setZoom(2.5);
        canvas->grab().save(folder.filePath("near_" + suffix));
        canvas->picture(1).save(folder.filePath("picture_" + suffix));
    }
}
