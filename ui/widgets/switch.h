// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace weft::ui {

class Appearance;

/// An on-off switch: a pill with a knob, in the accent colour when on.
class Switch : public QAbstractButton {
    Q_OBJECT
public:
    explicit Switch(const Appearance& appearance, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    /// Neither on nor off: several boxes differ.
    void setMixed(bool mixed);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Appearance& m_appearance;
    bool m_mixed = false;
};

/// A dot beside a field whose value is not the default; a click restores it.
class DefaultMark : public QAbstractButton {
    Q_OBJECT
public:
    explicit DefaultMark(const Appearance& appearance, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {12, 26}; }
    void setShown(bool shown);
    bool isShown() const { return m_shown; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Appearance& m_appearance;
    bool m_shown = false;
};

} // namespace weft::ui
