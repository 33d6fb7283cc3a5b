// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/project/trained.h"
#include "engine/project/weight_changes.h"
#include "ui/document/document.h"
#include "ui/document/selection.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QListWidget;
class QPushButton;
class QRadioButton;

namespace weft::ui {

class Canvas;

/// Puts a model into the drawing in sight as one box: of this project (the same instance, another one, or a copy) or of a file.
class InsertDialog : public QDialog {
    Q_OBJECT
public:
    InsertDialog(Document& document, Selection& selection, Canvas& canvas, QWidget* parent = nullptr);

    /// A project file or an exported folder; its models come into the list. What is wrong with it is said in the dialog.
    void openFile(const QString& path);

private:
    struct Offer {
        std::shared_ptr<const ProjectFile> file; ///< null: this project
        GraphId graph;
        ModelId model;
        std::vector<LayerId> way; ///< of layers to the instance whose weights would come along
        CallId box; ///< one in the drawing in sight that runs it already
    };
    void offer(std::shared_ptr<const ProjectFile> file, const QString& where);
    void chooseFile(bool folder);
    const Offer* current() const;
    void refresh();
    void accept() override;

    Document& m_document;
    Selection& m_selection;
    Canvas& m_canvas;
    std::vector<Offer> m_offers; ///< by row
    QListWidget* m_list;
    QRadioButton* m_same;
    QRadioButton* m_instance;
    QRadioButton* m_copy;
    QCheckBox* m_withWeights;
    QLabel* m_note;
    QPushButton* m_ok;
};

} // namespace weft::ui
