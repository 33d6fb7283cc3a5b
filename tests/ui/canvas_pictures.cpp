// SPDX-License-Identifier: Apache-2.0
// Pictures of palette and canvas for people to look at: canvas_pictures FOLDER writes light and dark ones. QT_SCALE_FACTOR=2 doubles.
#include "engine/project/nesting.h"
#include "ui/canvas/canvas.h"
#include "engine/graph/edits.h"
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

/// Two questions through one shared layer, a sub-model with two inputs and two outputs, another called twice, and two models over it all.
Project nested() {
    Project p = emptyProject();
    const GraphId g = p.root;
    const auto add = [&](const char* type, const char* name, double x, double y, ParamMap params, std::initializer_list<CallId> from) {
        const CallId call = addBox(p, g, *findLayerType(type), {x, y});
        p.rootGraph().layerOf(call)->name = name;
        p.rootGraph().layerOf(call)->params = std::move(params);
        int port = 0;
        for (const CallId source : from) {
            wire(p, g, {source, 0}, call, port++);
        }
        return call;
    };
    const auto dense = [&](const char* name, double x, double y, int units, std::initializer_list<CallId> from) {
        return add("Dense", name, x, y, {{"units", units}, {"activation", "relu"}}, from);
    };
    const auto group = [&](const std::set<CallId>& calls, const char* name) {
        std::map<Source, TensorSpec> specs;
        const Analysis analysis = analyze(p.graphs, g);
        for (const auto& [call, info] : analysis.calls) {
            specs[{call, 0}] = info.outputs.empty() ? TensorSpec() : info.outputs[0];
        }
        WeightChanges changes;
        const CallId box = groupCalls(p, g, calls, specs, changes).call;
        p.rootGraph().layerOf(box)->name = name;
        return box;
    };
    const ParamMap shape{{"shape", Value::List{32}}};
    const CallId left = add("Input", "question", 80, 40, shape, {});
    const CallId right = add("Input", "other_question", 340, 40, shape, {});
    const CallId read = dense("read", 80, 140, 64, {left});
    const CallId again = callAgain(p, g, read, {340, 140});
    wire(p, g, {right, 0}, again, 0);
    const CallId a = dense("narrow", 80, 250, 16, {read}), b = dense("narrow_b", 340, 250, 16, {again});
    const CallId join = add("Concatenate", "join", 200, 340, {}, {a, b});
    const CallId same = dense("same", 100, 430, 1, {join}), topic = dense("topic", 320, 430, 4, {join});
    const CallId score = dense("score", 100, 560, 1, {same}), label = dense("label", 340, 560, 4, {topic});
    const CallId block = group({a, b, join, same, topic}, "compare");
    p.layout[block] = {200, 260};
    p.layout[score] = {120, 390};
    p.layout[label] = {360, 390};
    const CallId x = add("Input", "image", 620, 40, shape, {});
    const CallId e1 = dense("e1", 620, 140, 32, {x}), e2 = dense("e2", 620, 230, 32, {e1});
    const CallId tower = group({e1, e2}, "tower");
    const CallId second = callAgain(p, g, tower, {620, 280});
    wire(p, g, {tower, 0}, second, 0);
    p.layout[tower] = {620, 150};
    p.rootGraph().layerOf(tower)->trainable = false;
    const CallId out = dense("out", 620, 390, 3, {second});
    defineModel(p.rootGraph(), p.ids, {"pairs", {left, right}, {{score, 0}, {label, 0}}});
    defineModel(p.rootGraph(), p.ids, {"pictures", {x}, {{out, 0}}});
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
    document.reset({nested(), {}, {}});
    for (const auto mode : {Appearance::Mode::light, Appearance::Mode::dark}) {
        appearance.setMode(mode);
        const QString suffix = mode == Appearance::Mode::dark ? "dark.png" : "light.png";
        selection.showGraph(document.project().root);
        selection.showModel({});
        QApplication::processEvents();
        canvas->fit();
        canvas->setZoom(1.0);
        canvas->grab().save(folder.filePath("nested_" + suffix));
        selection.showModel(document.project().rootGraph().models.begin()->first);
        canvas->setZoom(2.0);
        canvas->grab().save(folder.filePath("nested_near_" + suffix));
        for (const auto& [id, call] : document.project().rootGraph().calls) {
            if (document.project().rootGraph().layers.at(call.layer).name == "compare") {
                canvas->enter(id);
                break;
            }
        }
        canvas->grab().save(folder.filePath("nested_inside_" + suffix));
    }
}
