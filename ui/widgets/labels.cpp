// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/labels.h"

#include "ui/theme/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QStyle>
#include <QVBoxLayout>

namespace weft::ui {

QLabel* makeLabel(const QString& text, const char* role, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    setRole(label, role);
    return label;
}

QLabel* makeText(const QString& text, const char* role, QWidget* parent) {
    QLabel* label = makeLabel(text, role, parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void setRole(QLabel* label, const char* role) {
    label->setProperty("role", QString::fromLatin1(role));
    label->style()->unpolish(label);
    label->style()->polish(label);
}

QFrame* makeSeparator(QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setFrameShape(QFrame::HLine);
    line->setFixedHeight(1);
    return line;
}

void clearLayout(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (QWidget* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        } else if (QLayout* inner = item->layout()) {
            clearLayout(inner);
        }
        delete item;
    }
}

void onEscape(QWidget* widget, std::function<void()> what) {
    class Filter : public QObject {
    public:
        Filter(QWidget* parent, std::function<void()> what) : QObject(parent), m_what(std::move(what)) {}
        bool eventFilter(QObject*, QEvent* event) override {
            const bool escape = event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape;
            if (escape) {
                m_what();
            }
            return escape;
        }

    private:
        std::function<void()> m_what;
    };
    widget->installEventFilter(new Filter(widget, std::move(what)));
}

EmptyState::EmptyState(const QString& sentence, QWidget* parent) : QWidget(parent) {
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(24, 24, 24, 24);
    m_layout->setSpacing(12);
    m_layout->addStretch(1);
    m_label = makeText(sentence, "secondary", this);
    m_label->setAlignment(Qt::AlignCenter);
    m_layout->addWidget(m_label);
    m_layout->addStretch(2);
}

void EmptyState::setSentence(const QString& sentence) {
    m_label->setText(sentence);
}

void EmptyState::addButton(QWidget* button) {
    m_layout->insertWidget(m_layout->count() - 1, button, 0, Qt::AlignHCenter);
}

NumberRow::NumberRow(const QString& name, const QString& number, QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(makeLabel(name, "label", this));
    m_number = makeLabel(number, "number", this);
    m_number->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_number->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_number->setAccessibleName(name);
    row->addWidget(m_number, 1);
    setFixedHeight(22);
}

void NumberRow::setNumber(const QString& number) {
    m_number->setText(number);
}

} // namespace weft::ui
