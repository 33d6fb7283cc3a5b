// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/appearance.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace weft;
using namespace weft::ui;

class ThemeTest : public QObject {
    Q_OBJECT

    static QList<Theme> both() { return {Theme::light(), Theme::darkTheme()}; }
    static void atLeast(double wanted, const QColor& ink, const QColor& ground, const char* what) {
        const double found = contrast(ink, ground);
        QVERIFY2(found >= wanted, qPrintable(QString("%1: %2 on %3 has %4, wanted %5")
            .arg(what, ink.name(), ground.name()).arg(found, 0, 'f', 2).arg(wanted)));
    }

private Q_SLOTS:
    void contrastIsThatOfTheStandard() {
        QVERIFY(qAbs(contrast(Qt::black, Qt::white) - 21.0) < 1e-9);
        // Worked by hand from WCAG 2.1's formula: relative luminance of #777777 is 0.184475.
        QVERIFY(qAbs(contrast(QColor("#777777"), Qt::white) - 1.05 / 0.234475) < 1e-3);
    }

    void textCanBeReadOnItsGround() {
        for (const Theme& t : both()) {
            for (const QColor& ground : {t.panel, t.box, t.canvas, t.field, t.hover, t.bar, t.accentTint}) {
                atLeast(4.5, t.text, ground, "text");
                atLeast(4.5, t.secondary, ground, "secondary text");
            }
            atLeast(4.5, t.onAccent, t.accent, "text on the main action");
            atLeast(4.5, t.accent, t.panel, "accent as text");
            atLeast(4.5, t.error, t.panel, "error");
            atLeast(4.5, t.warning, t.panel, "warning");
            atLeast(4.5, t.good, t.panel, "good");
            for (const QColor& family : t.families) {
                atLeast(4.5, onColor(family), family, "text on a pill");
            }
        }
    }

    void linesAndIconsStandOut() {
        for (const Theme& t : both()) {
            atLeast(3.0, t.wire, t.canvas, "wire");
            atLeast(3.0, t.wire, t.box, "port");
            atLeast(3.0, t.accent, t.canvas, "selected wire");
            for (const QColor& family : t.families) {
                atLeast(3.0, family, t.box, "stripe");
                atLeast(3.0, family, t.canvas, "stripe");
            }
        }
    }

    void everyWordOfTheSheetIsFilledIn() {
        for (const Theme& t : both()) {
            const QString sheet = styleSheetOf(t);
            QVERIFY(!sheet.contains('@'));
            static const QRegularExpression url("url\\(([^)]*)\\)");
            for (auto found = url.globalMatch(sheet); found.hasNext();) {
                const QString path = found.next().captured(1);
                QVERIFY2(QFile::exists(path), qPrintable(path));
            }
        }
    }

    void changingTheModeIsTold() {
        Appearance appearance;
        QSignalSpy spy(&appearance, &Appearance::changed);
        appearance.setMode(Appearance::Mode::dark);
        QVERIFY(appearance.theme().dark);
        appearance.setMode(Appearance::Mode::light);
        QVERIFY(!appearance.theme().dark);
        QCOMPARE(spy.count(), 2);
    }

    void initTestCase() { Appearance loadsTheIcons; }
};

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
