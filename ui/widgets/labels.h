// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

#include <functional>

class QFrame;
class QVBoxLayout;

namespace weft::ui {

/// Labels of the few roles that the style sheet knows: `secondary`, `section`, `title`, `number`, `error`, `warning`, `good`.
QLabel* makeLabel(const QString& text, const char* role, QWidget* parent = nullptr);
/// As above, breaking into lines, selectable by mouse.
QLabel* makeText(const QString& text, const char* role, QWidget* parent = nullptr);
void setRole(QLabel* label, const char* role);
/// A thin line across.
QFrame* makeSeparator(QWidget* parent = nullptr);
/// Takes everything out of a layout and deletes the widgets once the event at hand is over.
void clearLayout(QLayout* layout);

/// Calls `what` when Escape is pressed in a widget, and keeps the key from others.
void onEscape(QWidget* widget, std::function<void()> what);

/// What an empty panel shows: what to do next, and perhaps a button for it.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(const QString& sentence, QWidget* parent = nullptr);
    void setSentence(const QString& sentence);
    void addButton(QWidget* button);

private:
    QLabel* m_label;
    QVBoxLayout* m_layout;
};

/// A name at the left, a number at the right, in a fixed-width font.
class NumberRow : public QWidget {
    Q_OBJECT
public:
    explicit NumberRow(const QString& name, const QString& number = {}, QWidget* parent = nullptr);
    void setNumber(const QString& number);
    QString number() const { return m_number->text(); }

private:
    QLabel* m_number;
};

} // namespace weft::ui
