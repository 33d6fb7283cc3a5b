// SPDX-License-Identifier: Apache-2.0
// Also run under ThreadSanitizer: the worker and the window share nothing but the mailbox.
#include "engine/losses/loss_type.h"
#include "tests/ui/sample_projects.h"
#include "ui/document/data_importer.h"
#include "ui/document/training_controller.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace weft;
using namespace weft::ui;

class TrainingControllerTest : public QObject {
    Q_OBJECT

    struct Fixture {
        tests::Chain chain;
        Document document;
        TrainingController training{document};
        QSignalSpy finished{&training, &TrainingController::finished};

        /// Iris through the little chain.
        Fixture() {
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
            config.outputs["out"].metrics = {{"accuracy", {}}};
            config.epochs = 3;
            config.batchSize = 8;
            config.validationSplit = 0.2;
            document.reset({project, {}, {}});
        }
        void setEpochs(std::int64_t epochs) {
            document.edit("Epochs", [&](Project& p) { p.training[chain.model].epochs = epochs; });
        }
        const Trained& trained() const { return document.trained(); }
    };

private Q_SLOTS:
    void trainsAndBringsBackWeightsHistoryAndARun() {
        Fixture f;
        QCOMPARE(f.training.obstacles(f.chain.model), QStringList());
        f.training.train(f.chain.model);
        QVERIFY(f.training.isBusy());
        QTRY_COMPARE_WITH_TIMEOUT(f.finished.count(), 1, 20000);
        QCOMPARE(f.finished.front().front().toString(), QString());
        QCOMPARE(f.training.history().size(), std::size_t{3});
        QCOMPARE(f.trained().weights.size(), std::size_t{4});
        QCOMPARE(f.trained().runs.size(), std::size_t{1});
        QVERIFY(f.trained().runs.front().history == f.training.history());
        QCOMPARE(f.trained().optimizers.at(f.chain.model).epoch, std::int64_t{3});
        QVERIFY(f.document.isModified());
    }

    void trainingAgainGoesOnWithTheSameCurve() {
        Fixture f;
        f.training.train(f.chain.model);
        QTRY_COMPARE_WITH_TIMEOUT(f.finished.count(), 1, 20000);
        const std::vector<Logs> first = f.training.history();
        f.training.train(f.chain.model);
        QTRY_COMPARE_WITH_TIMEOUT(f.finished.count(), 2, 20000);
        QCOMPARE(f.training.history().size(), std::size_t{6});
        QVERIFY(std::equal(first.begin(), first.end(), f.training.history().begin()));
        QCOMPARE(f.trained().runs.size(), std::size_t{1});
        QCOMPARE(f.trained().optimizers.at(f.chain.model).epoch, std::int64_t{6});
    }

    void startOverForgetsAndBeginsTheSameAgain() {
        Fixture f;
        f.training.train(f.chain.model);
        QTRY_COMPARE_WITH_TIMEOUT(f.finished.count(), 1, 20000);
        const std::vector<Logs> first = f.training.history();
        f.training.resetWeights(f.chain.model);
        QVERIFY(f.trained().weights.empty());
        QVERIFY(f.training.history().empty());
        f.training.train(f.chain.model);
        QTRY_COMPARE_WITH_TIMEOUT(f.finished.count(), 2, 20000);
        QVERIFY(f.training.history() == first); // the same seed
        QCOMPARE(f.trained().runs.size(), std::size_t{2});
    }

    void stopAnswersAtOnceAndKeepsWhatWasLearned() {
        Fixture f;
        f.setEpochs(1000000);
        f.training.train(f.chain.model);
        QTRY_VERIFY_WITH_TIMEOUT(f.training.history().size() > 2, 20000);
        QElapsedTimer clock;
        clock.start();
        f.training.stop();
        QTRY_COMPARE_WITH_TIMEOUT(f.finished.count(), 1, 5000);
        QVERIFY2(clock.elapsed() < 200, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(f.trained().runs.front().stopped);
        QVERIFY(f.trained().optimizers.at(f.chain.model).iteration > 0);
    }

    void closingInTheMiddleEndsTheWorker() {
        QElapsedTimer clock;
        {
            Fixture f;
            f.setEpochs(1000000);
            f.training.train(f.chain.model);
            QTRY_VERIFY_WITH_TIMEOUT(f.training.history().size() > 2, 20000);
            clock.start();
        }
        QVERIFY2(clock.elapsed() < 200, qPrintable(QString::number(clock.elapsed())));
    }

    void openingAnotherProjectDropsTheTraining() {
        Fixture f;
        f.setEpochs(1000000);
        f.training.train(f.chain.model);
        QTRY_VERIFY_WITH_TIMEOUT(f.training.history().size() > 2, 20000);
        f.document.reset({emptyProject(), {}, {}});
        QVERIFY(!f.training.isBusy());
        QTest::qWait(100);
        QVERIFY(f.trained().weights.empty());
        QVERIFY(!f.document.isModified());
    }

    void evaluatesOnTheTestPart() {
        Fixture f;
        f.setEpochs(20);
        f.training.train(f.chain.model);
        QTRY_COMPARE_WITH_TIMEOUT(f.finished.count(), 1, 20000);
        Scores scores;
        connect(&f.training, &TrainingController::evaluated, this, [&](const Scores& s) { scores = s; });
        f.training.evaluate(f.chain.model);
        QTRY_VERIFY_WITH_TIMEOUT(!scores.logs.empty(), 20000);
        QCOMPARE(scores.rows, std::int64_t{30});
        QCOMPARE(scores.confusions.size(), std::size_t{1});
        std::int64_t sum = 0;
        std::int64_t right = 0;
        for (std::int64_t i = 0; i < 9; ++i) {
            sum += scores.confusions.front().counts[static_cast<std::size_t>(i)];
            right += i % 4 == 0 ? scores.confusions.front().counts[static_cast<std::size_t>(i)] : 0;
        }
        QCOMPARE(sum, scores.rows);
        const double accuracy = static_cast<double>(right) / static_cast<double>(sum);
        QVERIFY(std::abs(scores.logs.at("accuracy") - accuracy) < 1e-6);
    }

    void aMissingFileIsOneSentenceAndNothingChanges() {
        Fixture f;
        f.document.edit("Lose the file", [](Project& p) { p.data.sources.front().path = "/nowhere/iris.csv"; });
        QSignalSpy failed(&f.training, &TrainingController::failed);
        f.training.train(f.chain.model);
        QTRY_COMPARE_WITH_TIMEOUT(f.finished.count(), 1, 20000);
        const QString sentence = failed.front().front().toString();
        QVERIFY2(sentence.contains("/nowhere/iris.csv") && sentence.endsWith('.'), qPrintable(sentence));
        QVERIFY(f.trained().weights.empty());
        QVERIFY(f.trained().runs.empty());
        QVERIFY(!f.training.isBusy());
    }
};

QTEST_GUILESS_MAIN(TrainingControllerTest)
#include "training_controller_test.moc"
