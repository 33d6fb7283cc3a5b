// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/sample_projects.h"
#include "ui/panels/panel.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTest>

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
