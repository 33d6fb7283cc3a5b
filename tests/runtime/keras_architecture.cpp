// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/keras_architecture.h"

#include "engine/base/error.h"
#include "engine/model/model.h"
#include "tests/support/check.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>

using namespace weft;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

Json parsed(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return Json::parse(in);
}

/// Keys of a layer's config that say nothing while they are null. A file that sets one of them to what the catalogue lacks is refused, so that
/// leaving them out says the same.
bool isAbsentFeature(const std::string& key) {
    const auto ends = [&](std::string_view end) { return key.size() > end.size() && key.compare(key.size() - end.size(), end.size(), end) == 0; };
    // Of initializers `input_axes` and `output_axes`: fans are those of the whole kernel.
    static const std::set<std::string> others = {"quantization_config", "input_axes", "output_axes", "renorm_clipping", "sliding_window"};
    return others.count(key) != 0 || ends("_regularizer") || ends("_constraint");
}

/// Two ways of Keras to say one thing: a dtype by name or as a policy, one axis for all or a list of equal ones.
bool saysTheSame(const Json& original, const Json& written) {
    if (original.is_array() != written.is_array()) {
        const Json& list = original.is_array() ? original : written;
        return !list.empty() && std::all_of(list.begin(), list.end(), [&](const Json& entry) { return entry == (original.is_array() ? written : original); });
    }
    return original == "float32" && written.is_object() && written.value("class_name", Json()) == "DTypePolicy" && written["config"]["name"] == "float32";
}

/// Operations that Keras writes down where a layer's mask is computed.
const std::set<std::string>& maskSteps() {
    static const std::set<std::string> names = {"NotEqual", "Any", "LogicalOr", "ExpandDims", "ZerosLike", "OnesLike", "Concatenate"};
    return names;
}

bool holdsModel(const Json& value) { return value.is_object() && value.contains("config") && value["config"].is_object() && value["config"].contains("layers"); }

/// Every key of `original` must be in `written` with the same value, unless it is a null of an absent feature; and no others.
void compareConfigs(const Json& original, const Json& written, const std::string& where) {
    if (!original.is_object() || !written.is_object()) {
        const bool same = original.is_number() && written.is_number() ? original.get<double>() == written.get<double>() : original == written;
        if (!CHECK(same || saysTheSame(original, written))) {
            std::cerr << "    " << where << ": " << written << " is not " << original << "\n";
        }
        return;
    }
    for (const auto& [key, value] : original.items()) {
        const std::string place = where + "." + key;
        if (holdsModel(value) || (key == "build_config" && !written.contains(key))) {
            continue; // compared layer by layer; and Keras builds a layer within another when that is called
        }
        if (written.contains(key)) {
            compareConfigs(value, written.at(key), place);
        } else if (!CHECK(value.is_null() && isAbsentFeature(key))) {
            std::cerr << "    " << place << " is not written\n";
        }
    }
    for (const auto& [key, value] : written.items()) {
        // Some layers of Keras leave these out.
        if (!CHECK(original.contains(key) || (key == "trainable" && value == true) || (value.is_null() && isAbsentFeature(key)))) {
            std::cerr << "    " << where << "." << key << " is not in the original\n";
        }
    }
}

bool isOperation(const Json& layer) { return layer.at("module").get<std::string>().rfind("keras.src.ops.", 0) == 0; }

/// What a call gives by keyword, without what Keras fills in by itself.
Json ownKeywords(const Json& node) {
    Json kwargs = node.at("kwargs");
    kwargs.erase("training");
    kwargs.erase("mask");
    return kwargs;
}

/// Layers by name; those of nested models after them. Operations that compute masks are left out, since Keras computes them anew.
void compareLayers(const Json& original, const Json& written, const std::string& where) {
    CHECK_EQUAL(written.at("class_name"), original.at("class_name"));
    CHECK_EQUAL(written.at("module"), original.at("module"));
    std::map<std::string, Json> byName;
    for (const Json& layer : written.at("config").at("layers")) {
        byName[layer.at("config").at("name").get<std::string>()] = layer;
    }
    for (const Json& layer : original.at("config").at("layers")) {
        const auto name = layer.at("config").at("name").get<std::string>();
        if (isOperation(layer) && byName.count(name) == 0) {
            CHECK(maskSteps().count(layer.at("class_name").get<std::string>()) == 1);
            continue;
        }
        REQUIRE(byName.count(name) == 1);
        const std::string place = where + "/" + name;
        if (layer.at("config").contains("layers")) {
            compareLayers(layer, byName[name], place);
            continue;
        }
        if (layer.at("config").contains("layer") && layer.at("config").at("layer").at("config").contains("layers")) {
            compareLayers(layer.at("config").at("layer"), byName[name].at("config").at("layer"), place);
        }
        CHECK_EQUAL(byName[name].at("class_name"), layer.at("class_name"));
        CHECK(isOperation(layer) || byName[name].at("module") == layer.at("module"));
        compareConfigs(layer.at("config"), byName[name].at("config"), place);
        if (layer.contains("inbound_nodes")) { // of Functional models
            CHECK_EQUAL(byName[name].at("inbound_nodes").size(), layer.at("inbound_nodes").size());
            for (std::size_t i = 0; i < layer.at("inbound_nodes").size(); ++i) {
                CHECK_EQUAL(byName[name].at("inbound_nodes").at(i).at("args"), layer.at("inbound_nodes").at(i).at("args"));
                CHECK_EQUAL(byName[name].at("inbound_nodes").at(i).at("kwargs"), ownKeywords(layer.at("inbound_nodes").at(i)));
            }
        }
    }
    if (original.at("config").contains("input_layers") && !original.at("config").at("input_layers").is_object()) {
        CHECK_EQUAL(written.at("config").at("input_layers"), original.at("config").at("input_layers"));
        CHECK(original.at("config").at("output_layers").is_object() ||
              written.at("config").at("output_layers") == original.at("config").at("output_layers"));
    }
}

void forAllModels(const std::function<void(const std::string&, const Json&)>& f) {
    for (const char* folder : {"conformance/cases", "../../shared/conformance/cases"}) {
        const fs::path path = fs::path(WEFT_TESTS_DIR) / folder;
        if (!fs::is_directory(path)) {
            std::cerr << "    " << path.string() << " is absent\n";
            continue;
        }
        for (const auto& entry : fs::directory_iterator(path)) {
            if (fs::exists(entry.path() / "model.json")) {
                f(entry.path().filename().string(), parsed(entry.path() / "model.json"));
            }
        }
    }
}

Json tensor(const char* layer, int node = 0, int output = 0) {
    return {{"class_name", "__keras_tensor__"}, {"config", {{"shape", {nullptr, 4}}, {"dtype", "float32"}, {"keras_history", {layer, node, output}}}}};
}

Json inputLayer(const char* name = "x") {
    return {{"module", "keras.layers"}, {"class_name", "InputLayer"}, {"config", {{"name", name}, {"batch_shape", {nullptr, 4}}, {"dtype", "float32"}}},
            {"registered_name", nullptr}, {"name", name}, {"inbound_nodes", Json::array()}};
}

Json dense(const char* name, const std::vector<Json>& calls) {
    Json nodes = Json::array();
    for (const Json& call : calls) {
        nodes.push_back({{"args", Json::array({call})}, {"kwargs", Json::object()}});
    }
    return {{"module", "keras.layers"}, {"class_name", "Dense"}, {"config", {{"name", name}, {"trainable", true}, {"units", 4}}},
            {"registered_name", nullptr}, {"name", name}, {"inbound_nodes", nodes}};
}

Json functional(std::vector<Json> layers, Json inputs, Json outputs) {
    return {{"module", "keras.src.models.functional"},
            {"class_name", "Functional"},
            {"config", {{"name", "m"}, {"trainable", true}, {"layers", std::move(layers)}, {"input_layers", std::move(inputs)}, {"output_layers", std::move(outputs)}}},
            {"registered_name", "Functional"}};
}

Json called(const char* module, const char* className, Json config, Json args, Json kwargs = Json::object()) {
    const Json name = config.at("name");
    return {{"module", module}, {"class_name", className}, {"config", std::move(config)}, {"registered_name", nullptr}, {"name", name},
            {"inbound_nodes", Json::array({{{"args", std::move(args)}, {"kwargs", std::move(kwargs)}}})}};
}

Json inputOf(const char* name, Json shape, const char* dtype) {
    Json input = inputLayer(name);
    input["config"]["batch_shape"] = std::move(shape);
    input["config"]["dtype"] = dtype;
    return input;
}

/// Tokens > Embedding(mask_zero) > LSTM, with Keras' bookkeeping of the mask.
Json masked() {
    return functional({inputOf("tokens", {nullptr, 5}, "int32"), inputOf("other", {nullptr, 5}, "int32"),
                       called("keras.layers", "Embedding", {{"name", "e"}, {"input_dim", 6}, {"output_dim", 3}, {"mask_zero", true}}, Json::array({tensor("tokens")})),
                       called("keras.src.ops.numpy", "NotEqual", {{"name", "ne"}}, Json::array({tensor("tokens"), 0})),
                       called("keras.layers", "LSTM", {{"name", "l"}, {"units", 2}}, Json::array({tensor("e")}), {{"mask", tensor("ne")}, {"training", false}})},
                      Json::array({{"tokens", 0, 0}, {"other", 0, 0}}), {"l", 0, 0});
}

Json small() { return functional({inputLayer(), dense("d", {tensor("x")})}, {"x", 0, 0}, {"d", 0, 0}); }

std::string messageOf(const Json& json) {
    try {
        readArchitecture(json, "model.json");
    } catch (const Error& e) {
        return e.what();
    }
    return {};
}

} // namespace

TEST("every model that can be read comes back the same after writing, with Keras' configs") {
    int read = 0;
    int unknown = 0;
    forAllModels([&](const std::string& name, const Json& original) {
        ReadModel first;
        try {
            first = readArchitecture(original, name);
        } catch (const UnknownType&) {
            ++unknown;
            return;
        }
        ++read;
        const Json written = writeArchitecture(first.graphs, first.root, first.model);
        const ReadModel second = readArchitecture(written, name);
        CHECK(second.root == first.root && second.model == first.model && second.ids == first.ids);
        if (!CHECK(second.graphs == first.graphs)) {
            std::cerr << "    " << name << " differs\n";
        }
        compareLayers(original, written, name);
    });
    std::cerr << "    " << read << " read, " << unknown << " with unknown types\n";
    CHECK(read > 0);
}

TEST("a layer called three times is three calls of one layer, and a nested model's output is counted from its first call") {
    const Json inner = functional({inputLayer("i"), dense("p", {tensor("i")})}, {"i", 0, 0}, {"p", 0, 0});
    Json nested = inner;
    nested["name"] = nested["config"]["name"] = "sub";
    nested["inbound_nodes"] = {{{"args", {tensor("x")}}, {"kwargs", {{"mask", nullptr}}}}, {{"args", {tensor("sub")}}, {"kwargs", {{"mask", nullptr}}}}};
    const ReadModel read = readArchitecture(functional({inputLayer(), nested}, {"x", 0, 0}, Json::array({{"sub", 1, 0}, {"sub", 2, 0}})), "model.json");
    const Graph& graph = read.graphs.at(read.root);
    REQUIRE(graph.layers.size() == 2 && graph.calls.size() == 3);
    const ModelDef& model = *graph.model(read.model);
    const auto calls = graph.callsOf(graph.call(model.outputs[0].call)->layer);
    REQUIRE(calls.size() == 2 && model.outputs.size() == 2);
    CHECK(model.outputs[0].call == calls[0] && model.outputs[1].call == calls[1]);
    CHECK(graph.call(calls[1])->inputs[0]->call == calls[0]);
}

TEST("calls of a layer are written in the order in which they can be made, whatever their ids") {
    ReadModel read = readArchitecture(functional({inputLayer(), dense("d", {tensor("x"), tensor("d")})}, {"x", 0, 0}, {"d", 1, 0}), "model.json");
    Graph& graph = read.graphs.at(read.root);
    ModelDef& model = graph.models.at(read.model);
    const auto calls = graph.callsOf(graph.call(model.outputs[0].call)->layer);
    REQUIRE(calls.size() == 2);
    // The second box becomes the first on the way: its id is the larger one.
    graph.call(calls[1])->inputs[0] = Source{model.inputs[0], 0};
    graph.call(calls[0])->inputs[0] = Source{calls[1], 0};
    model.outputs = {Source{calls[0], 0}};
    const Json written = writeArchitecture(read.graphs, read.root, read.model);
    CHECK(written.at("config").at("output_layers") == Json({"d", 1, 0}));
    const Json& nodes = written.at("config").at("layers").at(1).at("inbound_nodes");
    CHECK_EQUAL(nodes.at(0).at("args").at(0).at("config").at("keras_history"), Json({"x", 0, 0}));
    CHECK_EQUAL(nodes.at(1).at("args").at(0).at("config").at("keras_history"), Json({"d", 0, 0}));
    CHECK(messageOf(written).empty());
}

TEST("a Sequential model stays one while it is a chain") {
    Json json = {{"module", "keras"}, {"class_name", "Sequential"}, {"registered_name", nullptr},
                 {"config", {{"name", "s"}, {"trainable", true}, {"layers", {inputLayer(), dense("a", {}), dense("b", {})}}}}};
    ReadModel read = readArchitecture(json, "model.json");
    Json written = writeArchitecture(read.graphs, read.root, read.model);
    CHECK_EQUAL(written.at("class_name"), "Sequential");
    CHECK_EQUAL(written.at("config").at("layers").size(), 3U);
    CHECK_EQUAL(written.at("config").at("build_input_shape"), Json({nullptr, 4}));
    CHECK(!written.at("config").at("layers").at(1).contains("inbound_nodes"));
    ModelDef& model = read.graphs.at(read.root).models.at(read.model);
    model.outputs.push_back({model.inputs[0], 0});
    written = writeArchitecture(read.graphs, read.root, read.model);
    CHECK_EQUAL(written.at("class_name"), "Functional");
    CHECK(messageOf(written).empty());
}

TEST("a frozen model is read frozen: at the root, nested, and within TimeDistributed") {
    const auto trained = [](const Json& json) {
        const ReadModel read = readArchitecture(json, "model.json");
        return Model::build(read.graphs, read.root, read.model)->trainableParameters();
    };
    Json inner = small();
    CHECK_EQUAL(trained(inner), 20);
    Json outer = functional({inputLayer(), inner}, {"x", 0, 0}, {"m", 1, 0});
    Json& nested = outer["config"]["layers"][1];
    nested["name"] = "m";
    nested["inbound_nodes"] = Json::array({{{"args", {tensor("x")}}, {"kwargs", Json::object()}}});
    CHECK_EQUAL(trained(outer), 20);
    nested["config"]["trainable"] = false;
    CHECK_EQUAL(trained(outer), 0);
    inner["config"]["trainable"] = false;
    CHECK_EQUAL(trained(inner), 0);
    Json steps = functional({inputOf("s", {nullptr, 3, 4}, "float32"),
                             called("keras.layers", "TimeDistributed", {{"name", "t"}, {"layer", inner}}, Json::array({tensor("s")}))},
                            {"s", 0, 0}, {"t", 0, 0});
    CHECK_EQUAL(trained(steps), 0);
    steps["config"]["layers"][1]["config"]["layer"]["config"]["trainable"] = true;
    CHECK_EQUAL(trained(steps), 20);
}

TEST("an operation on tensors is the layer that does the same, unless ranks differ or a number takes part") {
    Json sum = dense("sum", {});
    sum["class_name"] = "Add";
    sum["module"] = "keras.src.ops.numpy";
    sum["config"] = {{"name", "sum"}};
    sum["registered_name"] = "Add";
    sum["inbound_nodes"] = Json::array({{{"args", {tensor("x"), tensor("d")}}, {"kwargs", Json::object()}}});
    const auto model = [&] { return functional({inputLayer(), dense("d", {tensor("x")}), sum}, {"x", 0, 0}, {"sum", 0, 0}); };
    const ReadModel read = readArchitecture(model(), "model.json");
    const Graph& graph = read.graphs.at(read.root);
    CHECK_EQUAL(graph.layerOf(graph.model(read.model)->outputs[0].call)->type, "Add");
    CHECK_EQUAL(writeArchitecture(read.graphs, read.root, read.model).at("config").at("layers").at(2).at("module"), "keras.layers");
    sum["inbound_nodes"][0]["args"][1]["config"]["shape"] = {nullptr, 4, 4};
    CHECK_THROWS_WITH("dimensions", readArchitecture(model(), "model.json"));
    sum["inbound_nodes"][0]["args"][1] = 2.0;
    CHECK_THROWS_WITH("constant 2", readArchitecture(model(), "model.json"));
}

TEST("a mask that the layers hand on by themselves is not drawn; any other is refused") {
    const ReadModel read = readArchitecture(masked(), "model.json");
    CHECK_EQUAL(read.graphs.at(read.root).layers.size(), 4U);
    const Json written = writeArchitecture(read.graphs, read.root, read.model);
    CHECK(written.dump().find("NotEqual") == std::string::npos);
    CHECK(messageOf(written).empty());

    const auto refused = [](const char* pointer, Json value) {
        Json json = masked();
        json[Json::json_pointer(pointer)] = std::move(value);
        return messageOf(json).find("mask") != std::string::npos;
    };
    CHECK(refused("/config/layers/3/inbound_nodes/0/args/1", 1));               // another token than 0
    CHECK(refused("/config/layers/3/inbound_nodes/0/args/0", tensor("other"))); // other tokens
    CHECK(refused("/config/layers/3/class_name", "Greater"));
    CHECK(refused("/config/layers/2/config/mask_zero", false)); // the layers would hand on none
}

TEST("initial states are arguments by keyword, both ways") {
    const Json states = Json::array({tensor("first", 0, 1), tensor("first", 0, 2)});
    Json json = functional({inputOf("x", {nullptr, 5, 3}, "float32"),
                            called("keras.layers", "LSTM", {{"name", "first"}, {"units", 2}, {"return_state", true}}, Json::array({tensor("x")})),
                            called("keras.layers", "LSTM", {{"name", "second"}, {"units", 2}}, Json::array({tensor("x")}), {{"initial_state", states}}),
                            called("keras.layers", "GRU", {{"name", "third"}, {"units", 2}}, Json::array({tensor("x")}), {{"initial_state", tensor("second")}})},
                           {"x", 0, 0}, {"third", 0, 0});
    const ReadModel read = readArchitecture(json, "model.json");
    const Graph& graph = read.graphs.at(read.root);
    const Call& third = *graph.call(graph.model(read.model)->outputs[0].call);
    REQUIRE(third.inputs.size() == 2);
    const Call& second = *graph.call(third.inputs[1]->call);
    REQUIRE(second.inputs.size() == 3);
    CHECK(second.inputs[1]->output == 1 && second.inputs[2]->output == 2);
    const Json written = writeArchitecture(read.graphs, read.root, read.model);
    const Json node = written.at("config").at("layers").at(2).at("inbound_nodes").at(0);
    CHECK_EQUAL(node.at("args").size(), 1U);
    CHECK_EQUAL(node.at("kwargs").at("initial_state").at(1).at("config").at("keras_history"), Json({"first", 0, 2}));
    CHECK(written.at("config").at("layers").at(3).at("inbound_nodes").at(0).at("kwargs").at("initial_state").is_object()); // one state is no list

    json["config"]["layers"][2]["inbound_nodes"][0]["args"].push_back(states);
    CHECK_THROWS_WITH("more arguments", readArchitecture(json, "model.json"));
    json["config"]["layers"][2]["inbound_nodes"][0]["kwargs"] = Json::object();
    CHECK(readArchitecture(json, "model.json").graphs == read.graphs); // by place is the same
    json["config"]["layers"][3]["inbound_nodes"][0]["kwargs"] = {{"initial_states", tensor("second")}};
    CHECK_THROWS_WITH("initial_states", readArchitecture(json, "model.json"));
}

TEST("a mask that somebody made is refused, not dropped") {
    Json odd = dense("odd", {});
    odd["class_name"] = "NotEqual";
    odd["module"] = "keras.src.ops.numpy";
    odd["config"] = {{"name", "odd"}};
    odd["inbound_nodes"] = Json::array({{{"args", {tensor("x"), 0.0}}, {"kwargs", Json::object()}}});
    Json json = functional({inputLayer(), odd, dense("d", {tensor("x")})}, {"x", 0, 0}, {"d", 0, 0});
    CHECK(messageOf(json).empty()); // nobody uses it
    json["config"]["layers"][2]["inbound_nodes"][0]["kwargs"] = {{"mask", tensor("odd")}};
    CHECK_THROWS_WITH("mask", readArchitecture(json, "model.json"));
    json["config"]["layers"][2]["inbound_nodes"][0]["kwargs"] = {{"mask", tensor("x")}};
    CHECK_THROWS_WITH("mask", readArchitecture(json, "model.json"));
    json["config"]["layers"][2]["inbound_nodes"][0] = {{"args", {tensor("odd")}}, {"kwargs", Json::object()}};
    CHECK_THROWS_WITH("keras.src.ops.numpy.NotEqual", readArchitecture(json, "model.json"));
}

TEST("what no catalogue has is named") {
    Json json = small();
    json["config"]["layers"][1]["class_name"] = "Nonsuch";
    try {
        readArchitecture(json, "model.json");
        CHECK(false);
    } catch (const UnknownType& unknown) {
        CHECK_EQUAL(unknown.name(), "Nonsuch");
    }
    json = small();
    json["config"]["layers"][1]["module"] = "keras.src.ops.numpy";
    CHECK(messageOf(json).find("keras.src.ops.numpy.Dense") != std::string::npos);
    json = small();
    json["config"]["layers"][1]["config"]["kernel_regularizer"] = {{"module", "keras.regularizers"}, {"class_name", "Nonsuch"}, {"config", {{"l2", 0.1}}}};
    CHECK_THROWS_WITH("kernel_regularizer", readArchitecture(json, "model.json"));
    json = small();
    json["config"]["layers"][1]["config"]["activation"] = "nonsuch";
    CHECK_THROWS_WITH("nonsuch", readArchitecture(json, "model.json"));
}

TEST("damaged architectures are refused with a sentence") {
    const auto damaged = [](const char* pointer, Json value) {
        Json json = small();
        json[Json::json_pointer(pointer)] = std::move(value);
        return messageOf(json);
    };
    CHECK(messageOf(small()).empty());
    CHECK(!messageOf(Json()).empty());
    CHECK(!messageOf(Json::array()).empty());
    CHECK(damaged("/config/layers", Json::array()).find("list of layers") != std::string::npos);
    CHECK(damaged("/config/layers/1", 3).find("layer 2") != std::string::npos);
    CHECK(damaged("/config/layers/1/name", "x").find("two layers named \"x\"") != std::string::npos);
    CHECK(damaged("/config/layers/1/config/units", 0).find("units") != std::string::npos);
    CHECK(damaged("/config/layers/1/config/units", -3).find("units") != std::string::npos);
    CHECK(damaged("/config/layers/1/inbound_nodes/0/args/0", tensor("y")).find("\"y\"") != std::string::npos);
    CHECK(damaged("/config/layers/1/inbound_nodes/0/args/0", tensor("d")).find("never made") != std::string::npos);
    CHECK(damaged("/config/layers/1/inbound_nodes/0/args/0", tensor("x", 7)).find("never made") != std::string::npos);
    CHECK(damaged("/config/layers/1/inbound_nodes/0/args/0", tensor("x", -1)).find("not there") != std::string::npos);
    CHECK(damaged("/config/layers/1/inbound_nodes/0/args", Json::array()).find("no inputs") != std::string::npos);
    CHECK(damaged("/config/input_layers", {"d", 0, 0}).find("no InputLayer") != std::string::npos);
    CHECK(damaged("/config/output_layers", {"d", 4, 0}).find("call 4") != std::string::npos);
    CHECK(damaged("/config/output_layers", Json::array()).find("no outputs") != std::string::npos);
    CHECK(damaged("/config/layers/0/config/batch_shape", Json::array()).find("batch_shape") != std::string::npos);
    CHECK(damaged("/config/layers/0/config/batch_shape", {nullptr, "four"}).find("layer x") != std::string::npos);

    Json deep = Json::array();
    for (int i = 0; i < 100; ++i) {
        deep = Json::array({deep});
    }
    CHECK(damaged("/config/layers/1/inbound_nodes/0/args/0", deep).find("deeper") != std::string::npos);
}

TEST("any single value of an architecture may be replaced by nonsense without harm") {
    const fs::path cases = fs::path(WEFT_TESTS_DIR) / "conformance/cases";
    const std::vector<Json> originals = {small(), masked(), parsed(cases / "td_model/model.json"), parsed(cases / "bidirectional_lstm_masked/model.json"),
                                         parsed(cases / "model_stateful_stacked_lstm_calls/model.json")};
    const std::vector<Json> nonsense = {nullptr, true, -1, 1e300, "x", Json::array(), Json::object(), {{"class_name", 3}}};
    for (const Json& original : originals) {
        int refused = 0;
        std::set<std::string> places;
        const Json flat = original.flatten();
        for (const auto& [pointer, value] : flat.items()) {
            for (std::string place = pointer; !place.empty(); place.resize(place.rfind('/'))) {
                places.insert(place);
            }
        }
        for (const std::string& place : places) {
            for (const Json& replacement : nonsense) {
                Json json = original;
                json[Json::json_pointer(place)] = replacement;
                try { // only Error may leave reading and building
                    const ReadModel read = readArchitecture(json, "model.json");
                    Model::build(read.graphs, read.root, read.model);
                    writeArchitecture(read.graphs, read.root, read.model);
                } catch (const Error& e) {
                    ++refused;
                    CHECK(std::string(e.what()).size() > 20);
                }
            }
        }
        CHECK(refused > 100);
    }
}
