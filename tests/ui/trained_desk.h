// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/model/model.h"
#include "engine/project/project_json.h"
#include "engine/schema/value_json.h"
#include "engine/training/train.h"
#include "tests/ui/desk.h"

#include <QMenu>

#include <nlohmann/json.hpp>

namespace weft::ui {

/// A desk whose models can be asked.
class TrainedDesk : public Desk {
public:
    /// Input of six numbers, then boxes that are wired as the test says.
    TrainedDesk() {
        dragFromPalette("Input", {300, 60});
        setParameter("input", "shape", Value(std::vector<std::int64_t>{6}));
    }
    void setParameter(const char* layer, const char* name, Value value) {
        document.edit("Set", [&](Project& p) { p.graphs.at(selection.graph()).layerOf(named(layer))->params[name] = std::move(value); });
    }
    void dense(const char* name, QPointF at, const char* from) {
        dragFromPalette("Dense", at);
        document.edit("Name", [&](Project& p) {
            Layer& layer = *p.graphs.at(selection.graph()).layerOf(*selection.single());
            layer.name = name;
            layer.params = {{"units", 6}, {"activation", "tanh"}};
        });
        wire(from, name);
    }
    /// Input -> a -> (b, c) -> add -> out.
    void diamond() {
        dense("a", {300, 160}, "input");
        dense("b", {200, 280}, "a");
        dense("c", {420, 280}, "a");
        dragFromPalette("Add", {300, 400});
        wire("b", "add", 0);
        wire("c", "add", 1);
        dense("out", {300, 520}, "add");
        train();
    }
    ModelId model() const { return document.project().rootGraph().models.begin()->first; }
    /// Weights for all layers, as a training leaves them.
    void train() {
        Trained trained = document.trained();
        initialize(*Model::build(document.project().graphs, document.project().root, model()), 3, trained.weights);
        document.adopt(std::move(trained));
    }
    std::vector<Tensor> predictions() const {
        const auto built = Model::build(document.project().graphs, document.project().root, model());
        std::map<std::string, Tensor> inputs;
        for (const Model::Port& port : built->inputs()) {
            Tensor rows(port.spec.shape.withBatch(4));
            for (std::int64_t i = 0; i < rows.size(); ++i) {
                rows.data<float>()[i] = static_cast<float>(i % 7) / 3.0F - 1;
            }
            inputs.emplace(port.name, std::move(rows));
        }
        return predict(*built, document.trained().weights, inputs, 4, 1);
    }
    std::string json() const {
        Project project = document.project();
        project.ids = IdSource(); // alone never goes back
        return writeJson(projectToJson(project));
    }
    /// Undo and redo of the last step give the same JSON and the same predictions.
    void undoesAndRedoes(const std::string& before) {
        const std::string after = json();
        QVERIFY(before != after);
        key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(QString::fromStdString(json()), QString::fromStdString(before));
        key(Qt::Key_Y, Qt::ControlModifier);
        QCOMPARE(QString::fromStdString(json()), QString::fromStdString(after));
    }
    void choose(const QString& text) {
        for (QMenu* menu : canvas.findChildren<QMenu*>()) {
            for (QAction* action : menu->actions()) {
                if (menu->isVisible() && action->text() == text) {
                    QVERIFY2(action->isEnabled(), qPrintable(action->toolTip()));
                    action->trigger();
                    menu->close();
                    return;
                }
            }
        }
        QFAIL(qPrintable("no such entry: " + text));
    }
};

} // namespace weft::ui
