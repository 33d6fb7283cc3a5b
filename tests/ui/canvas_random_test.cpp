// SPDX-License-Identifier: Apache-2.0
// Hands that group, ungroup, share, make unique, freeze, enter, leave, undo and redo as they like.
#include "tests/ui/trained_desk.h"
#include "ui/document/levels.h"

using namespace weft;
using namespace weft::ui;

class CanvasRandomTest : public QObject {
    Q_OBJECT

    static int deepest(const Graphs& graphs, GraphId at) {
        int depth = 0;
        for (const auto& [id, layer] : graphs.at(at).layers) {
            depth = layer.graph ? std::max(depth, 1 + deepest(graphs, layer.graph)) : depth;
        }
        return depth;
    }

    /// The scene shows the document, and no wire leads nowhere.
    static void isConsistent(TrainedDesk& desk) {
        const Project& project = desk.document.project();
        QVERIFY(project.graphs.contains(desk.selection.graph()));
        QCOMPARE(levelsOf(project, desk.selection).empty(), desk.selection.graph() == project.root);
        Scene scene;
        scene.build(desk.document, desk.selection.graph(), desk.selection.model());
        QCOMPARE(scene.boxes().size(), desk.graph().calls.size());
        for (const Box& box : scene.boxes()) {
            QCOMPARE(desk.canvas.boxCenter(box.call).isNull(), false);
        }
        for (const auto& [graphId, graph] : project.graphs) {
            for (const auto& [id, call] : graph.calls) {
                QVERIFY(graph.layer(call.layer));
                for (const auto& input : call.inputs) {
                    QVERIFY(!input || graph.call(input->call));
                }
            }
        }
        // Only boxes that were drawn out and not wired yet are wrong, and what holds them.
        for (const Diagnostic& diagnostic : desk.document.diagnostics()) {
            QVERIFY2(diagnostic.code == "unwired", diagnostic.message.c_str());
        }
    }

private Q_SLOTS:
    void whateverHandsDoTheModelPredictsTheSame() {
        int grouped = 0, depth = 0;
        for (std::uint32_t seed = 1; seed <= 6; ++seed) {
            TrainedDesk desk;
            desk.diamond();
            const auto predicted = desk.predictions();
            const std::string begin = desk.json();
            const auto fromHere = desk.document.undoText();
            std::uint32_t state = seed;
            const auto random = [&](std::uint32_t below) { return ((state = state * 1664525U + 1013904223U) >> 8U) % below; };
            const auto choose = [&] {
                std::set<CallId> chosen;
                for (const auto& [id, call] : desk.graph().calls) {
                    if (random(3) == 0) {
                        chosen.insert(id);
                    }
                }
                desk.selection.select(chosen);
            };
            std::vector<std::string> states{begin};
            for (int i = 0; i < 60; ++i) {
                choose();
                switch (random(9)) {
                case 0:
                case 1:
                case 2:
                    if (levelsOf(desk.document.project(), desk.selection).size() < 3) {
                        desk.key(Qt::Key_G, Qt::ControlModifier);
                        grouped += desk.document.undoText() == "Group";
                    }
                    break;
                case 3: desk.key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier); break;
                case 4: random(3) == 0 ? desk.key(Qt::Key_D, Qt::AltModifier) : desk.key(Qt::Key_F, Qt::ShiftModifier); break;
                case 5: desk.key(Qt::Key_U, Qt::ControlModifier); break;
                case 6:
                    for (const auto& [id, call] : desk.graph().calls) {
                        if (desk.graph().layer(call.layer)->graph && random(2)) {
                            desk.selection.select({id});
                            desk.key(Qt::Key_Return);
                            break;
                        }
                    }
                    break;
                case 7: desk.selection.clear(); desk.key(Qt::Key_Escape); break;
                case 8:
                    if (states.size() > 1) {
                        desk.key(Qt::Key_Z, Qt::ControlModifier);
                        QCOMPARE(QString::fromStdString(desk.json()), QString::fromStdString(states[states.size() - 2]));
                        desk.key(Qt::Key_Y, Qt::ControlModifier);
                        QCOMPARE(QString::fromStdString(desk.json()), QString::fromStdString(states.back()));
                    }
                    break;
                }
                if (desk.json() != states.back()) {
                    states.push_back(desk.json());
                }
                depth = std::max(depth, deepest(desk.document.project().graphs, desk.document.project().root));
                isConsistent(desk);
                QVERIFY(desk.predictions() == predicted);
            }
            while ((desk.json() != begin || desk.document.undoText() != fromHere) && desk.document.canUndo()) {
                desk.document.undo();
                QVERIFY(desk.predictions() == predicted);
            }
            QCOMPARE(QString::fromStdString(desk.json()), QString::fromStdString(begin));
        }
        QVERIFY2(grouped > 30, qPrintable(QString::number(grouped)));
        QVERIFY2(depth >= 3, qPrintable(QString::number(depth)));
    }
};

QTEST_MAIN(CanvasRandomTest)
#include "canvas_random_test.moc"
