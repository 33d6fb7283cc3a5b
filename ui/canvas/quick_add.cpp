// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/quick_add.h"

#include "ui/canvas/layer_search.h"

#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace weft::ui {

QuickAdd::QuickAdd(const Appearance& appearance, QWidget* parent)
    : QFrame(parent), m_appearance(appearance), m_search(new QLineEdit), m_list(new LayerList(appearance, false)), m_nothing(new QLabel) {
    setAccessibleName(tr("Add a layer"));
    m_search->setPlaceholderText(tr("Add a layer"));
    m_search->setAccessibleName(tr("Add a layer"));
    m_search->setProperty("search", true);
    m_search->installEventFilter(this);
    m_list->setDragEnabled(false);
    m_list->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    layout->addWidget(m_search);
    m_nothing->setObjectName("nothing_found");
    m_nothing->setProperty("role", "secondary");
    m_nothing->setWordWrap(true);
    m_nothing->setContentsMargins(6, 2, 6, 6);
    m_nothing->hide();
    layout->addWidget(m_nothing);
    layout->addWidget(m_list, 1);
    resize(220, 264);
    hide();
    connect(m_search, &QLineEdit::textChanged, this, &QuickAdd::filter);
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { choose(m_list->typeOf(item), false); });
}

void QuickAdd::filter(const QString& typed) {
    m_list->filter(typed);
    m_list->setCurrentRow(0);
    m_nothing->setVisible(m_list->count() == 0);
    if (m_list->count() == 0) {
        m_nothing->setText(!m_filtered || searchLayers(typed).empty() ? tr("No layer is called that.") : tr("That layer does not take what this wire carries."));
        m_search->setAccessibleDescription(m_nothing->text());
    }
}

void QuickAdd::offerOnly(std::function<bool(const LayerType&)> fits) {
    m_filtered = bool(fits);
    m_list->offerOnly(std::move(fits));
    filter(m_search->text());
}

void QuickAdd::openAt(QPoint place, std::function<bool(const LayerType&)> fits) {
    m_search->clear();
    offerOnly(std::move(fits));
    const QRect room = parentWidget()->rect().adjusted(4, 4, -4 - width(), -4 - height());
    move(std::clamp(place.x(), room.left(), std::max(room.left(), room.right())), std::clamp(place.y(), room.top(), std::max(room.top(), room.bottom())));
    show();
    raise();
    m_search->setFocus(Qt::PopupFocusReason);
}

void QuickAdd::choose(const LayerType* type, bool another) {
    if (!type) {
        return;
    }
    if (another) {
        m_search->selectAll();
    }
    Q_EMIT chosen(type, another);
    if (!another) {
        hide();
    }
}

bool QuickAdd::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        switch (key->key()) {
        case Qt::Key_Down:
        case Qt::Key_Tab: m_list->step(1); return true;
        case Qt::Key_Up:
        case Qt::Key_Backtab: m_list->step(-1); return true;
        case Qt::Key_Escape: hide(); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: choose(m_list->current(), key->modifiers() & Qt::ControlModifier); return true;
        default: break;
        }
    } else if (event->type() == QEvent::FocusOut && static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason) {
        hide();
    }
    return QFrame::eventFilter(watched, event);
}

void QuickAdd::hideEvent(QHideEvent* event) {
    QFrame::hideEvent(event);
    Q_EMIT closed();
}

void QuickAdd::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_appearance.theme().line, 1));
    painter.setBrush(m_appearance.theme().panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
}

} // namespace weft::ui
