// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/document/document.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace weft::ui {

/// A layer with weights somewhere in the project, under the name by which a person would ask for it.
struct NamedLayer {
    GraphId graph;
    LayerId layer;
    QString path; ///< names of the boxes around it and its own: `encoder/conv2d`
    bool frozen = false;
};
/// All of them, the root's first.
std::vector<NamedLayer> layersWithWeights(const Document& document);
/// Patterns with * and ?, parted by commas or blanks; one with a slash is held against the path, others against the last name.
bool fitsPattern(const QString& patterns, const QString& path);

/// Freezes or unfreezes every layer whose name fits a pattern.
class FreezeDialog : public QDialog {
    Q_OBJECT
public:
    explicit FreezeDialog(Document& document, QWidget* parent = nullptr);

private:
    void refresh();
    void apply(bool freeze);
    Document& m_document;
    QLineEdit* m_pattern;
    QListWidget* m_list;
    QLabel* m_note;
    QPushButton* m_freeze;
    QPushButton* m_unfreeze;
};

} // namespace weft::ui
