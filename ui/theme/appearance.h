// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QObject>
#include <QPalette>

class QApplication;

namespace weft::ui {

/// The look in force. One object, owned by main(), given by reference to whoever paints.
class Appearance : public QObject {
    Q_OBJECT
public:
    enum class Mode { system, light, dark };
    Q_ENUM(Mode)

    explicit Appearance(QObject* parent = nullptr);

    const Theme& theme() const { return m_theme; }
    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    /// Gives the application style, palette, font and style sheet of the look in force, now and on every change.
    void applyTo(QApplication& application);
    /// False where the system asks for reduced motion.
    bool animates() const { return m_animates; }

Q_SIGNALS:
    void changed();

private:
    void refresh();
    Theme m_theme;
    Mode m_mode = Mode::system;
    bool m_systemDark = false;
    bool m_animates = true;
    QApplication* m_application = nullptr;
};

QPalette paletteOf(const Theme& theme);
/// Style sheet for Qt's own widgets. Dynamic properties it knows: QPushButton[main="true"] is the one main action,
/// QLabel[role="secondary" | "section" | "title" | "number" | "error" | "warning" | "good"].
QString styleSheetOf(const Theme& theme);

} // namespace weft::ui
