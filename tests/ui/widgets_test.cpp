// SPDX-License-Identifier: Apache-2.0
#include "ui/theme/appearance.h"
#include "ui/theme/icons.h"
#include "ui/widgets/legend_row.h"
#include "ui/widgets/schema_form.h"
#include "ui/widgets/value_text.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

using namespace weft;
using namespace weft::ui;

class WidgetsTest : public QObject {
    Q_OBJECT

    static Parameter parameter(ParamKind kind) {
        Parameter p;
        p.name = "units";
        p.label = "Units";
        p.kind = kind;
        return p;
    }

private Q_SLOTS:
    void aListWithAHoleIsRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("read"); // empty: refused
        for (const auto& [text, read] : std::initializer_list<std::pair<const char*, const char*>>{
                 {"4", "4"}, {"4, 5", "4 × 5"}, {"4 5", "4 × 5"}, {"4x5", "4 × 5"}, {"(4, 5)", "4 × 5"}, {"(4,)", "4"}, {"4 × ", "4"}, {"28 × 28 × 1", "28 × 28 × 1"},
                 {"4,,5", ""}, {",4", ""}, {"4, ,5", ""}, {"4 × × 5", ""}, {"4,five", ""}, {"4,,", ""}}) {
            QTest::newRow(text) << QString(text) << QString(read);
        }
    }

    void aListWithAHoleIsRefused() {
        QFETCH(QString, text);
        QFETCH(QString, read);
        QString reason;
        const Parameter p = parameter(ParamKind::integers);
        const std::optional<Value> value = parseField(p, text, reason);
        QCOMPARE(value ? fieldText(p, *value) : QString(), read);
        QCOMPARE(reason.isEmpty(), value.has_value());
        const std::optional<Value> numbers = parseField(parameter(ParamKind::numbers), QString(text).replace("five", "x"), reason);
        QCOMPARE(numbers.has_value(), !read.isEmpty());
    }

    void limitsAreSaidInWords() {
        const auto said = [](ParamKind kind, double least, double most, const char* text, bool above = false, bool below = false, int length = 0) {
            Parameter p = parameter(kind);
            p.minimum = least;
            p.maximum = most;
            p.minimumExcluded = above;
            p.maximumExcluded = below;
            p.length = length;
            QString reason;
            const bool taken = parseField(p, text, reason).has_value();
            return taken ? QString("taken") : reason;
        };
        constexpr double inf = std::numeric_limits<double>::infinity();
        QCOMPARE(said(ParamKind::integer, 1, 1e9, "0"), QString("Units must be a whole number from 1 to 1,000,000,000; it is 0."));
        QCOMPARE(said(ParamKind::integer, 1, inf, "many"), QString("Units must be a whole number of at least 1, not “many”."));
        QCOMPARE(said(ParamKind::number, 0, 1, "1", false, true), QString("Units must be a number of at least 0 and less than 1; it is 1."));
        QCOMPARE(said(ParamKind::number, 0, inf, "0", true), QString("Units must be a number greater than 0; it is 0."));
        QCOMPARE(said(ParamKind::number, 0, 0.5, "2", true), QString("Units must be a number greater than 0 and at most 0.5; it is 2."));
        QCOMPARE(said(ParamKind::number, -inf, 3, "4"), QString("Units must be a number of at most 3; it is 4."));
        QCOMPARE(said(ParamKind::number, -inf, inf, "x"), QString("Units must be a number, not “x”."));
        QCOMPARE(said(ParamKind::integers, 1, inf, "1 0", false, false, 2), QString("Units must be 2 whole numbers, each at least 1; it is (1, 0)."));
        QCOMPARE(said(ParamKind::integers, 1, 9, "4,,5"), QString("Units must be a list of whole numbers, each from 1 to 9, not “4,,5”."));
    }

    void aHeldLayerIsChosenAndEditedInPlace() {
        Parameter p = parameter(ParamKind::object);
        p.name = "layer";
        p.catalogue = "layers";
        p.defaultValue = Value(Object{"Dense", {}});
        p.required = true;
        Appearance appearance;
        SchemaForm form({p}, appearance);
        ParamMap params{{"layer", Value(Object{"Dense", {{"units", 8}, {"name", "inner"}}})}};
        form.setValues(params);
        form.show();
        QVERIFY(QTest::qWaitForWindowExposed(&form));
        connect(&form, &SchemaForm::edited, &form, [&](const QString& name, const Value& value) {
            setParam({p}, params, name.toStdString(), value);
            form.setValues(params);
        });
        auto* units = form.findChild<QLineEdit*>("units");
        QVERIFY(units && units->isVisible());
        QCOMPARE(units->text(), QString("8"));
        QTest::mouseClick(units, Qt::LeftButton);
        QTest::keyClick(units, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(units, "16");
        const Object* held = params.at("layer").asObject();
        QVERIFY(held->params.at("units") == Value(16));
        QVERIFY2(held->params.at("name") == Value("inner"), "what the form does not show stays");
        QTest::keyClicks(units, "x");
        QVERIFY(form.findChild<QLabel*>("units.reason")->isVisible());
        auto* box = form.findChild<QComboBox*>("layer");
        QCOMPARE(box->currentText(), QString("Dense"));
        QVERIFY2(box->findText("Input") < 0, "an Input is held by nothing");
        box->setFocus();
        box->setCurrentIndex(box->findText("Dropout"));
        Q_EMIT box->activated(box->currentIndex());
        QVERIFY(params.at("layer") == Value(Object{"Dropout", {}}));
        auto* rate = form.findChild<QLineEdit*>("rate");
        QVERIFY(rate && rate->isVisible());
    }

    void aHistogramFollowsTheTheme() {
        Appearance appearance;
        appearance.setMode(Appearance::Mode::light);
        Histogram histogram(appearance);
        histogram.resize(100, 72);
        histogram.setBars({1.0}, Family::convolution);
        const auto color = [&] { return histogram.grab().toImage().pixelColor(50, 40); };
        QCOMPARE(color().name(), appearance.theme().family(Family::convolution).name());
        const QColor before = color();
        appearance.setMode(Appearance::Mode::dark);
        QVERIFY(color() != before);
        QCOMPARE(color().name(), appearance.theme().family(Family::convolution).name());
    }

    void aDisabledIconShowsOnItsButton() {
        for (const auto mode : {Appearance::Mode::light, Appearance::Mode::dark}) {
            Appearance appearance;
            appearance.setMode(mode);
            const Theme& theme = appearance.theme();
            const QImage picture = icon("play", appearance, theme.onAccent).pixmap(QSize(32, 32), QIcon::Disabled).toImage();
            double most = 1;
            for (int y = 0; y < picture.height(); ++y) {
                for (int x = 0; x < picture.width(); ++x) {
                    const QColor ink = picture.pixelColor(x, y);
                    const auto over = [&](int i, int g) { return static_cast<int>(i * ink.alphaF() + g * (1 - ink.alphaF())); };
                    const QColor seen(over(ink.red(), theme.field.red()), over(ink.green(), theme.field.green()), over(ink.blue(), theme.field.blue()));
                    most = std::max(most, contrast(seen, theme.field));
                }
            }
            QVERIFY2(most > 1.5, qPrintable(QString::number(most)));
        }
    }
};

QTEST_MAIN(WidgetsTest)
#include "widgets_test.moc"
