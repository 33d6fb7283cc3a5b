// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/sample_projects.h"
#include "ui/canvas/canvas.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/project_files.h"
#include "ui/main_window/start_page.h"

#include <QAction>
#include <QDialog>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace weft;
using namespace weft::ui;

class MainWindowTest : public QObject {
    Q_OBJECT

    /// Presses a button of the question that is about to be asked, and notes that it was.
    static std::shared_ptr<QString> answer(QMessageBox::StandardButton button) {
        auto asked = std::make_shared<QString>();
        QTimer::singleShot(100, qApp, [asked, button] {
            if (auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget())) {
                *asked = box->text();
                box->button(button)->click();
            }
        });
        return asked;
    }

    static void edit(MainWindow& window) {
        window.document().edit("Add", [](Project& p) {
            addLayer(p.rootGraph(), p.ids, Layer{.type = "Dense", .name = "extra", .params = {}, .trainable = true, .graph = {}, .model = {}}, 1);
        });
    }

    QTemporaryDir m_folder;
    Appearance m_appearance;

private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("WeftTests");
        QCoreApplication::setApplicationName("main_window_test");
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    }

    void beginsWithTheStartPageAndItsTemplates() {
        MainWindow window(m_appearance);
        window.show();
        QVERIFY(window.findChild<StartPage*>()->isVisible());
        auto* card = window.findChild<TemplateCard*>("template.iris");
        QVERIFY(card);
        QTest::mouseClick(card, Qt::LeftButton);
        QVERIFY(!window.findChild<StartPage*>()->isVisible());
        QVERIFY(!window.document().project().rootGraph().calls.empty());
        QVERIFY(window.chosenModel());
        QVERIFY(!window.document().isModified());
    }

    void savesAndOpensAndRemembers() {
        const QString path = m_folder.filePath("saved.weft");
        tests::Chain chain;
        {
            MainWindow window(m_appearance);
            window.document().reset({chain.project, {}, {}});
            window.document().save(path);
            window.document().reset({emptyProject(), {}, {}});
            QVERIFY(window.files().open(path));
            QCOMPARE(window.document().project().rootGraph().calls.size(), chain.project.rootGraph().calls.size());
            QCOMPARE(window.windowTitle().section("[*]", 0, 0), QString("saved.weft"));
            QVERIFY(!window.isWindowModified());
            edit(window);
            QVERIFY(window.isWindowModified());
            QVERIFY(window.files().save());
            QVERIFY(!window.isWindowModified());
        }
        MainWindow next(m_appearance);
        QCOMPARE(next.files().recent(), QStringList{path});
        auto* menu = next.findChild<QMenu*>("recent_menu");
        QVERIFY(!menu->actions().isEmpty());
        menu->actions().front()->trigger();
        QCOMPARE(next.document().path(), path);
        QFile::remove(path);
        QVERIFY(next.files().recent().isEmpty());
    }

    void aDamagedProjectIsOneSentenceAndTheWindowStays() {
        const QString path = m_folder.filePath("damaged.weft");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("PK\x03\x04 this is no project");
        file.close();
        MainWindow window(m_appearance);
        tests::Chain chain;
        window.document().reset({chain.project, {}, {}});
        window.show();
        QVERIFY(!window.files().open(path));
        auto* box = window.findChild<QMessageBox*>("complaint");
        QVERIFY(box);
        QVERIFY2(box->text().contains("damaged.weft"), qPrintable(box->text()));
        box->close();
        QVERIFY(window.document().project() == chain.project);
    }

    void closingAsksWhereWorkIsUnsaved() {
        MainWindow window(m_appearance);
        window.show();
        edit(window);
        auto asked = answer(QMessageBox::Cancel);
        QVERIFY(!window.close());
        QVERIFY(!asked->isEmpty());
        QVERIFY(window.isVisible());
        asked = answer(QMessageBox::Discard);
        QVERIFY(window.close());
        QVERIFY(!asked->isEmpty());
    }

    void closingDoesNotAskWhereNothingChanged() {
        MainWindow window(m_appearance);
        window.show();
        QVERIFY(window.close());
    }

    void undoIsNamedInTheMenu() {
        MainWindow window(m_appearance);
        QAction* undo = window.canvas().action("edit.undo");
        QVERIFY(!undo->isEnabled());
        edit(window);
        QCOMPARE(undo->text(), QString("Undo Add"));
        undo->trigger();
        QVERIFY(window.document().project().rootGraph().calls.empty());
    }

    void anExportShowsThatItIsAtWork() {
        MainWindow window(m_appearance);
        window.show();
        window.files().newFromTemplate("iris");
        window.findChild<QAction*>("export")->trigger();
        auto* dialog = window.findChild<QDialog*>("export_dialog");
        QVERIFY(dialog && dialog->isVisible());
        dialog->findChild<QLineEdit*>("export_folder")->setText(m_folder.filePath("exported"));
        auto* bar = dialog->findChild<QProgressBar*>("export_progress");
        auto* write = dialog->findChild<QPushButton*>("export_write");
        auto* result = dialog->findChild<QLabel*>("export_result");
        QVERIFY(!bar->isVisible());
        QTest::mouseClick(write, Qt::LeftButton);
        QVERIFY(bar->isVisible() && !write->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!bar->isVisible(), 20000);
        QVERIFY2(result->text().contains("exported"), qPrintable(result->text()));
        QVERIFY(write->isEnabled());
        // While it is at work, the other button cancels it.
        auto* close = dialog->findChild<QPushButton*>("export_close");
        QTest::mouseClick(write, Qt::LeftButton);
        QTest::mouseClick(close, Qt::LeftButton);
        QCOMPARE(result->text(), QString("Cancelled."));
        QVERIFY(dialog->isVisible() && !bar->isVisible() && write->isEnabled());
        QTest::mouseClick(close, Qt::LeftButton);
        QVERIFY(!dialog->isVisible());
    }

    void worksInANarrowWindow() {
        MainWindow window(m_appearance);
        window.show();
        window.files().newFromTemplate("mnist_cnn");
        window.resize(900, 700);
        for (const char* name : {"problems", "data", "training", "evaluate", "summary"}) {
            window.showPanel(name);
            QTest::qWait(20);
            QVERIFY2(window.width() <= 900, qPrintable(QString("%1: %2").arg(name).arg(window.width())));
        }
        QVERIFY(window.canvas().width() >= 300);
        // Settings and curves share the room.
        window.showPanel("training");
        auto* curves = window.findChild<QWidget*>("curves");
        auto* batch = window.findChild<QWidget*>("batch_size");
        QVERIFY(!curves->isVisible() && batch->isVisible());
        QTest::mouseClick(window.findChild<QWidget*>("show_curves"), Qt::LeftButton);
        QVERIFY(curves->isVisible() && !batch->isVisible());
        window.resize(1440, 900);
        QTRY_VERIFY(curves->isVisible() && batch->isVisible());
    }

    void everyPanelCanBeShownByName() {
        MainWindow window(m_appearance);
        tests::Chain chain;
        window.document().reset({chain.project, {}, {}});
        window.show();
        window.showDrawing(true);
        for (const char* name : {"problems", "data", "training", "evaluate", "summary"}) {
            QVERIFY2(window.showPanel(name), name);
            QCOMPARE(window.findChild<QTabWidget*>("panels")->currentWidget()->objectName(), QString("panel.%1").arg(name));
        }
        QVERIFY(!window.showPanel("nonsense"));
    }
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
