// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/trained_desk.h"
#include "ui/document/levels.h"

#include <QHelpEvent>
#include <QToolTip>

using namespace weft;
using namespace weft::ui;

class CanvasNestingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fourBoxesAreGroupedAndUngroupedAgain() {
        TrainedDesk desk;
        desk.diamond();
        QVERIFY(desk.document.diagnostics().empty());
        const auto predicted = desk.predictions();
        const std::string before = desk.json();
        const Weights weights = desk.document.trained().weights;
        desk.drag({80, 130}, {560, 450}); // a frame around a, b, c and add
        QCOMPARE(desk.selection.calls().size(), std::size_t{4});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        QCOMPARE(desk.graph().calls.size(), std::size_t{3});
        const CallId box = desk.named("sub_model");
        QVERIFY(box && desk.selection.single() == box);
        QVERIFY(desk.inputOf("sub_model") == Source{desk.named("input")});
        QVERIFY(desk.inputOf("out") == Source{box});
        QVERIFY(desk.document.diagnostics().empty());
        QVERIFY(desk.predictions() == predicted);
        desk.undoesAndRedoes(before);
        QVERIFY(desk.predictions() == predicted);
        desk.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(desk.predictions() == predicted && desk.document.trained().weights == weights);
        desk.key(Qt::Key_Y, Qt::ControlModifier);
        desk.click(desk.named("sub_model"));
        desk.key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QString::fromStdString(desk.json()), QString::fromStdString(before));
        QCOMPARE(desk.selection.calls().size(), std::size_t{4});
        QVERIFY(desk.predictions() == predicted && desk.document.trained().weights == weights);
        desk.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(desk.named("sub_model"));
        QVERIFY(desk.predictions() == predicted);
    }

    void aSubModelIsEnteredAndLeft() {
        TrainedDesk desk;
        desk.diamond();
        desk.drag({80, 130}, {560, 450});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        const GraphId root = desk.document.project().root;
        const CallId box = desk.named("sub_model");
        desk.canvas.setZoom(0.8);
        const QPointF seen = desk.canvas.boxCenter(desk.named("input"));
        QTest::mouseDClick(&desk.canvas, Qt::LeftButton, {}, desk.body(box).toPoint());
        QVERIFY(desk.selection.graph() != root);
        QVERIFY(desk.named("a") && desk.named("add") && desk.named("input"));
        QCOMPARE(levelsOf(desk.document.project(), desk.selection), (std::vector<Level>{{root, box}}));
        desk.canvas.setZoom(1.7);
        const QPointF inside = desk.canvas.boxCenter(desk.named("a"));
        desk.key(Qt::Key_Escape);
        QVERIFY(desk.selection.graph() == root);
        QVERIFY(desk.selection.single() == box);
        QCOMPARE(desk.canvas.zoom(), 0.8);
        QCOMPARE(desk.canvas.boxCenter(desk.named("input")), seen);
        desk.key(Qt::Key_Return);
        QVERIFY(desk.selection.graph() != root);
        QCOMPARE(desk.canvas.zoom(), 1.7);
        QCOMPARE(desk.canvas.boxCenter(desk.named("a")), inside);
        // Another level down, and back by Backspace.
        desk.selection.select({desk.named("b"), desk.named("c")});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        desk.key(Qt::Key_Return);
        QCOMPARE(levelsOf(desk.document.project(), desk.selection).size(), std::size_t{2});
        desk.key(Qt::Key_Backspace);
        desk.key(Qt::Key_Escape); // lets go of the box
        desk.key(Qt::Key_Backspace);
        QVERIFY(desk.selection.graph() == root);
        QVERIFY(desk.document.diagnostics().empty());
    }

    void aSubModelIsPreviewedWithoutEntering() {
        TrainedDesk desk;
        desk.diamond();
        desk.drag({80, 130}, {560, 450});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        const QPoint at = desk.body(desk.named("sub_model")).toPoint();
        QHelpEvent help(QEvent::ToolTip, at, desk.canvas.mapToGlobal(at));
        QApplication::sendEvent(&desk.canvas, &help);
        QVERIFY2(QToolTip::text().contains("<img"), qPrintable(QToolTip::text().left(200)));
        const QString text = QToolTip::text();
        const auto start = text.indexOf("base64,") + 7;
        const QImage picture = QImage::fromData(QByteArray::fromBase64(text.mid(start, text.indexOf('"', start) - start).toLatin1()));
        QVERIFY(picture.width() > 100 && picture.height() > 100 && picture.width() <= 460 && picture.height() <= 420);
        QToolTip::hideText();
    }

    void undoingAGroupFromInsideLeadsOut() {
        TrainedDesk desk;
        desk.diamond();
        desk.drag({80, 130}, {560, 450});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        desk.canvas.enter(desk.named("sub_model"));
        desk.selection.select({desk.named("b"), desk.named("c")});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        const GraphId middle = desk.selection.graph();
        desk.canvas.enter(desk.named("sub_model"));
        desk.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(desk.selection.graph() == middle);
        desk.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(desk.selection.graph() == desk.document.project().root);
        QVERIFY(desk.named("a"));
    }

    void whatIsDrawnInsideShowsAtThePortsOutside() {
        TrainedDesk desk;
        desk.diamond();
        desk.drag({80, 130}, {560, 450});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        const CallId box = desk.named("sub_model");
        desk.canvas.enter(box);
        const CallId input = desk.named("input");
        desk.dragFromPalette("Input", {600, 100});
        desk.setParameter("input_1", "shape", Value(std::vector<std::int64_t>{6}));
        desk.wire("input_1", "add", 2);
        desk.key(Qt::Key_Escape);
        desk.key(Qt::Key_Escape);
        QVERIFY(desk.selection.graph() == desk.document.project().root);
        QCOMPARE(desk.graph().call(box)->inputs.size(), std::size_t{2});
        QVERIFY(!desk.graph().call(box)->inputs[1]);
        // The first Input goes: the wire that was drawn to the second stays the second's.
        desk.document.edit("Wire", [&](Project& p) { weft::connect(p.rootGraph(), {desk.named("input"), 0}, box, 1); });
        desk.canvas.enter(box);
        desk.selection.select({input});
        desk.key(Qt::Key_Delete);
        desk.canvas.leave();
        QCOMPARE(desk.graph().call(box)->inputs.size(), std::size_t{1});
        QVERIFY(desk.inputOf("sub_model") == Source{desk.named("input")});
    }

    void refusedGroupsSayWhy() {
        TrainedDesk desk;
        desk.diamond();
        const Project before = desk.document.project();
        desk.key(Qt::Key_A, Qt::ControlModifier);
        desk.key(Qt::Key_G, Qt::ControlModifier);
        QVERIFY(desk.document.project() == before);
        QVERIFY2(desk.canvas.note().contains("input is an Input"), qPrintable(desk.canvas.note()));
        desk.selection.select({desk.named("a"), desk.named("add")});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        QVERIFY2(desk.canvas.note().contains("stands between them"), qPrintable(desk.canvas.note()));
        QVERIFY(desk.document.project() == before);
    }

    void aSharedLayerIsDrawn() {
        // Two inputs through one layer, then compared: the guide's shared layer.
        TrainedDesk desk;
        desk.dragFromPalette("Input", {700, 60});
        desk.setParameter("input_1", "shape", Value(std::vector<std::int64_t>{6}));
        desk.dense("encode", {300, 200}, "input");
        std::string before = desk.json();
        // Alt and a drag draw another call of the layer out of its box.
        desk.drag(desk.body(desk.named("encode")), desk.body(desk.named("encode")) + QPointF(400, 0), Qt::AltModifier);
        QCOMPARE(desk.graph().layers.size(), std::size_t{3});
        QCOMPARE(desk.graph().calls.size(), std::size_t{4});
        desk.undoesAndRedoes(before);
        const auto calls = desk.graph().callsOf(desk.graph().call(desk.named("encode"))->layer);
        QCOMPARE(calls.size(), std::size_t{2});
        QVERIFY(std::abs(desk.document.project().layout.at(calls[1]).x - desk.document.project().layout.at(calls[0]).x - 400) <= 4);
        desk.drag(desk.canvas.portPosition(desk.named("input_1"), true, 0), desk.canvas.portPosition(calls[1], false, 0));
        desk.dragFromPalette("Concatenate", {500, 320});
        desk.drag(desk.canvas.portPosition(calls[0], true, 0), desk.canvas.portPosition(desk.named("concatenate"), false, 0));
        desk.drag(desk.canvas.portPosition(calls[1], true, 0), desk.canvas.portPosition(desk.named("concatenate"), false, 1));
        desk.dense("same", {500, 420}, "concatenate");
        QVERIFY(desk.document.diagnostics().empty());
        const auto built = Model::build(desk.document.project().graphs, desk.document.project().root, desk.model());
        QCOMPARE(built->parameters(), std::int64_t{6 * 6 + 6 + 12 * 6 + 6}); // the shared layer counts once
        desk.train();
        const auto predicted = desk.predictions();
        // Of both boxes, by one.
        desk.click(calls[0]);
        desk.key(Qt::Key_U, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(desk.selection.calls(), (std::set{calls[0], calls[1]}));
        // Unique: a layer more, its weights the same.
        before = desk.json();
        desk.click(calls[1]);
        desk.key(Qt::Key_U, Qt::ControlModifier);
        QCOMPARE(desk.graph().layers.size(), std::size_t{6});
        QVERIFY(desk.named("encode_1") == calls[1]);
        QVERIFY(desk.predictions() == predicted);
        desk.undoesAndRedoes(before);
        QVERIFY(desk.predictions() == predicted);
    }

    void theSharedLstmOfTheGuideIsDrawn() {
        // Keras' guide: two tweets, 280 steps of 256 numbers, through one LSTM of 64; are they by one author?
        TrainedDesk desk;
        desk.setParameter("input", "shape", Value(std::vector<std::int64_t>{280, 256}));
        desk.dragFromPalette("Input", {640, 60});
        desk.setParameter("input_1", "shape", Value(std::vector<std::int64_t>{280, 256}));
        desk.dragFromPalette("LSTM", {300, 180});
        desk.setParameter("lstm", "units", Value(64));
        desk.wire("input", "lstm");
        const CallId first = desk.named("lstm");
        desk.drag(desk.body(first), desk.body(first) + QPointF(340, 0), Qt::AltModifier);
        const CallId second = *desk.selection.single();
        QVERIFY(second != first && desk.graph().call(second)->layer == desk.graph().call(first)->layer);
        desk.drag(desk.canvas.portPosition(desk.named("input_1"), true, 0), desk.canvas.portPosition(second, false, 0));
        desk.dragFromPalette("Concatenate", {460, 300});
        desk.drag(desk.canvas.portPosition(first, true, 0), desk.canvas.portPosition(desk.named("concatenate"), false, 0));
        desk.drag(desk.canvas.portPosition(second, true, 0), desk.canvas.portPosition(desk.named("concatenate"), false, 1));
        desk.dragFromPalette("Dense", {460, 420});
        desk.setParameter("dense", "units", Value(1));
        desk.wire("concatenate", "dense");
        for (const Diagnostic& diagnostic : desk.document.diagnostics()) {
            QFAIL(diagnostic.message.c_str());
        }
        const auto built = Model::build(desk.document.project().graphs, desk.document.project().root, desk.model());
        // 4 gates of (256 + 64 + 1) x 64, once, and 128 + 1: what keras.io prints for it.
        QCOMPARE(built->parameters(), std::int64_t{4 * (256 + 64 + 1) * 64 + 128 + 1});
        QCOMPARE(desk.document.analysis(desk.selection.graph()).calls.at(desk.named("concatenate")).outputs.at(0).shape.back(), std::int64_t{128});
    }

    void aWireThatIsNotNeededLeavesNoProblemBehind() {
        TrainedDesk desk;
        desk.setParameter("input", "shape", Value(std::vector<std::int64_t>{5, 3}));
        desk.dragFromPalette("LSTM", {300, 240});
        desk.setParameter("lstm", "units", Value(4));
        desk.wire("input", "lstm");
        QVERIFY(desk.document.diagnostics().empty());
        desk.dragFromPalette("Input", {600, 60});
        desk.setParameter("input_1", "shape", Value(std::vector<std::int64_t>{4}));
        desk.wire("input_1", "lstm", 1);
        desk.wire("input_1", "lstm", 2);
        QVERIFY(desk.document.diagnostics().empty());
        QCOMPARE(desk.graph().call(desk.named("lstm"))->inputs.size(), std::size_t{3});
        for (const int port : {2, 1}) {
            desk.drag(desk.canvas.portPosition(desk.named("lstm"), false, port), {100, 600});
        }
        QCOMPARE(desk.graph().call(desk.named("lstm"))->inputs.size(), std::size_t{1});
        QVERIFY(desk.document.diagnostics().empty());
    }

    void aSubModelGoesByTheNameOfItsOnlyBox() {
        TrainedDesk desk;
        desk.diamond();
        desk.drag({80, 130}, {560, 450});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        const auto rename = [&](const char* name) {
            desk.key(Qt::Key_F2);
            QTest::keyClicks(QApplication::focusWidget(), name);
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
            return desk.document.project().graphs.at(desk.graph().layerOf(desk.named(name))->graph);
        };
        const std::string before = desk.json();
        const Graph block = rename("block");
        QCOMPARE(block.name, std::string("block"));
        QCOMPARE(block.models.begin()->second.name, std::string("block"));
        desk.undoesAndRedoes(before);
        // With a second instance the drawing keeps the name that both know it by.
        desk.click(desk.named("block"));
        desk.key(Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(rename("other").name, std::string("block"));
    }

    void renamingOneCallRenamesAll() {
        TrainedDesk desk;
        desk.dense("encode", {300, 200}, "input");
        desk.click(desk.named("encode"));
        desk.key(Qt::Key_D, Qt::AltModifier);
        const CallId again = *desk.selection.single();
        desk.key(Qt::Key_F2);
        QTest::keyClicks(QApplication::focusWidget(), "both");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QCOMPARE(desk.graph().layerOf(again)->name, std::string("both"));
        QVERIFY(!desk.named("encode"));
        QCOMPARE(desk.graph().callsOf(desk.graph().call(again)->layer).size(), std::size_t{2});
    }

    void aWireOnATakenPortIsSharedOrMerged() {
        TrainedDesk desk;
        desk.dragFromPalette("Input", {700, 60});
        desk.setParameter("input_1", "shape", Value(std::vector<std::int64_t>{6}));
        desk.dense("encode", {300, 200}, "input");
        const std::string before = desk.json();
        desk.wire("input_1", "encode");
        desk.choose("Call encode again (shared weights)");
        QCOMPARE(desk.graph().callsOf(desk.graph().call(desk.named("encode"))->layer).size(), std::size_t{2});
        QVERIFY(desk.graph().call(*desk.selection.single())->inputs.front() == Source{desk.named("input_1")});
        desk.undoesAndRedoes(before);
        desk.document.undo();
        for (const char* merge : {"Add", "Average", "Concatenate"}) {
            desk.wire("input_1", "encode");
            desk.choose(merge);
            const CallId added = *desk.selection.single();
            QCOMPARE(desk.graph().layerOf(added)->type, std::string(merge));
            QVERIFY((desk.graph().call(added)->inputs == std::vector<std::optional<Source>>{Source{desk.named("input")}, Source{desk.named("input_1")}}));
            QVERIFY(desk.inputOf("encode") == Source{added});
            QVERIFY(desk.document.diagnostics().empty());
            desk.noneCovers();
            desk.undoesAndRedoes(before);
            desk.document.undo();
        }
        // What does not fit is not offered, and says why.
        desk.setParameter("input_1", "shape", Value(std::vector<std::int64_t>{5}));
        desk.wire("input_1", "encode");
        for (QMenu* menu : desk.canvas.findChildren<QMenu*>()) {
            for (QAction* action : menu->actions()) {
                if (menu->isVisible() && action->text() == "Add") {
                    QVERIFY(!action->isEnabled());
                    QVERIFY(action->toolTip().endsWith('.'));
                }
            }
            menu->close();
        }
    }

    void aSubModelIsCutAndPastedAlsoIntoAnotherProject() {
        TrainedDesk desk;
        desk.diamond();
        desk.drag({80, 130}, {560, 450});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        const GraphId inner = desk.graph().layerOf(desk.named("sub_model"))->graph;
        desk.key(Qt::Key_X, Qt::ControlModifier);
        QVERIFY(!desk.named("sub_model"));
        const std::string before = desk.json();
        desk.key(Qt::Key_V, Qt::ControlModifier);
        desk.undoesAndRedoes(before);
        QVERIFY(desk.named("sub_model"));
        QVERIFY(desk.graph().layerOf(desk.named("sub_model"))->graph == inner); // the same drawing serves again
        {
            TrainedDesk other;
            other.key(Qt::Key_V, Qt::ControlModifier);
            const CallId pasted = other.named("sub_model");
            QVERIFY(pasted);
            QCOMPARE(other.document.project().graphs.size(), std::size_t{2});
            other.wire("input", "sub_model");
            QVERIFY(other.document.diagnostics().empty());
            other.canvas.enter(pasted);
            QVERIFY(other.named("a") && other.named("add"));
        }
        desk.canvas.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&desk.canvas));
        // Into itself it does not go.
        const Project drawn = desk.document.project();
        desk.click(desk.named("sub_model"));
        desk.key(Qt::Key_C, Qt::ControlModifier);
        desk.key(Qt::Key_Return);
        QVERIFY(desk.selection.graph() == inner);
        desk.key(Qt::Key_V, Qt::ControlModifier);
        QVERIFY(desk.document.project() == drawn);
        QVERIFY2(desk.canvas.note().contains("no model contains itself"), qPrintable(desk.canvas.note()));
    }

    void aSubModelWorksOnEachStep() {
        const bool there = std::any_of(layerTypes().begin(), layerTypes().end(), [](const LayerType& type) { return type.foldsTime; });
        if (!there) {
            QSKIP("no layer of the catalogue applies a model step by step");
        }
        TrainedDesk desk;
        desk.diamond();
        desk.drag({80, 130}, {560, 450});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        desk.setParameter("input", "shape", Value(std::vector<std::int64_t>{7, 6}));
        desk.click(desk.named("sub_model"));
        const std::string before = desk.json();
        desk.canvas.action("edit.each_step")->trigger();
        QVERIFY(desk.document.diagnostics().empty());
        const auto& info = desk.document.analysis(desk.selection.graph()).calls.at(desk.named("sub_model"));
        QVERIFY(info.outputs.at(0).shape == (Shape{kUnknown, 7, 6}));
        desk.undoesAndRedoes(before);
        desk.key(Qt::Key_G, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(desk.named("sub_model"));
        QVERIFY2(desk.canvas.note().contains("cannot be ungrouped"), qPrintable(desk.canvas.note()));
        desk.canvas.action("edit.each_step")->trigger();
        QCOMPARE(QString::fromStdString(desk.json()), QString::fromStdString(before));
    }

    void boxesAreFrozenTogether() {
        TrainedDesk desk;
        desk.diamond();
        const std::string before = desk.json();
        desk.selection.select({desk.named("a"), desk.named("b")});
        desk.key(Qt::Key_F, Qt::ShiftModifier);
        QVERIFY(!desk.graph().layerOf(desk.named("a"))->trainable && !desk.graph().layerOf(desk.named("b"))->trainable);
        QVERIFY(desk.graph().layerOf(desk.named("c"))->trainable);
        QCOMPARE(desk.canvas.action("edit.freeze")->text(), QString("Unfreeze"));
        desk.undoesAndRedoes(before);
        desk.key(Qt::Key_F, Qt::ShiftModifier);
        QCOMPARE(QString::fromStdString(desk.json()), QString::fromStdString(before));
    }

    void aDuplicatedSubModelIsAnotherInstanceOfOneDrawing() {
        TrainedDesk desk;
        desk.diamond();
        desk.drag({80, 130}, {560, 450});
        desk.key(Qt::Key_G, Qt::ControlModifier);
        const Layer first = *desk.graph().layerOf(desk.named("sub_model"));
        desk.key(Qt::Key_D, Qt::ControlModifier);
        const CallId copy = *desk.selection.single();
        const Layer& second = *desk.graph().layerOf(copy);
        QVERIFY(second.graph == first.graph && second.model == first.model && second.name == "sub_model_1");
        QVERIFY(desk.graph().call(copy)->layer != desk.graph().call(desk.named("sub_model"))->layer);
        // Drawn once, changed in both.
        desk.canvas.enter(copy);
        desk.setParameter("b", "units", Value(9));
        desk.setParameter("c", "units", Value(9));
        desk.canvas.leave();
        const auto& info = desk.document.analysis(desk.selection.graph()).calls.at(desk.named("sub_model"));
        QCOMPARE(info.outputs.at(0).shape.back(), std::int64_t{9});
    }
};

QTEST_MAIN(CanvasNestingTest)
#include "canvas_nesting_test.moc"
