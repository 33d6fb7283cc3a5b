// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/layer_search.h"

#include <QCoreApplication>

#include <algorithm>

namespace weft::ui {

namespace {

/// 0: does not fit; the more, the better.
int fit(const QString& typed, const QString& text) {
    const QString lower = text.toLower();
    if (lower == typed) {
        return 100;
    }
    if (lower.startsWith(typed)) {
        return 80;
    }
    QString initials;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool begins = i == 0 || text[i].isUpper() || text[i].isDigit() || text[i - 1] == ' ';
        if (begins && !text[i].isSpace()) {
            initials += text[i].toLower();
        }
    }
    if (initials.startsWith(typed)) {
        return 70;
    }
    if (lower.contains(typed)) {
        return 60;
    }
    qsizetype at = 0;
    qsizetype spread = 0;
    for (const QChar letter : typed) {
        const qsizetype next = lower.indexOf(letter, at);
        if (next < 0) {
            return 0;
        }
        spread += next - at;
        at = next + 1;
    }
    return static_cast<int>(std::max<qsizetype>(1, 30 - spread));
}

} // namespace

std::vector<const LayerType*> searchLayers(const QString& typed) {
    const QString wanted = typed.trimmed().toLower();
    std::vector<std::pair<int, const LayerType*>> found;
    for (const LayerType& type : layerTypes()) {
        if (type.isModel) {
            continue; // needs a model to run; placed from the project's own
        }
        int best = wanted.isEmpty() ? 1 : fit(wanted, QString::fromStdString(type.name));
        for (const std::string& synonym : type.synonyms) {
            const int score = wanted.isEmpty() ? 0 : fit(wanted, QString::fromStdString(synonym));
            // A synonym counts a little less than a name; letters strewn over one do not count.
            best = std::max(best, score >= 60 ? score - 5 : 0);
        }
        if (best > 0) {
            found.emplace_back(best, &type);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<const LayerType*> types;
    for (const auto& [score, type] : found) {
        types.push_back(type);
    }
    return types;
}

QString titleOf(Family family) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Family", text); };
    switch (family) {
    case Family::core: return tr("Core");
    case Family::convolution: return tr("Convolution");
    case Family::pooling: return tr("Pooling");
    case Family::shape: return tr("Shape");
    case Family::normalization: return tr("Normalization");
    case Family::regularization: return tr("Regularization");
    case Family::recurrent: return tr("Recurrent");
    case Family::attention: return tr("Attention");
    case Family::merge: return tr("Merge");
    case Family::activation: return tr("Activation");
    case Family::model: return tr("Models");
    case Family::preprocessing: return tr("Preprocessing");
    case Family::input: return tr("Input");
    }
    return {};
}

} // namespace weft::ui
