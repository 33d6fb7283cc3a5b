// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/data/dataset.h"
#include "ui/theme/appearance.h"

#include <QImage>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableWidget;
class QToolButton;

namespace weft::ui {

/// Pictures in rows, each with a word below.
class PictureGrid : public QWidget {
    Q_OBJECT
public:
    explicit PictureGrid(const Appearance& appearance, QWidget* parent = nullptr);
    void setPictures(std::vector<std::pair<QImage, QString>> pictures);
    std::size_t count() const { return m_pictures.size(); }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    int perRow(int width) const;
    const Appearance& m_appearance;
    std::vector<std::pair<QImage, QString>> m_pictures;
};

/// The first rows of the data: pictures where a column holds pictures, else a table.
class DataPreview : public QWidget {
    Q_OBJECT
public:
    explicit DataPreview(const Appearance& appearance, QWidget* parent = nullptr);
    void setDataset(std::shared_ptr<const Dataset> data);
    void clear(const QString& sentence);

private:
    void refresh();
    bool showPictures(const std::map<std::string, Column>& columns, std::int64_t rows);
    void showTable(const std::map<std::string, Column>& columns, std::int64_t rows);
    std::shared_ptr<const Dataset> m_data;
    QLabel* m_counts;
    QLabel* m_specs;
    QToolButton* m_train;
    QToolButton* m_test;
    QStackedWidget* m_stack;
    QLabel* m_sentence;
    PictureGrid* m_pictures;
    QTableWidget* m_table;
};

} // namespace weft::ui
