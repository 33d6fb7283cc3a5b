// SPDX-License-Identifier: Apache-2.0
// Pictures of states of the window that the program's own --screenshot does not reach, for people to look at.
#include "tests/ui/sample_projects.h"
#include "ui/canvas/canvas.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/project_files.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QTest>
#include <QTimer>
#include <QToolButton>

using namespace weft;
using namespace weft::ui;

namespace {

QString folder;

void save(QWidget& window, const QString& name) {
    QTest::qWait(500);
    // What floats above the window belongs to the picture.
    QPixmap picture = window.grab();
    QPainter painter(&picture);
    for (QWidget* other : QApplication::topLevelWidgets()) {
        if (other != &window && other->isVisible() && other->parentWidget()) {
            painter.drawPixmap(other->mapToGlobal(QPoint()) - window.mapToGlobal(QPoint()), other->grab());
        }
    }
    painter.end();
    picture.save(QDir(folder).filePath(name + ".png"));
}

void train(MainWindow& window) {
    window.training().train(window.chosenModel());
    while (window.training().isBusy()) {
        QTest::qWait(50);
    }
}

CallId named(const MainWindow& window, const char* name) {
    const Graph& graph = const_cast<MainWindow&>(window).document().project().rootGraph();
    for (const auto& [id, call] : graph.calls) {
        if (graph.layerOf(id)->name == name) {
            return id;
        }
    }
    return {};
}

void problems(MainWindow& window) {
    window.files().newFromTemplate("mnist_cnn");
    window.document().edit("Break", [&](Project& p) {
        p.rootGraph().layerOf(named(window, "images"))->params["shape"] = Value(std::vector<std::int64_t>{28, 28, 3});
        p.rootGraph().layerOf(named(window, "conv2d_2"))->params["kernel_size"] = Value(std::vector<std::int64_t>{40, 40});
        p.rootGraph().calls.at(named(window, "predictions")).inputs[0].reset();
    });
    window.showPanel("problems");
    save(window, "problems");
    window.document().undo();
    window.document().edit("Another shape", [&](Project& p) {
        p.rootGraph().layerOf(named(window, "images"))->params["shape"] = Value(std::vector<std::int64_t>{28, 28, 3});
        p.rootGraph().layerOf(named(window, "predictions"))->params["units"] = 7;
    });
    QTest::qWait(1500);
    window.selection().select({named(window, "images")});
    save(window, "problems_data");
    window.showPanel("training");
    save(window, "training_refused");
}

void menus(MainWindow& window) {
    window.files().newFromTemplate("mnist_cnn");
    window.showPanel("training");
    QTest::qWait(300);
    QTimer::singleShot(300, &window, [&] {
        save(window, "metrics_menu");
        QApplication::activePopupWidget()->close();
    });
    window.findChild<QToolButton*>("metrics")->click();
}

void evaluated(MainWindow& window) {
    window.files().newFromTemplate("iris");
    window.document().edit("Epochs", [&](Project& p) { p.training[window.chosenModel()].epochs = 30; });
    train(window);
    window.showPanel("evaluate");
    window.training().evaluate(window.chosenModel());
    QTest::qWait(1000);
    save(window, "evaluate");
}

void weights(MainWindow& window, Appearance& appearance) {
    window.files().newFromTemplate("mnist_cnn");
    window.document().edit("Epochs", [&](Project& p) { p.training[window.chosenModel()].epochs = 1; });
    train(window);
    window.showPanel("training");
    window.selection().select({named(window, "conv2d_2")});
    const auto mode = appearance.mode();
    save(window, "weights");
    appearance.setMode(appearance.theme().dark ? Appearance::Mode::light : Appearance::Mode::dark);
    save(window, "weights_switched");
    appearance.setMode(mode);
    window.findChild<QLineEdit*>("units");
}

void narrow(MainWindow& window) {
    window.files().newFromTemplate("mnist_cnn");
    window.resize(900, 700);
    for (const char* panel : {"training", "data", "evaluate", "problems", "summary"}) {
        window.showPanel(panel);
        save(window, QString("narrow_%1").arg(panel));
    }
    window.showPanel("training");
    window.findChild<QToolButton*>("show_curves")->click();
    save(window, "narrow_curves");
}

/// A template of the functional API, its training panel, summary, and a box of it in the inspector.
void functional(MainWindow& window, const char* name, const char* box, int epochs) {
    window.files().newFromTemplate(name);
    if (window.document().project().rootGraph().calls.empty()) {
        return;
    }
    window.showPanel("training");
    save(window, QString("%1_settings").arg(name));
    if (epochs > 0) {
        window.document().edit("Epochs", [&](Project& p) { p.training[window.chosenModel()].epochs = epochs; });
        train(window);
    }
    window.selection().select({named(window, box)});
    save(window, QString("%1_training").arg(name));
    window.showPanel("summary");
    save(window, QString("%1_summary").arg(name));
    if (epochs > 0) {
        window.showPanel("evaluate");
        window.training().evaluate(window.chosenModel());
        QTest::qWait(1500);
        save(window, QString("%1_evaluate").arg(name));
    }
}

void nested(MainWindow& window) { functional(window, "ensemble", "classifier_1", 2); }
void shared(MainWindow& window) { functional(window, "shared_conv_two_sizes", "conv2d", 0); }

void manyOutputs(MainWindow& window) {
    window.files().newFromTemplate("iris");
    window.document().edit("Two", [&](Project& p) {
        auto& model = p.rootGraph().models.begin()->second;
        model.outputs.insert(model.outputs.begin(), {named(window, "dense"), 0});
        TrainingConfig& config = p.training.begin()->second;
        config.outputs["dense"] = config.outputs["species"];
        config.outputs["dense"].weight = 0.2;
        config.outputs["dense"].classWeights = {{0, 1.0}, {2, 2.5}};
        config.epochs = 12;
    });
    train(window);
    window.showPanel("training");
    save(window, "many_outputs");
    window.showPanel("evaluate");
    window.training().evaluate(window.chosenModel());
    QTest::qWait(1500);
    save(window, "many_outputs_evaluate");
    window.resize(900, 700);
    window.showPanel("training");
    save(window, "many_outputs_narrow");
}

void outputs(MainWindow& window) { functional(window, "autoencoder", "code", 2); }

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() < 3) {
        qWarning("window_pictures FOLDER light|dark [which...]");
        return 2;
    }
    folder = arguments[1];
    Appearance appearance;
    appearance.setMode(arguments[2] == "dark" ? Appearance::Mode::dark : Appearance::Mode::light);
    appearance.applyTo(application);
    const std::map<QString, std::function<void(MainWindow&)>> all = {
        {"problems", problems}, {"menus", menus}, {"evaluate", evaluated}, {"weights", [&](MainWindow& w) { weights(w, appearance); }}, {"narrow", narrow}, {"nested", nested}, {"outputs", outputs}, {"shared", shared}, {"many", manyOutputs}};
    for (const auto& [name, take] : all) {
        if (arguments.size() == 3 || arguments.contains(name)) {
            MainWindow window(appearance);
            window.resize(1440, 900);
            window.show();
            take(window);
        }
    }
    return 0;
}
