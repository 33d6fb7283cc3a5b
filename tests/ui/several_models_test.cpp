// SPDX-License-Identifier: Apache-2.0
#include "engine/project/nesting.h"
#include "tests/ui/sample_projects.h"
#include "ui/panels/panel.h"
#include "ui/widgets/labels.h"

#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <QTreeWidget>

using namespace weft;
using namespace weft::ui;

/// Panels follow the current model, and what one model learns the others have.
class SeveralModelsTest : public QObject {
    Q_OBJECT

    /// x -> hidden -> out on iris: `model` tells the species; `code`, from the same x to hidden, is to give 8 ones.
    struct Fixture {
        tests::Chain chain;
        ModelId code;
        Appearance appearance;
        Document document;
        Selection selection;
        TrainingController training{document};
        DataImporter importer{document};
        std::map<QString, std::unique_ptr<QWidget>> panels;

        Fixture() {
            Project project = chain.project;
            for (const BundledData& bundled : bundledData()) {
                if (bundled.name == "iris") {
                    project.data = bundled.spec;
                }
            }
            code = defineModel(project.rootGraph(), project.ids, {"code", {chain.input}, {{chain.hidden, 0}}});
            for (const auto& [model, output] : {std::pair(chain.model, "out"), std::pair(code, "hidden")}) {
                TrainingConfig& config = project.training[model];
                config.inputs["x"] = "features";
                config.outputs[output].loss = Object{"SparseCategoricalCrossentropy", {{"from_logits", true}}};
                config.outputs[output].target = "species";
                config.epochs = 3;
            }
            document.reset({project, {}, {}});
            selection.showGraph(chain.project.root);
            selection.showModel(chain.model);
            const PanelContext context{document, selection, training, importer, appearance};
            for (const PanelType& type : panelTypes()) {
                QWidget* panel = type.make(context, nullptr);
                panels[type.name].reset(panel);
                panel->resize(1200, 300);
                panel->show();
            }
        }
        template <class T> T* find(const char* panel, const char* name) const {
            for (T* widget : panels.at(panel)->findChildren<T*>(QString::fromLatin1(name))) {
                if (widget->isVisible()) {
                    return widget;
                }
            }
            return nullptr;
        }
        void wait() const { QTRY_VERIFY_WITH_TIMEOUT(!training.isBusy(), 20000); }
        void evaluate() {
            QTest::mouseClick(find<QPushButton>("evaluate", "evaluate"), Qt::LeftButton);
            wait();
        }
        void train() {
            QTest::mouseClick(find<QPushButton>("training", "train"), Qt::LeftButton);
            wait();
        }
        QString loss() const {
            const auto* row = find<NumberRow>("evaluate", "score.loss");
            return row ? row->number() : QString();
        }
    };

private Q_SLOTS:
    void trainingOneMovesWhatTheOtherSees() {
        Fixture f;
        f.selection.showModel(f.code);
        f.train();
        f.evaluate();
        QTRY_VERIFY(!f.loss().isEmpty());
        const QString before = f.loss();
        QVERIFY(!f.find<QLabel>("evaluate", "evaluate_note"));
        f.selection.showModel(f.chain.model);
        QTest::qWait(50);
        QVERIFY2(f.loss().isEmpty(), "scores of another model are none of this one's");
        QCOMPARE(f.find<QLabel>("training", "progress_text")->text(), QString("Not trained yet"));
        f.train();
        QCOMPARE(f.find<QLabel>("training", "progress_text")->text(), QString("Epochs trained: 3"));
        f.selection.showModel(f.code);
        QTRY_COMPARE(f.loss(), before); // rows that were made now are shown a moment later
        auto* note = f.find<QLabel>("evaluate", "evaluate_note");
        QVERIFY(note && note->text().contains("changed"));
        f.evaluate();
        QTRY_VERIFY(!f.loss().isEmpty() && f.loss() != before);
        QVERIFY(!f.find<QLabel>("evaluate", "evaluate_note"));
        QCOMPARE(f.training.historyOf(f.code).size(), std::size_t{3});
        QCOMPARE(f.training.historyOf(f.chain.model).size(), std::size_t{3});
    }

    void startingOverForgetsOnlyTheModelsOwnLayers() {
        Fixture f;
        f.train();
        QCOMPARE(f.document.trained().weights.size(), std::size_t{4});
        f.training.resetWeights(f.code);
        QCOMPARE(f.document.trained().weights.size(), std::size_t{2}); // those of `out`
    }

    void theSummaryFollowsTheModelAndUnfoldsWhatIsNested() {
        Fixture f;
        auto* tree = f.find<QTreeWidget>("summary", "summary_tree");
        QVERIFY(tree);
        QCOMPARE(tree->topLevelItemCount(), 3);
        f.selection.showModel(f.code);
        QCOMPARE(tree->topLevelItemCount(), 2);
        f.selection.showModel(f.chain.model);
        QVERIFY(!f.find<QPushButton>("summary", "unfold_all"));
        f.document.editWithWeights("Group", [&](Project& p, WeightChanges& changes) {
            groupCalls(p, p.root, {f.chain.hidden}, {{{f.chain.input, 0}, {Shape{kUnknown, 4}, DType::float32}}}, changes);
        });
        QTreeWidgetItem* nested = tree->topLevelItem(1);
        QVERIFY(nested && nested->childCount() > 0);
        QVERIFY(!nested->isExpanded());
        tree->setFocus();
        tree->setCurrentItem(nested);
        QTest::keyClick(tree, Qt::Key_Right);
        QVERIFY(nested->isExpanded());
        QVERIFY(nested->child(nested->childCount() - 1)->text(0).startsWith("hidden"));
        QVERIFY2(f.find<QLabel>("summary", "summary_totals")->text().contains("67"), "4 * 8 + 8 + 8 * 3 + 3");
        f.document.edit("Units", [&](Project& p) { p.rootGraph().layerOf(f.chain.out)->params["units"] = 5; });
        QVERIFY2(tree->topLevelItem(1)->isExpanded(), "what was unfolded stays so");
    }
};

QTEST_MAIN(SeveralModelsTest)
#include "several_models_test.moc"
