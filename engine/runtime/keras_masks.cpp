// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/keras_masks.h"

#include "engine/base/text.h"
#include "engine/layers/layer_type.h"
#include "engine/model/analysis.h"
#include "engine/runtime/keras_object.h"
#include "engine/runtime/keras_value.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace weft::keras {
namespace {

using Json = nlohmann::json;

/// What Keras' layers compute their masks with.
constexpr std::array<std::string_view, 7> kMaskSteps = {"NotEqual", "Any", "LogicalOr", "ExpandDims", "ZerosLike", "OnesLike", "Concatenate"};

/// Names of the layers whose tensors stand anywhere within `json`.
void gatherNames(const Json& json, std::set<std::string>& out) {
    if (!json.is_structured()) {
        return;
    }
    const auto history = json.is_object() ? json.find("keras_history") : json.end();
    if (history != json.end() && history->is_array() && !history->empty() && history->front().is_string()) {
        out.insert(history->front().get<std::string>());
        return;
    }
    for (const Json& element : json) {
        gatherNames(element, out);
    }
}

struct Uses {
    std::set<std::string> values, masks;
};

/// What the calls of one entry use.
Uses usesOf(const Json& object) {
    Uses uses;
    const auto nodes = object.is_object() ? object.find("inbound_nodes") : object.end();
    if (nodes == object.end() || !nodes->is_array()) {
        return uses;
    }
    for (const Json& node : *nodes) {
        const auto kwargs = node.is_object() ? node.find("kwargs") : node.end();
        if (kwargs == node.end() || !kwargs->is_object()) {
            gatherNames(node, uses.values);
            continue;
        }
        gatherNames(node.value("args", Json()), uses.values);
        for (const auto& [key, value] : kwargs->items()) {
            gatherNames(value, key == "mask" ? uses.masks : uses.values);
        }
    }
    return uses;
}

/// Names of layers in `["dense", 0, 0]`, and in lists and dictionaries of these.
void gatherEnds(const Json& json, std::set<std::string>& out) {
    if (json.is_array() && !json.empty() && json.front().is_string()) {
        out.insert(json.front().get<std::string>());
    } else if (json.is_structured()) {
        for (const Json& element : json) {
            gatherEnds(element, out);
        }
    }
}

/// Where the masks of one graph come from when its layers hand them on.
class Propagation {
public:
    Propagation(const Graph& graph, const Analysis& analysis) : m_graph(graph) {
        for (const CallId id : analysis.order) {
            const CallInfo& info = analysis.calls.at(id);
            const LayerType* type = info.sound ? findLayerType(graph.layerOf(id)->type) : nullptr;
            if (type && type->masks) {
                propagate(id, *type, info);
            }
        }
    }

    /// True where the mask of `source` is one of these tensors, constants and steps. A source without a mask has none of them.
    bool explains(const std::optional<Source>& source, const GivenMask& given) const {
        Origin origin;
        trace(source, origin);
        const auto isKnown = [](const std::string& step) { return std::find(kMaskSteps.begin(), kMaskSteps.end(), step) != kMaskSteps.end(); };
        return !origin.makers.empty() && std::includes(origin.tensors.begin(), origin.tensors.end(), given.tensors.begin(), given.tensors.end()) &&
               std::includes(origin.constants.begin(), origin.constants.end(), given.constants.begin(), given.constants.end()) &&
               std::all_of(given.steps.begin(), given.steps.end(), isKnown);
    }

private:
    struct Mask {
        CallId maker;
        Shape shape;
    };
    /// All that a mask may be computed of.
    struct Origin {
        std::set<CallId> makers;
        std::set<Source> tensors;
        std::set<double> constants;
    };

    const Mask* maskOf(const std::optional<Source>& source) const {
        const auto found = source ? m_masks.find(*source) : m_masks.end();
        return found == m_masks.end() ? nullptr : &found->second;
    }

    void propagate(CallId id, const LayerType& type, const CallInfo& info) {
        const auto& inputs = m_graph.call(id)->inputs;
        std::vector<TensorSpec> specs;
        std::vector<std::optional<Shape>> shapes;
        for (std::size_t i = 0; i < info.inputs.size(); ++i) {
            const Mask* mask = i < inputs.size() ? maskOf(inputs[i]) : nullptr;
            specs.push_back(*info.inputs[i]);
            shapes.push_back(mask ? std::optional(mask->shape) : std::nullopt);
        }
        const std::vector<MaskOf> masks = type.masks(m_graph.layerOf(id)->params, specs, shapes);
        for (std::size_t i = 0; i < masks.size(); ++i) {
            const Source output{id, static_cast<int>(i)};
            if (masks[i].kind == MaskOf::Kind::own) {
                m_masks[output] = {id, masks[i].shape};
            } else if (masks[i].kind == MaskOf::Kind::input) {
                const auto port = static_cast<std::size_t>(masks[i].input);
                if (const Mask* mask = port < inputs.size() ? maskOf(inputs[port]) : nullptr) {
                    m_masks[output] = *mask;
                }
            }
        }
    }

    void trace(const std::optional<Source>& start, Origin& origin) const {
        std::vector<std::optional<Source>> waiting{start};
        while (!waiting.empty()) {
            const Mask* mask = maskOf(waiting.back());
            waiting.pop_back();
            if (!mask || !origin.makers.insert(mask->maker).second) {
                continue;
            }
            for (const auto& input : m_graph.call(mask->maker)->inputs) {
                if (input) {
                    origin.tensors.insert(*input);
                    waiting.push_back(input);
                }
            }
            addConstants(*m_graph.layerOf(mask->maker), origin.constants);
        }
    }

    /// A layer compares with a number of its own where it has one, and with 0 where it has none.
    static void addConstants(const Layer& layer, std::set<double>& out) {
        const Schema& schema = findLayerType(layer.type)->schema;
        bool hasOwn = false;
        for (const Parameter& parameter : schema) {
            const Value& value = valueOf(schema, layer.params, parameter.name);
            if (parameter.kind == ParamKind::number && value.asNumber()) {
                out.insert(*value.asNumber());
                hasOwn = true;
            }
        }
        if (!hasOwn) {
            out.insert(0);
        }
    }

    const Graph& m_graph;
    std::map<Source, Mask> m_masks;
};

} // namespace

bool isOperation(const Json& object) {
    const auto module = object.is_object() ? object.find("module") : object.end();
    return module != object.end() && module->is_string() && module->get<std::string>().rfind("keras.src.ops.", 0) == 0;
}

std::set<std::size_t> maskBookkeeping(const Json& layers, const Json& ends) {
    std::map<std::string, std::size_t> operations;
    std::set<std::string> used;
    gatherEnds(ends, used);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (isOperation(layers[i])) {
            const auto name = layers[i].find("name");
            operations.emplace(name != layers[i].end() && name->is_string() ? name->get<std::string>() : std::string(), i);
        } else {
            used.merge(usesOf(layers[i]).values);
        }
    }
    // An operation whose result is used as a value is a value's own, and so is all that it is computed of.
    for (std::vector<std::string> waiting(used.begin(), used.end()); !waiting.empty();) {
        const auto operation = operations.extract(waiting.back());
        waiting.pop_back();
        if (operation) {
            const Uses uses = usesOf(layers[operation.mapped()]);
            waiting.insert(waiting.end(), uses.values.begin(), uses.values.end());
            waiting.insert(waiting.end(), uses.masks.begin(), uses.masks.end());
        }
    }
    std::set<std::size_t> out;
    for (const auto& entry : operations) {
        out.insert(entry.second);
    }
    return out;
}

void requireOwnMasks(const Graphs& graphs, GraphId graphId, const std::vector<GivenMask>& given) {
    const Graph& graph = graphs.at(graphId);
    const Analysis analysis = analyze(graphs, graphId);
    const Propagation propagation(graph, analysis);
    for (const GivenMask& mask : given) {
        const auto& inputs = graph.call(mask.call)->inputs;
        const bool isSound = analysis.calls.at(mask.call).sound; // else the drawing's diagnostics say more
        if (isSound && !propagation.explains(inputs.empty() ? std::nullopt : inputs[0], mask)) {
            throw UnknownType("argument mask", cat(mask.place, " is given a mask that is not the one its input carries; Weft's layers only take that."));
        }
    }
}

} // namespace weft::keras
