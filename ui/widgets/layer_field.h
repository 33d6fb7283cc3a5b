// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/catalogues.h"
#include "ui/widgets/fields.h"

class QComboBox;
class QVBoxLayout;

namespace weft::ui {

class SchemaForm;

/// Chooses the object that a parameter holds and edits its parameters in place, as a wrapper holds a layer. What the object holds beside the
/// schema's parameters (a held layer's name) stays until another type is chosen.
class LayerField : public ValueField {
    Q_OBJECT
public:
    LayerField(const Parameter& parameter, const Appearance& appearance, QWidget* parent);
    void setValue(const Value& value) override;
    void setMixed() override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void setForm(const std::optional<CatalogueEntry>& entry);
    Parameter m_parameter;
    const Appearance& m_appearance;
    std::vector<CatalogueEntry> m_entries;
    QComboBox* m_box;
    QVBoxLayout* m_inside;
    SchemaForm* m_form = nullptr;
    std::string m_type; ///< that the form is for
    Value m_value;
};

} // namespace weft::ui
