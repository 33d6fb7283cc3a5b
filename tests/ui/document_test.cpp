// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/graph/edits.h"
#include "engine/project/auto_model.h"
#include "ui/document/document.h"
#include "ui/document/selection.h"

#include <QSignalSpy>
#include <QTest>

using namespace weft;
using namespace weft::ui;

namespace {

/// Equal in all that a file holds of the work; the source of ids alone never goes back.
bool same(const Project& a, Project b) {
    b.ids = a.ids;
    return a == b;
}

CallId addDense(Project& project, const char* name) {
    const CallId call = addLayer(project.rootGraph(), project.ids, Layer{.type = "Dense", .name = name, .params = {}, .trainable = true, .graph = {}, .model = {}}, 1);
    project.layout[call] = {0, 0};
    return call;
}

} // namespace

class DocumentTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void undoAndRedoBringBackTheSameProject() {
        Document document;
        std::vector<Project> states{document.project()};
        CallId last;
        for (int i = 0; i < 20; ++i) {
            document.edit("Edit", [&](Project& p) {
                if (i % 5 == 4) {
                    removeCall(p.rootGraph(), last);
                    p.layout.erase(last);
                } else {
                    last = addDense(p, qPrintable(QString("dense_%1").arg(i)));
                }
            });
            states.push_back(document.project());
        }
        for (std::size_t i = states.size() - 1; i > 0; --i) {
            QVERIFY(same(document.project(), states[i]));
            document.undo();
        }
        QVERIFY(same(document.project(), states[0]));
        QVERIFY(!document.canUndo());
        for (std::size_t i = 1; i < states.size(); ++i) {
            document.redo();
            QVERIFY(same(document.project(), states[i]));
        }
        QVERIFY(!document.canRedo());
    }

    void undoBringsBackWeightsThatATrainingInAnotherShapeReplaced() {
        Document document;
        LayerId dense;
        document.edit("Draw", [&](Project& p) {
            Graph& graph = p.rootGraph();
            const CallId input = addLayer(
                graph, p.ids, Layer{.type = "Input", .name = "x", .params = {{"shape", Value(std::vector<std::int64_t>{4})}}, .trainable = true, .graph = {}, .model = {}}, 0);
            const CallId call =
                addLayer(graph, p.ids, Layer{.type = "Dense", .name = "d", .params = {{"units", 3}, {"use_bias", false}}, .trainable = true, .graph = {}, .model = {}}, 1);
            weft::connect(graph, {input, 0}, call, 0);
            dense = graph.call(call)->layer;
        });
        const auto trainedAs = [&](std::int64_t units, float value) {
            Trained trained = document.trained();
            trained.weights[{{dense}, "kernel"}] = std::make_shared<const Tensor>(Shape{4, units}, std::vector<float>(static_cast<std::size_t>(4 * units), value));
            document.adopt(std::move(trained));
        };
        const auto kernel = [&] { return *document.trained().weights.at({{dense}, "kernel"}); };
        trainedAs(3, 1.0F);
        document.edit("Units", [&](Project& p) { p.rootGraph().layer(dense)->params["units"] = Value(5); });
        QCOMPARE(kernel().shape(), (Shape{4, 3})); // nothing is lost by an edit alone
        trainedAs(5, 2.0F);
        document.undo();
        QCOMPARE(kernel().shape(), (Shape{4, 3}));
        QCOMPARE(kernel().floats()[0], 1.0F);
        document.redo();
        QCOMPARE(kernel().shape(), (Shape{4, 5}));
        QCOMPARE(kernel().floats()[0], 2.0F);
    }

    void idsAreNeverUsedAgain() {
        Document document;
        CallId first, second;
        document.edit("Add", [&](Project& p) { first = addDense(p, "a"); });
        document.undo();
        document.edit("Add", [&](Project& p) { second = addDense(p, "b"); });
        QVERIFY(second.value > first.value);
        document.edit("Nothing in the end", [&](Project& p) { removeCall(p.rootGraph(), first = addDense(p, "c")); p.layout.erase(first); });
        QCOMPARE(document.undoText(), QString("Add"));
        document.edit("Add", [&](Project& p) { second = addDense(p, "d"); });
        QVERIFY(second.value > first.value);
    }

    void anEditThatThrowsChangesNothing() {
        Document document;
        document.edit("Add", [](Project& p) { addDense(p, "a"); });
        const Project before = document.project();
        QSignalSpy changed(&document, &Document::changed);
        QVERIFY_THROWS_EXCEPTION(Error, document.edit("Bad", [](Project& p) {
            addDense(p, "b");
            throw Error("No.");
        }));
        QVERIFY(document.project() == before);
        QCOMPARE(document.undoText(), QString("Add"));
        QCOMPARE(changed.count(), 0);
    }

    void anEditWithoutDifferenceIsNoStep() {
        Document document;
        QSignalSpy changed(&document, &Document::changed);
        document.edit("Nothing", [](Project& p) { p.title = p.title; });
        QVERIFY(!document.canUndo());
        QVERIFY(!document.isModified());
        QCOMPARE(changed.count(), 0);
    }

    void everyEditIsToldOnce() {
        Document document;
        QSignalSpy changed(&document, &Document::changed);
        CallId call;
        document.edit("Add", [&](Project& p) { call = addDense(p, "a"); });
        QCOMPARE(changed.count(), 1);
        const auto added = changed.takeFirst().at(0).value<ChangeSet>();
        QCOMPARE(added.callsAdded, std::set<CallId>{call});
        QVERIFY(added.moved.empty() && added.callsChanged.empty() && added.layersAdded.size() == 1);
        document.edit("Move", [&](Project& p) { p.layout[call] = {8, 8}; });
        const auto moved = changed.takeFirst().at(0).value<ChangeSet>();
        QCOMPARE(moved.moved, std::set<CallId>{call});
        QVERIFY(!moved.drawingChanged());
        document.undo();
        document.undo();
        QCOMPARE(changed.takeLast().at(0).value<ChangeSet>().callsRemoved, std::set<CallId>{call});
    }

    void editsWithOneKeyAreOneStep() {
        Document document;
        const Project before = document.project();
        for (const char* title : {"a", "ab", "abc"}) {
            document.edit("Rename", [&](Project& p) { p.title = title; }, "title");
        }
        document.endMerge();
        document.edit("Rename", [&](Project& p) { p.title = "abcd"; }, "title");
        document.edit("Describe", [&](Project& p) { p.description = "x"; }, "description");
        document.undo();
        QCOMPARE(document.project().title, std::string("abcd"));
        document.undo();
        QCOMPARE(document.project().title, std::string("abc"));
        document.undo();
        QVERIFY(same(document.project(), before));
        document.redo();
        document.edit("Rename", [&](Project& p) { p.title = "new"; }, "title"); // redo ends merging
        document.undo();
        QCOMPARE(document.project().title, std::string("abc"));
    }

    void modifiedMeansAwayFromWhatTheFileHolds() {
        Document document;
        QVERIFY(!document.isModified());
        document.edit("Title", [](Project& p) { p.title = "a"; }, "title");
        QVERIFY(document.isModified());
        document.undo();
        QVERIFY(!document.isModified());
        document.edit("Title", [](Project& p) { p.title = "b"; });
        document.undo();
        QVERIFY(!document.isModified());
        // The saved state can only be reached by redo; once that is cut off it is modified for good.
        ProjectFile file;
        file.project = document.project();
        document.reset(std::move(file));
        QVERIFY(!document.isModified() && !document.canUndo());
        document.adopt({});
        QVERIFY(document.isModified());
    }

    void analysisFollowsTheDrawing() {
        Document document;
        CallId call;
        QSignalSpy diagnosed(&document, &Document::diagnosticsChanged);
        document.edit("Add", [&](Project& p) { call = addDense(p, "a"); });
        QCOMPARE(diagnosed.count(), 1);
        QVERIFY(!document.diagnostics().empty());
        QVERIFY(!document.analysis(document.project().root).calls.at(call).sound);
        document.edit("Move", [&](Project& p) { p.layout[call] = {80, 80}; });
        QCOMPARE(diagnosed.count(), 1);
        document.undo();
        document.undo();
        QVERIFY(document.analysis(document.project().root).calls.empty());
    }

    void theDefaultModelFollowsTheDrawing() {
        Project project = emptyProject();
        Graph& graph = project.rootGraph();
        const CallId input = addLayer(graph, project.ids, Layer{.type = "Input", .name = "x", .params = {}, .trainable = true, .graph = {}, .model = {}}, 0);
        const CallId one = addDense(project, "one");
        keepDefaultModel(project);
        QVERIFY(graph.models.empty());
        weft::connect(graph, Source{input}, one, 0);
        keepDefaultModel(project);
        QCOMPARE(graph.models.size(), std::size_t{1});
        const ModelId id = graph.models.begin()->first;
        QVERIFY((graph.model(id)->inputs == std::vector{input}));
        QVERIFY((graph.model(id)->outputs == std::vector<Source>{{one, 0}}));
        const CallId two = addDense(project, "two");
        weft::connect(graph, Source{one}, two, 0);
        keepDefaultModel(project);
        QVERIFY((graph.model(id)->outputs == std::vector<Source>{{two, 0}}));
        weft::disconnect(graph, one, 0, false); // for a moment
        keepDefaultModel(project);
        QVERIFY((graph.model(id)->outputs == std::vector<Source>{{two, 0}}));
        graph.models.at(id).name = "mine";
        graph.models.at(id).outputs = {{one, 0}};
        weft::connect(graph, Source{input}, one, 0);
        keepDefaultModel(project);
        QVERIFY((graph.model(id)->outputs == std::vector<Source>{{one, 0}}));
        QCOMPARE(graph.models.size(), std::size_t{1});
    }

    void revealShowsTheGraphAndSelectsTheCall() {
        Selection selection;
        selection.showGraph({7});
        selection.select({{1}, {2}}, {{{3}, 0}});
        QVERIFY(!selection.single());
        QSignalSpy revealed(&selection, &Selection::revealRequested);
        QSignalSpy graph(&selection, &Selection::graphChanged);
        selection.reveal({8}, {5});
        QCOMPARE(graph.count(), 1);
        QCOMPARE(revealed.count(), 1);
        QVERIFY(selection.single() == CallId{5});
    }
};

QTEST_GUILESS_MAIN(DocumentTest)
#include "document_test.moc"
