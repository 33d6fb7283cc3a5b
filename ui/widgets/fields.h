// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/schema/parameter.h"

#include <QWidget>

namespace weft::ui {

class Appearance;

/// The editor of one parameter's value, by its kind. It shows what it is given and tells what a person enters; it keeps nothing.
class ValueField : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// Shows a value without telling anybody.
    virtual void setValue(const Value& value) = 0;
    /// Several boxes are edited together and differ here.
    virtual void setMixed() = 0;

Q_SIGNALS:
    /// A person entered a value that fits the schema.
    void edited(const weft::Value& value);
    /// What was entered does not fit: why, as a sentence; empty when all is well again.
    void refused(const QString& reason);
    /// The person is done with the field for now.
    void committed();
};

/// `label` is what screen readers say; `objectName` is set on the control itself.
ValueField* makeField(const Parameter& parameter, const Appearance& appearance, QWidget* parent);

} // namespace weft::ui
