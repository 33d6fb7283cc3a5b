// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/start_page.h"

#include "engine/layers/layer_type.h"
#include "engine/project/templates.h"
#include "ui/widgets/labels.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace weft::ui {

TemplateCard::TemplateCard(const Appearance& appearance, const QString& title, const QString& sentence, Project project, QWidget* parent)
    : QAbstractButton(parent), m_appearance(appearance), m_title(title), m_sentence(sentence), m_project(std::move(project)) {
    setAccessibleName(title);
    setAccessibleDescription(sentence);
    setCursor(Qt::PointingHandCursor);
    setFixedHeight(96);
    setMinimumWidth(320);
    setAttribute(Qt::WA_Hover);
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void TemplateCard::paintDrawing(QPainter& painter, const QRectF& room) const {
    const Theme& theme = m_appearance.theme();
    const Graph& graph = m_project.rootGraph();
    QRectF extent;
    const auto box = [&](CallId call) {
        const auto found = m_project.layout.find(call);
        return found == m_project.layout.end() ? QRectF() : QRectF(found->second.x, found->second.y, metrics::boxWidth, metrics::boxHeight);
    };
    for (const auto& [id, call] : graph.calls) {
        extent = extent.united(box(id));
    }
    if (extent.isEmpty()) {
        return;
    }
    const double scale = std::min({room.width() / extent.width(), room.height() / extent.height(), 0.3});
    painter.save();
    painter.translate(room.center());
    painter.scale(scale, scale);
    painter.translate(-extent.center());
    painter.setPen(QPen(theme.wire, 1 / scale));
    for (const auto& [id, call] : graph.calls) {
        for (const auto& source : call.inputs) {
            if (source) {
                const QRectF from = box(source->call);
                const QRectF to = box(id);
                painter.drawLine(QPointF(from.center().x(), from.bottom()), QPointF(to.center().x(), to.top()));
            }
        }
    }
    painter.setPen(Qt::NoPen);
    for (const auto& [id, call] : graph.calls) {
        const LayerType* type = graph.layerOf(id) ? findLayerType(graph.layerOf(id)->type) : nullptr;
        painter.setBrush(type ? theme.family(type->family) : theme.secondary);
        painter.drawRoundedRect(box(id).adjusted(0, 8, 0, -8), 8, 8);
    }
    painter.restore();
}

void TemplateCard::paintEvent(QPaintEvent*) {
    const Theme& theme = m_appearance.theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(hasFocus() ? theme.accent : theme.line, 1));
    painter.setBrush(underMouse() ? theme.hover : theme.box);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metrics::boxRadius, metrics::boxRadius);
    paintDrawing(painter, QRectF(12, 10, 72, height() - 20));
    painter.setPen(theme.text);
    painter.setFont(fonts::name());
    painter.drawText(QRectF(100, 14, width() - 112, 20), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    painter.setPen(theme.secondary);
    painter.setFont(fonts::body());
    painter.drawText(QRectF(100, 36, width() - 112, height() - 44), Qt::AlignLeft | Qt::TextWordWrap, m_sentence);
}

StartPage::StartPage(const Appearance& appearance, QWidget* parent) : QWidget(parent), m_appearance(appearance) {
    setObjectName(QStringLiteral("start_page"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    outer->addWidget(scroll);
    auto* page = new QWidget(scroll);
    scroll->setWidget(page);
    auto* frame = new QGridLayout(page);
    frame->setContentsMargins(32, 48, 32, 32);
    frame->setColumnStretch(0, 1);
    frame->setColumnStretch(2, 1);
    frame->setRowStretch(1, 1);
    auto* body = new QWidget(page);
    body->setMaximumWidth(980);
    frame->addWidget(body, 0, 1);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    QLabel* title = makeLabel(tr("Weft"), "title", body);
    title->setFont(fonts::plain(28, QFont::DemiBold));
    title->setStyleSheet(QStringLiteral("font-size: 21pt;"));
    column->addWidget(title);
    column->addWidget(makeLabel(tr("Draw a neural network, train it on your own data, ship it in your C++ product."), "body", body));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    auto* fresh = new QPushButton(tr("New drawing"), body);
    fresh->setObjectName(QStringLiteral("start_new"));
    fresh->setProperty("main", true);
    auto* open = new QPushButton(tr("Open…"), body);
    open->setObjectName(QStringLiteral("start_open"));
    buttons->addWidget(fresh);
    buttons->addWidget(open);
    buttons->addStretch(1);
    column->addLayout(buttons);
    column->addSpacing(12);
    column->addWidget(makeLabel(tr("Begin with a template"), "section", body));
    auto* grid = new QGridLayout;
    grid->setSpacing(12);
    try {
        int at = 0;
        for (const Template& item : templates()) {
            auto* card = new TemplateCard(appearance, QString::fromStdString(item.title), QString::fromStdString(item.description), openTemplate(item.name), body);
            card->setObjectName(QStringLiteral("template.") + QString::fromStdString(item.name));
            connect(card, &TemplateCard::clicked, this, [this, name = QString::fromStdString(item.name)] { Q_EMIT templateChosen(name); });
            grid->addWidget(card, at / 2, at % 2);
            ++at;
        }
    } catch (const std::exception& e) {
        column->addWidget(makeText(QString::fromUtf8(e.what()), "error", body));
    }
    column->addLayout(grid);
    column->addSpacing(12);
    m_recent = new QVBoxLayout;
    m_recent->setSpacing(0);
    column->addLayout(m_recent);
    connect(fresh, &QPushButton::clicked, this, &StartPage::newRequested);
    connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
}

void StartPage::setRecent(const QStringList& files) {
    clearLayout(m_recent);
    if (files.isEmpty()) {
        return;
    }
    QLabel* head = makeLabel(tr("Recent"), "section", this);
    head->setMinimumHeight(24);
    m_recent->addWidget(head);
    for (const QString& file : files) {
        auto* button = new QPushButton(QFileInfo(file).fileName() + QStringLiteral("  ·  ") + QFileInfo(file).absolutePath(), this);
        button->setFlat(true);
        button->setProperty("row", true);
        button->setCursor(Qt::PointingHandCursor);
        connect(button, &QPushButton::clicked, this, [this, file] { Q_EMIT fileChosen(file); });
        m_recent->addWidget(button, 0, Qt::AlignLeft);
    }
}

} // namespace weft::ui
