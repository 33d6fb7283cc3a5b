// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/schema_form.h"

#include "ui/theme/appearance.h"
#include "ui/widgets/catalogues.h"
#include "ui/widgets/fields.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/switch.h"
#include "ui/widgets/value_text.h"

#include <QGridLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace weft::ui {

FieldRow::FieldRow(const Parameter& parameter, const Appearance& appearance, QWidget* parent) : QWidget(parent), m_parameter(parameter) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(0);
    grid->setVerticalSpacing(2);
    QLabel* label = makeLabel(translated(parameter.label), "label", this);
    label->setMinimumHeight(metrics::control);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_mark = new DefaultMark(appearance, this);
    m_field = makeField(parameter, appearance, this);
    m_reason = makeText({}, "error", this);
    m_reason->setObjectName(QString::fromStdString(parameter.name) + QStringLiteral(".reason"));
    m_reason->hide();
    grid->addWidget(label, 0, 0);
    grid->addWidget(m_mark, 0, 1);
    const bool wide = parameter.kind == ParamKind::object && editedInPlace(parameter.catalogue); // a form of its own needs the whole width
    grid->addWidget(m_field, wide ? 1 : 0, wide ? 0 : 2, 1, wide ? 3 : 1);
    grid->addWidget(m_reason, 2, 0, 1, 3);
    grid->setColumnMinimumWidth(0, 108);
    grid->setColumnStretch(0, 108);
    grid->setColumnStretch(2, 148);
    label->setBuddy(m_field);

    QStringList tip{translated(parameter.help)};
    const QString limits = QString::fromStdString(describeLimits(parameter));
    tip << (limits.isEmpty() ? QString::fromStdString(parameter.name) : tr("%1: %2").arg(QString::fromStdString(parameter.name), limits));
    if (!parameter.required) {
        tip << tr("Default: %1").arg(spokenText(parameter, parameter.defaultValue));
    }
    label->setToolTip(tip.join(u'\n'));
    m_field->setToolTip(tip.join(u'\n'));
    m_mark->setToolTip(tr("Restore the default: %1").arg(spokenText(parameter, parameter.defaultValue)));
    m_mark->setAccessibleName(tr("Restore the default of %1").arg(translated(parameter.label)));
    m_mark->setObjectName(QString::fromStdString(parameter.name) + QStringLiteral(".default"));

    connect(m_field, &ValueField::edited, this, &FieldRow::edited);
    connect(m_field, &ValueField::committed, this, &FieldRow::committed);
    connect(m_field, &ValueField::refused, this, [this](const QString& reason) {
        m_reason->setText(reason);
        m_reason->setVisible(!reason.isEmpty());
    });
    connect(m_mark, &DefaultMark::clicked, this, [this] {
        Q_EMIT edited(m_parameter.defaultValue);
        Q_EMIT committed();
    });
}

void FieldRow::setValue(const Value& value) {
    m_field->setValue(value);
    m_mark->setShown(!m_parameter.required && !(value == m_parameter.defaultValue));
}

void FieldRow::setMixed() {
    m_field->setMixed();
    m_mark->setShown(!m_parameter.required);
}

SchemaForm::SchemaForm(Schema schema, const Appearance& appearance, QWidget* parent) : QWidget(parent), m_schema(std::move(schema)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_rows.resize(m_schema.size());
    const auto addRows = [&](bool advanced) {
        for (std::size_t i = 0; i < m_schema.size(); ++i) {
            const Parameter& parameter = m_schema[i];
            if (parameter.advanced == advanced) {
                m_rows[i] = new FieldRow(parameter, appearance, this);
                column->addWidget(m_rows[i]);
                connect(m_rows[i], &FieldRow::edited, this,
                        [this, name = QString::fromStdString(parameter.name)](const Value& value) { Q_EMIT edited(name, value); });
                connect(m_rows[i], &FieldRow::committed, this, &SchemaForm::committed);
            }
        }
    };
    addRows(false);
    const bool anyAdvanced = std::any_of(m_schema.begin(), m_schema.end(), [](const Parameter& p) { return p.advanced; });
    if (anyAdvanced) {
        m_more = new QToolButton(this);
        m_more->setObjectName(QStringLiteral("more"));
        m_more->setText(tr("More options"));
        m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        m_more->setArrowType(Qt::RightArrow);
        m_more->setCheckable(true);
        m_more->setProperty("fold", true);
        column->addWidget(m_more, 0, Qt::AlignLeft);
        connect(m_more, &QToolButton::toggled, this, [this](bool open) {
            m_more->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
            arrange();
        });
        addRows(true);
    }
    arrange();
}

void SchemaForm::setValues(const ParamMap& params, const std::set<std::string>& mixed) {
    m_params = params;
    for (std::size_t i = 0; i < m_schema.size(); ++i) {
        if (mixed.contains(m_schema[i].name)) {
            m_rows[i]->setMixed();
        } else {
            m_rows[i]->setValue(valueOf(m_schema, params, m_schema[i].name));
        }
    }
    arrange();
}

void SchemaForm::arrange() {
    for (std::size_t i = 0; i < m_schema.size(); ++i) {
        const Parameter& parameter = m_schema[i];
        const bool applies =
            parameter.appliesWhenName.empty() || valueOf(m_schema, m_params, parameter.appliesWhenName) == parameter.appliesWhenValue;
        m_rows[i]->setVisible(applies && (!parameter.advanced || m_more->isChecked()));
    }
}

} // namespace weft::ui
