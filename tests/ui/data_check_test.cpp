// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/sample_projects.h"
#include "ui/document/data_check.h"
#include "ui/panels/panel.h"

#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace weft;
using namespace weft::ui;

/// Where data do not suit the models, the window says so before anybody trains.
class DataCheckTest : public QObject {
    Q_OBJECT

    struct Fixture {
        tests::Chain chain;
        Appearance appearance;
        Document document;
        Selection selection;
        TrainingController training{document};
        DataImporter importer{document};
        QString shownPanel;
        std::unique_ptr<QWidget> panel;

        explicit Fixture(const char* panelName = "problems") {
            Project project = chain.project;
            for (const BundledData& bundled : bundledData()) {
                if (bundled.name == "iris") {
                    project.data = bundled.spec;
                }
            }
            TrainingConfig& config = project.training[chain.model];
            config.inputs["x"] = "features";
            config.outputs["out"].loss = Object{"SparseCategoricalCrossentropy", {{"from_logits", true}}};
            config.outputs["out"].target = "species";
            document.reset({project, {}, {}});
            selection.showGraph(chain.project.root);
            selection.showModel(chain.model);
            const PanelContext context{document, selection, training, importer, appearance, [this](const QString& name) { shownPanel = name; }};
            for (const PanelType& type : panelTypes()) {
                if (type.name == panelName) {
                    panel.reset(type.make(context, nullptr));
                }
            }
            panel->resize(900, 300);
            panel->show();
            QVERIFY(QTest::qWaitForWindowExposed(panel.get()));
        }
        void set(CallId call, const char* name, Value value) {
            document.edit("Set", [&](Project& p) { p.rootGraph().layerOf(call)->params[name] = std::move(value); });
        }
        QWidget* row() const {
            for (QWidget* widget : panel->findChildren<QWidget*>("problem")) {
                if (widget->isVisible()) {
                    return widget;
                }
            }
            return nullptr;
        }
    };

private Q_SLOTS:
    void aShapeThatDoesNotFitIsAProblemWithAWayThereAndAFix() {
        Fixture f;
        QTest::qWait(600);
        QVERIFY(f.document.dataProblems().empty());
        f.set(f.chain.input, "shape", Value(std::vector<std::int64_t>{5}));
        QTRY_COMPARE_WITH_TIMEOUT(f.document.dataProblems().size(), std::size_t{1}, 5000);
        const Diagnostic problem = f.document.dataProblems().front();
        QCOMPARE(problem.place, std::string("x"));
        QVERIFY2(problem.message.find("(None, 5)") != std::string::npos && problem.message.find("(None, 4)") != std::string::npos, problem.message.c_str());
        QVERIFY(!f.training.obstacles(f.chain.model).isEmpty());
        QTRY_VERIFY(f.row());
        QTest::mouseClick(f.row(), Qt::LeftButton, {}, QPoint(20, 10));
        QCOMPARE(f.selection.calls(), std::set<CallId>{f.chain.input});
        auto* fix = f.row()->findChild<QPushButton*>("fix");
        QVERIFY(fix);
        QTest::mouseClick(fix, Qt::LeftButton);
        QVERIFY(f.document.dataProblems().empty());
        QVERIFY(f.training.obstacles(f.chain.model).isEmpty());
        QVERIFY(f.document.project() == [&] {
            Project p = f.document.project();
            p.rootGraph().layerOf(f.chain.input)->params["shape"] = Value(std::vector<std::int64_t>{4});
            return p;
        }());
    }

    void aLabelOutOfRangeIsAProblemOfTheOutput() {
        Fixture f;
        f.set(f.chain.out, "units", 2);
        QTRY_COMPARE_WITH_TIMEOUT(f.document.dataProblems().size(), std::size_t{1}, 5000);
        const Diagnostic& problem = f.document.dataProblems().front();
        QVERIFY(problem.call == f.chain.out);
        QVERIFY2(problem.message.find("it is 2") != std::string::npos, problem.message.c_str());
        f.document.undo();
        QVERIFY(f.document.dataProblems().empty());
    }

    void aFileThatCannotBeReadIsAProblemThatLeadsToTheData() {
        Fixture f;
        f.document.edit("Lose the file", [](Project& p) { p.data.sources.front().path = "/nowhere/iris.csv"; });
        QTRY_COMPARE_WITH_TIMEOUT(f.document.dataProblems().size(), std::size_t{1}, 5000);
        QVERIFY(f.document.dataProblems().front().message.find("/nowhere/iris.csv") != std::string::npos);
        QVERIFY2(f.training.obstacles(f.chain.model).isEmpty(), "it may be there again when training reads it");
        QTRY_VERIFY(f.row());
        QTest::mouseClick(f.row(), Qt::LeftButton, {}, QPoint(20, 10));
        QCOMPARE(f.shownPanel, QString("data"));
    }

    void aTableWithTextColumnsIsReadAllTheSame() {
        QTemporaryDir folder;
        QFile file(folder.filePath("people.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("name,age,city,height,grade\nAnn,31,Oslo,1.7,2\nBo,40,Rome,1.8,3\nCy,22,Bonn,1.6,2\n");
        file.close();
        Fixture f("data");
        QSignalSpy added(&f.importer, &DataImporter::added);
        QSignalSpy failed(&f.importer, &DataImporter::failed);
        f.document.edit("Nothing", [](Project& p) {
            p.data = {};
            p.training.clear();
        });
        f.importer.addFiles({file.fileName()});
        QTRY_VERIFY_WITH_TIMEOUT(added.count() + failed.count() == 1, 5000);
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed.front().front().toString()));
        const DataSpec& data = f.document.project().data;
        QCOMPARE(data.columns.size(), std::size_t{2});
        QCOMPARE(data.columns[0].fields, (std::vector<std::string>{"age", "height"}));
        QCOMPARE(data.columns[1].fields, (std::vector<std::string>{"grade"}));
        QTest::qWait(800);
        QVERIFY(f.document.dataProblems().empty());
        auto* error = f.panel->findChild<QLabel*>("data_error");
        QVERIFY2(!error->isVisible(), qPrintable(error->text()));
    }
};

QTEST_MAIN(DataCheckTest)
#include "data_check_test.moc"
