// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/palette.h"

#include <QKeyEvent>
#include <QLabel>
#include <QShortcut>
#include <QVBoxLayout>

namespace weft::ui {

Palette::Palette(const Appearance& appearance, QWidget* parent) : QWidget(parent), m_search(new QLineEdit), m_list(new LayerList(appearance, true)) {
    setAccessibleName(tr("Layers"));
    auto* title = new QLabel(tr("Layers"));
    title->setProperty("role", "title");
    m_search->setPlaceholderText(tr("Search layers"));
    m_search->setAccessibleName(tr("Search layers"));
    m_search->setProperty("search", true);
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_list->setAccessibleName(tr("Layers by family"));
    auto* hint = new QLabel(tr("No layer of that name."));
    hint->setProperty("role", "secondary");
    hint->setContentsMargins(14, 8, 8, 8);
    hint->hide();

    auto* top = new QVBoxLayout;
    top->setContentsMargins(12, 12, 12, 8);
    top->setSpacing(8);
    top->addWidget(title);
    top->addWidget(m_search);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(top);
    all->addWidget(hint);
    all->addWidget(m_list, 1);
    setMinimumWidth(160);

    connect(m_search, &QLineEdit::textChanged, this, [this, hint](const QString& typed) {
        m_list->filter(typed);
        hint->setVisible(m_list->count() == 0);
    });
    connect(m_list, &LayerList::chosen, this, &Palette::chosen);
    // A key of one letter works wherever no text is being written.
    auto* slash = new QShortcut(QKeySequence(Qt::Key_Slash), this);
    slash->setContext(Qt::WindowShortcut);
    connect(slash, &QShortcut::activated, this, [this] {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    });
}

bool Palette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Down: m_list->step(1); return true;
        case Qt::Key_Up: m_list->step(-1); return true;
        case Qt::Key_Escape: m_search->clear(); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (const LayerType* type = m_list->current()) {
                Q_EMIT chosen(type);
            }
            return true;
        default: break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace weft::ui
