// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "tests/project/sketch.h"
#include "tests/support/check.h"

#include <algorithm>

using namespace weft;
using namespace weft::test;

namespace {

constexpr int kDeepest = 3;

/// A random drawing of layers that keep a row of six numbers six numbers, some of them shared, and what hands do to it.
class Player {
public:
    explicit Player(std::uint64_t seed) : m_random(seed) {
        std::vector<CallId> sources{m_s.input("x", {6}), m_s.input("y", {6})};
        const std::vector<CallId> inputs = sources;
        std::vector<CallId> dense;
        for (int i = 0; i < 14; ++i) {
            const std::string name = "l" + std::to_string(i);
            const auto any = [&] { return Source{sources[below(sources.size())]}; };
            switch (below(4)) {
            case 0: sources.push_back(m_s.layer(below(2) ? "Add" : "Average", name, {}, {any(), any()})); break;
            case 1:
                if (!dense.empty()) {
                    sources.push_back(m_s.again(dense[below(dense.size())], {any()}));
                    break;
                }
                [[fallthrough]];
            default: dense.push_back(m_s.dense(name, 6, any())); sources.push_back(dense.back());
            }
        }
        m_whole = m_s.define("whole", inputs, {{sources.back(), 0}, {sources[sources.size() - 2], 0}});
        m_part = m_s.define("part", inputs, {{sources[6], 0}});
        // Every layer has weights: what hangs loose may come to be computed beside what does not.
        ModelDef all{"all", inputs, {}};
        for (const CallId source : sources) {
            all.outputs.push_back({source, 0});
        }
        const ModelId everything = defineModel(m_s.graph(), m_s.project.ids, all);
        m_s.initialize(everything);
        m_s.graph().models.erase(everything);
        m_project = m_s.project;
        m_predictions = {m_s.predictions(m_whole), m_s.predictions(m_part)};
    }

    void play(int steps) {
        for (int i = 0; i < steps; ++i) {
            switch (below(8)) {
            case 0:
            case 1:
            case 2: edit([&](GraphId graph, WeightChanges& changes) { group(graph, changes); }); break;
            case 3: edit([&](GraphId graph, WeightChanges& changes) { weft::ungroup(m_s.project, graph, anyCall(graph), changes); }); break;
            case 4: edit([&](GraphId graph, WeightChanges&) { share(graph); }); break;
            case 5: edit([&](GraphId graph, WeightChanges& changes) { weft::makeUnique(m_s.project, graph, anyCall(graph), changes); }); break;
            case 6: undo(); break;
            case 7: redo(); break;
            }
            check();
        }
        while (m_at > 0) {
            undo();
        }
        check();
        CHECK(sameWork(m_project, m_s.project));
        while (m_at < m_steps.size()) {
            redo();
        }
        check();
    }

    int deepest = 0;
    int grouped = 0, ungrouped = 0, refused = 0;

private:
    std::uint64_t below(std::uint64_t bound) { return m_random.below(m_count++, bound); }

    int depthOf(GraphId wanted) const { return depth(m_s.project.root, wanted); }
    int depth(GraphId at, GraphId wanted) const {
        if (at == wanted) {
            return 0;
        }
        int found = 100;
        for (const auto& [id, layer] : m_s.project.graphs.at(at).layers) {
            found = layer.graph ? std::min(found, 1 + depth(layer.graph, wanted)) : found;
        }
        return found;
    }

    CallId anyCall(GraphId graph) {
        const auto& calls = m_s.project.graphs.at(graph).calls;
        return std::next(calls.begin(), static_cast<std::ptrdiff_t>(below(calls.size())))->first;
    }

    void group(GraphId id, WeightChanges& changes) {
        const int depth = depthOf(id);
        if (depth >= kDeepest) {
            throw Error("deep enough");
        }
        std::set<CallId> calls;
        for (std::uint64_t wanted = 1 + below(4); calls.size() < wanted && calls.size() < m_s.project.graphs.at(id).calls.size();) {
            const CallId call = anyCall(id);
            const Graph& graph = m_s.project.graphs.at(id);
            for (const CallId other : graph.callsOf(graph.call(call)->layer)) {
                calls.insert(other);
            }
        }
        groupCalls(m_s.project, id, calls, m_s.specs(id), changes);
        ++grouped;
        deepest = std::max(deepest, depth + 1);
    }

    /// Another call of a layer on its own first call's arguments, which nothing uses yet.
    void share(GraphId id) {
        Graph& graph = m_s.project.graphs.at(id);
        const CallId call = anyCall(id);
        if (graph.call(call)->inputs.empty()) {
            throw Error("an Input has one call");
        }
        const Call copy = *graph.call(call);
        const CallId again = addCall(graph, m_s.project.ids, copy.layer, static_cast<int>(copy.inputs.size()));
        graph.call(again)->inputs = copy.inputs;
        m_s.project.layout[again] = {10, 10};
    }

    template <class Change>
    void edit(const Change& change) {
        const Project before = m_s.project;
        const auto graph = std::next(m_s.project.graphs.begin(), static_cast<std::ptrdiff_t>(below(m_s.project.graphs.size())))->first;
        WeightChanges changes;
        try {
            change(graph, changes);
        } catch (const Error&) {
            CHECK(m_s.project == before);
            CHECK(changes.empty());
            ++refused;
            return;
        }
        ungrouped += m_s.project.graphs.size() < before.graphs.size();
        carry(changes, m_s.trained);
        m_steps.resize(m_at);
        m_steps.push_back({before, changes});
        ++m_at;
    }

    void undo() {
        if (m_at > 0) {
            std::swap(m_steps[--m_at].other, m_s.project);
            m_s.project.ids.reserve(m_steps[m_at].other.ids.last());
            carryBack(m_steps[m_at].changes, m_s.trained);
        }
    }
    void redo() {
        if (m_at < m_steps.size()) {
            const std::uint64_t last = m_s.project.ids.last();
            std::swap(m_steps[m_at].other, m_s.project);
            m_s.project.ids.reserve(last);
            carry(m_steps[m_at++].changes, m_s.trained);
        }
    }

    void check() {
        CHECK_EQUAL(inconsistency(m_s.project), "");
        for (const Diagnostic& diagnostic : diagnose(m_s.project.graphs, m_s.project.root)) {
            CHECK_EQUAL(diagnostic.message, "");
        }
        CHECK_EQUAL(difference(m_predictions[0], m_s.predictions(m_whole)), 0.0);
        CHECK_EQUAL(difference(m_predictions[1], m_s.predictions(m_part)), 0.0);
    }

    struct Step {
        Project other;
        WeightChanges changes;
    };
    Random m_random;
    std::uint64_t m_count = 0;
    Sketch m_s;
    ModelId m_whole, m_part;
    Project m_project;
    std::vector<std::vector<Tensor>> m_predictions;
    std::vector<Step> m_steps;
    std::size_t m_at = 0;
};

} // namespace

TEST("whatever is grouped, ungrouped, shared, made unique, undone and redone, the models predict the same") {
    int deepest = 0, grouped = 0, ungrouped = 0, refused = 0;
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        Player player(seed);
        player.play(40);
        deepest = std::max(deepest, player.deepest);
        grouped += player.grouped;
        ungrouped += player.ungrouped;
        refused += player.refused;
    }
    CHECK_EQUAL(deepest, kDeepest);
    CHECK(grouped > 100);
    CHECK(ungrouped > 10);
    CHECK(refused > 10);
}
