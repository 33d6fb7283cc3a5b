// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/sample_projects.h"
#include "ui/panels/panel.h"
#include "ui/widgets/legend_row.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace weft;
using namespace weft::ui;

class TrainingPanelTest : public QObject {
    Q_OBJECT

    struct Fixture {
        tests::Chain chain;
        Appearance appearance;
        Document document;
        Selection selection;
        TrainingController training{document};
        DataImporter importer{document};
        std::unique_ptr<QWidget> panel;

        Fixture() {
            document.reset({chain.project, {}, {}});
            selection.showGraph(chain.project.root);
            selection.showModel(chain.model);
            const PanelContext context{document, selection, training, importer, appearance};
            for (const PanelType& type : panelTypes()) {
                if (type.name == "training") {
                    panel.reset(type.make(context, nullptr));
                }
            }
            panel->resize(1400, 280);
            panel->show();
            QVERIFY(QTest::qWaitForWindowExposed(panel.get()));
        }
        const TrainingConfig& config() const { return document.project().training.at(chain.model); }
        template <class T> T* find(const char* name) const {
            for (T* widget : panel->findChildren<T*>(QString::fromLatin1(name))) {
                if (widget->isVisible()) {
                    return widget;
                }
            }
            return nullptr;
        }
        template <class T> QList<T*> all(const char* name) const {
            QList<T*> found;
            for (T* widget : panel->findChildren<T*>(QString::fromLatin1(name))) {
                if (widget->isVisible()) {
                    found << widget;
                }
            }
            return found;
        }
        void choose(const char* name, const QString& text) const {
            auto* box = find<QComboBox>(name);
            QVERIFY(box);
            const int index = box->findText(text);
            QVERIFY2(index >= 0, qPrintable(text));
            box->setCurrentIndex(index);
            Q_EMIT box->activated(index);
        }
        void type(QLineEdit* field, const QString& text) const {
            QTest::mouseClick(field, Qt::LeftButton);
            QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
            QTest::keyClicks(field, text);
        }
    };

private Q_SLOTS:
    void anUntrainableModelSaysWhyBesideTheDisabledButton() {
        Fixture f;
        QVERIFY(!f.find<QPushButton>("train")->isEnabled());
        auto* obstacles = f.find<QLabel>("obstacles");
        QVERIFY(obstacles);
        QCOMPARE(obstacles->text(), f.training.obstacles(f.chain.model).join('\n'));
        QVERIFY(!obstacles->text().isEmpty());
    }

    void aLossIsChosenPerOutput() {
        Fixture f;
        f.choose("loss", "Categorical crossentropy");
        QVERIFY(f.config().outputs.at("out").loss);
        QCOMPARE(QString::fromStdString(f.config().outputs.at("out").loss->type), QString("CategoricalCrossentropy"));
        QVERIFY(f.find<QLabel>("total")->text().contains("out"));
        f.document.undo();
        QVERIFY(!f.document.project().training.contains(f.chain.model));
    }

    void numbersOfTheRunAreTypedAndChecked() {
        Fixture f;
        auto* batch = f.find<QLineEdit>("batch_size");
        f.type(batch, "64");
        QCOMPARE(f.config().batchSize, 64);
        f.type(batch, "0");
        QCOMPARE(f.config().batchSize, 64);
        QVERIFY(f.find<QLabel>("training.reason"));
        f.type(f.find<QLineEdit>("learning_rate"), "0.01");
        QCOMPARE(*f.config().optimizer.params.at("learning_rate").asNumber(), 0.01);
        f.type(f.find<QLineEdit>("validation_split"), "1");
        QCOMPARE(f.config().validationSplit, 0.0);
    }

    void everyOutputHasARowOfItsOwn() {
        Fixture f;
        f.document.edit("Two outputs", [&](Project& p) {
            p.rootGraph().models.at(f.chain.model).outputs = {{f.chain.hidden, 0}, {f.chain.out, 0}};
            p.data.columns = {{"labels", "s", {}, {}, {}}, {"importance", "s", {}, {}, {}}};
        });
        QCOMPARE(f.all<QComboBox>("loss").size(), 2);
        const auto place = [&](QWidget* widget) { return QRect(widget->mapTo(f.panel.get(), QPoint()), widget->size()); };
        for (const int width : {1400, 860}) {
            f.panel->resize(width, 280);
            QTest::qWait(20);
            const QRect metrics = place(f.all<QToolButton>("metrics")[0]);
            QVERIFY(metrics.width() >= 80);
            QVERIFY(!metrics.intersects(place(f.all<QComboBox>("target")[0])));
            QVERIFY(!metrics.intersects(place(f.all<QLineEdit>("loss_weight")[0])));
        }
        f.panel->resize(1400, 280);
        QTest::qWait(20);
        QCOMPARE(f.find<QLabel>("total")->text(), QString("No output has a loss yet."));
        const auto choose = [](QComboBox* box, const QString& text) {
            box->setCurrentIndex(box->findText(text));
            Q_EMIT box->activated(box->currentIndex());
        };
        choose(f.all<QComboBox>("loss")[1], "Mean squared error");
        choose(f.all<QComboBox>("target")[1], "labels");
        // An output without a loss is trained by nothing, and the formula says so.
        QCOMPARE(f.find<QLabel>("total")->text(), QString("loss = mean_squared_error(labels, out)    without a loss: hidden"));
        QVERIFY(!f.all<QLineEdit>("loss_weight")[0]->isEnabled());
        auto* menu = f.panel->findChild<QMenu*>("loss_for_all_menu");
        QVERIFY(menu);
        for (QAction* action : menu->actions()) {
            if (action->text() == "Mean absolute error") {
                action->trigger();
            }
        }
        QCOMPARE(f.config().outputs.at("hidden").loss->type, std::string("MeanAbsoluteError"));
        QCOMPARE(f.config().outputs.at("out").loss->type, std::string("MeanAbsoluteError"));
        f.type(f.all<QLineEdit>("loss_weight")[0], "0.2");
        QCOMPARE(f.find<QLabel>("total")->text(), QString("loss = 0.2 · hidden_loss + 1 · out_loss"));
        // Weights of samples and classes are folded away until they are wanted.
        QVERIFY(f.all<QLineEdit>("class_weights").isEmpty());
        QTest::mouseClick(f.all<QToolButton>("more_of_output")[0], Qt::LeftButton);
        choose(f.all<QComboBox>("sample_weights")[0], "importance");
        QCOMPARE(f.config().outputs.at("hidden").sampleWeights, std::string("importance"));
        auto* classes = f.all<QLineEdit>("class_weights")[0];
        f.type(classes, "0: 1, 2: 2.5");
        QCOMPARE(f.config().outputs.at("hidden").classWeights, (std::map<std::int64_t, double>{{0, 1.0}, {2, 2.5}}));
        f.type(classes, "0: heavy");
        QVERIFY(f.find<QLabel>("training.reason")->text().contains("0: heavy"));
        QCOMPARE(f.config().outputs.at("hidden").classWeights.size(), std::size_t{2});
        QTest::keyClick(classes, Qt::Key_Escape);
        QCOMPARE(classes->text(), QString("0: 1, 2: 2.5"));
        QVERIFY(!f.find<QLabel>("training.reason"));
        QTest::keyClick(classes, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(classes, Qt::Key_Delete);
        QVERIFY(f.config().outputs.at("hidden").classWeights.empty());
    }

    void modelsOverOneDrawingAreConfiguredApart() {
        Fixture f;
        ModelId half;
        f.document.edit("Second", [&](Project& p) { half = defineModel(p.rootGraph(), p.ids, {"half", {f.chain.input}, {{f.chain.hidden, 0}}}); });
        QVERIFY(f.find<QLabel>("training_model")->text().contains("model"));
        f.type(f.find<QLineEdit>("batch_size"), "64");
        f.selection.showModel(half);
        QVERIFY(f.find<QLabel>("training_model")->text().contains("half"));
        QCOMPARE(f.find<QLineEdit>("batch_size")->text(), QString("32"));
        f.choose("loss", "Mean squared error");
        f.type(f.find<QLineEdit>("batch_size"), "16");
        QCOMPARE(f.document.project().training.at(half).batchSize, std::int64_t{16});
        QVERIFY(f.document.project().training.at(half).outputs.contains("hidden"));
        QCOMPARE(f.config().batchSize, std::int64_t{64});
        QVERIFY(!f.config().outputs.contains("hidden"));
        f.selection.showModel(f.chain.model);
        QCOMPARE(f.find<QLineEdit>("batch_size")->text(), QString("64"));
    }

    void layersThatRememberBringASwitch() {
        Fixture f;
        QVERIFY(!f.find<QAbstractButton>("reset_states"));
        f.document.edit("LSTM", [&](Project& p) {
            Graph& g = p.rootGraph();
            Layer& input = *g.layerOf(f.chain.input);
            input.params = {{"batch_size", 2}, {"shape", Value(std::vector<std::int64_t>{3, 4})}};
            *g.layerOf(f.chain.hidden) = Layer{.type = "LSTM", .name = "hidden", .params = {{"units", 8}, {"stateful", true}}, .trainable = true, .graph = {}, .model = {}};
        });
        QVERIFY2(f.document.diagnostics().empty(), f.document.diagnostics().empty() ? "" : f.document.diagnostics().front().message.c_str());
        QTRY_VERIFY(f.find<QAbstractButton>("reset_states"));
        QTest::mouseClick(f.find<QAbstractButton>("reset_states"), Qt::LeftButton);
        QVERIFY(f.config().resetStates);
    }

    void everyLogHasACurveThatItsLegendHides() {
        Fixture f;
        Project project = f.chain.project;
        for (const BundledData& bundled : bundledData()) {
            if (bundled.name == "iris") {
                project.data = bundled.spec;
            }
        }
        project.rootGraph().layerOf(f.chain.hidden)->params["units"] = 3;
        project.rootGraph().models.at(f.chain.model).outputs = {{f.chain.hidden, 0}, {f.chain.out, 0}};
        TrainingConfig& config = project.training[f.chain.model];
        config.inputs["x"] = "features";
        for (const char* output : {"hidden", "out"}) {
            config.outputs[output].loss = Object{"SparseCategoricalCrossentropy", {{"from_logits", true}}};
            config.outputs[output].target = "species";
            config.outputs[output].metrics = {{"accuracy", {}}};
        }
        config.epochs = 2;
        config.validationSplit = 0.2;
        f.document.reset({project, {}, {}});
        QTest::mouseClick(f.find<QPushButton>("train"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!f.training.isBusy() && f.training.history().size() == 2, 20000);
        std::map<QString, LegendRow*> rows;
        for (LegendRow* row : f.panel->findChildren<LegendRow*>()) {
            rows[row->accessibleName()] = row;
        }
        for (const auto& [name, value] : f.training.history().back()) {
            QVERIFY2(rows.contains(QString::fromStdString(name)), name.c_str());
        }
        QCOMPARE(rows.size(), f.training.history().back().size());
        QVERIFY(rows.contains("hidden_loss") && rows.contains("val_out_loss") && rows.contains("out_accuracy"));
        QTest::qWait(200); // the last redraw
        auto* plot = f.panel->findChild<QWidget*>("curves");
        const QImage before = plot->grab().toImage();
        QTest::mouseClick(rows.at("hidden_loss"), Qt::LeftButton);
        QVERIFY(plot->grab().toImage() != before);
        QTest::mouseClick(rows.at("hidden_loss"), Qt::LeftButton);
        QVERIFY(plot->grab().toImage() == before);
    }

    void aReopenedProjectShowsHowFarItsTrainingCame() {
        Fixture f;
        ProjectFile file{f.chain.project, {}, {}};
        Run run;
        run.id = "run-1";
        run.model = f.chain.model;
        run.config.epochs = 8;
        run.stopped = true;
        run.history = {{{"loss", 2.0}}, {{"loss", 1.0}}};
        file.trained.runs = {run};
        file.trained.optimizers[f.chain.model].epoch = 2;
        f.document.reset(file);
        auto* bar = f.find<QProgressBar>("progress");
        QCOMPARE(bar->value(), bar->maximum() / 4);
        QCOMPARE(f.find<QLabel>("progress_text")->text(), QString("Epochs trained: 2"));
        file.trained.runs.front().stopped = false;
        f.document.reset(file);
        QCOMPARE(bar->value(), bar->maximum());
    }

    void aRenamedOutputKeepsItsSettings() {
        Fixture f;
        f.choose("loss", "Categorical crossentropy");
        f.document.edit("Rename", [&](Project& p) { p.rootGraph().layerOf(f.chain.out)->name = "logits"; });
        QVERIFY(f.config().outputs.contains("logits"));
        QVERIFY(!f.config().outputs.contains("out"));
        QCOMPARE(f.find<QComboBox>("loss")->currentText(), QString("Categorical crossentropy"));
    }
};

QTEST_MAIN(TrainingPanelTest)
#include "training_panel_test.moc"
