// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/schema/parameter.h"

#include <QWidget>

#include <set>

class QLabel;
class QToolButton;

namespace weft::ui {

class Appearance;
class DefaultMark;
class ValueField;

/// One parameter in a form: label, mark where the value is not the default, editor, and below it why a value was refused.
class FieldRow : public QWidget {
    Q_OBJECT
public:
    FieldRow(const Parameter& parameter, const Appearance& appearance, QWidget* parent);
    void setValue(const Value& value);
    void setMixed();

Q_SIGNALS:
    void edited(const weft::Value& value);
    void committed();

private:
    Parameter m_parameter;
    DefaultMark* m_mark;
    ValueField* m_field;
    QLabel* m_reason;
};

/// The form of a schema: a row for each parameter that applies, the advanced ones folded away.
class SchemaForm : public QWidget {
    Q_OBJECT
public:
    SchemaForm(Schema schema, const Appearance& appearance, QWidget* parent = nullptr);
    const Schema& schema() const { return m_schema; }
    /// `mixed`: parameters in which several boxes that are edited together differ.
    void setValues(const ParamMap& params, const std::set<std::string>& mixed = {});

Q_SIGNALS:
    /// A person entered a value that fits; `setParam` puts it into parameters.
    void edited(const QString& parameter, const weft::Value& value);
    void committed();

private:
    void arrange();
    Schema m_schema;
    ParamMap m_params;
    std::vector<FieldRow*> m_rows; ///< by the schema
    QToolButton* m_more = nullptr;
};

} // namespace weft::ui
