// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/config_form.h"
#include "ui/panels/curves.h"
#include "ui/panels/panel.h"
#include "ui/theme/icons.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/value_text.h"

#include <QButtonGroup>
#include <QCoreApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

constexpr int kNarrow = 1120; ///< below, settings and curves do not stand side by side
constexpr int kSettings = 648;
constexpr int kRight = 264;
constexpr int kRightNarrow = 220;

class TrainingPanel : public QWidget {
    Q_DECLARE_TR_FUNCTIONS(weft::ui::TrainingPanel)
public:
    TrainingPanel(const PanelContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(16, 12, 16, 12);
        row->setSpacing(20);
        setFocusPolicy(Qt::ClickFocus);
        m_settings = buildLeft();
        row->addWidget(m_settings, 60);
        m_curves = new Curves(context.appearance, this);
        row->addWidget(m_curves, 40);
        row->addWidget(buildRight());

        connect(&context.training, &TrainingController::stateChanged, this, [this] {
            if (m_context.training.state() == TrainingController::State::preparing) {
                m_showCurves->setChecked(true); // where there is room for one of both
            }
            refresh();
        });
        connect(&context.document, &Document::diagnosticsChanged, this, &TrainingPanel::refresh);
        connect(&context.training, &TrainingController::progressed, this, &TrainingPanel::refreshProgress);
        connect(&context.training, &TrainingController::epochFinished, this, &TrainingPanel::refreshProgress);
        connect(&context.training, &TrainingController::failed, this, [this](const QString& sentence) {
            m_error->setText(sentence);
            m_error->show();
        });
        connect(&context.training, &TrainingController::noticed, this, [this](const QString& sentence) {
            m_notice->setText(sentence);
            m_notice->show();
        });
        connect(&context.training, &TrainingController::finished, this, [this](const QString& error) { m_error->setVisible(!error.isEmpty()); });
        // A sentence about what was there before is no longer true.
        const auto forget = [this] {
            m_error->hide();
            m_notice->hide();
        };
        connect(&context.document, &Document::changed, this, forget);
        connect(&context.document, &Document::replaced, this, forget);
        connect(&context.document, &Document::changed, this, &TrainingPanel::refresh);
        connect(&context.document, &Document::replaced, this, &TrainingPanel::refresh);
        connect(&context.document, &Document::trainedChanged, this, &TrainingPanel::refresh);
        connect(&context.selection, &Selection::modelChanged, this, &TrainingPanel::refresh);
        refresh();
        refreshProgress();
    }

protected:
    void resizeEvent(QResizeEvent* event) override {
        QWidget::resizeEvent(event);
        arrange();
    }

private:
    /// Where there is no room for settings and curves side by side, one of them is shown.
    void arrange() {
        const bool narrow = width() < kNarrow;
        m_switch->setVisible(narrow);
        m_settings->setVisible(!narrow || !m_showCurves->isChecked());
        m_curves->setVisible(!narrow || m_showCurves->isChecked());
        m_settings->setMaximumWidth(narrow ? QWIDGETSIZE_MAX : kSettings);
        m_right->setFixedWidth(narrow ? kRightNarrow : kRight);
    }

    QScrollArea* buildLeft() {
        auto* scroll = new QScrollArea(this);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setWidgetResizable(true);
        scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
        scroll->setMinimumWidth(360);
        scroll->setMaximumWidth(kSettings);
        auto* left = new QWidget(scroll);
        auto* column = new QVBoxLayout(left);
        column->setContentsMargins(0, 0, 8, 0);
        column->setSpacing(8);
        m_form = new ConfigForm(m_context, left);
        column->addWidget(m_form);
        m_obstacles = makeText({}, "warning", left);
        m_obstacles->setObjectName(QStringLiteral("obstacles"));
        column->addWidget(m_obstacles);
        m_error = makeText({}, "error", left);
        m_error->setObjectName(QStringLiteral("training_error"));
        m_error->hide();
        column->addWidget(m_error);
        m_notice = makeText({}, "secondary", left);
        m_notice->setObjectName(QStringLiteral("training_notice"));
        m_notice->hide();
        column->addWidget(m_notice);
        column->addStretch(1);
        scroll->setWidget(left);
        return scroll;
    }

    QWidget* buildRight() {
        auto* right = m_right = new QWidget(this);
        auto* column = new QVBoxLayout(right);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(8);
        m_switch = new QWidget(right);
        auto* views = new QHBoxLayout(m_switch);
        views->setContentsMargins(0, 0, 0, 0);
        views->setSpacing(4);
        auto* settings = new QToolButton(m_switch);
        settings->setObjectName(QStringLiteral("show_settings"));
        settings->setText(tr("Settings"));
        m_showCurves = new QToolButton(m_switch);
        m_showCurves->setObjectName(QStringLiteral("show_curves"));
        m_showCurves->setText(tr("Curves"));
        auto* group = new QButtonGroup(m_switch);
        for (QToolButton* view : {settings, m_showCurves}) {
            view->setCheckable(true);
            group->addButton(view);
            views->addWidget(view);
        }
        settings->setChecked(true);
        views->addStretch(1);
        column->addWidget(m_switch);
        connect(m_showCurves, &QToolButton::toggled, this, &TrainingPanel::arrange);
        auto* legend = new QScrollArea(right);
        legend->setFrameShape(QFrame::NoFrame);
        legend->setWidgetResizable(true);
        auto* holder = new QWidget(legend);
        auto* rows = new QVBoxLayout(holder);
        rows->setContentsMargins(0, 0, 4, 0);
        rows->addWidget(m_curves->legend());
        rows->addStretch(1);
        legend->setWidget(holder);
        column->addWidget(legend, 1);

        m_progressText = makeLabel({}, "secondary", right);
        m_progressText->setObjectName(QStringLiteral("progress_text"));
        m_bar = new QProgressBar(right);
        m_bar->setObjectName(QStringLiteral("progress"));
        m_bar->setAccessibleName(tr("Progress of the training"));
        m_bar->setRange(0, 1000);
        m_bar->setTextVisible(false);
        m_speed = makeLabel({}, "secondary", right);
        m_speed->setObjectName(QStringLiteral("speed"));
        column->addWidget(m_progressText);
        column->addWidget(m_bar);
        column->addWidget(m_speed);

        auto* buttons = new QHBoxLayout;
        buttons->setSpacing(6);
        m_train = button(tr("Train"), "train");
        m_train->setProperty("main", true);
        m_stop = button(tr("Stop"), "stop");
        m_propose = button(tr("Propose"), "propose");
        m_propose->setToolTip(tr("Fill in losses, metrics and columns that fit the model and the data."));
        buttons->addWidget(m_train);
        buttons->addWidget(m_stop);
        buttons->addWidget(m_propose);
        buttons->addStretch(1);
        column->addLayout(buttons);
        auto* small = new QHBoxLayout;
        small->setSpacing(6);
        m_restart = button(tr("Start over"), "start_over");
        m_restart->setToolTip(tr("Forget what the model has learned; the next training begins anew."));
        auto* logarithmic = new QToolButton(right);
        logarithmic->setObjectName(QStringLiteral("log_axis"));
        logarithmic->setText(tr("log"));
        logarithmic->setToolTip(tr("Logarithmic axis for losses"));
        logarithmic->setCheckable(true);
        auto* picture = new QToolButton(right);
        picture->setObjectName(QStringLiteral("save_curves"));
        picture->setIcon(icon(QStringLiteral("export"), m_context.appearance));
        picture->setToolTip(tr("Save the curves as a picture"));
        picture->setAccessibleName(picture->toolTip());
        small->addWidget(m_restart);
        small->addStretch(1);
        small->addWidget(logarithmic);
        small->addWidget(picture);
        column->addLayout(small);

        connect(m_train, &QPushButton::clicked, this, [this] {
            m_error->hide();
            m_context.training.train(m_context.selection.model());
        });
        connect(m_stop, &QPushButton::clicked, this, [this] { m_context.training.stop(); });
        connect(m_propose, &QPushButton::clicked, this, &TrainingPanel::propose);
        connect(m_restart, &QPushButton::clicked, this, [this] { m_context.training.resetWeights(m_context.selection.model()); });
        connect(logarithmic, &QToolButton::toggled, this, [this](bool on) { m_curves->setLogarithmic(on); });
        connect(picture, &QToolButton::clicked, this, &TrainingPanel::savePicture);
        return right;
    }

    QPushButton* button(const QString& text, const char* name) {
        auto* b = new QPushButton(text, this);
        b->setObjectName(QString::fromLatin1(name));
        return b;
    }

    void propose() {
        const ModelId model = m_context.selection.model();
        const GraphId graph = graphOf(m_context.document.project(), model);
        try {
            const std::shared_ptr<const Model> built = Model::build(m_context.document.project().graphs, graph, model);
            m_context.document.edit(tr("Propose losses and columns"), [&](Project& project) {
                project.training[model] = proposeTraining(*built, project.training[model], project.data);
            });
        } catch (const std::exception& e) {
            m_error->setText(QString::fromUtf8(e.what()));
            m_error->show();
        }
    }

    void savePicture() {
        const QString file = QFileDialog::getSaveFileName(this, tr("Save the curves"), QStringLiteral("curves.png"), tr("Pictures (*.png)"));
        if (!file.isEmpty() && !m_curves->savePng(file)) {
            m_error->setText(tr("The picture %1 could not be written.").arg(file));
            m_error->show();
        }
    }

    void refresh() {
        const ModelId model = m_context.selection.model();
        const bool busy = m_context.training.isBusy();
        const QStringList obstacles = m_context.training.obstacles(model);
        m_obstacles->setText(obstacles.join(u'\n'));
        m_obstacles->setVisible(!obstacles.isEmpty());
        const bool ready = !busy && obstacles.isEmpty();
        // A button that goes grey would pass the focus on to some field, and the next key would change it.
        const bool trainHadFocus = m_train->hasFocus();
        const bool stopHadFocus = m_stop->hasFocus();
        m_stop->setEnabled(busy && m_context.training.state() != TrainingController::State::stopping);
        if (trainHadFocus && !ready) {
            m_stop->isEnabled() ? m_stop->setFocus() : setFocus();
        } else if (stopHadFocus && !m_stop->isEnabled()) {
            setFocus();
        }
        m_train->setEnabled(ready);
        m_train->setToolTip(obstacles.isEmpty() ? QString() : obstacles.front());
        const auto& optimizers = m_context.document.trained().optimizers;
        const auto state = optimizers.find(model);
        m_restart->setEnabled(!busy && state != optimizers.end());
        m_propose->setEnabled(!busy && bool(graphOf(m_context.document.project(), model)));
        refreshProgress();
    }

    void refreshProgress() {
        using State = TrainingController::State;
        const TrainingController& training = m_context.training;
        const ModelId model = m_context.selection.model();
        const std::vector<Logs>& history = training.historyOf(model);
        const bool busy = training.isBusy() && training.model() == model;
        const TrainProgress& p = training.progress();
        const double fraction = p.batches > 0 ? static_cast<double>(p.batch) / static_cast<double>(p.batches) : 0;
        const bool inEpoch = busy && fraction < 1;
        const auto epochs = std::max<std::int64_t>(1, training.epochsOf(model));
        m_curves->show(history, inEpoch ? training.batchLogs() : Logs(), fraction, static_cast<double>(epochs));
        switch (busy ? training.state() : State::idle) {
        case State::idle:
            m_progressText->setText(training.isBusy()   ? tr("Another model is at work")
                                    : history.empty() ? tr("Not trained yet")
                                                      : tr("Epochs trained: %1").arg(history.size()));
            m_bar->setValue(static_cast<int>(1000 * static_cast<std::int64_t>(history.size()) / epochs));
            m_speed->setText(QString());
            return;
        case State::preparing:
            m_progressText->setText(tr("Loading data"));
            m_bar->setValue(static_cast<int>(1000 * training.preparation()));
            m_speed->setText(QString());
            return;
        case State::evaluating:
            m_progressText->setText(tr("Evaluating"));
            return;
        case State::stopping:
        case State::training:
            break;
        }
        m_progressText->setText(tr("epoch %1 of %2 · batch %3 of %4").arg(std::min(p.epoch + 1, p.epochs)).arg(p.epochs).arg(p.batch).arg(p.batches));
        const double done = p.epochs > 0 ? (static_cast<double>(p.epoch) + fraction) / static_cast<double>(p.epochs) : 0;
        m_bar->setValue(static_cast<int>(1000 * std::min(1.0, done)));
        m_speed->setText(tr("%1 samples/s · %2 left").arg(countText(static_cast<std::int64_t>(p.samplesPerSecond)), durationText(p.secondsLeft)));
    }

    PanelContext m_context;
    ConfigForm* m_form = nullptr;
    QScrollArea* m_settings = nullptr;
    QWidget* m_right = nullptr;
    QWidget* m_switch = nullptr;
    QToolButton* m_showCurves = nullptr;
    Curves* m_curves = nullptr;
    QLabel* m_obstacles = nullptr;
    QLabel* m_error = nullptr;
    QLabel* m_notice = nullptr;
    QLabel* m_progressText = nullptr;
    QProgressBar* m_bar = nullptr;
    QLabel* m_speed = nullptr;
    QPushButton* m_train = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_propose = nullptr;
    QPushButton* m_restart = nullptr;
};

} // namespace

PanelType trainingPanel() {
    return {QStringLiteral("training"), QCoreApplication::translate("weft::ui::TrainingPanel", "Training"),
            [](const PanelContext& context, QWidget* parent) -> QWidget* { return new TrainingPanel(context, parent); }};
}

} // namespace weft::ui
