// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/catalogues.h"
#include "ui/widgets/fields.h"

class QComboBox;
class QToolButton;

namespace weft::ui {

/// A button that opens a small form for the parameters of an object; hidden where it has none.
class OptionsButton : public QWidget {
    Q_OBJECT
public:
    explicit OptionsButton(const Appearance& appearance, QWidget* parent = nullptr);
    /// `hidden`: parameters that have a place of their own elsewhere.
    void setObject(const CatalogueEntry& entry, const ParamMap& params, const std::vector<std::string>& hidden = {});
    void clear();
    void open();

Q_SIGNALS:
    void edited(const weft::ParamMap& params);

private:
    const Appearance& m_appearance;
    QToolButton* m_button;
    CatalogueEntry m_entry;
    Schema m_schema;
    ParamMap m_params;
};

/// Chooses an object from its catalogue and opens its options.
class ObjectField : public ValueField {
    Q_OBJECT
public:
    ObjectField(const Parameter& parameter, const Appearance& appearance, QWidget* parent);
    void setValue(const Value& value) override;
    void setMixed() override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Parameter m_parameter;
    std::vector<CatalogueEntry> m_entries;
    QComboBox* m_box;
    OptionsButton* m_options;
    Value m_value;
};

} // namespace weft::ui
