// SPDX-License-Identifier: Apache-2.0
#include "engine/project/project_json.h"

#include "engine/base/error.h"
#include "engine/base/sha256.h"
#include "engine/base/text.h"
#include "engine/project/json_reader.h"
#include "engine/schema/value_json.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <set>

namespace weft {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "weft-project";

// --- Writing -----------------------------------------------------------------------------------------------------------

json sourceToJson(const Source& source) { return json::array({source.call.value, source.output}); }

json layerToJson(LayerId id, const Layer& layer) {
    json out{{"id", id.value}, {"type", layer.type}, {"name", layer.name}, {"params", toJson(layer.params)}, {"trainable", layer.trainable}};
    if (layer.graph) {
        out["graph"] = layer.graph.value;
        out["model"] = layer.model.value;
    }
    return out;
}

json callToJson(CallId id, const Call& call) {
    json inputs = json::array();
    for (const auto& input : call.inputs) {
        inputs.push_back(input ? sourceToJson(*input) : json());
    }
    return {{"id", id.value}, {"layer", call.layer.value}, {"inputs", inputs}};
}

json modelToJson(ModelId id, const ModelDef& model) {
    json inputs = json::array();
    json outputs = json::array();
    for (const CallId input : model.inputs) {
        inputs.push_back(input.value);
    }
    for (const Source& output : model.outputs) {
        outputs.push_back(sourceToJson(output));
    }
    json out{{"id", id.value}, {"name", model.name}, {"inputs", inputs}, {"outputs", outputs}};
    if (model.isSequential) {
        out["sequential"] = true;
    }
    return out;
}

json graphToJson(GraphId id, const Graph& graph) {
    json out{{"id", id.value}, {"name", graph.name}, {"layers", json::array()}, {"calls", json::array()}, {"models", json::array()}};
    for (const auto& [layerId, layer] : graph.layers) {
        out["layers"].push_back(layerToJson(layerId, layer));
    }
    for (const auto& [callId, call] : graph.calls) {
        out["calls"].push_back(callToJson(callId, call));
    }
    for (const auto& [modelId, model] : graph.models) {
        out["models"].push_back(modelToJson(modelId, model));
    }
    return out;
}

json objectsToJson(const std::vector<Object>& objects) {
    json out = json::array();
    for (const Object& object : objects) {
        out.push_back(toJson(Value(object)));
    }
    return out;
}

json outputToJson(const OutputTraining& output) {
    json classWeights = json::object();
    for (const auto& [label, weight] : output.classWeights) {
        classWeights[std::to_string(label)] = weight;
    }
    return {{"loss", output.loss ? toJson(Value(*output.loss)) : json()}, {"weight", output.weight}, {"metrics", objectsToJson(output.metrics)},
            {"weighted_metrics", objectsToJson(output.weightedMetrics)}, {"target", output.target}, {"sample_weights", output.sampleWeights},
            {"class_weights", classWeights}};
}

// --- Reading -----------------------------------------------------------------------------------------------------------

constexpr std::uint64_t kLastId = std::numeric_limits<std::uint32_t>::max();

/// Ids of one project: each is used once, whatever it names. An id that something names and nothing has counts as used:
/// a new thing must not take its place.
class IdReader {
public:
    template <class Tag>
    Id<Tag> fresh(const JsonPlace& place) {
        const std::uint64_t value = named<Tag>(place).value;
        if (value == 0) {
            place.fail(cat("is 0; an id must be from 1 to ", kLastId, "."));
        }
        if (!m_used.insert(value).second) {
            place.fail(cat("is ", value, ", an id that is used twice."));
        }
        return {value};
    }
    /// The id of a thing that stands elsewhere, or 0.
    template <class Tag>
    Id<Tag> named(const JsonPlace& place) {
        const std::uint64_t value = place.natural();
        if (value > kLastId) {
            place.fail(cat("is ", value, "; an id must be from 1 to ", kLastId, "."));
        }
        last = std::max(last, value);
        return {value};
    }
    std::uint64_t last = 0;

private:
    std::set<std::uint64_t> m_used;
};

Source sourceFromJson(const JsonPlace& place, IdReader& ids) {
    if (!place.json().is_array() || place.json().size() != 2) {
        place.fail("must be a pair of a call and one of its outputs.");
    }
    Source source;
    int at = 0;
    place.forEach([&](const JsonPlace& entry) {
        if (at++ == 0) {
            source.call = ids.named<CallTag>(entry);
        } else if (entry.natural() > 1000000) {
            entry.fail("is too large for the number of an output.");
        } else {
            source.output = static_cast<int>(entry.natural());
        }
    });
    return source;
}

Layer layerFromJson(const JsonPlace& place, IdReader& ids) {
    Layer layer;
    layer.type = place["type"].text();
    layer.name = place["name"].text();
    layer.params = place.has("params") ? paramsFromJson(place["params"].json(), place["params"].name()) : ParamMap{};
    layer.trainable = place.truthOr("trainable", true);
    layer.graph = place.has("graph") ? ids.named<GraphTag>(place["graph"]) : GraphId{};
    layer.model = place.has("model") ? ids.named<ModelTag>(place["model"]) : ModelId{};
    return layer;
}

Call callFromJson(const JsonPlace& place, IdReader& ids) {
    Call call;
    call.layer = ids.named<LayerTag>(place["layer"]);
    place["inputs"].forEach([&](const JsonPlace& input) {
        call.inputs.push_back(input.json().is_null() ? std::nullopt : std::optional(sourceFromJson(input, ids)));
    });
    return call;
}

ModelDef modelFromJson(const JsonPlace& place, IdReader& ids) {
    ModelDef model;
    model.name = place["name"].text();
    model.isSequential = place.truthOr("sequential", false);
    place["inputs"].forEach([&](const JsonPlace& input) { model.inputs.push_back(ids.named<CallTag>(input)); });
    place["outputs"].forEach([&](const JsonPlace& output) { model.outputs.push_back(sourceFromJson(output, ids)); });
    return model;
}

Graph graphFromJson(const JsonPlace& place, IdReader& ids) {
    Graph graph;
    graph.name = place.textOr("name", "");
    place["layers"].forEach([&](const JsonPlace& layer) { graph.layers.emplace(ids.fresh<LayerTag>(layer["id"]), layerFromJson(layer, ids)); });
    place["calls"].forEach([&](const JsonPlace& call) {
        Call read = callFromJson(call, ids);
        if (!graph.layer(read.layer)) {
            call.fail(cat("calls layer ", read.layer.value, ", which the graph does not have."));
        }
        graph.calls.emplace(ids.fresh<CallTag>(call["id"]), std::move(read));
    });
    if (place.has("models")) {
        place["models"].forEach([&](const JsonPlace& model) { graph.models.emplace(ids.fresh<ModelTag>(model["id"]), modelFromJson(model, ids)); });
    }
    return graph;
}

Object objectFromJson(const JsonPlace& place) {
    const Value value = valueFromJson(place.json(), place.name());
    if (!value.asObject()) {
        place.refuse("an object with a \"type\"");
    }
    return *value.asObject();
}

std::vector<Object> objectsFromJson(const JsonPlace& place, const char* key) {
    std::vector<Object> objects;
    if (place.has(key)) {
        place[key].forEach([&](const JsonPlace& entry) { objects.push_back(objectFromJson(entry)); });
    }
    return objects;
}

DataSpec dataFromJson(const JsonPlace& place) {
    DataSpec data;
    if (place.has("sources")) {
        place["sources"].forEach([&](const JsonPlace& entry) {
            DataSource source;
            source.name = entry["name"].text();
            source.format = entry["format"].text();
            source.path = entry["path"].text();
            source.options = entry.has("options") ? paramsFromJson(entry["options"].json(), entry["options"].name()) : ParamMap{};
            source.size = entry.naturalOr("size", 0);
            source.sha256 = entry.textOr("sha256", "");
            if (data.source(source.name)) {
                entry.fail(cat("is a second source named \"", source.name, "\"."));
            }
            data.sources.push_back(std::move(source));
        });
    }
    if (place.has("columns")) {
        place["columns"].forEach([&](const JsonPlace& entry) {
            DataColumn column;
            column.name = entry["name"].text();
            column.source = entry["source"].text();
            column.testSource = entry.textOr("test_source", "");
            if (entry.has("fields")) {
                entry["fields"].forEach([&](const JsonPlace& field) { column.fields.push_back(field.text()); });
            }
            column.steps = objectsFromJson(entry, "steps");
            if (data.column(column.name)) {
                entry.fail(cat("is a second column named \"", column.name, "\"."));
            }
            data.columns.push_back(std::move(column));
        });
    }
    if (place.has("split")) {
        const JsonPlace split = place["split"];
        data.split.kind = split["kind"].text();
        data.split.testFraction = split.numberOr("test_fraction", data.split.testFraction);
        data.split.by = split.textOr("by", "");
        data.split.seed = split.naturalOr("seed", 0);
    }
    return data;
}

OutputTraining outputFromJson(const JsonPlace& place) {
    OutputTraining output;
    if (place.has("loss")) {
        output.loss = objectFromJson(place["loss"]);
    }
    output.weight = place.numberOr("weight", 1.0);
    output.metrics = objectsFromJson(place, "metrics");
    output.weightedMetrics = objectsFromJson(place, "weighted_metrics");
    output.target = place.textOr("target", "");
    output.sampleWeights = place.textOr("sample_weights", "");
    if (place.has("class_weights")) {
        place["class_weights"].forEachMember([&](const std::string& label, const JsonPlace& weight) {
            std::int64_t number = 0;
            const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), number);
            if (error == std::errc() && end == label.data() + label.size()) {
                output.classWeights[number] = weight.number();
            } else {
                weight.fail(cat("stands under \"", label, "\", which is not the number of a class."));
            }
        });
    }
    return output;
}

TrainingConfig trainingFromJson(const JsonPlace& place) {
    TrainingConfig config;
    if (place.has("inputs")) {
        place["inputs"].forEachMember([&](const std::string& name, const JsonPlace& column) { config.inputs[name] = column.text(); });
    }
    if (place.has("outputs")) {
        place["outputs"].forEachMember([&](const std::string& name, const JsonPlace& output) { config.outputs[name] = outputFromJson(output); });
    }
    if (place.has("optimizer")) {
        config.optimizer = objectFromJson(place["optimizer"]);
    }
    config.batchSize = place.integerOr("batch_size", config.batchSize);
    config.epochs = place.integerOr("epochs", config.epochs);
    config.validationSplit = place.numberOr("validation_split", config.validationSplit);
    config.shuffle = place.truthOr("shuffle", config.shuffle);
    config.resetStates = place.truthOr("reset_states", config.resetStates);
    config.seed = place.naturalOr("seed", config.seed);
    return config;
}

/// Keys at the top that this version does not know: kept, and written back.
const std::set<std::string>& knownKeys() {
    static const std::set<std::string> known{"format", "version", "title", "description", "root", "graphs", "layout", "data", "training", "last_id"};
    return known;
}

} // namespace

json dataToJson(const DataSpec& data) {
    json sources = json::array();
    for (const DataSource& source : data.sources) {
        sources.push_back({{"name", source.name}, {"format", source.format}, {"path", source.path}, {"options", toJson(source.options)},
                           {"size", source.size}, {"sha256", source.sha256}});
    }
    json columns = json::array();
    for (const DataColumn& column : data.columns) {
        columns.push_back({{"name", column.name}, {"source", column.source}, {"test_source", column.testSource}, {"fields", column.fields},
                           {"steps", objectsToJson(column.steps)}});
    }
    const DataSplit& split = data.split;
    return {{"sources", sources}, {"columns", columns},
            {"split", {{"kind", split.kind}, {"test_fraction", split.testFraction}, {"by", split.by}, {"seed", split.seed}}}};
}

DataSpec dataFromJson(const json& raw, std::string_view what) { return dataFromJson(JsonPlace(raw, std::string(what))); }

TrainingConfig trainingFromJson(const json& raw, std::string_view what) { return trainingFromJson(JsonPlace(raw, std::string(what))); }

json trainingToJson(const TrainingConfig& config) {
    json outputs = json::object();
    for (const auto& [name, output] : config.outputs) {
        outputs[name] = outputToJson(output);
    }
    return {{"inputs", config.inputs}, {"outputs", outputs}, {"optimizer", toJson(Value(config.optimizer))}, {"batch_size", config.batchSize},
            {"epochs", config.epochs}, {"validation_split", config.validationSplit}, {"shuffle", config.shuffle}, {"reset_states", config.resetStates}, {"seed", config.seed}};
}

json projectToJson(const Project& project) {
    json out = project.unknown.empty() ? json::object() : parseJson(project.unknown, "a project's unknown keys");
    out["format"] = kFormat;
    out["version"] = kProjectVersion;
    out["title"] = project.title;
    out["description"] = project.description;
    out["root"] = project.root.value;
    out["last_id"] = project.ids.last();
    out["graphs"] = json::array();
    for (const auto& [id, graph] : project.graphs) {
        out["graphs"].push_back(graphToJson(id, graph));
    }
    out["layout"] = json::array();
    for (const auto& [call, point] : project.layout) {
        out["layout"].push_back({{"call", call.value}, {"x", point.x}, {"y", point.y}});
    }
    out["data"] = dataToJson(project.data);
    out["training"] = json::array();
    for (const auto& [model, config] : project.training) {
        json entry = trainingToJson(config);
        entry["model"] = model.value;
        out["training"].push_back(std::move(entry));
    }
    return out;
}

Project projectFromJson(const json& raw, std::string_view what) {
    const JsonPlace top(raw, std::string(what));
    if (!raw.is_object() || top.textOr("format", "") != kFormat) {
        throw Error(cat(what, " is not a project of Weft: its \"format\" is not \"", kFormat, "\"."));
    }
    const std::int64_t version = top["version"].integer();
    if (version > kProjectVersion) {
        throw Error(cat(what, " was written by a newer Weft (version ", version, " of the format; this program reads up to ", kProjectVersion, ")."));
    }
    if (version < 1) {
        top["version"].fail(cat("is ", version, "; versions begin at 1."));
    }
    Project project;
    IdReader ids;
    project.title = top.textOr("title", "");
    project.description = top.textOr("description", "");
    top["graphs"].forEach([&](const JsonPlace& graph) {
        const GraphId id = ids.fresh<GraphTag>(graph["id"]);
        project.graphs.emplace(id, graphFromJson(graph, ids));
    });
    project.root = {top["root"].natural()};
    if (!project.graphs.contains(project.root)) {
        top["root"].fail("names a graph that the project does not have.");
    }
    if (top.has("layout")) {
        top["layout"].forEach([&](const JsonPlace& entry) {
            const Point point{entry["x"].number(), entry["y"].number()};
            // A canvas has an end: a place far beyond it would be lost to the user.
            if (!(std::abs(point.x) <= 1e7 && std::abs(point.y) <= 1e7)) {
                entry.fail("stands further than 10,000,000 pixels from the middle of the canvas.");
            }
            project.layout[ids.named<CallTag>(entry["call"])] = point;
        });
    }
    if (top.has("data")) {
        project.data = dataFromJson(top["data"]);
    }
    if (top.has("training")) {
        top["training"].forEach([&](const JsonPlace& entry) { project.training[ids.named<ModelTag>(entry["model"])] = trainingFromJson(entry); });
    }
    project.ids.reserve(std::max(ids.last, std::min(top.naturalOr("last_id", 0), kLastId)));
    json unknown = json::object();
    for (const auto& [key, value] : raw.items()) {
        if (!knownKeys().contains(key)) {
            unknown[key] = value;
        }
    }
    project.unknown = unknown.empty() ? std::string() : writeJson(unknown);
    return project;
}

std::string graphHash(const Project& project) {
    json graphs = json::array();
    for (const auto& [id, graph] : project.graphs) {
        graphs.push_back(graphToJson(id, graph));
    }
    return sha256(writeJson(graphs));
}

std::string dataHash(const DataSpec& data) {
    json out = dataToJson(data);
    for (std::size_t i = 0; i < data.sources.size(); ++i) {
        if (data.sources[i].isFile() && !data.sources[i].sha256.empty()) {
            out["sources"][i].erase("path");
        }
    }
    return sha256(writeJson(out));
}

json runToJson(const Run& run) {
    json steps = json::object();
    for (const auto& [column, fitted] : run.steps) {
        steps[column] = objectsToJson(fitted);
    }
    json history = json::array();
    for (const auto& epoch : run.history) {
        json logs = json::object();
        for (const auto& [name, value] : epoch) {
            logs[name] = std::isfinite(value) ? json(value) : json();
        }
        history.push_back(std::move(logs));
    }
    return {{"id", run.id}, {"model", run.model.value}, {"model_name", run.modelName}, {"config", trainingToJson(run.config)}, {"history", history},
            {"started", run.started}, {"stopped", run.stopped}, {"graph_hash", run.graphHash}, {"data_hash", run.dataHash}, {"steps", steps}};
}

Run runFromJson(const json& raw, std::string_view what) {
    const JsonPlace top(raw, std::string(what));
    Run run;
    run.id = top["id"].text();
    run.model = {top["model"].natural()};
    run.modelName = top.textOr("model_name", "");
    run.config = trainingFromJson(top["config"]);
    top["history"].forEach([&](const JsonPlace& epoch) {
        auto& logs = run.history.emplace_back();
        epoch.forEachMember([&](const std::string& name, const JsonPlace& value) {
            // JSON has no NaN: it was written as null.
            logs[name] = value.json().is_null() ? std::numeric_limits<double>::quiet_NaN() : value.number();
        });
    });
    run.started = top.textOr("started", "");
    run.stopped = top.truthOr("stopped", false);
    run.graphHash = top.textOr("graph_hash", "");
    run.dataHash = top.textOr("data_hash", "");
    if (top.has("steps")) {
        top["steps"].forEachMember([&](const std::string& column, const JsonPlace&) {
            run.steps[column] = objectsFromJson(top["steps"], column.c_str());
        });
    }
    return run;
}

} // namespace weft
