// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/appearance.h"

#include <QApplication>
#include <QSettings>
#include <QStyleFactory>
#include <QStyleHints>

/// A static library's resources are linked only where they are asked for; the macro wants the global namespace.
static void loadIcons() { Q_INIT_RESOURCE(theme); }

namespace weft::ui {

namespace {

/// Asked before our own palette is set: Qt before 6.5 tells dark from light by the platform's palette only.
bool systemIsDark() {
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#elif defined(Q_OS_WIN)
    const QSettings registry("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize", QSettings::NativeFormat);
    return registry.value("AppsUseLightTheme", 1).toInt() == 0;
#else
    const QPalette palette = QGuiApplication::palette();
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
#endif
}

bool reducedMotionAsked() {
#if defined(Q_OS_WIN)
    const QSettings registry("HKEY_CURRENT_USER\\Control Panel\\Desktop\\WindowMetrics", QSettings::NativeFormat);
    return registry.value("MinAnimate", "1").toString() == "0";
#else
    return qEnvironmentVariableIsSet("WEFT_REDUCED_MOTION");
#endif
}

} // namespace

Appearance::Appearance(QObject* parent) : QObject(parent), m_systemDark(systemIsDark()), m_animates(!reducedMotionAsked()) {
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, [this] {
        m_systemDark = systemIsDark();
        refresh();
    });
#endif
    loadIcons();
    refresh();
}

void Appearance::setMode(Mode mode) {
    if (mode != m_mode) {
        m_mode = mode;
        refresh();
    }
}

void Appearance::applyTo(QApplication& application) {
    m_application = &application;
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    refresh();
}

void Appearance::refresh() {
    const bool dark = m_mode == Mode::dark || (m_mode == Mode::system && m_systemDark);
    m_theme = dark ? Theme::darkTheme() : Theme::light();
    if (m_application) {
        QApplication::setFont(fonts::body());
        QApplication::setPalette(paletteOf(m_theme));
        m_application->setStyleSheet(styleSheetOf(m_theme));
    }
    Q_EMIT changed();
}

QPalette paletteOf(const Theme& t) {
    QPalette palette;
    palette.setColor(QPalette::Window, t.panel);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.panel);
    palette.setColor(QPalette::AlternateBase, t.hover);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::PlaceholderText, t.secondary);
    palette.setColor(QPalette::Button, t.panel);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::BrightText, t.error);
    palette.setColor(QPalette::Highlight, t.accent);
    palette.setColor(QPalette::HighlightedText, t.onAccent);
    palette.setColor(QPalette::Link, t.accent);
    palette.setColor(QPalette::LinkVisited, t.accent);
    palette.setColor(QPalette::ToolTipBase, t.panel);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::Light, t.line);
    palette.setColor(QPalette::Midlight, t.line);
    palette.setColor(QPalette::Mid, t.line);
    palette.setColor(QPalette::Dark, t.line);
    palette.setColor(QPalette::Shadow, t.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        QColor faint = t.secondary;
        faint.setAlphaF(0.6F);
        palette.setColor(QPalette::Disabled, role, faint);
    }
    return palette;
}

} // namespace weft::ui
