// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/layer_list.h"

#include "ui/canvas/layer_search.h"
#include "ui/canvas/scene.h"
#include "ui/canvas/scene_painter.h"

#include <QDrag>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QStyledItemDelegate>

namespace weft::ui {

namespace {

constexpr int kType = Qt::UserRole;
constexpr int kRow = 21;
constexpr int kHead = 32;

class RowPainter : public QStyledItemDelegate {
public:
    RowPainter(const Appearance& appearance, QObject* parent) : QStyledItemDelegate(parent), m_appearance(appearance) {}

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
        const bool isHead = index.data(kType).isNull();
        return {100, isHead ? (index.row() == 0 ? kHead - 10 : kHead) : kRow};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Theme& theme = m_appearance.theme();
        const QRect r = option.rect;
        const QString text = index.data(Qt::DisplayRole).toString();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const auto* type = index.data(kType).value<const LayerType*>();
        if (!type) {
            painter->setFont(fonts::section());
            painter->setPen(theme.secondary);
            painter->drawText(r.adjusted(14, 0, -8, -5), Qt::AlignBottom | Qt::AlignLeft, text);
        } else {
            const bool current = option.state & QStyle::State_Selected;
            if (current || option.state & QStyle::State_MouseOver) {
                painter->setPen(Qt::NoPen);
                painter->setBrush(current ? theme.accentTint : theme.hover);
                painter->drawRoundedRect(r.adjusted(6, 0, -6, 0), 4, 4);
            }
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme.family(type->family));
            painter->drawRoundedRect(QRectF(r.left() + 14, r.top() + 4, 3, r.height() - 8), 1, 1);
            painter->setFont(fonts::body());
            painter->setPen(theme.text);
            painter->drawText(r.adjusted(26, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text);
        }
        painter->restore();
    }

private:
    const Appearance& m_appearance;
};

} // namespace

LayerList::LayerList(const Appearance& appearance, bool withHeads, QWidget* parent)
    : QListWidget(parent), m_appearance(appearance), m_withHeads(withHeads) {
    setItemDelegate(new RowPainter(appearance, this));
    setMouseTracking(true);
    setFrameShape(NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    setSelectionMode(SingleSelection);
    setDragEnabled(true);
    setDragDropMode(DragOnly);
    connect(this, &QListWidget::itemDoubleClicked, this, [this](QListWidgetItem* item) {
        if (const LayerType* type = typeOf(item)) {
            Q_EMIT chosen(type);
        }
    });
    filter({});
}

void LayerList::filter(const QString& typed) {
    clear();
    int section = -1;
    const std::vector<const LayerType*> types = searchLayers(typed);
    for (const LayerType* type : types) {
        if (m_fits && !m_fits(*type)) {
            continue;
        }
        if (m_withHeads && typed.trimmed().isEmpty() && section != sectionOf(type->family)) {
            section = sectionOf(type->family);
            auto* head = new QListWidgetItem(titleOf(section), this);
            head->setFlags(Qt::NoItemFlags);
        }
        auto* item = new QListWidgetItem(QString::fromStdString(type->name), this);
        item->setData(kType, QVariant::fromValue(type));
        item->setToolTip(QString::fromStdString(type->help));
        item->setData(Qt::AccessibleDescriptionRole, QString::fromStdString(type->help));
    }
    if (!typed.trimmed().isEmpty() && count() > 0) {
        setCurrentRow(0);
    }
}

const LayerType* LayerList::typeOf(const QListWidgetItem* item) const {
    return item ? item->data(kType).value<const LayerType*>() : nullptr;
}

const LayerType* LayerList::current() const { return typeOf(currentItem()); }

void LayerList::step(int by) {
    for (int row = currentRow() + by; row >= 0 && row < count(); row += by) {
        if (typeOf(item(row))) {
            setCurrentRow(row);
            return;
        }
    }
}

QStringList LayerList::mimeTypes() const { return {kLayerMime}; }

QMimeData* LayerList::mimeData(const QList<QListWidgetItem*>& items) const {
    const LayerType* type = items.isEmpty() ? nullptr : typeOf(items.front());
    if (!type) {
        return nullptr;
    }
    auto* data = new QMimeData;
    data->setData(kLayerMime, QByteArray::fromStdString(type->name));
    return data;
}

void LayerList::startDrag(Qt::DropActions) {
    QMimeData* data = mimeData(selectedItems());
    if (!data) {
        return;
    }
    const LayerType* type = current();
    const QRectF box(QPointF(), Scene::sizeOf(0, 1));
    const double scale = devicePixelRatioF();
    QPixmap picture((box.size() * scale).toSize());
    picture.setDevicePixelRatio(scale);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    paintGhostBox(painter, m_appearance.theme(), box, type->family, QString::fromStdString(type->name));
    painter.end();
    auto* drag = new QDrag(this);
    drag->setMimeData(data);
    drag->setPixmap(picture);
    drag->setHotSpot(box.center().toPoint());
    drag->exec(Qt::CopyAction);
}

void LayerList::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (const LayerType* type = current()) {
            Q_EMIT chosen(type);
        }
        return;
    }
    QListWidget::keyPressEvent(event);
}

} // namespace weft::ui
