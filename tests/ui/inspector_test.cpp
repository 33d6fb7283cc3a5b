// SPDX-License-Identifier: Apache-2.0
#include "engine/project/nesting.h"
#include "tests/ui/sample_projects.h"
#include "ui/inspector/inspector.h"
#include "ui/widgets/labels.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace weft;
using namespace weft::ui;

class InspectorTest : public QObject {
    Q_OBJECT

    struct Fixture {
        tests::Chain chain;
        Appearance appearance;
        Document document;
        Selection selection;
        Inspector inspector{document, selection, appearance};

        Fixture() {
            document.reset({chain.project, {}, {}});
            selection.showGraph(chain.project.root);
            selection.showModel(chain.model);
            inspector.resize(300, 700);
            inspector.show();
            QVERIFY(QTest::qWaitForWindowExposed(&inspector));
        }
        /// A layer that holds another, over 5 steps of 4 numbers.
        static CallId addWrapped(Project& p, const std::string& type) {
            Graph& g = p.rootGraph();
            const CallId steps = addLayer(g, p.ids, Layer{.type = "Input", .name = "steps", .params = {{"shape", Value(std::vector<std::int64_t>{5, 4})}}, .trainable = true, .graph = {}, .model = {}}, 0);
            const CallId call = addLayer(g, p.ids, Layer{.type = type, .name = "wrapped", .params = {}, .trainable = true, .graph = {}, .model = {}}, 1);
            weft::connect(g, {steps, 0}, call, 0);
            return call;
        }
        const Layer& layer(CallId call) const { return *document.project().rootGraph().layerOf(call); }
        std::int64_t units(CallId call) const { return *layer(call).params.at("units").asInteger(); }
        template <class T> T* find(const char* name) const {
            for (T* widget : inspector.widget()->findChildren<T*>(QString::fromLatin1(name))) {
                if (widget->isVisible()) {
                    return widget;
                }
            }
            return nullptr;
        }
        /// Replaces the text of a field by real keys.
        void type(QLineEdit* field, const QString& text) const {
            QTest::mouseClick(field, Qt::LeftButton);
            QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
            QTest::keyClicks(field, text);
        }
    };

private Q_SLOTS:
    void typingUnitsIsOneStepThatUndoTakesBack() {
        Fixture f;
        f.selection.select({f.chain.hidden});
        auto* units = f.find<QLineEdit>("units");
        QVERIFY(units);
        QCOMPARE(units->text(), QString("8"));
        f.type(units, "128");
        QTest::keyClick(units, Qt::Key_Return);
        QCOMPARE(f.units(f.chain.hidden), 128);
        QCOMPARE(f.document.undoText(), QString("Set units of hidden"));
        f.document.undo();
        QCOMPARE(f.units(f.chain.hidden), 8);
        QVERIFY(!f.document.canUndo());
        QCOMPARE(f.find<QLineEdit>("units")->text(), QString("8"));
        f.document.redo();
        QCOMPARE(f.units(f.chain.hidden), 128);
    }

    void aBadValueIsRefusedInPlaceWithTheReason() {
        Fixture f;
        f.selection.select({f.chain.hidden});
        auto* units = f.find<QLineEdit>("units");
        QVERIFY(!f.find<QLabel>("units.reason"));
        f.type(units, "0");
        QCOMPARE(f.units(f.chain.hidden), 8);
        auto* reason = f.find<QLabel>("units.reason");
        QVERIFY(reason);
        QVERIFY2(reason->text().contains("1"), qPrintable(reason->text()));
        f.type(units, "many");
        QCOMPARE(f.units(f.chain.hidden), 8);
        QVERIFY2(f.find<QLabel>("units.reason")->text().contains("many"), qPrintable(f.find<QLabel>("units.reason")->text()));
        QTest::keyClick(units, Qt::Key_Escape);
        QCOMPARE(units->text(), QString("8"));
        QVERIFY(!f.find<QLabel>("units.reason"));
        QVERIFY(!f.document.canUndo());
    }

    void severalBoxesAreEditedTogether() {
        Fixture f;
        f.selection.select({f.chain.hidden, f.chain.out});
        auto* units = f.find<QLineEdit>("units");
        QVERIFY(units);
        QCOMPARE(units->text(), QString());
        QCOMPARE(units->placeholderText(), QString("several values"));
        f.type(units, "16");
        QCOMPARE(f.units(f.chain.hidden), 16);
        QCOMPARE(f.units(f.chain.out), 16);
        f.document.undo();
        QCOMPARE(f.units(f.chain.hidden), 8);
        QCOMPARE(f.units(f.chain.out), 3);
    }

    void theDefaultIsMarkedAndComesBackByAClick() {
        Fixture f;
        f.selection.select({f.chain.hidden});
        auto* mark = f.find<QWidget>("activation.default");
        QVERIFY(mark && mark->isEnabled());
        QTest::mouseClick(mark, Qt::LeftButton);
        QVERIFY(!f.layer(f.chain.hidden).params.contains("activation"));
        QVERIFY(!f.find<QWidget>("activation.default")->isEnabled());
    }

    void aNameThatIsTakenIsRefused() {
        Fixture f;
        f.selection.select({f.chain.hidden});
        auto* name = f.find<QLineEdit>("name");
        f.type(name, "out");
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(QString::fromStdString(f.layer(f.chain.hidden).name), QString("hidden"));
        QVERIFY(f.find<QLabel>("name.reason"));
        // What was typed is not lost, neither by looking away nor by what others change.
        f.find<QLineEdit>("units")->setFocus();
        f.document.edit("Else", [&](Project& p) { p.rootGraph().layerOf(f.chain.out)->params["units"] = 4; });
        QCOMPARE(name->text(), QString("out"));
        QVERIFY(f.find<QLabel>("name.reason"));
        f.type(name, "out");
        QTest::keyClick(name, Qt::Key_Escape);
        QCOMPARE(name->text(), QString("hidden"));
        QVERIFY(!f.find<QLabel>("name.reason"));
        f.type(name, "encoder");
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(QString::fromStdString(f.layer(f.chain.hidden).name), QString("encoder"));
    }

    void aModelsNameThatIsTakenIsRefusedInPlace() {
        Fixture f;
        f.document.edit("Second", [&](Project& p) { defineModel(p.rootGraph(), p.ids, {"half", {f.chain.input}, {{f.chain.hidden, 0}}}); });
        auto* name = f.find<QLineEdit>("name");
        f.type(name, "half");
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(f.document.project().rootGraph().model(f.chain.model)->name, std::string("model"));
        QVERIFY(f.find<QLabel>("name.reason"));
        QCOMPARE(name->text(), QString("half"));
        f.type(name, "whole");
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(f.document.project().rootGraph().model(f.chain.model)->name, std::string("whole"));
        QVERIFY(!f.find<QLabel>("name.reason"));
    }

    void everyLayerOfTheCatalogueHasAForm() {
        for (const LayerType& type : layerTypes()) {
            Fixture f;
            CallId call;
            f.document.edit("Add", [&](Project& p) {
                call = addLayer(p.rootGraph(), p.ids, Layer{.type = type.name, .name = "new_one", .params = {}, .trainable = true, .graph = {}, .model = {}},
                                std::max(0, type.inputs.minimum));
            });
            f.selection.select({call});
            for (const Parameter& parameter : type.schema) {
                const auto name = QString::fromStdString(parameter.name);
                QVERIFY2(f.inspector.widget()->findChild<QWidget*>(name), qPrintable(QString::fromStdString(type.name) + "." + name));
            }
        }
    }

    void aSharedLayerTellsEveryCallAndMakesOneUnique() {
        Fixture f;
        CallId small, large;
        f.document.edit("Draw", [&](Project& p) {
            Graph& g = p.rootGraph();
            const auto picture = [&](const char* name, std::int64_t side) {
                return addLayer(g, p.ids, Layer{.type = "Input", .name = name, .params = {{"shape", Value(std::vector<std::int64_t>{side, side, 3})}}, .trainable = true, .graph = {}, .model = {}}, 0);
            };
            const CallId a = picture("thumbs", 32);
            const CallId b = picture("photos", 64);
            small = addLayer(g, p.ids, Layer{.type = "Conv2D", .name = "eye", .params = {{"filters", 8}, {"kernel_size", Value(std::vector<std::int64_t>{3, 3})}}, .trainable = true, .graph = {}, .model = {}}, 1);
            large = addCall(g, p.ids, g.call(small)->layer, 1);
            weft::connect(g, {a, 0}, small, 0);
            weft::connect(g, {b, 0}, large, 0);
        });
        f.selection.select({small});
        auto* calls = f.find<QLabel>("calls");
        QVERIFY(calls);
        QCOMPARE(calls->text(), QString("Called 2 times"));
        QCOMPARE(f.find<NumberRow>("out")->number(), QString("30 × 30 × 8"));
        QCOMPARE(f.find<NumberRow>("parameters")->number(), QString("224")); // once: (3 * 3 * 3 + 1) * 8
        auto* other = f.find<QAbstractButton>("call.2");
        QVERIFY(other);
        QVERIFY2(other->accessibleName().contains("photos") && other->accessibleName().contains("62 × 62 × 8"), qPrintable(other->accessibleName()));
        QTest::mouseClick(other, Qt::LeftButton);
        QCOMPARE(f.selection.calls(), std::set<CallId>{large});
        QCOMPARE(f.find<NumberRow>("out")->number(), QString("62 × 62 × 8"));
        QTest::mouseClick(f.find<QPushButton>("make_unique"), Qt::LeftButton);
        const Graph& graph = f.document.project().rootGraph();
        QVERIFY(graph.call(small)->layer != graph.call(large)->layer);
        QVERIFY(graph.layerOf(large)->params == graph.layerOf(small)->params);
        QVERIFY(!f.find<QLabel>("calls"));
        f.document.undo();
        QVERIFY(f.document.project().rootGraph().call(small)->layer == f.document.project().rootGraph().call(large)->layer);
        QVERIFY(f.find<QLabel>("calls"));
    }

    void aBoxThatRunsAModelTellsWhatItRunsAndLeadsInside() {
        Fixture f;
        CallId box;
        f.document.editWithWeights("Group", [&](Project& p, WeightChanges& changes) {
            box = groupCalls(p, p.root, {f.chain.hidden}, {{{f.chain.input, 0}, {Shape{kUnknown, 4}, DType::float32}}}, changes).call;
        });
        f.selection.select({box});
        QVERIFY(f.find<QLabel>("runs") && !f.find<QLabel>("runs")->text().isEmpty());
        QCOMPARE(f.find<NumberRow>("trainable_parameters")->number(), QString("40")); // 4 * 8 + 8
        QCOMPARE(f.find<NumberRow>("frozen_parameters")->number(), QString("0"));
        QVERIFY(f.find<QLabel>("instance")->text().contains("own"));
        QTest::mouseClick(f.find<QAbstractButton>("trainable"), Qt::LeftButton);
        QVERIFY(!f.layer(box).trainable);
        QCOMPARE(f.find<NumberRow>("frozen_parameters")->number(), QString("40"));
        f.document.edit("Again", [&](Project& p) { addCall(p.rootGraph(), p.ids, p.rootGraph().call(box)->layer, 1); });
        QVERIFY2(f.find<QLabel>("instance")->text().contains("2 boxes"), qPrintable(f.find<QLabel>("instance")->text()));
        const GraphId inside = f.layer(box).graph;
        QTest::mouseClick(f.find<QPushButton>("enter"), Qt::LeftButton);
        QVERIFY(f.selection.graph() == inside);
        QCOMPARE(f.selection.path().size(), std::size_t{1});
        QVERIFY(f.selection.path().front().box == box);
        QVERIFY(f.find<QLineEdit>("name")); // the sub-model, with its name
    }

    void aWrappersLayerIsEditedInPlaceInOneStep() {
        Fixture f;
        CallId call;
        f.document.edit("Wrap", [&](Project& p) { call = f.addWrapped(p, "TimeDistributed"); });
        f.selection.select({call});
        auto* held = f.find<QComboBox>("layer");
        QVERIFY(held);
        held->setCurrentIndex(held->findText("Dense"));
        Q_EMIT held->activated(held->currentIndex());
        f.document.endMerge();
        QVERIFY(f.layer(call).params.at("layer") == Value(Object{"Dense", {}}));
        QTRY_VERIFY(f.find<QLineEdit>("units"));
        auto* units = f.find<QLineEdit>("units");
        f.type(units, "12");
        QTest::keyClick(units, Qt::Key_Return);
        QVERIFY(*f.layer(call).params.at("layer").asObject() == (Object{"Dense", {{"units", 12}}}));
        QCOMPARE(f.find<NumberRow>("out")->number(), QString("5 × 12"));
        f.document.undo();
        QVERIFY(f.layer(call).params.at("layer") == Value(Object{"Dense", {}}));
    }

    void aModelOfTheProjectIsAppliedToEachStep() {
        Fixture f;
        CallId call, box;
        f.document.editWithWeights("Group", [&](Project& p, WeightChanges& changes) {
            box = groupCalls(p, p.root, {f.chain.hidden}, {{{f.chain.input, 0}, {Shape{kUnknown, 4}, DType::float32}}}, changes).call;
            call = f.addWrapped(p, "TimeDistributed");
        });
        f.selection.select({call});
        auto* inner = f.find<QComboBox>("inner_model");
        QVERIFY(inner);
        QCOMPARE(inner->count(), 2); // a layer, or what was grouped; not the graph it stands in
        inner->setCurrentIndex(1);
        Q_EMIT inner->activated(1);
        QVERIFY(f.layer(call).graph == f.layer(box).graph);
        QVERIFY(f.find<QPushButton>("enter"));
        QVERIFY(!f.find<QComboBox>("layer"));
        QCOMPARE(QString::fromStdString(f.document.analysis(f.chain.project.root).calls.at(call).outputs.at(0).shape.wireText()), QString("5 × 8"));
        f.document.undo();
        QVERIFY(!f.layer(call).graph);
        QVERIFY(!f.find<QPushButton>("enter"));
        QTRY_VERIFY(f.find<QComboBox>("layer"));
    }

    void weightsFollowWhatAnotherModelOverTheSameLayersLearned() {
        Fixture f;
        f.selection.select({f.chain.hidden});
        QVERIFY(!f.find<QComboBox>("weight"));
        Trained trained;
        const WeightKey key{{f.document.project().rootGraph().call(f.chain.hidden)->layer}, "kernel"};
        const auto filled = [](float value) {
            auto tensor = std::make_shared<Tensor>(Shape{4, 8}, DType::float32);
            std::fill_n(tensor->data<float>(), 32, value);
            return tensor;
        };
        trained.weights[key] = filled(0.25F);
        f.document.adopt(trained);
        QCOMPARE(f.find<QComboBox>("weight")->currentText(), QString("kernel  4 × 8"));
        QCOMPARE(f.find<QLabel>("weight_mean")->text(), QString("mean 0.2500"));
        trained.weights[key] = filled(0.5F);
        f.document.adopt(trained);
        QCOMPARE(f.find<QLabel>("weight_mean")->text(), QString("mean 0.5000"));
    }

    void problemsOfTheBoxStandOnTop() {
        Fixture f;
        f.document.edit("Cut", [&](Project& p) { weft::disconnect(p.rootGraph(), f.chain.out, 0, false); });
        f.selection.select({f.chain.out});
        QTRY_VERIFY(f.find<QLabel>("problem"));
        QCOMPARE(f.find<QLabel>("problem")->text(), QString::fromStdString(f.document.analysis(f.chain.project.root).diagnostics.front().message));
    }
};

QTEST_MAIN(InspectorTest)
#include "inspector_test.moc"
