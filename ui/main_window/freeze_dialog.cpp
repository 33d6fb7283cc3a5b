// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/freeze_dialog.h"

#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <set>

namespace weft::ui {

std::vector<NamedLayer> layersWithWeights(const Document& document) {
    const Project& project = document.project();
    std::vector<NamedLayer> found;
    std::set<GraphId> seen{project.root};
    std::vector<std::pair<GraphId, QString>> waiting{{project.root, QString()}};
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        const auto [graphId, prefix] = waiting[i];
        const auto graph = project.graphs.find(graphId);
        if (graph == project.graphs.end()) {
            continue;
        }
        const Analysis& analysis = document.analysis(graphId);
        for (const auto& [id, layer] : graph->second.layers) {
            const QString path = prefix + QString::fromStdString(layer.name);
            const auto info = analysis.layers.find(id);
            if (layer.graph || (info != analysis.layers.end() && info->second.parameters > 0)) {
                found.push_back({graphId, id, path, !layer.trainable});
            }
            if (layer.graph && seen.insert(layer.graph).second) {
                waiting.emplace_back(layer.graph, path + u'/');
            }
        }
    }
    return found;
}

bool fitsPattern(const QString& patterns, const QString& path) {
    static const QRegularExpression between(QStringLiteral("[,\\s]+"));
    for (const QString& pattern : patterns.split(between, Qt::SkipEmptyParts)) {
        // A star in a path stands for slashes too: encoder/* is all of the encoder.
        QString expression = QRegularExpression::escape(pattern);
        expression.replace(QStringLiteral("\\*"), QStringLiteral(".*")).replace(QStringLiteral("\\?"), QStringLiteral("."));
        const QString name = pattern.contains(u'/') ? path : path.section(u'/', -1);
        if (QRegularExpression(QRegularExpression::anchoredPattern(expression), QRegularExpression::CaseInsensitiveOption).match(name).hasMatch()) {
            return true;
        }
    }
    return false;
}

FreezeDialog::FreezeDialog(Document& document, QWidget* parent)
    : QDialog(parent), m_document(document), m_pattern(new QLineEdit(this)), m_list(new QListWidget(this)), m_note(makeText({}, "secondary", this)),
      m_freeze(new QPushButton(tr("Freeze"), this)), m_unfreeze(new QPushButton(tr("Unfreeze"), this)) {
    setObjectName(QStringLiteral("freeze_dialog"));
    setWindowTitle(tr("Freeze by name"));
    resize(440, 420);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(10);
    column->addWidget(makeLabel(tr("Freeze by name"), "title", this));
    column->addWidget(makeText(tr("Training leaves the weights of frozen layers as they are. * stands for any letters, ? for one: conv*, or encoder/* for "
                                  "all that is inside encoder."),
                               "secondary", this));
    m_pattern->setObjectName(QStringLiteral("freeze_pattern"));
    m_pattern->setAccessibleName(tr("Names of layers"));
    m_pattern->setPlaceholderText(tr("Names, for example conv*"));
    m_pattern->setFixedHeight(metrics::control);
    column->addWidget(m_pattern);
    m_list->setObjectName(QStringLiteral("freeze_list"));
    m_list->setAccessibleName(tr("Layers that fit"));
    m_list->setSelectionMode(QAbstractItemView::NoSelection);
    column->addWidget(m_list, 1);
    column->addWidget(m_note);
    auto* buttons = new QHBoxLayout;
    auto* close = new QPushButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    buttons->addWidget(close);
    buttons->addStretch(1);
    m_unfreeze->setObjectName(QStringLiteral("freeze_off"));
    m_freeze->setObjectName(QStringLiteral("freeze_on"));
    m_freeze->setProperty("main", true);
    m_freeze->setDefault(true);
    buttons->addWidget(m_unfreeze);
    buttons->addWidget(m_freeze);
    column->addLayout(buttons);
    connect(m_pattern, &QLineEdit::textChanged, this, &FreezeDialog::refresh);
    connect(m_freeze, &QPushButton::clicked, this, [this] { apply(true); });
    connect(m_unfreeze, &QPushButton::clicked, this, [this] { apply(false); });
    connect(&document, &Document::changed, this, &FreezeDialog::refresh);
    refresh();
    m_pattern->setFocus();
}

void FreezeDialog::refresh() {
    const QString pattern = m_pattern->text();
    m_list->clear();
    int frozen = 0;
    for (const NamedLayer& layer : layersWithWeights(m_document)) {
        if (pattern.trimmed().isEmpty() || fitsPattern(pattern, layer.path)) {
            frozen += layer.frozen;
            m_list->addItem(layer.frozen ? tr("%1 (frozen)").arg(layer.path) : layer.path);
        }
    }
    const int count = m_list->count();
    const bool typed = !pattern.trimmed().isEmpty();
    m_note->setText(!typed ? tr("Type a name to choose among these.") : count == 0 ? tr("No layer with weights has such a name.") : QString());
    m_freeze->setEnabled(typed && frozen < count);
    m_unfreeze->setEnabled(typed && frozen > 0);
}

void FreezeDialog::apply(bool freeze) {
    std::vector<NamedLayer> layers = layersWithWeights(m_document);
    std::erase_if(layers, [this](const NamedLayer& layer) { return !fitsPattern(m_pattern->text(), layer.path); });
    m_document.edit(freeze ? tr("Freeze") : tr("Unfreeze"), [&](Project& project) {
        for (const NamedLayer& layer : layers) {
            project.graphs.at(layer.graph).layers.at(layer.layer).trainable = !freeze;
        }
    });
}

} // namespace weft::ui
