// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/canvas/canvas.h"

#include "ui/canvas/edits.h"
#include "ui/theme/icons.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QCursor>
#include <QGuiApplication>
#include <QMenu>

namespace weft::ui {

void Canvas::makeActions() {
    struct Entry {
        const char* name;
        QString text;
        QString iconName;
        QList<QKeySequence> keys;
        std::function<void()> run;
    };
    const auto copy = [this] {
        QGuiApplication::clipboard()->setText(QString::fromUtf8(copyBoxes(document.project(), graphId(), selection.calls())));
    };
    const auto remove = [this](const QString& text) {
        const std::set<CallId> calls = selection.calls();
        const std::set<WireId> wires = selection.wires();
        edit(text, [&](Project& project) { removeItems(project, graphId(), calls, wires); });
    };
    const Entry entries[] = {
        {"edit.undo", tr("Undo"), "undo", QKeySequence::keyBindings(QKeySequence::Undo), [this] { document.undo(); }},
        {"edit.redo", tr("Redo"), "redo", {QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")}, [this] { document.redo(); }},
        {"edit.cut", tr("Cut"), "cut", {QKeySequence::Cut}, [copy, remove] { copy(); remove(tr("Cut")); }},
        {"edit.copy", tr("Copy"), "duplicate", {QKeySequence::Copy}, copy},
        {"edit.paste", tr("Paste"), "paste", {QKeySequence::Paste}, [this] {
            paste(QGuiApplication::clipboard()->text().toUtf8(), pointerOrCenter() - QPointF(metrics::boxWidth, metrics::boxHeight) / 2, tr("Paste"));
        }},
        {"edit.duplicate", tr("Duplicate"), "duplicate", {QKeySequence("Ctrl+D")}, [this] { duplicate(); }},
        {"edit.use_again", tr("Use again"), "share", {QKeySequence("Alt+D")}, [this] { useAgain(); }},
        {"edit.make_unique", tr("Make unique"), "", {QKeySequence("Ctrl+U")}, [this] { makeUnique(); }},
        {"edit.show_calls", tr("Show all calls"), "", {QKeySequence("Ctrl+Shift+U")}, [this] { showAllCalls(); }},
        {"edit.group", tr("Group into sub-model"), "", {QKeySequence("Ctrl+G")}, [this] { group(); }},
        {"edit.ungroup", tr("Ungroup"), "", {QKeySequence("Ctrl+Shift+G")}, [this] { ungroup(); }},
        {"edit.each_step", tr("Apply to each step"), "", {}, [this] { applyToEachStep(!worksOnSteps()); }},
        {"edit.freeze", tr("Freeze"), "lock", {QKeySequence("Shift+F")}, [this] { freeze(!isFrozen()); }},
        {"view.enter", tr("Open sub-model"), "", {}, [this] { selection.single() ? enter(*selection.single()) : void(); }},
        {"view.leave", tr("Leave sub-model"), "", {}, [this] { leave(); }},
        {"edit.delete", tr("Delete"), "delete", {QKeySequence(Qt::Key_Delete), QKeySequence(Qt::Key_Backspace)}, [=] { remove(tr("Delete")); }},
        {"edit.select_all", tr("Select all"), "", {QKeySequence::SelectAll}, [this] {
            std::set<CallId> all;
            for (const Box& box : scene.boxes()) {
                all.insert(box.call);
            }
            selection.select(std::move(all));
        }},
        {"edit.rename", tr("Rename"), "rename", {QKeySequence(Qt::Key_F2)}, [this] { rename(); }},
        {"edit.connect", tr("Connect selected boxes"), "", {QKeySequence("C")}, [this] { connectSelected(); }},
        {"edit.quick_add", tr("Add layer…"), "add", {QKeySequence("Shift+A")}, [this] { quickAddByKey(); }},
        {"view.fit", tr("Fit"), "fit", {QKeySequence("F")}, [this] { fit(); }},
        {"view.actual_size", tr("Zoom to 100 %"), "", {QKeySequence("Ctrl+0")}, [this] { setZoom(1.0); }},
        {"view.zoom_in", tr("Zoom in"), "zoom_in", {QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")}, [this] { setZoom(zoom() * 1.25); }},
        {"view.zoom_out", tr("Zoom out"), "zoom_out", {QKeySequence("Ctrl+-")}, [this] { setZoom(zoom() / 1.25); }},
        {"view.arrange", tr("Arrange"), "arrange", {QKeySequence("Ctrl+Shift+L")}, [this] { arrangeAll(); }},
    };
    for (const Entry& entry : entries) {
        auto* action = new QAction(entry.text, this);
        action->setObjectName(entry.name);
        action->setShortcuts(entry.keys);
        // Delete in a field of another dock deletes a letter, not a box.
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        if (!entry.iconName.isEmpty()) {
            action->setIcon(icon(entry.iconName, m_appearance));
        }
        connect(action, &QAction::triggered, this, entry.run);
        addAction(action);
        m_actions[entry.name] = action;
    }
    m_actions["edit.group"]->setIconText(tr("Group"));
    for (const char* everywhere : {"edit.undo", "edit.redo"}) {
        m_actions[everywhere]->setShortcutContext(Qt::WindowShortcut);
    }
    auto* minimap = new QAction(tr("Overview"), this);
    minimap->setObjectName("view.minimap");
    minimap->setCheckable(true);
    minimap->setChecked(m_minimap);
    connect(minimap, &QAction::toggled, this, [this](bool on) {
        m_minimap = on;
        update();
    });
    addAction(minimap);
    m_actions["view.minimap"] = minimap;
}

QAction* Canvas::action(const QString& name) const {
    const auto found = m_actions.find(name);
    return found == m_actions.end() ? nullptr : found->second;
}

void Canvas::updateActions() {
    const bool boxes = !selection.calls().empty();
    for (const char* name : {"edit.cut", "edit.copy", "edit.duplicate", "edit.use_again"}) {
        m_actions[name]->setEnabled(boxes);
    }
    const bool shared = std::any_of(selection.calls().begin(), selection.calls().end(), [this](CallId call) {
        const Box* box = scene.box(call);
        return box && box->calls > 1;
    });
    const bool nested = std::any_of(selection.calls().begin(), selection.calls().end(), [this](CallId call) { return isNested(call); });
    m_actions["edit.make_unique"]->setEnabled(shared);
    m_actions["edit.show_calls"]->setEnabled(shared);
    m_actions["edit.group"]->setEnabled(boxes);
    m_actions["edit.ungroup"]->setEnabled(nested);
    m_actions["edit.each_step"]->setEnabled(nested);
    m_actions["edit.each_step"]->setText(worksOnSteps() ? tr("Apply to the whole again") : tr("Apply to each step (TimeDistributed)"));
    m_actions["edit.freeze"]->setEnabled(boxes);
    m_actions["edit.freeze"]->setText(isFrozen() ? tr("Unfreeze") : tr("Freeze"));
    m_actions["view.enter"]->setEnabled(nested && selection.single());
    m_actions["view.leave"]->setEnabled(graphId() != document.project().root);
    m_actions["edit.delete"]->setEnabled(boxes || !selection.wires().empty());
    m_actions["edit.rename"]->setEnabled(selection.single().has_value());
    m_actions["edit.connect"]->setEnabled(selection.calls().size() > 1);
    m_actions["edit.undo"]->setEnabled(document.canUndo());
    m_actions["edit.undo"]->setText(document.canUndo() ? tr("Undo %1").arg(document.undoText()) : tr("Undo"));
    m_actions["edit.redo"]->setEnabled(document.canRedo());
    m_actions["edit.redo"]->setText(document.canRedo() ? tr("Redo %1").arg(document.redoText()) : tr("Redo"));
    m_actions["edit.undo"]->setIconText(tr("Undo"));
    m_actions["edit.redo"]->setIconText(tr("Redo"));
}

QPointF Canvas::pointerOrCenter() const {
    const QPointF at = mapFromGlobal(QPointF(QCursor::pos()));
    return view.toScene(underMouse() && rect().contains(at.toPoint()) ? at : QRectF(rect()).center());
}

void Canvas::contextMenuEvent(QContextMenuEvent* event) {
    const QPointF at = view.toScene(QPointF(event->pos()));
    if (const Box* box = scene.boxAt(at); box && !selection.calls().contains(box->call)) {
        selection.select({box->call});
    } else if (const Wire* wire = box ? nullptr : scene.wireAt(at, 6 / zoom())) {
        selection.select({}, {wire->id});
    }
    QMenu menu(this);
    for (const char* name : {"edit.quick_add", "", "view.enter", "view.leave", "edit.group", "edit.ungroup", "edit.each_step", "", "edit.use_again", "edit.make_unique",
             "edit.show_calls", "edit.duplicate", "", "edit.rename", "edit.freeze", "edit.connect", "", "edit.cut", "edit.copy", "edit.paste", "edit.delete",
             "", "view.arrange", "view.fit"}) {
        if (*name) {
            // Of what belongs to shared boxes and sub-models, only what can be done here.
            const bool always = !QStringLiteral("view.enter view.leave edit.ungroup edit.each_step edit.make_unique edit.show_calls").contains(QLatin1String(name));
            if (always || m_actions[name]->isEnabled()) {
                menu.addAction(m_actions[name]);
            }
        } else {
            menu.addSeparator();
        }
    }
    menu.exec(event->globalPos());
}

} // namespace weft::ui
