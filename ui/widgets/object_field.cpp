// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/object_field.h"

#include "ui/theme/appearance.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/schema_form.h"
#include "ui/widgets/value_text.h"

#include <QComboBox>
#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QScreen>
#include <QToolButton>
#include <QVBoxLayout>

namespace weft::ui {

OptionsButton::OptionsButton(const Appearance& appearance, QWidget* parent) : QWidget(parent), m_appearance(appearance) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_button = new QToolButton(this);
    m_button->setObjectName(QStringLiteral("options"));
    m_button->setText(QStringLiteral("⋯"));
    m_button->setToolTip(tr("Options"));
    m_button->setAccessibleName(tr("Options"));
    m_button->setFixedSize(metrics::control, metrics::control);
    m_button->setFocusPolicy(Qt::TabFocus);
    row->addWidget(m_button);
    connect(m_button, &QToolButton::clicked, this, &OptionsButton::open);
    hide();
}

void OptionsButton::setObject(const CatalogueEntry& entry, const ParamMap& params, const std::vector<std::string>& hidden) {
    m_entry = entry;
    m_params = params;
    m_schema.clear();
    for (const Parameter& parameter : *entry.schema) {
        if (std::find(hidden.begin(), hidden.end(), parameter.name) == hidden.end()) {
            m_schema.push_back(parameter);
        }
    }
    QStringList changed;
    for (const Parameter& parameter : m_schema) {
        if (const auto found = params.find(parameter.name); found != params.end() && !(found->second == parameter.defaultValue)) {
            changed << tr("%1: %2").arg(translated(parameter.label), spokenText(parameter, found->second));
        }
    }
    m_button->setToolTip(changed.isEmpty() ? tr("Options of %1").arg(entry.title) : changed.join(u'\n'));
    setVisible(!m_schema.empty());
}

void OptionsButton::clear() {
    hide();
}

void OptionsButton::open() {
    auto* popup = new QFrame(this, Qt::Popup);
    popup->setAttribute(Qt::WA_DeleteOnClose);
    popup->setObjectName(QStringLiteral("popup"));
    popup->setFrameShape(QFrame::StyledPanel);
    auto* column = new QVBoxLayout(popup);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    column->addWidget(makeLabel(m_entry.title, "title", popup));
    if (!m_entry.help.isEmpty()) {
        column->addWidget(makeText(m_entry.help, "secondary", popup));
    }
    auto* form = new SchemaForm(m_schema, m_appearance, popup);
    form->setValues(m_params);
    column->addWidget(form);
    connect(form, &SchemaForm::edited, this, [this, form](const QString& name, const Value& value) {
        setParam(m_schema, m_params, name.toStdString(), value);
        form->setValues(m_params);
        Q_EMIT edited(m_params);
    });
    popup->setFixedWidth(320);
    popup->adjustSize();
    QPoint corner = mapToGlobal(QPoint(width() - popup->width(), height() + 4));
    const QRect room = screen()->availableGeometry();
    if (corner.y() + popup->height() > room.bottom()) {
        corner.setY(std::max(room.top(), mapToGlobal(QPoint()).y() - popup->height() - 4));
    }
    corner.setX(std::max(room.left(), corner.x()));
    popup->move(corner);
    popup->show();
}

ObjectField::ObjectField(const Parameter& parameter, const Appearance& appearance, QWidget* parent)
    : ValueField(parent), m_parameter(parameter), m_entries(entriesOf(parameter.catalogue)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    m_box = new QComboBox(this);
    m_box->setObjectName(QString::fromStdString(parameter.name));
    m_box->setAccessibleName(translated(parameter.label));
    m_box->setFixedHeight(metrics::control);
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_box->setMinimumContentsLength(4);
    m_box->setFocusPolicy(Qt::StrongFocus);
    m_box->installEventFilter(this);
    m_options = new OptionsButton(appearance, this);
    row->addWidget(m_box, 1);
    row->addWidget(m_options);
    setFocusProxy(m_box);
    if (parameter.optional) {
        m_box->addItem(tr("none"));
    }
    for (const CatalogueEntry& entry : m_entries) {
        m_box->addItem(entry.title);
        m_box->setItemData(m_box->count() - 1, entry.help, Qt::ToolTipRole);
    }
    connect(m_box, &QComboBox::activated, this, [this](int index) {
        const int offset = m_parameter.optional ? 1 : 0;
        const Value value = index < offset ? Value() : Value(Object{m_entries[static_cast<std::size_t>(index - offset)].name, {}});
        Q_EMIT edited(value);
        Q_EMIT committed();
    });
    connect(m_options, &OptionsButton::edited, this, [this](const ParamMap& params) {
        if (const Object* object = m_value.asObject()) {
            m_value = Object{object->type, params};
            Q_EMIT edited(m_value);
        }
    });
}

void ObjectField::setValue(const Value& value) {
    m_value = value;
    const Object* object = value.asObject();
    const std::optional<CatalogueEntry> entry = object ? findEntry(m_parameter.catalogue, object->type) : std::nullopt;
    if (!entry) {
        m_box->setCurrentIndex(m_parameter.optional && value.isNull() ? 0 : -1);
        m_options->clear();
        return;
    }
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (m_entries[i].name == entry->name) {
            m_box->setCurrentIndex(static_cast<int>(i) + (m_parameter.optional ? 1 : 0));
        }
    }
    m_box->setToolTip(entry->help.isEmpty() ? entry->title : entry->title + u'\n' + entry->help);
    m_options->setObject(*entry, object->params);
}

void ObjectField::setMixed() {
    m_box->setPlaceholderText(tr("several values"));
    m_box->setCurrentIndex(-1);
    m_options->clear();
}

bool ObjectField::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Wheel && !m_box->hasFocus()) {
        event->ignore();
        return true;
    }
    return ValueField::eventFilter(watched, event);
}

} // namespace weft::ui
