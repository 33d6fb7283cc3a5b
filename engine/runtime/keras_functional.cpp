// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/keras_functional.h"

#include "engine/base/text.h"
#include "engine/runtime/keras_value.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>

namespace weft::keras {

using Json = nlohmann::json;

CallReader::CallReader(Graph& graph, IdSource& ids, std::string where, std::vector<Entry> entries)
    : m_graph(graph), m_ids(ids), m_where(std::move(where)), m_entries(std::move(entries)), m_progress(m_entries.size()) {
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (!m_byName.emplace(m_entries[i].name, i).second) {
            throw Error(cat(m_where, " has two layers named \"", m_entries[i].name, "\"."));
        }
    }
}

const Json& CallReader::nodeOf(std::size_t entry, std::size_t node) const { return (*m_entries[entry].nodes)[node]; }

std::string CallReader::placeOf(std::size_t entry, std::size_t node) const { return cat(m_where, ", layer ", m_entries[entry].name, ", call ", node + 1); }

void CallReader::makeCalls() {
    std::deque<std::size_t> ready;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        ready.push_back(i);
        while (!ready.empty()) {
            const std::size_t index = ready.front();
            ready.pop_front();
            while (advance(index)) {
                if (const auto waiters = m_waiting.extract({index, m_progress[index].calls.size() - 1})) {
                    ready.insert(ready.end(), waiters.mapped().begin(), waiters.mapped().end());
                }
            }
        }
    }
    if (!m_waiting.empty()) {
        const auto& [missing, waiters] = *m_waiting.begin();
        throw Error(cat(m_where, ": the layer \"", m_entries[waiters.front()].name, "\" is called on call ", missing.second + 1, " of the layer \"",
                        m_entries[missing.first].name, "\", which is never made: it is not there, or depends on itself."));
    }
}

/// Makes the next call of an entry; false where there is none, or one of its inputs is not there yet.
bool CallReader::advance(std::size_t index) {
    const Entry& entry = m_entries[index];
    Progress& progress = m_progress[index];
    const std::size_t count = entry.type && entry.type->isInput ? 1 : entry.nodes->size();
    if (!entry.layer || progress.next >= count) {
        return false;
    }
    const std::string place = placeOf(index, progress.next);
    std::vector<std::optional<Source>> inputs;
    std::optional<History> mask;
    if (!entry.type->isInput) {
        for (const auto& history : portsOf(index, progress.next, mask)) {
            if (history && history->node >= m_progress[history->entry].calls.size()) {
                m_waiting[{history->entry, history->node}].push_back(index);
                return false;
            }
            inputs.push_back(history ? std::optional(sourceOf(*history, place)) : std::nullopt);
        }
        if (inputs.empty()) {
            throw Error(cat(place, " has no inputs."));
        }
    }
    const CallId id = m_ids.next<CallTag>();
    m_graph.calls.emplace(id, Call{entry.layer, std::move(inputs)});
    progress.calls.push_back(id);
    ++progress.next;
    if (mask) {
        m_masks.push_back({id, *mask, place});
    }
    return true;
}

/// The tensors of a call by port; `mask` is what bookkeeping gives it.
std::vector<std::optional<CallReader::History>> CallReader::portsOf(std::size_t index, std::size_t node, std::optional<History>& mask) const {
    const std::string place = placeOf(index, node);
    const Entry& entry = m_entries[index];
    const Json& args = member(nodeOf(index, node), "args", place);
    if (!args.is_array()) {
        throw Error(cat(place, " must have a list of arguments; it has ", shown(args), "."));
    }
    const std::vector<History> byPlace = tensorsOf(args, place, entry.isOperation);
    std::vector<std::optional<History>> ports(byPlace.begin(), byPlace.end());
    const auto kwargs = nodeOf(index, node).find("kwargs");
    if (kwargs == nodeOf(index, node).end() || !kwargs->is_object()) {
        return ports;
    }
    const std::vector<std::string>& keywords = entry.type->inputs.keywords;
    for (const auto& [key, value] : kwargs->items()) {
        // Keras writes `training` down, but what is given to fit or predict overrides it.
        if (value.is_null() || key == "training") {
            continue;
        }
        const bool isKnown = std::find(keywords.begin(), keywords.end(), key) != keywords.end();
        if (!isKnown && key != "mask") {
            throw UnknownType(cat("argument ", key), cat(place, " has the argument ", key, ", which Weft does not have."));
        }
        const std::vector<History> tensors = tensorsOf(value, place, false);
        if (tensors.size() == 1 && !m_entries[tensors[0].entry].layer) {
            mask = tensors[0];
            continue;
        }
        if (!isKnown) {
            throw UnknownType("argument mask", cat(place, " is given a mask of its own; Weft's layers only take the one that their input carries."));
        }
        std::size_t port = 0;
        for (const History& tensor : tensors) {
            while (port < keywords.size() && keywords[port] != key) {
                ++port;
            }
            ports.resize(std::max(ports.size(), port + 1));
            if (ports[port]) {
                throw Error(cat(place, " has more arguments than it takes under the name ", key, "."));
            }
            ports[port++] = tensor;
        }
    }
    return ports;
}

/// What stands among arguments: alone, in lists, and in dictionaries, which Keras flattens by sorted key.
void CallReader::gather(const Json& json, const std::string& place, std::vector<Argument>& out) const {
    if (json.is_array()) {
        for (const Json& element : json) {
            gather(element, place, out);
        }
    } else if (!json.is_object()) {
        if (!json.is_null()) {
            out.push_back({std::nullopt, 0, &json});
        }
    } else if (!json.contains("class_name")) {
        for (const auto& entry : json.items()) {
            gather(entry.value(), place, out);
        }
    } else if (json["class_name"] == "__keras_tensor__") {
        const Json& config = member(json, "config", place);
        const auto shape = config.find("shape");
        out.push_back({historyOf(member(config, "keras_history", place), place), shape == config.end() ? 0 : shape->size(), nullptr});
    } else {
        out.push_back({std::nullopt, 0, &json});
    }
}

std::vector<CallReader::History> CallReader::tensorsOf(const Json& json, const std::string& place, bool oneRank) const {
    std::vector<Argument> arguments;
    gather(json, place, arguments);
    std::vector<History> out;
    for (const Argument& argument : arguments) {
        if (!argument.tensor) {
            throw UnknownType("constant argument", cat(place, " has the constant ", shown(*argument.constant), " as an argument; Weft's layers take tensors only."));
        }
        if (oneRank && argument.rank != arguments[0].rank) {
            throw UnknownType("operation on several ranks", cat(place, " works on tensors of ", arguments[0].rank, " and of ", argument.rank,
                                                                " dimensions at once, which Weft's layers match in another way."));
        }
        out.push_back(*argument.tensor);
    }
    return out;
}

CallReader::History CallReader::historyOf(const Json& json, const std::string& place) const {
    if (!json.is_array() || json.size() != 3) {
        throw Error(cat(place, " must name a tensor as [layer, call, output]; it has ", shown(json), "."));
    }
    const std::string name = text(json[0], place);
    const auto found = m_byName.find(name);
    if (found == m_byName.end()) {
        throw Error(cat(place, " takes its input from the layer \"", name, "\", which is not there."));
    }
    const std::int64_t node = integer(json[1], place);
    const std::int64_t tensor = integer(json[2], place);
    constexpr std::int64_t kMost = 1'000'000;
    const int outputs = m_entries[found->second].outputs;
    if (node < 0 || node > kMost || tensor < 0 || tensor > kMost || (outputs >= 0 && tensor >= outputs)) {
        throw Error(cat(place, " takes output ", tensor, " of call ", node, " of the layer \"", name, "\", which is not there."));
    }
    return {found->second, static_cast<std::size_t>(node), static_cast<int>(tensor)};
}

Source CallReader::sourceOf(const History& history, const std::string& place) const {
    const auto& calls = m_progress[history.entry].calls;
    if (history.node >= calls.size()) {
        throw Error(cat(place, " names call ", history.node, " of the layer \"", m_entries[history.entry].name, "\", which is called ", calls.size(), " times."));
    }
    return {calls[history.node], history.tensor};
}

/// `[name, node, tensor]`, or lists or dictionaries of these.
std::vector<CallReader::History> CallReader::endsOf(const Json& json, const std::string& place) const {
    if (json.is_array() && json.size() == 3 && json[0].is_string()) {
        return {historyOf(json, place)};
    }
    if (!json.is_structured()) {
        throw Error(cat(place, " must be a list or dictionary of [layer, call, output]; it has ", shown(json), "."));
    }
    std::vector<History> out;
    for (const Json& element : json) {
        const auto inner = endsOf(element, place);
        out.insert(out.end(), inner.begin(), inner.end());
    }
    return out;
}

std::vector<CallId> CallReader::inputs(const Json& json) const {
    std::vector<CallId> out;
    for (const History& end : endsOf(json, cat(m_where, ", input_layers"))) {
        const Entry& entry = m_entries[end.entry];
        if (!entry.type || !entry.type->isInput) {
            throw Error(cat(m_where, " begins at the layer \"", entry.name, "\", which is no InputLayer."));
        }
        out.push_back(sourceOf(end, m_where).call);
    }
    return out;
}

std::vector<Source> CallReader::outputs(const Json& json) const {
    std::vector<Source> out;
    for (History end : endsOf(json, cat(m_where, ", output_layers"))) {
        const std::size_t calls = m_progress[end.entry].calls.size();
        if (m_entries[end.entry].countsItself && calls > 0) {
            end.node = end.node == 0 ? calls - 1 : end.node - 1;
        }
        out.push_back(sourceOf(end, m_where));
    }
    if (out.empty()) {
        throw Error(cat(m_where, " has no outputs."));
    }
    return out;
}

std::vector<GivenMask> CallReader::givenMasks() const {
    std::vector<GivenMask> out;
    for (const Pending& pending : m_masks) {
        out.push_back(traced(pending));
    }
    return out;
}

/// From a mask back through the bookkeeping to the tensors that layers make.
GivenMask CallReader::traced(const Pending& pending) const {
    GivenMask out{pending.call, pending.place, {}, {}, {}};
    std::vector<std::size_t> waiting{pending.mask.entry};
    std::set<std::size_t> seen;
    while (!waiting.empty()) {
        const std::size_t index = waiting.back();
        waiting.pop_back();
        if (!seen.insert(index).second) {
            continue;
        }
        const Json& step = *m_entries[index].nodes;
        out.steps.insert(m_entries[index].step);
        std::vector<Argument> arguments;
        gather(step, placeOf(index, 0), arguments);
        for (const Argument& argument : arguments) {
            if (argument.tensor && !m_entries[argument.tensor->entry].layer) {
                waiting.push_back(argument.tensor->entry);
            } else if (argument.tensor) {
                out.tensors.insert(sourceOf(*argument.tensor, pending.place));
            } else if (argument.constant->is_number()) {
                out.constants.insert(argument.constant->get<double>());
            } else {
                out.steps.insert(shown(*argument.constant)); // no step that anyone knows
            }
        }
    }
    return out;
}

} // namespace weft::keras
