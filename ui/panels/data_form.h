// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/data/dataset.h"
#include "ui/panels/panel.h"

class QBoxLayout;
class QVBoxLayout;

namespace weft::ui {

/// What data the project has and how columns are made of it: files, columns with their steps, the split.
class DataForm : public QWidget {
    Q_OBJECT
public:
    DataForm(const PanelContext& context, QWidget* parent);
    void refresh();
    /// What each table that was read holds, for choosing among its fields.
    void setTables(std::map<std::string, SourceContents> tables);

private:
    const DataSpec& data() const { return m_context.document.project().data; }
    void change(const QString& text, const std::function<void(DataSpec&)>& edit, const QString& mergeKey = {});
    void addHead(const QString& text);
    void addSource(const DataSource& source);
    void addColumn(std::size_t index);
    void addStep(QBoxLayout* row, std::size_t column, std::size_t step);
    void addSplit();
    std::vector<std::string> numberFields(const std::string& source) const;
    void chooseFields(std::size_t column, QWidget* below);
    void offerSteps(std::size_t column, QWidget* below);

    PanelContext m_context;
    QVBoxLayout* m_column;
    QWidget* m_content = nullptr;
    QVBoxLayout* m_rows = nullptr;
    DataSpec m_shown;
    std::map<std::string, SourceContents> m_tables; ///< without values
};

} // namespace weft::ui
