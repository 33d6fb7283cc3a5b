// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QFontDatabase>
#include <QGuiApplication>
#include <QScreen>

#include <algorithm>
#include <cmath>

namespace weft::ui {

namespace {

QColor rgb(QRgb value) { return QColor::fromRgb(value); }

/// Family colours in the order of the enum: core, convolution, pooling, shape, normalization, regularization, recurrent,
/// attention, merge, activation, model, preprocessing, input.
std::array<QColor, 13> familyColors(const std::array<QRgb, 13>& values) {
    std::array<QColor, 13> colors;
    std::transform(values.begin(), values.end(), colors.begin(), rgb);
    return colors;
}

/// Device-independent pixels as points, which may have a fraction where QFont's pixels may not.
double points(double pixels) {
    const QScreen* screen = QGuiApplication::primaryScreen();
    return pixels * 72.0 / (screen ? screen->logicalDotsPerInchY() : 96.0);
}

QString firstInstalled(std::initializer_list<const char*> families, QFontDatabase::SystemFont otherwise) {
    for (const char* family : families) {
        if (QFontDatabase::hasFamily(QString::fromLatin1(family))) {
            return QString::fromLatin1(family);
        }
    }
    return QFontDatabase::systemFont(otherwise).family();
}

double luminance(const QColor& color) {
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

Theme Theme::light() {
    Theme t;
    t.canvas = rgb(0xF5F6F8);
    t.gridDot = rgb(0xDFE3E9);
    t.panel = rgb(0xFFFFFF);
    t.box = rgb(0xFFFFFF);
    t.text = rgb(0x1B1F27);
    t.secondary = rgb(0x5B6472);
    t.line = rgb(0xD8DDE4);
    t.accent = rgb(0x2563EB);
    t.accentTint = rgb(0xE8EFFD);
    t.onAccent = rgb(0xFFFFFF);
    t.error = rgb(0xC0362C);
    t.warning = rgb(0xA86400);
    t.good = rgb(0x1B7F4B);
    t.wire = rgb(0x838D9C);
    t.field = rgb(0xEEF1F5);
    t.hover = rgb(0xF0F2F5);
    t.bar = rgb(0xFBFBFC);
    t.families = familyColors({0x2F6FD0, 0xC86F12, 0x1F8A7D, 0x1F8A7D, 0x7A68B8, 0x7A68B8, 0x3F8A22, 0xB03E8C, 0xA98600, 0xC23B50,
        0x3B3F8F, 0x8A5A2B, 0x5B6472});
    return t;
}

Theme Theme::darkTheme() {
    Theme t;
    t.dark = true;
    t.canvas = rgb(0x14171C);
    t.gridDot = rgb(0x252B34);
    t.panel = rgb(0x1B1F26);
    t.box = rgb(0x20252D);
    t.text = rgb(0xE6E9EE);
    t.secondary = rgb(0x98A2B0);
    t.line = rgb(0x2D343F);
    t.accent = rgb(0x6BA1FF);
    t.accentTint = rgb(0x1E2C45);
    t.onAccent = rgb(0x10141A);
    t.error = rgb(0xFF7B70);
    t.warning = rgb(0xE6A23C);
    t.good = rgb(0x4CC38A);
    t.wire = rgb(0x6C7787);
    t.field = rgb(0x232932);
    t.hover = rgb(0x262C36);
    t.bar = rgb(0x191D23);
    t.families = familyColors({0x6AA2F0, 0xF0A050, 0x4FC3B3, 0x4FC3B3, 0xAE9DE6, 0xAE9DE6, 0x7CC65A, 0xE880C4, 0xDDBB3C, 0xF27A8A,
        0x8C90F0, 0xC99563, 0x8D97A6});
    return t;
}

const QColor& Theme::curve(int index) const {
    static constexpr std::array order{Family::core, Family::convolution, Family::recurrent, Family::attention, Family::shape, Family::merge,
        Family::normalization, Family::activation};
    return family(order[static_cast<std::size_t>(index) % order.size()]);
}

QColor onColor(const QColor& ground) {
    const QColor white(Qt::white), black(Qt::black);
    return contrast(white, ground) >= 4.5 ? white : black;
}

double contrast(const QColor& a, const QColor& b) {
    const double one = luminance(a) + 0.05;
    const double other = luminance(b) + 0.05;
    return one > other ? one / other : other / one;
}

namespace fonts {

QFont plain(double pixels, QFont::Weight weight) {
    static const QString family = firstInstalled({"Inter"}, QFontDatabase::GeneralFont);
    QFont font(family);
    font.setPointSizeF(points(pixels));
    font.setWeight(weight);
    return font;
}

QFont fixed(double pixels) {
    static const QString family = firstInstalled({"JetBrains Mono", "DejaVu Sans Mono", "Consolas", "Menlo"}, QFontDatabase::FixedFont);
    QFont font(family);
    font.setStyleHint(QFont::Monospace);
    font.setPointSizeF(points(pixels));
    return font;
}

QFont section() {
    QFont font = plain(9.5, QFont::DemiBold);
    font.setCapitalization(QFont::AllUppercase);
    font.setLetterSpacing(QFont::PercentageSpacing, 104);
    return font;
}

} // namespace fonts

} // namespace weft::ui
