// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/base/error.h"
#include "ui/panels/data_form.h"
#include "ui/panels/data_preview.h"
#include "ui/panels/panel.h"
#include "ui/widgets/labels.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

class DataPanel : public QWidget {
    Q_DECLARE_TR_FUNCTIONS(weft::ui::DataPanel)
public:
    DataPanel(const PanelContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(16, 12, 16, 12);
        row->setSpacing(20);
        row->addWidget(buildLeft(), 45);
        m_preview = new DataPreview(context.appearance, this);
        row->addWidget(m_preview, 55);
        m_debounce.setSingleShot(true);
        m_debounce.setInterval(150);
        connect(&m_debounce, &QTimer::timeout, this, &DataPanel::load);
        connect(&m_task, &BackgroundTask::progressed, this, [this](double fraction) {
            m_bar->show();
            m_bar->setValue(static_cast<int>(1000 * fraction));
        });
        connect(&m_task, &BackgroundTask::failed, this, [this](const QString& sentence) {
            showError(sentence);
            m_preview->clear({});
        });
        connect(&m_task, &BackgroundTask::ended, this, [this] { m_bar->hide(); });
        connect(&context.importer, &DataImporter::failed, this, &DataPanel::showError);
        connect(&context.importer, &DataImporter::stateChanged, this, [this] { m_add->setEnabled(!m_context.importer.isBusy()); });
        connect(&context.document, &Document::changed, this, [this](const ChangeSet& changes) {
            if (changes.dataChanged) {
                refresh();
            }
        });
        connect(&context.document, &Document::replaced, this, &DataPanel::refresh);
        refresh();
    }

protected:
    void showEvent(QShowEvent* event) override {
        QWidget::showEvent(event);
        if (m_stale) {
            m_debounce.start(0);
        }
    }

private:
    QWidget* buildLeft() {
        auto* left = new QWidget(this);
        auto* column = new QVBoxLayout(left);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(8);
        auto* buttons = new QHBoxLayout;
        buttons->setSpacing(6);
        m_add = new QPushButton(tr("Add files…"), left);
        m_add->setObjectName(QStringLiteral("add_file"));
        m_add->setToolTip(tr("IDX, NumPy .npy or CSV; dropping files on the window does the same."));
        connect(m_add, &QPushButton::clicked, this, &DataPanel::addFiles);
        auto* bundled = new QPushButton(tr("Bundled data"), left);
        bundled->setObjectName(QStringLiteral("bundled"));
        bundled->setProperty("menu", true);
        auto* menu = new QMenu(bundled);
        menu->setObjectName(QStringLiteral("bundled_menu"));
        menu->setToolTipsVisible(true);
        for (const BundledData& set : bundledData()) {
            QAction* action = menu->addAction(set.title + QStringLiteral(" · ") + set.sentence);
            action->setObjectName(QStringLiteral("bundled.") + set.name);
            connect(action, &QAction::triggered, this, [this, name = set.name] { m_context.importer.useBundled(name); });
        }
        bundled->setMenu(menu);
        buttons->addWidget(m_add);
        buttons->addWidget(bundled);
        buttons->addStretch(1);
        column->addLayout(buttons);
        m_bar = new QProgressBar(left);
        m_bar->setRange(0, 1000);
        m_bar->setTextVisible(false);
        m_bar->setAccessibleName(tr("Loading data"));
        m_bar->hide();
        column->addWidget(m_bar);
        m_error = makeText({}, "error", left);
        m_error->setObjectName(QStringLiteral("data_error"));
        m_error->hide();
        column->addWidget(m_error);
        m_stack = new QStackedWidget(left);
        m_stack->addWidget(new EmptyState(tr("No data yet. Add files of images, arrays or tables, or begin with a bundled set."), m_stack));
        auto* scroll = new QScrollArea(m_stack);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setWidgetResizable(true);
        m_form = new DataForm(m_context, scroll);
        scroll->setWidget(m_form);
        m_stack->addWidget(scroll);
        column->addWidget(m_stack, 1);
        return left;
    }

    void addFiles() {
        const QStringList files =
            QFileDialog::getOpenFileNames(this, tr("Add data files"), {}, tr("Data (*.gz *.npy *.csv *.tsv *idx* *ubyte*);;All files (*)"));
        if (!files.isEmpty()) {
            m_error->hide();
            m_context.importer.addFiles(files);
        }
    }

    void showError(const QString& sentence) {
        m_error->setText(sentence);
        m_error->show();
    }

    void refresh() {
        const DataSpec& data = m_context.document.project().data;
        m_error->hide();
        m_stack->setCurrentIndex(data.sources.empty() ? 0 : 1);
        m_form->refresh();
        m_stale = true;
        if (isVisible()) {
            m_debounce.start();
        }
    }

    void load() {
        m_stale = false;
        const DataSpec data = m_context.document.project().data;
        if (data.columns.empty()) {
            m_task.cancel();
            m_preview->clear(data.sources.empty() ? QString() : tr("Add a column to see what it holds."));
            return;
        }
        m_task.start([this, data, places = placesOf(m_context.document)](std::stop_token stop,
                                                                          const BackgroundTask::Progress& progress) -> BackgroundTask::Finish {
            std::map<std::string, SourceContents> tables;
            for (const DataSource& source : data.sources) {
                const ReaderType* reader = findReaderType(source.format);
                if (reader && reader->isTable && !stop.stop_requested()) {
                    tables[source.name] = readSource(source, places);
                    tables[source.name].values = {};
                }
            }
            // What the tables hold is of use even where the columns made of them are wrong: it is what mends them.
            std::shared_ptr<const Dataset> dataset;
            QString error;
            try {
                dataset = std::make_shared<const Dataset>(loadDataset(data, places, stop, progress));
            } catch (const Error& e) {
                error = QString::fromUtf8(e.what());
            }
            return [this, tables, dataset, error] {
                m_form->setTables(tables);
                if (dataset) {
                    m_preview->setDataset(dataset);
                } else {
                    showError(error);
                    m_preview->clear({});
                }
            };
        });
    }

    PanelContext m_context;
    QPushButton* m_add = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_error = nullptr;
    QStackedWidget* m_stack = nullptr;
    DataForm* m_form = nullptr;
    DataPreview* m_preview = nullptr;
    BackgroundTask m_task;
    QTimer m_debounce;
    bool m_stale = true;
};

} // namespace

PanelType dataPanel() {
    return {QStringLiteral("data"), QCoreApplication::translate("weft::ui::DataPanel", "Data"),
            [](const PanelContext& context, QWidget* parent) -> QWidget* { return new DataPanel(context, parent); }};
}

} // namespace weft::ui
