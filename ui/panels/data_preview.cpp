// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/data_preview.h"

#include "ui/widgets/labels.h"
#include "ui/widgets/value_text.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTableWidget>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace weft::ui {

namespace {

constexpr int kPicture = 56;
constexpr int kCell = 68;
constexpr int kCellHeight = 80;
constexpr std::int64_t kRows = 96;
constexpr std::int64_t kMostFields = 24;

/// Raw (rows, height, width) or (rows, height, width, 1 | 3 | 4).
bool isPicture(const TensorSpec& raw) {
    const Shape& s = raw.shape;
    const bool channels = s.rank() == 3 || (s.rank() == 4 && (s[3] == 1 || s[3] == 3 || s[3] == 4));
    return channels && s[1] >= 4 && s[2] >= 4 && s[1] <= 4096 && s[2] <= 4096;
}

QImage pictureOf(const Tensor& row, const Shape& shape) {
    const int height = static_cast<int>(shape[1]);
    const int width = static_cast<int>(shape[2]);
    const int channels = shape.rank() == 4 ? static_cast<int>(shape[3]) : 1;
    double least = 0;
    double most = row.dtype() == DType::uint8 ? 255 : 1;
    if (row.dtype() != DType::uint8) {
        for (std::int64_t i = 0; i < row.size(); ++i) {
            least = std::min(least, row.at(i));
            most = std::max(most, row.at(i));
        }
    }
    QImage image(width, height, QImage::Format_RGB32);
    const auto level = [&](std::int64_t i) { return std::clamp(static_cast<int>(std::lround((row.at(i) - least) / (most - least) * 255)), 0, 255); };
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const std::int64_t i = (std::int64_t{y} * width + x) * channels;
            image.setPixel(x, y, channels >= 3 ? qRgb(level(i), level(i + 1), level(i + 2)) : qRgb(level(i), level(i), level(i)));
        }
    }
    return image;
}

QString numberText(const Tensor& tensor, std::int64_t i) {
    const double value = tensor.at(i);
    return value == std::floor(value) && std::abs(value) < 1e15 ? QString::number(static_cast<qint64>(value)) : QString::number(value, 'g', 6);
}

} // namespace

PictureGrid::PictureGrid(const Appearance& appearance, QWidget* parent) : QWidget(parent), m_appearance(appearance) {
    setObjectName(QStringLiteral("pictures"));
    setAccessibleName(tr("Pictures of the data"));
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void PictureGrid::setPictures(std::vector<std::pair<QImage, QString>> pictures) {
    m_pictures = std::move(pictures);
    setMinimumHeight(heightForWidth(width()));
    update();
}

int PictureGrid::perRow(int width) const {
    return std::max(1, width / kCell);
}

int PictureGrid::heightForWidth(int width) const {
    const int columns = perRow(width);
    return (static_cast<int>(m_pictures.size()) + columns - 1) / columns * kCellHeight;
}

void PictureGrid::resizeEvent(QResizeEvent*) {
    setMinimumHeight(heightForWidth(width()));
}

void PictureGrid::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.setFont(fonts::shape());
    painter.setPen(m_appearance.theme().secondary);
    const int columns = perRow(width());
    for (std::size_t i = 0; i < m_pictures.size(); ++i) {
        const int x = static_cast<int>(i) % columns * kCell;
        const int y = static_cast<int>(i) / columns * kCellHeight;
        const QImage& image = m_pictures[i].first;
        const QSize size = image.size().scaled(kPicture, kPicture, Qt::KeepAspectRatio);
        painter.drawImage(QRect(QPoint(x, y), size), image);
        painter.drawText(QRect(x, y + kPicture + 2, kPicture, 16), Qt::AlignCenter, m_pictures[i].second);
    }
}

DataPreview::DataPreview(const Appearance& appearance, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* head = new QHBoxLayout;
    head->setSpacing(4);
    m_counts = makeLabel({}, "section", this);
    m_counts->setObjectName(QStringLiteral("row_counts"));
    head->addWidget(m_counts, 1);
    auto* parts = new QButtonGroup(this);
    const auto part = [&](const QString& text, const char* name) {
        auto* button = new QToolButton(this);
        button->setText(text);
        button->setObjectName(QString::fromLatin1(name));
        button->setCheckable(true);
        parts->addButton(button);
        head->addWidget(button);
        connect(button, &QToolButton::clicked, this, &DataPreview::refresh);
        return button;
    };
    m_train = part(tr("Training"), "show_train");
    m_test = part(tr("Test"), "show_test");
    m_train->setChecked(true);
    column->addLayout(head);
    m_specs = makeLabel({}, "formula", this);
    m_specs->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    column->addWidget(m_specs);
    m_stack = new QStackedWidget(this);
    m_sentence = makeText({}, "secondary", m_stack);
    m_sentence->setObjectName(QStringLiteral("preview_sentence"));
    m_sentence->setAlignment(Qt::AlignCenter);
    m_stack->addWidget(m_sentence);
    auto* scroll = new QScrollArea(m_stack);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    m_pictures = new PictureGrid(appearance, scroll);
    scroll->setWidget(m_pictures);
    m_stack->addWidget(scroll);
    m_table = new QTableWidget(m_stack);
    m_table->setObjectName(QStringLiteral("rows"));
    m_table->setAccessibleName(tr("Rows of the data"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setFont(fonts::fixed(11));
    m_table->setShowGrid(false);
    m_table->verticalHeader()->setDefaultSectionSize(24);
    m_table->verticalHeader()->setFont(fonts::shape());
    m_stack->addWidget(m_table);
    column->addWidget(m_stack, 1);
    clear({});
}

void DataPreview::clear(const QString& sentence) {
    m_data.reset();
    m_counts->setText({});
    m_specs->setText({});
    m_train->hide();
    m_test->hide();
    m_sentence->setText(sentence);
    m_stack->setCurrentIndex(0);
}

void DataPreview::setDataset(std::shared_ptr<const Dataset> data) {
    m_data = std::move(data);
    m_test->setVisible(m_data->testRows > 0);
    m_train->setVisible(m_data->testRows > 0);
    if (m_data->testRows == 0) {
        m_train->setChecked(true);
    }
    m_counts->setText(m_data->testRows > 0 ? tr("%1 rows to train on, %2 to test on").arg(countText(m_data->trainRows), countText(m_data->testRows))
                                           : tr("%1 rows").arg(countText(m_data->trainRows)));
    QStringList specs;
    for (const auto& [name, column] : m_data->train) {
        const QString shape = QString::fromStdString(column.spec().shape.wireText());
        specs << tr("%1: %2 %3").arg(QString::fromStdString(name), shape, QString::fromStdString(std::string(nameOf(column.spec().dtype))));
    }
    m_specs->setText(specs.join(QStringLiteral("   ")));
    m_specs->setToolTip(specs.join(u'\n'));
    refresh();
}

void DataPreview::refresh() {
    if (!m_data) {
        return;
    }
    const bool test = m_test->isChecked() && m_data->testRows > 0;
    const auto& columns = test ? m_data->test : m_data->train;
    const std::int64_t rows = std::min(kRows, test ? m_data->testRows : m_data->trainRows);
    if (!showPictures(columns, rows)) {
        showTable(columns, rows);
    }
}

bool DataPreview::showPictures(const std::map<std::string, Column>& columns, std::int64_t rows) {
    const Column* pictures = nullptr;
    const Column* words = nullptr;
    for (const auto& [name, column] : columns) {
        if (!pictures && isPicture(column.rawSpec())) {
            pictures = &column;
        } else if (!words && column.rawSpec().shape.count(1) == 1) {
            words = &column;
        }
    }
    if (!pictures) {
        return false;
    }
    std::vector<std::pair<QImage, QString>> shown;
    for (std::int64_t row = 0; row < rows; ++row) {
        shown.emplace_back(pictureOf(pictures->rawRow(row), pictures->rawSpec().shape), words ? numberText(words->rawRow(row), 0) : QString());
    }
    m_pictures->setPictures(std::move(shown));
    m_stack->setCurrentIndex(1);
    return true;
}

void DataPreview::showTable(const std::map<std::string, Column>& columns, std::int64_t rows) {
    QStringList heads;
    for (const auto& [name, column] : columns) {
        const std::int64_t width = std::min(kMostFields, column.rawSpec().shape.count(1));
        for (std::int64_t i = 0; i < width; ++i) {
            heads << (width == 1 ? QString::fromStdString(name) : QStringLiteral("%1 %2").arg(QString::fromStdString(name)).arg(i + 1));
        }
    }
    m_table->clear();
    m_table->setColumnCount(static_cast<int>(heads.size()));
    m_table->setRowCount(static_cast<int>(rows));
    m_table->setHorizontalHeaderLabels(heads);
    int at = 0;
    for (const auto& [name, column] : columns) {
        const std::int64_t width = std::min(kMostFields, column.rawSpec().shape.count(1));
        for (std::int64_t row = 0; row < rows; ++row) {
            const Tensor raw = column.rawRow(row);
            for (std::int64_t i = 0; i < width; ++i) {
                auto* item = new QTableWidgetItem(numberText(raw, i));
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
                m_table->setItem(static_cast<int>(row), at + static_cast<int>(i), item);
            }
        }
        at += static_cast<int>(width);
    }
    m_table->resizeColumnsToContents();
    m_stack->setCurrentIndex(2);
}

} // namespace weft::ui
