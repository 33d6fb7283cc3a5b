// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/desk.h"

#include <QClipboard>
#include <QLabel>

using namespace weft;
using namespace weft::ui;

class CanvasWordsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void copiesKeepTheWiresAmongThem() {
        Desk desk;
        desk.threeBoxes();
        desk.wire("input", "dense");
        desk.wire("dense", "dense_1");
        desk.click(desk.named("dense"));
        desk.click(desk.named("dense_1"), Qt::ControlModifier);
        desk.key(Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QApplication::clipboard()->text().contains("\"type\": \"Dense\""));
        Project before = desk.document.project();
        desk.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(desk.graph().calls.size(), std::size_t{5});
        QCOMPARE(desk.selection.calls().size(), std::size_t{2});
        QVERIFY(!desk.inputOf("dense_2")); // its wire came from outside
        QVERIFY(desk.inputOf("dense_3") == Source{desk.named("dense_2")});
        isOneStep(desk, before);
        before = desk.document.project();
        desk.key(Qt::Key_A, Qt::ControlModifier);
        desk.key(Qt::Key_X, Qt::ControlModifier);
        QVERIFY(desk.graph().calls.empty());
        isOneStep(desk, before);
        desk.key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(desk.graph().calls.size(), std::size_t{5});
    }

    void badClipboardsAreRefusedAndLoseNothing() {
        Desk desk;
        desk.threeBoxes();
        desk.click(desk.named("dense"));
        desk.key(Qt::Key_C, Qt::ControlModifier);
        const QString good = QApplication::clipboard()->text();
        const Project before = desk.document.project();
        const QStringList bad{"", "hello", "{}", "[]", "{\"format\": \"weft-boxes\", \"version\": 1}", QString(good).replace("Dense", "Dance"),
            QString(good).replace("\"at\": [", "\"at\": [1e300, "), good.left(good.size() / 2), QString(good).replace("\"layer\": ", "\"layer\": -"),
            QString("{'format':'weft-boxes','version':1,'layers':[{'id':1,'type':'Dense','name':'a'}],"
                    "'boxes':[{'id':1,'layer':1,'at':[0,0],'inputs':[{'box':2,'output':0}]},"
                    "{'id':2,'layer':1,'at':[0,0],'inputs':[{'box':1,'output':0}]}]}").replace('\'', '"')};
        for (const QString& text : bad) {
            QApplication::clipboard()->setText(text);
            desk.key(Qt::Key_V, Qt::ControlModifier);
            QVERIFY2(desk.document.project() == before, qPrintable(text));
            QVERIFY2(desk.canvas.note().endsWith('.'), qPrintable(desk.canvas.note()));
        }
    }

    void duplicatingMakesAnotherLayerAndUsingAgainAnotherCall() {
        Desk desk;
        desk.threeBoxes();
        desk.click(desk.named("dense"));
        Project before = desk.document.project();
        desk.key(Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(desk.graph().layers.size(), std::size_t{4});
        isOneStep(desk, before);
        before = desk.document.project();
        desk.selection.select({desk.named("dense")});
        desk.key(Qt::Key_D, Qt::AltModifier);
        QCOMPARE(desk.graph().layers.size(), std::size_t{4});
        QCOMPARE(desk.graph().calls.size(), std::size_t{5});
        QCOMPARE(desk.graph().callsOf(desk.graph().call(desk.named("dense"))->layer).size(), std::size_t{2});
        isOneStep(desk, before);
    }

    void quickAddFindsBySynonymAndChains() {
        Desk desk;
        QTest::mouseDClick(&desk.canvas, Qt::LeftButton, {}, {300, 100});
        QVERIFY(QApplication::focusWidget() != &desk.canvas);
        QTest::keyClicks(QApplication::focusWidget(), "input");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QVERIFY(desk.named("input"));
        desk.drag(desk.canvas.portPosition(desk.named("input"), true, 0), {300, 300});
        QTest::keyClicks(QApplication::focusWidget(), "fc");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), "fc");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QVERIFY(desk.inputOf("dense") == Source{desk.named("input")});
        QVERIFY(desk.inputOf("dense_1") == Source{desk.named("dense")});
        QVERIFY(desk.canvas.hasFocus());
    }

    void addedBoxesStandOnNoOther() {
        Desk desk;
        // By keys, again and again; then copies.
        for (int i = 0; i < 4; ++i) {
            desk.key(Qt::Key_A, Qt::ShiftModifier);
            QTest::keyClicks(QApplication::focusWidget(), "dense");
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
            if (i == 1) {
                desk.selection.clear();
            }
        }
        QCOMPARE(desk.graph().calls.size(), std::size_t{4});
        desk.noneCovers();
        QCOMPARE(desk.at("dense_1").x, desk.at("dense").x); // below the selected one
        QCOMPARE(desk.at("dense_1").y, desk.at("dense").y + metrics::boxHeight + 28);
        Project before = desk.document.project();
        desk.selection.select({desk.named("dense"), desk.named("dense_2")});
        desk.key(Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(desk.graph().calls.size(), std::size_t{6});
        desk.noneCovers();
        isOneStep(desk, before);
        desk.key(Qt::Key_A, Qt::ControlModifier);
        desk.key(Qt::Key_D, Qt::AltModifier);
        desk.noneCovers();
        desk.dragFromPalette("Flatten", desk.canvas.boxCenter(desk.named("dense")) + QPointF(20, 10));
        desk.noneCovers();
    }

    void aBoxThatAFixInsertsStandsInTheWire() {
        Desk desk;
        desk.dragFromPalette("Input", {300, 100});
        desk.dragFromPalette("Dense", {300, 200});
        desk.wire("input", "dense");
        // As panels do it: without a place.
        desk.document.edit("Insert Flatten", [&](Project& p) {
            Diagnostic diagnostic;
            diagnostic.call = desk.named("dense");
            diagnostic.port = 0;
            FixHint fix;
            fix.kind = FixHint::Kind::insertBefore;
            fix.name = "Flatten";
            applyFix(p.rootGraph(), p.ids, diagnostic, fix);
        });
        const auto y = [&](const char* name) { return desk.canvas.toCanvas(desk.canvas.boxCenter(desk.named(name))).y(); };
        QVERIFY(y("input") + 60 <= y("flatten") && y("flatten") + 60 <= y("dense"));
        // The first gesture keeps what was seen.
        const double seen = y("flatten");
        const Project before = desk.document.project();
        desk.selection.select({desk.named("dense")});
        desk.key(Qt::Key_Down);
        QCOMPARE(y("flatten"), seen);
        desk.noneCovers();
        isOneStep(desk, before);
    }

    void searchRanksNamesThenCapitalsThenSynonyms() {
        const auto first = [](const char* typed) {
            const auto found = searchLayers(typed);
            return found.empty() ? std::string() : found.front()->name;
        };
        QCOMPARE(first("dense"), std::string("Dense"));
        QCOMPARE(first("FC"), std::string("Dense"));
        QCOMPARE(first("fully conn"), std::string("Dense"));
        QCOMPARE(first("flat"), std::string("Flatten"));
        QCOMPARE(first("qqqq"), std::string());
    }

    void thePaletteWorksByKeys() {
        Desk desk;
        QObject::connect(&desk.palette, &Palette::chosen, &desk.canvas, [&](const LayerType* type) { desk.canvas.addLayer(*type); });
        desk.palette.show();
        QTest::keyClicks(&desk.palette.search(), "dense");
        QTest::keyClick(&desk.palette.search(), Qt::Key_Return);
        QTest::keyClick(&desk.palette.search(), Qt::Key_Return);
        QVERIFY(desk.named("dense") && desk.named("dense_1"));
        const auto at = [&](const char* name) { return desk.document.project().layout.at(desk.named(name)); };
        QVERIFY(std::abs(at("dense").y - at("dense_1").y) >= 60); // not one on the other
        // And wiring without a mouse.
        desk.canvas.setFocus();
        desk.key(Qt::Key_A, Qt::ControlModifier);
        desk.key(Qt::Key_C);
        QVERIFY(desk.inputOf("dense_1") == Source{desk.named("dense")});
    }

    void aWireDroppedOnEmptyCanvasOffersWhatTakesIt() {
        Desk desk;
        desk.document.edit("Input", [&](Project& p) {
            const CallId call = addBox(p, p.root, *findLayerType("Input"), {300, 40});
            p.rootGraph().layerOf(call)->params["shape"] = Value(std::vector<std::int64_t>{7});
        });
        const auto names = [&] {
            const auto* list = desk.canvas.findChild<QuickAdd*>();
            std::set<std::string> found;
            for (int row = 0; list->isVisible() && row < const_cast<QuickAdd*>(list)->list().count(); ++row) {
                found.insert(const_cast<QuickAdd*>(list)->list().item(row)->text().toStdString());
            }
            return found;
        };
        desk.canvas.fit();
        desk.canvas.setZoom(1.0);
        desk.drag(desk.canvas.portPosition(desk.named("input"), true, 0), {500, 600});
        QVERIFY(names().contains("Dense"));
        QVERIFY(names().contains("Add"));
        QVERIFY2(!names().contains("Conv2D"), "a vector is no picture");
        QVERIFY2(!names().contains("Input"), "an Input takes no wire");
        QTest::keyClicks(QApplication::focusWidget(), "conv2d");
        auto* nothing = desk.canvas.findChild<QLabel*>("nothing_found");
        QVERIFY(nothing && nothing->isVisible());
        QVERIFY(nothing->text().contains("does not take"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QTest::mouseDClick(&desk.canvas, Qt::LeftButton, {}, {100, 700});
        QVERIFY(names().contains("Conv2D") && names().contains("Input"));
        QVERIFY(!nothing->isVisible());
        QTest::keyClicks(QApplication::focusWidget(), "qqqq");
        QVERIFY(nothing->isVisible());
        QCOMPARE(nothing->text(), QString("No layer is called that."));
    }
};

QTEST_MAIN(CanvasWordsTest)
#include "canvas_words_test.moc"
