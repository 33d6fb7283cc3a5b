// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/layer_field.h"

#include "ui/theme/appearance.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/schema_form.h"
#include "ui/widgets/value_text.h"

#include <QComboBox>
#include <QEvent>
#include <QFrame>
#include <QVBoxLayout>

namespace weft::ui {

LayerField::LayerField(const Parameter& parameter, const Appearance& appearance, QWidget* parent)
    : ValueField(parent), m_parameter(parameter), m_appearance(appearance), m_entries(entriesOf(parameter.catalogue)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_box = new QComboBox(this);
    m_box->setObjectName(QString::fromStdString(parameter.name));
    m_box->setAccessibleName(translated(parameter.label));
    m_box->setFixedHeight(metrics::control);
    m_box->setMaxVisibleItems(20);
    m_box->setFocusPolicy(Qt::StrongFocus);
    m_box->installEventFilter(this);
    column->addWidget(m_box);
    auto* frame = new QFrame(this);
    frame->setProperty("inside", true);
    m_inside = new QVBoxLayout(frame);
    m_inside->setContentsMargins(10, 0, 0, 0);
    column->addWidget(frame);
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
        Q_EMIT edited(index < offset ? Value() : Value(Object{m_entries[static_cast<std::size_t>(index - offset)].name, {}}));
        Q_EMIT committed();
    });
}

void LayerField::setForm(const std::optional<CatalogueEntry>& entry) {
    const std::string type = entry ? entry->name : std::string();
    if (type == m_type) {
        return;
    }
    m_type = type;
    m_form = nullptr;
    clearLayout(m_inside);
    m_inside->parentWidget()->setVisible(entry && !entry->schema->empty());
    if (!entry || entry->schema->empty()) {
        return;
    }
    m_form = new SchemaForm(*entry->schema, m_appearance, this);
    m_inside->addWidget(m_form);
    m_form->show();
    connect(m_form, &SchemaForm::edited, this, [this, schema = entry->schema](const QString& name, const Value& value) {
        if (const Object* object = m_value.asObject()) {
            Object changed = *object;
            setParam(*schema, changed.params, name.toStdString(), value);
            Q_EMIT edited(Value(changed));
        }
    });
    connect(m_form, &SchemaForm::committed, this, &LayerField::committed);
}

void LayerField::setValue(const Value& value) {
    m_value = value;
    const Object* object = value.asObject();
    const std::optional<CatalogueEntry> entry = object ? findEntry(m_parameter.catalogue, object->type) : std::nullopt;
    setForm(entry);
    m_box->setCurrentIndex(m_parameter.optional && value.isNull() ? 0 : -1);
    for (std::size_t i = 0; entry && i < m_entries.size(); ++i) {
        if (m_entries[i].name == entry->name) {
            m_box->setCurrentIndex(static_cast<int>(i) + (m_parameter.optional ? 1 : 0));
        }
    }
    m_box->setToolTip(entry ? entry->help : QString());
    if (m_form) {
        m_form->setValues(object->params);
    }
}

void LayerField::setMixed() {
    m_value = Value();
    m_box->setPlaceholderText(tr("several values"));
    m_box->setCurrentIndex(-1);
    setForm(std::nullopt);
}

bool LayerField::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Wheel && !m_box->hasFocus()) {
        event->ignore();
        return true;
    }
    return ValueField::eventFilter(watched, event);
}

} // namespace weft::ui
