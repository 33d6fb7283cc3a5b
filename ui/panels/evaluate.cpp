// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/confusion_view.h"
#include "ui/panels/panel.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/value_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace weft::ui {

namespace {

class EvaluatePanel : public QWidget {
public:
    EvaluatePanel(const PanelContext& context, QWidget* parent) : QWidget(parent), m_context(context) {
        auto* row = new QHBoxLayout(this);
        setFocusPolicy(Qt::ClickFocus);
        row->setContentsMargins(16, 12, 16, 12);
        row->setSpacing(32);
        auto* left = new QVBoxLayout;
        left->setSpacing(8);
        m_hint = makeText({}, "secondary", this);
        m_hint->setObjectName(QStringLiteral("evaluate_hint"));
        left->addWidget(m_hint);
        m_button = new QPushButton(QObject::tr("Evaluate"), this);
        m_button->setObjectName(QStringLiteral("evaluate"));
        connect(m_button, &QPushButton::clicked, this, [this] { m_context.training.evaluate(m_context.selection.model()); });
        left->addWidget(m_button, 0, Qt::AlignLeft);
        m_error = makeText({}, "error", this);
        m_error->setObjectName(QStringLiteral("evaluate_error"));
        m_error->hide();
        left->addWidget(m_error);
        m_rows = new QVBoxLayout;
        m_rows->setSpacing(0);
        left->addLayout(m_rows);
        left->addStretch(1);
        auto* side = new QWidget(this);
        side->setLayout(left);
        left->setContentsMargins(0, 0, 0, 0);
        side->setFixedWidth(300);
        row->addWidget(side);
        auto* right = new QVBoxLayout;
        right->setSpacing(8);
        m_output = new QComboBox(this);
        m_output->setObjectName(QStringLiteral("confusion_output"));
        m_output->setAccessibleName(QObject::tr("Output whose confusions are shown"));
        m_output->setFixedHeight(metrics::control);
        connect(m_output, &QComboBox::activated, this, &EvaluatePanel::showMatrix);
        right->addWidget(m_output, 0, Qt::AlignLeft);
        m_matrix = new ConfusionView(context.appearance, this);
        m_matrix->setObjectName(QStringLiteral("confusions"));
        right->addWidget(m_matrix, 1);
        row->addLayout(right, 1);

        connect(&context.training, &TrainingController::evaluated, this, [this](const Scores& scores) {
            m_known[m_context.training.model()] = {scores, false};
            show();
        });
        // Models over one drawing share weights: what one learned, the others' scores do not know yet.
        connect(&context.document, &Document::trainedChanged, this, [this] {
            for (auto& [model, known] : m_known) {
                known.stale = true;
            }
            show();
        });
        connect(&context.training, &TrainingController::stateChanged, this, &EvaluatePanel::refresh);
        connect(&context.training, &TrainingController::failed, this, [this](const QString& sentence) {
            if (m_evaluating) {
                m_error->setText(sentence);
                m_error->show();
            }
        });
        connect(&context.document, &Document::changed, this, [this](const ChangeSet& changes) {
            if (changes.drawingChanged() || changes.dataChanged) {
                clear();
            }
            refresh();
        });
        connect(&context.document, &Document::diagnosticsChanged, this, &EvaluatePanel::refresh);
        connect(&context.selection, &Selection::modelChanged, this, [this] {
            m_error->hide();
            refresh();
            show();
        });
        connect(&context.document, &Document::replaced, this, [this] {
            clear();
            refresh();
        });
        refresh();
        show();
    }

private:
    struct Known {
        Scores scores;
        bool stale = false; ///< the weights are others by now
    };

    /// Scores of other models or of other data are none.
    void clear() {
        m_known.clear();
        m_error->hide();
        show();
    }

    void refresh() {
        const bool evaluating = m_context.training.state() == TrainingController::State::evaluating;
        if (evaluating && !m_evaluating) {
            m_error->hide();
        }
        m_evaluating = evaluating;
        const QStringList obstacles = m_context.training.obstacles(m_context.selection.model());
        const bool ready = obstacles.isEmpty() && !m_context.training.isBusy();
        if (m_button->hasFocus() && !ready) {
            setFocus(); // a button that goes grey would pass the focus on to some field
        }
        m_button->setEnabled(ready);
        m_button->setText(evaluating ? QObject::tr("Evaluating…") : QObject::tr("Evaluate"));
        m_hint->setText(!obstacles.isEmpty() ? obstacles.front() : rowsHint());
    }

    /// Which rows are scored; the same choice as evaluation makes.
    QString rowsHint() const {
        const Project& project = m_context.document.project();
        if (project.data.split.kind != "none") {
            return QObject::tr("Scores on the rows set aside for testing, which training never sees.");
        }
        const auto config = project.training.find(m_context.selection.model());
        return config != project.training.end() && config->second.validationSplit > 0
                   ? QObject::tr("Scores on the validation rows: the data have no rows set aside for testing.")
                   : QObject::tr("Scores on the rows that are trained on: the data have no rows set aside for testing.");
    }

    /// What is known of the current model.
    void show() {
        clearLayout(m_rows);
        m_output->clear();
        const auto known = m_known.find(m_context.selection.model());
        if (known == m_known.end()) {
            showMatrix();
            return;
        }
        const Scores& scores = known->second.scores;
        const QString note = known->second.stale ? QObject::tr("The weights have changed since; evaluate again.") : scores.note;
        if (!note.isEmpty()) {
            QLabel* text = makeText(note, "warning", this);
            text->setObjectName(QStringLiteral("evaluate_note"));
            m_rows->addWidget(text);
        }
        QLabel* head = makeLabel(QObject::tr("%1 · %2 rows").arg(scores.part, countText(scores.rows)), "section", this);
        head->setMinimumHeight(28);
        m_rows->addWidget(head);
        for (const auto& [name, value] : scores.logs) {
            auto* number = new NumberRow(QString::fromStdString(name), scoreText(value), this);
            number->setObjectName(QStringLiteral("score.") + QString::fromStdString(name));
            m_rows->addWidget(number);
        }
        for (const Scores::Confusion& confusion : scores.confusions) {
            m_output->addItem(confusion.output);
        }
        showMatrix();
    }

    void showMatrix() {
        const auto known = m_known.find(m_context.selection.model());
        const int at = m_output->currentIndex();
        const bool any = known != m_known.end() && at >= 0;
        m_output->setVisible(m_output->count() > 1);
        m_matrix->setVisible(any);
        m_matrix->setMatrix(any ? known->second.scores.confusions[static_cast<std::size_t>(at)] : Scores::Confusion());
    }

    PanelContext m_context;
    QLabel* m_hint;
    QPushButton* m_button;
    QLabel* m_error;
    QVBoxLayout* m_rows;
    ConfusionView* m_matrix;
    QComboBox* m_output;
    std::map<ModelId, Known> m_known;
    bool m_evaluating = false;
};

} // namespace

PanelType evaluatePanel() {
    return {QStringLiteral("evaluate"), QObject::tr("Evaluate"),
            [](const PanelContext& context, QWidget* parent) -> QWidget* { return new EvaluatePanel(context, parent); }};
}

} // namespace weft::ui
