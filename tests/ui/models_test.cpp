// SPDX-License-Identifier: Apache-2.0
// Several models over one drawing, sub-models and their insertion, freezing by name: through the window, by mouse and keys.
#include "engine/data/dataset.h"
#include "engine/io/weft_model.h"
#include "engine/project/project_json.h"
#include "engine/project/weight_changes.h"
#include "engine/schema/value_json.h"
#include "tests/ui/sample_projects.h"
#include "ui/canvas/canvas.h"
#include "ui/document/levels.h"
#include "ui/main_window/insert_dialog.h"
#include "ui/main_window/main_window.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <nlohmann/json.hpp>

using namespace weft;
using namespace weft::ui;

namespace {

/// Input x (4) -> code Dense (2) -> back Dense (4): an autoencoder of iris flowers, trained on its own input.
ProjectFile autoencoder() {
    Project project = emptyProject();
    Graph& graph = project.rootGraph();
    const auto add = [&](const char* type, const char* name, ParamMap params, int ports, double y) {
        const CallId call = addLayer(graph, project.ids, Layer{.type = type, .name = name, .params = std::move(params), .trainable = true, .graph = {}, .model = {}}, ports);
        project.layout[call] = {0, y};
        return call;
    };
    const CallId x = add("Input", "x", {{"shape", Value(std::vector<std::int64_t>{4})}}, 0, 0);
    const CallId code = add("Dense", "code", {{"units", 2}, {"activation", "tanh"}}, 1, 100);
    const CallId back = add("Dense", "back", {{"units", 4}}, 1, 200);
    weft::connect(graph, {x, 0}, code, 0);
    weft::connect(graph, {code, 0}, back, 0);
    const ModelId model = defineModel(graph, project.ids, {"autoencoder", {x}, {{back, 0}}});
    for (const BundledData& bundled : bundledData()) {
        if (bundled.name == "iris") {
            project.data = bundled.spec;
        }
    }
    TrainingConfig& config = project.training[model];
    config.inputs["x"] = "features";
    config.outputs["back"].loss = Object{"MeanSquaredError", {}};
    config.outputs["back"].target = "features";
    config.epochs = 4;
    Trained trained;
    initialize(*Model::build(project.graphs, project.root, model), 5, trained.weights);
    return {project, trained, {}};
}

} // namespace

class ModelsTest : public QObject {
    Q_OBJECT

    struct Fixture {
        Appearance appearance;
        MainWindow window{appearance};

        Fixture() {
            appearance.setMode(Appearance::Mode::light);
            window.resize(1400, 900);
            window.show();
            window.document().reset(autoencoder());
            window.showDrawing(true);
            QVERIFY(QTest::qWaitForWindowExposed(&window));
            QTest::qWait(20); // docks settle, the drawing is fitted
        }
        Document& document() { return window.document(); }
        Canvas& canvas() { return window.canvas(); }
        const Graph& graph() { return document().project().graphs.at(window.selection().graph()); }
        CallId named(const char* name) {
            for (const auto& [id, call] : graph().calls) {
                if (graph().layers.at(call.layer).name == name) {
                    return id;
                }
            }
            return {};
        }
        void click(const char* box, Qt::KeyboardModifiers modifiers = {}) {
            QTest::mouseClick(&canvas(), Qt::LeftButton, modifiers, (canvas().boxCenter(named(box)) + QPointF(20, 0)).toPoint());
        }
        template <class Widget>
        Widget* find(const char* name) {
            auto* found = window.findChild<Widget*>(name);
            if (!found) {
                qWarning("there is no %s", name);
            }
            return found;
        }
        /// After a dialog: no screen here gives the window the keys again.
        void backToWindow() {
            QTest::qWait(1);
            window.activateWindow();
            QVERIFY(QTest::qWaitForWindowActive(&window));
            canvas().setFocus();
        }
        void press(const char* button) { QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton); }
        ModelId model(const char* name) {
            for (const auto& [id, model] : document().project().rootGraph().models) {
                if (model.name == name) {
                    return id;
                }
            }
            return {};
        }
        std::vector<Tensor> predictions(ModelId id) {
            const auto built = Model::build(document().project().graphs, document().project().root, id);
            std::map<std::string, Tensor> inputs;
            for (const Model::Port& port : built->inputs()) {
                Tensor rows(port.spec.shape.withBatch(3));
                for (std::int64_t i = 0; i < rows.size(); ++i) {
                    rows.data<float>()[i] = static_cast<float>(i) / 5.0F;
                }
                inputs.emplace(port.name, std::move(rows));
            }
            return predict(*built, document().trained().weights, inputs, 3, 1);
        }
        std::string json() {
            Project project = document().project();
            project.ids = IdSource();
            return writeJson(projectToJson(project));
        }
        /// The step since `before` undoes and redoes to the same JSON.
        void undoesAndRedoes(const std::string& before) {
            const std::string after = json();
            QVERIFY(after != before);
            backToWindow();
            QTest::keyClick(&canvas(), Qt::Key_Z, Qt::ControlModifier);
            QCOMPARE(QString::fromStdString(json()), QString::fromStdString(before));
            QTest::keyClick(&canvas(), Qt::Key_Y, Qt::ControlModifier);
            QCOMPARE(QString::fromStdString(json()), QString::fromStdString(after));
        }
        void defineEncoder() {
            click("x");
            click("code", Qt::ControlModifier);
            QTest::keyClick(&window, Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
            QTest::keyClicks(find<QLineEdit>("model_name"), "encoder");
            press("model_ok");
            QTest::qWait(1);
        }
    };
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("WeftTests");
        QCoreApplication::setApplicationName("models_test");
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    }

    void selectedEndsAreNamedAsAModel() {
        Fixture f;
        const std::string before = f.json();
        f.defineEncoder();
        const ModelId encoder = f.model("encoder");
        QVERIFY(encoder);
        const ModelDef& def = *f.document().project().rootGraph().model(encoder);
        QVERIFY(def.inputs == std::vector{f.named("x")});
        QVERIFY((def.outputs == std::vector<Source>{{f.named("code"), 0}}));
        QVERIFY(f.window.chosenModel() == encoder);
        auto* models = f.find<QComboBox>("models");
        QCOMPARE(models->count(), 2);
        QCOMPARE(models->currentText(), QString("encoder"));
        // What is not part of it is dimmed.
        Scene scene;
        scene.build(f.document(), f.document().project().root, f.window.chosenModel());
        QVERIFY(!scene.box(f.named("code"))->dimmed && scene.box(f.named("back"))->dimmed);
        f.undoesAndRedoes(before);
    }

    void aModelIsChangedAndDeleted() {
        Fixture f;
        f.defineEncoder();
        const ModelId encoder = f.model("encoder");
        f.window.findChild<QAction*>("change_model")->trigger();
        auto* outputs = f.find<QListWidget>("model_outputs");
        QCOMPARE(outputs->count(), 2);
        // A click on the tick box of `back`.
        const auto tick = [&](int row) {
            const QRect at = outputs->visualItemRect(outputs->item(row));
            QTest::mouseClick(outputs->viewport(), Qt::LeftButton, {}, at.topLeft() + QPoint(9, at.height() / 2));
        };
        tick(1);
        tick(0);
        QCOMPARE(outputs->item(0)->checkState(), Qt::Unchecked);
        QCOMPARE(outputs->item(1)->checkState(), Qt::Checked);
        tick(1);
        QVERIFY(!f.find<QPushButton>("model_ok")->isEnabled());
        QVERIFY(f.find<QLabel>("model_note")->text().contains("at least one output"));
        tick(1);
        auto* name = f.find<QLineEdit>("model_name");
        name->selectAll();
        QTest::keyClicks(name, "autoencoder");
        QVERIFY(f.find<QLabel>("model_note")->text().contains("another model named autoencoder"));
        name->selectAll();
        QTest::keyClicks(name, "there_and_back");
        const std::string before = f.json();
        f.press("model_ok");
        QTest::qWait(1);
        QCOMPARE(f.document().project().rootGraph().model(encoder)->name, std::string("there_and_back"));
        QVERIFY((f.document().project().rootGraph().model(encoder)->outputs == std::vector<Source>{{f.named("back"), 0}}));
        f.undoesAndRedoes(before);
        const std::string two = f.json();
        f.window.findChild<QAction*>("delete_model")->trigger();
        QCOMPARE(f.document().project().rootGraph().models.size(), std::size_t{1});
        QVERIFY(f.window.chosenModel() == f.model("autoencoder"));
        QVERIFY(!f.window.findChild<QAction*>("delete_model")->isEnabled());
        f.undoesAndRedoes(two);
    }

    void trainingOneModelMovesTheOthersWeights() {
        Fixture f;
        f.defineEncoder();
        auto* models = f.find<QComboBox>("models");
        models->setFocus();
        QTest::keyClick(models, Qt::Key_Up); // the autoencoder
        QVERIFY(f.window.chosenModel() == f.model("autoencoder"));
        const auto encoded = f.predictions(f.model("encoder"));
        QSignalSpy finished(&f.window.training(), &TrainingController::finished);
        f.press("toolbar_train");
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30000);
        QCOMPARE(finished.front().front().toString(), QString());
        QVERIFY(f.predictions(f.model("encoder")) != encoded);
        QVERIFY(f.document().trained().optimizers.contains(f.model("autoencoder")));
        QVERIFY(!f.document().trained().optimizers.contains(f.model("encoder")));
    }

    void whatIsGroupedWhileItTrainsKeepsWhatItLearns() {
        Fixture f;
        f.document().edit("Epochs", [&](Project& p) { p.training[f.model("autoencoder")].epochs = 1'000'000; });
        f.press("toolbar_train");
        QTRY_VERIFY_WITH_TIMEOUT(f.window.training().history().size() >= 2, 30000);
        f.click("code");
        f.canvas().setFocus();
        QTest::keyClick(&f.canvas(), Qt::Key_G, Qt::ControlModifier);
        QVERIFY(f.named("sub_model"));
        const auto grouped = f.predictions(f.model("autoencoder"));
        const std::size_t epochs = f.window.training().history().size();
        QTRY_VERIFY_WITH_TIMEOUT(f.window.training().history().size() > epochs + 1, 30000);
        QSignalSpy finished(&f.window.training(), &TrainingController::finished);
        f.press("toolbar_stop");
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 5000);
        QCOMPARE(f.document().trained().weights.size(), std::size_t{4}); // none under a path that is no more
        QVERIFY(f.predictions(f.model("autoencoder")) != grouped);
        const auto learned = f.predictions(f.model("autoencoder"));
        QTest::keyClick(&f.canvas(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!f.named("sub_model"));
        QVERIFY(f.predictions(f.model("autoencoder")) == learned);
    }

    void theBreadcrumbLeadsBack() {
        Fixture f;
        f.click("code");
        QTest::keyClick(&f.canvas(), Qt::Key_G, Qt::ControlModifier);
        const ModelId model = f.window.chosenModel();
        QTest::keyClick(&f.canvas(), Qt::Key_Return);
        QVERIFY(f.window.selection().graph() != f.document().project().root);
        QTRY_COMPARE(f.find<QLabel>("crumb_here")->text(), QString("sub_model"));
        QVERIFY2(f.window.chosenModel() == model, "what is trained does not change by looking inside");
        QTest::mouseClick(f.find<QToolButton>("crumb_0"), Qt::LeftButton);
        QVERIFY(f.window.selection().graph() == f.document().project().root);
        QVERIFY(f.window.selection().single() == f.named("sub_model"));
    }

    void modelsOfThisProjectAreInsertedThreeWays() {
        Fixture f;
        f.click("code");
        QTest::keyClick(&f.canvas(), Qt::Key_G, Qt::ControlModifier);
        const LayerId first = f.graph().call(f.named("sub_model"))->layer;
        const auto choose = [&](const char* way) {
            f.backToWindow();
            QTest::keyClick(&f.window, Qt::Key_I, Qt::ControlModifier);
            auto* list = f.find<QListWidget>("insert_models");
            for (int row = 0; row < list->count(); ++row) {
                if (list->item(row)->text().startsWith("sub_model")) {
                    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(row)).center());
                }
            }
            QTest::mouseClick(f.find<QRadioButton>(way), Qt::LeftButton, {}, QPoint(8, f.find<QRadioButton>(way)->height() / 2));
            QVERIFY(f.find<QRadioButton>(way)->isChecked());
            const std::string before = f.json();
            f.press("insert_ok");
            QTest::qWait(1);
            f.undoesAndRedoes(before);
        };
        choose("insert_same");
        QCOMPARE(f.graph().callsOf(first).size(), std::size_t{2});
        choose("insert_instance");
        QVERIFY(f.named("sub_model_1"));
        QVERIFY(f.graph().layerOf(f.named("sub_model_1"))->graph == f.graph().layer(first)->graph);
        QCOMPARE(f.document().trained().weights.size(), std::size_t{6});
        choose("insert_copy");
        QVERIFY(f.named("sub_model_2"));
        QVERIFY(f.graph().layerOf(f.named("sub_model_2"))->graph != f.graph().layer(first)->graph);
        QCOMPARE(f.document().trained().weights.size(), std::size_t{8});
        // The model around: only as a copy.
        f.backToWindow();
        QTest::keyClick(&f.window, Qt::Key_I, Qt::ControlModifier);
        auto* list = f.find<QListWidget>("insert_models");
        QVERIFY(list->item(0)->text().startsWith("autoencoder"));
        list->setCurrentRow(1);
        list->setCurrentRow(0);
        QVERIFY(!f.find<QRadioButton>("insert_same")->isEnabled() && !f.find<QRadioButton>("insert_instance")->isEnabled());
        QVERIFY(f.find<QRadioButton>("insert_copy")->isChecked());
        QVERIFY(f.find<QLabel>("insert_note")->text().contains("no model contains itself"));
    }

    void aModelComesFromAFileOrAnExportWithItsWeights() {
        Fixture f;
        const QString path = m_folder.filePath("trained.weft");
        f.document().save(path);
        const QString folder = m_folder.filePath("exported");
        ProjectFile bare{f.document().project(), f.document().trained(), {}};
        bare.project.data = {}; // its steps would have to be fitted first
        bare.project.training.clear();
        exportWeftModel(bare, f.model("autoencoder"), folder.toStdString());
        const auto original = f.predictions(f.model("autoencoder"));
        for (const QString& from : {path, folder}) {
            f.document().reset({emptyProject(), {}, {}});
            f.backToWindow();
            QTest::keyClick(&f.window, Qt::Key_I, Qt::ControlModifier);
            auto* dialog = f.window.findChild<InsertDialog*>();
            QVERIFY(dialog);
            dialog->openFile(m_folder.filePath("nothing.weft"));
            QVERIFY(f.find<QLabel>("insert_note")->text().endsWith('.'));
            dialog->openFile(from);
            QVERIFY2(f.find<QPushButton>("insert_ok")->isEnabled(), qPrintable(f.find<QLabel>("insert_note")->text()));
            const std::string before = f.json();
            f.press("insert_ok");
            QTest::qWait(1);
            const CallId box = f.named("autoencoder");
            QVERIFY(box);
            f.undoesAndRedoes(before);
            f.document().edit("Input", [&](Project& p) {
                const CallId x = addLayer(p.rootGraph(), p.ids,
                                          Layer{.type = "Input", .name = "x", .params = {{"shape", Value(std::vector<std::int64_t>{4})}}, .trainable = true, .graph = {}, .model = {}}, 0);
                weft::connect(p.rootGraph(), {x, 0}, box, 0);
            });
            QVERIFY(f.document().diagnostics().empty());
            QVERIFY(f.predictions(f.window.chosenModel()) == original);
            // Inside it can be read: boxes stand apart.
            f.canvas().enter(box);
            QVERIFY((f.canvas().boxCenter(f.named("code")) - f.canvas().boxCenter(f.named("back"))).manhattanLength() > 30);
        }
    }

    void layersAreFrozenByName() {
        Fixture f;
        f.click("code");
        QTest::keyClick(&f.canvas(), Qt::Key_G, Qt::ControlModifier);
        f.window.findChild<QAction*>("freeze_by_name")->trigger();
        auto* pattern = f.find<QLineEdit>("freeze_pattern");
        auto* list = f.find<QListWidget>("freeze_list");
        QCOMPARE(list->count(), 3); // the sub-model, back, and code inside
        QTest::keyClicks(pattern, "c*");
        QCOMPARE(list->count(), 1);
        QCOMPARE(list->item(0)->text(), QString("sub_model/code"));
        pattern->clear();
        QTest::keyClicks(pattern, "zzz");
        QVERIFY(!f.find<QPushButton>("freeze_on")->isEnabled());
        pattern->clear();
        QTest::keyClicks(pattern, "sub_model/*, back");
        QCOMPARE(list->count(), 2);
        const std::string before = f.json();
        f.press("freeze_on");
        int frozen = 0;
        for (const auto& [graphId, graph] : f.document().project().graphs) {
            for (const auto& [id, layer] : graph.layers) {
                frozen += !layer.trainable;
            }
        }
        QCOMPARE(frozen, 2);
        f.document().undo(); // the dialog keeps the keys to itself
        QCOMPARE(QString::fromStdString(f.json()), QString::fromStdString(before));
        f.document().redo();
        f.press("freeze_off");
        QCOMPARE(QString::fromStdString(f.json()), QString::fromStdString(before));
    }
};

QTEST_MAIN(ModelsTest)
#include "models_test.moc"
