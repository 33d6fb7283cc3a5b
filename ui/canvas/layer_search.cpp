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
    const bool bySection = wanted.isEmpty();
    std::stable_sort(found.begin(), found.end(), [bySection](const auto& a, const auto& b) {
        const auto place = [](const LayerType& type) { return std::pair(sectionOf(type.family), !type.isInput); };
        return bySection ? place(*a.second) < place(*b.second) : a.first > b.first;
    });
    std::vector<const LayerType*> types;
    for (const auto& [score, type] : found) {
        types.push_back(type);
    }
    return types;
}

int sectionOf(Family family) {
    switch (family) {
    case Family::input:
    case Family::core: return 0;
    case Family::convolution: return 1;
    case Family::pooling:
    case Family::shape: return 2;
    case Family::normalization:
    case Family::regularization: return 3;
    case Family::recurrent: return 4;
    case Family::attention: return 5;
    case Family::merge: return 6;
    case Family::activation: return 7;
    case Family::preprocessing: return 8;
    case Family::model: return 9;
    }
    return 9;
}

QString titleOf(int section) {
    static constexpr const char* titles[] = {QT_TRANSLATE_NOOP("Palette", "Core"), QT_TRANSLATE_NOOP("Palette", "Convolution"),
        QT_TRANSLATE_NOOP("Palette", "Pooling and shape"), QT_TRANSLATE_NOOP("Palette", "Normalization"),
        QT_TRANSLATE_NOOP("Palette", "Recurrent"), QT_TRANSLATE_NOOP("Palette", "Attention"), QT_TRANSLATE_NOOP("Palette", "Merge"),
        QT_TRANSLATE_NOOP("Palette", "Activation"), QT_TRANSLATE_NOOP("Palette", "Preprocessing"), QT_TRANSLATE_NOOP("Palette", "Models")};
    return QCoreApplication::translate("Palette", titles[section]);
}

} // namespace weft::ui
