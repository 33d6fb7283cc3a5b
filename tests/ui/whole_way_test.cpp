// SPDX-License-Identifier: Apache-2.0
// The whole way through once, by mouse and keys: draw a classifier, choose data, train, undo, save, open, export.
#include "ui/canvas/canvas.h"
#include "ui/canvas/palette.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/project_files.h"
#include "ui/panels/curves.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDrag>
#include <QDragEnterEvent>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <memory>

using namespace weft;
using namespace weft::ui;

namespace {

/// How long the event loop leaves events waiting: a timer that is due every 2 ms notes how late it comes.
class LatencyMeter {
public:
    LatencyMeter() {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(2);
        QObject::connect(&m_timer, &QTimer::timeout, [this] {
            m_gaps.push_back(static_cast<double>(m_clock.nsecsElapsed()) / 1e6);
            m_clock.restart();
        });
    }
    void start() {
        m_gaps.clear();
        m_clock.start();
        m_timer.start();
    }
    void stop() { m_timer.stop(); }
    std::size_t count() const { return m_gaps.size(); }
    double percentile(double p) {
        std::sort(m_gaps.begin(), m_gaps.end());
        return m_gaps.empty() ? 0 : m_gaps[std::min(m_gaps.size() - 1, static_cast<std::size_t>(p * static_cast<double>(m_gaps.size())))];
    }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    std::vector<double> m_gaps;
};

/// Keeps the drag that a widget begins beyond its end. The offscreen platform ends every drag at once; what a window system would send
/// on the way can then be sent with the data of that drag.
class DragKeeper : public QObject {
public:
    explicit DragKeeper(QWidget& widget) { widget.installEventFilter(this); }
    QDrag* drag() const { return m_drag.get(); }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::ChildAdded) {
            static_cast<QChildEvent*>(event)->child()->installEventFilter(this);
        } else if (event->type() == QEvent::DeferredDelete && qobject_cast<QDrag*>(watched)) {
            m_drag.reset(static_cast<QDrag*>(watched));
            m_drag->setParent(nullptr);
            return true;
        }
        return QObject::eventFilter(watched, event);
    }

private:
    std::unique_ptr<QDrag> m_drag;
};

} // namespace

class WholeWayTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Appearance m_appearance;
    std::unique_ptr<MainWindow> m_window;

    Document& document() { return m_window->document(); }
    const Graph& graph() { return document().project().rootGraph(); }
    Canvas& canvas() { return m_window->canvas(); }

    /// A place of a widget, in the window.
    QPoint inWindow(const QWidget& widget, QPointF at) { return widget.mapTo(m_window.get(), at.toPoint()); }

    void press(QPoint at) { QTest::mousePress(m_window->windowHandle(), Qt::LeftButton, {}, at); }
    void move(QPoint at) { QTest::mouseMove(m_window->windowHandle(), at); }
    void release(QPoint at) { QTest::mouseRelease(m_window->windowHandle(), Qt::LeftButton, {}, at); }
    void click(QPoint at) {
        press(at);
        release(at);
    }
    void click(QWidget* widget) {
        QVERIFY2(widget->isVisible() && widget->isEnabled(), qPrintable(widget->objectName()));
        click(inWindow(*widget, QRectF(widget->rect()).center()));
    }
    void drag(QPoint from, QPoint to) {
        press(from);
        for (int i = 1; i <= 8; ++i) {
            move(from + (to - from) * i / 8);
        }
        release(to);
    }

    template <class T> T* find(const QString& name) {
        for (T* widget : m_window->findChildren<T*>(name)) {
            if (widget->isVisible()) {
                return widget;
            }
        }
        return nullptr;
    }

    /// Drags a layer from the palette, as a hand would: search, take, move, let go. Returns its box.
    CallId dragFromPalette(const QString& layer, QPointF canvasAt) {
        click(&m_window->palette().search());
        QTest::keyClick(&m_window->palette().search(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(&m_window->palette().search(), layer);
        LayerList& list = m_window->palette().list();
        QListWidgetItem* item = nullptr;
        for (int i = 0; i < list.count(); ++i) {
            const LayerType* type = list.typeOf(list.item(i));
            if (type && QString::fromStdString(type->name) == layer && !list.item(i)->isHidden()) {
                item = list.item(i);
            }
        }
        if (!item) {
            return {};
        }
        std::set<CallId> before;
        for (const auto& [id, call] : graph().calls) {
            before.insert(id);
        }
        const QPoint from = inWindow(*list.viewport(), QPointF(list.visualItemRect(item).center()));
        const QPoint to = inWindow(canvas(), canvasAt);
        // The hand's part is real: it makes the list begin a drag.
        DragKeeper keeper(list);
        press(from);
        move(from + QPoint(2, 2));
        move(from + QPoint(QApplication::startDragDistance() + 4, 6));
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QDrag* dragged = keeper.drag();
        if (!dragged) {
            return {};
        }
        QDragEnterEvent enter(canvasAt.toPoint(), Qt::CopyAction, dragged->mimeData(), Qt::LeftButton, {});
        QApplication::sendEvent(&canvas(), &enter);
        QDragMoveEvent over(canvasAt.toPoint(), Qt::CopyAction, dragged->mimeData(), Qt::LeftButton, {});
        QApplication::sendEvent(&canvas(), &over);
        if (over.isAccepted()) {
            QDropEvent drop(canvasAt, Qt::CopyAction, dragged->mimeData(), Qt::LeftButton, {});
            QApplication::sendEvent(&canvas(), &drop);
        }
        release(to);
        for (const auto& [id, call] : graph().calls) {
            if (!before.contains(id)) {
                return id;
            }
        }
        return {};
    }

    void wire(CallId from, CallId to) {
        drag(inWindow(canvas(), canvas().portPosition(from, true, 0)), inWindow(canvas(), canvas().portPosition(to, false, 0)));
    }

    void typeInto(const QString& field, const QString& text) {
        auto* line = find<QLineEdit>(field);
        QVERIFY2(line, qPrintable(field));
        click(line);
        QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(line, text);
        QTest::keyClick(line, Qt::Key_Return);
    }

    /// Clicks a button that opens a menu, then the entry in it.
    void chooseFromMenu(const QString& button, const QString& entry) {
        QTimer::singleShot(100, this, [entry] {
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            QVERIFY(menu);
            auto* action = menu->findChild<QAction*>(entry);
            QVERIFY2(action || !menu->actions().isEmpty(), qPrintable(entry));
            for (QAction* a : menu->actions()) {
                if (a->objectName() == entry) {
                    QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(a).center());
                    return;
                }
            }
            menu->close();
        });
        click(find<QPushButton>(button));
    }

    void showPanel(const QString& title) {
        auto* tabs = m_window->findChild<QTabWidget*>("panels");
        for (int i = 0; i < tabs->count(); ++i) {
            if (tabs->tabText(i) == title) {
                click(inWindow(*tabs->tabBar(), QPointF(tabs->tabBar()->tabRect(i).center())));
            }
        }
    }

    double loss(std::size_t epoch) { return m_window->training().history().at(epoch).at("loss"); }

private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName("WeftTests");
        QCoreApplication::setApplicationName("whole_way_test");
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
        m_appearance.applyTo(*qobject_cast<QApplication*>(QCoreApplication::instance()));
        m_window = std::make_unique<MainWindow>(m_appearance);
        m_window->resize(1600, 1000);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QTest::qWait(50);
    }

    void cleanupTestCase() { m_window.reset(); }

    void fromAnEmptyCanvasToAnExportedModel() {
        click(find<QPushButton>("start_new"));
        QTest::qWait(100);
        QVERIFY(graph().calls.empty());

        // Draw.
        const double x = canvas().width() / 2.0;
        const CallId input = dragFromPalette("Input", {x, 60});
        const CallId flatten = dragFromPalette("Flatten", {x, 170});
        const CallId hidden = dragFromPalette("Dense", {x, 280});
        const CallId output = dragFromPalette("Dense", {x, 390});
        QVERIFY(input && flatten && hidden && output);
        QCOMPARE(graph().calls.size(), std::size_t{4});
        wire(input, flatten);
        wire(flatten, hidden);
        wire(hidden, output);
        QVERIFY(graph().call(flatten)->inputs.at(0) == Source({input, 0}));
        QVERIFY(graph().call(hidden)->inputs.at(0) == Source({flatten, 0}));
        QVERIFY(graph().call(output)->inputs.at(0) == Source({hidden, 0}));

        // Set units.
        click(inWindow(canvas(), canvas().boxCenter(hidden)));
        typeInto("units", "64");
        click(inWindow(canvas(), canvas().boxCenter(output)));
        typeInto("units", "10");
        QCOMPARE(*graph().layerOf(hidden)->params.at("units").asInteger(), 64);
        QCOMPARE(*graph().layerOf(output)->params.at("units").asInteger(), 10);
        QVERIFY(document().diagnostics().empty());

        // Choose data.
        showPanel("Data");
        chooseFromMenu("bundled", "bundled.fashion_mnist");
        QCOMPARE(document().project().data.columns.size(), std::size_t{2});
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("row_counts") && find<QLabel>("row_counts")->text().contains("6,000"), 20000);

        // Say how to train.
        showPanel("Training");
        click(find<QPushButton>("propose"));
        typeInto("epochs", "4");
        typeInto("validation_split", "0.2");
        auto* train = find<QPushButton>("train");
        QVERIFY2(train->isEnabled(), qPrintable(m_window->training().obstacles(m_window->chosenModel()).join(' ')));

        // Train, and see the curve fall.
        QSignalSpy finished(&m_window->training(), &TrainingController::finished);
        click(train);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 120000);
        QCOMPARE(finished.front().front().toString(), QString());
        QCOMPARE(m_window->training().history().size(), std::size_t{4});
        QVERIFY2(loss(3) < 0.8 * loss(0), qPrintable(QString("%1 %2").arg(loss(0)).arg(loss(3))));
        QVERIFY(m_window->training().history().back().contains("val_loss"));
        QCOMPARE(m_window->findChild<Curves*>()->values("loss").size(), std::size_t{4});
        QVERIFY(m_window->findChild<Curves*>()->values("loss").back() == loss(3));
        // The window answers while a training runs.
        typeInto("epochs", "5000");
        click(find<QPushButton>("train"));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->training().history().size() >= 5, 60000);
        LatencyMeter latency;
        latency.start();
        QTest::qWait(4000);
        latency.stop();
        QCOMPARE(m_window->training().state(), TrainingController::State::training);
        const double late = latency.percentile(0.99);
        qInfo("event loop: 99 of 100 events within %.1f ms (%zu measured)", late, latency.count());
        QVERIFY(latency.count() >= 100);
        QVERIFY2(late < 50, qPrintable(QString::number(late)));

        // Stop answers, and what was learned stays.
        QElapsedTimer clock;
        clock.start();
        click(find<QPushButton>("stop"));
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, 5000);
        qInfo("Stop: %lld ms", clock.elapsed());
        QVERIFY2(clock.elapsed() < 200, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(document().trained().optimizers.at(m_window->chosenModel()).iteration > 0);

        // Undo and redo, weights untouched.
        const Project drawn = document().project();
        const Weights weights = document().trained().weights;
        int steps = 0;
        canvas().setFocus();
        while (document().canUndo()) {
            QTest::keyClick(&canvas(), Qt::Key_Z, Qt::ControlModifier);
            QVERIFY(++steps < 200);
        }
        QVERIFY(graph().calls.empty());
        while (document().canRedo()) {
            QTest::keyClick(&canvas(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(--steps > -200);
        }
        QVERIFY(document().project().graphs == drawn.graphs);
        QVERIFY(document().project().training == drawn.training);
        QVERIFY(document().trained().weights == weights);

        // Save, begin anew, open.
        const QString path = m_folder.filePath("drawn.weft");
        document().save(path);
        QVERIFY(!document().isModified());
        m_window->files().newProject();
        QVERIFY(graph().calls.empty());
        QVERIFY(m_window->files().open(path));
        QVERIFY(document().project().graphs == drawn.graphs);
        QVERIFY(document().project().layout == drawn.layout);
        QCOMPARE(document().trained().weights.size(), weights.size());
        for (const auto& [key, tensor] : weights) {
            QVERIFY(*document().trained().weights.at(key) == *tensor);
        }

        // Export.
        const QString folder = m_folder.filePath("exported");
        QAction* exportAction = m_window->findChild<QAction*>("export");
        QVERIFY(exportAction->isEnabled());
        exportAction->trigger();
        auto* dialog = m_window->findChild<QDialog*>("export_dialog");
        QVERIFY(dialog);
        auto* field = dialog->findChild<QLineEdit*>("export_folder");
        field->selectAll();
        QTest::keyClicks(field, folder);
        QTest::mouseClick(dialog->findChild<QPushButton*>("export_write"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QPushButton*>("export_write")->isEnabled(), 30000);
        QVERIFY2(QFile::exists(folder + "/model.json"), qPrintable(dialog->findChild<QLabel*>("export_result")->text()));
        QVERIFY(QFile::exists(folder + "/weights.safetensors"));
        dialog->close();
    }
};

QTEST_MAIN(WholeWayTest)
#include "whole_way_test.moc"
