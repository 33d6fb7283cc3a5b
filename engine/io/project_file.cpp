// SPDX-License-Identifier: Apache-2.0
#include "engine/io/project_file.h"

#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/sha256.h"
#include "engine/base/text.h"
#include "engine/base/zip.h"
#include "engine/project/project_json.h"
#include "engine/runtime/safetensors.h"
#include "engine/schema/value_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <set>

namespace weft {
namespace {

using nlohmann::json;

constexpr const char* kMimeType = "application/vnd.weft.project";
constexpr std::uint64_t kLargestCount = std::uint64_t{1} << 62;
constexpr std::uint64_t kLargestFile = std::uint64_t{8} << 30;

// --- Names of weights: `12/15/kernel` ----------------------------------------------------------------------------------

/// A name without `/`, so that names can stand between them: `%2F` for it, and `%25` for `%`.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '%' ? "%25" : c == '/' ? "%2F" : std::string(1, c);
    }
    return out;
}

std::string unescaped(std::string_view text, const std::string& name, const std::string& what) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view code = text.substr(at, 3);
        if (text[at] != '%') {
            out += text[at];
        } else if (code == "%25" || code == "%2F") {
            out += code == "%25" ? '%' : '/';
            at += 2;
        } else {
            throw Error(cat(what, " holds a tensor named \"", name, "\"; after % only 25 or 2F can stand."));
        }
    }
    return out;
}

std::string keyText(const WeightKey& key) {
    std::string text;
    for (const LayerId id : key.path) {
        text += std::to_string(id.value) + "/";
    }
    return text + escaped(key.name);
}

std::vector<std::string> parts(std::string_view text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('/', at), text.size());
        out.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::uint64_t idFrom(const std::string& text, const std::string& name, const std::string& what) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || id == 0) {
        throw Error(cat(what, " holds a tensor named \"", name, "\"; expected ids and a name with / between them."));
    }
    return id;
}

WeightKey keyFrom(const std::vector<std::string>& words, std::size_t begin, std::size_t end, const std::string& name, const std::string& what) {
    if (begin + 1 >= end) {
        throw Error(cat(what, " holds a tensor named \"", name, "\"; expected ids and a name with / between them."));
    }
    WeightKey key;
    for (std::size_t i = begin; i + 1 < end; ++i) {
        key.path.push_back({idFrom(words[i], name, what)});
    }
    key.name = unescaped(words[end - 1], name, what);
    return key;
}

// --- Members -------------------------------------------------------------------------------------------------------------

std::set<LayerId> layersOf(const Project& project) {
    std::set<LayerId> ids;
    for (const auto& [graphId, graph] : project.graphs) {
        for (const auto& [id, layer] : graph.layers) {
            ids.insert(id);
        }
    }
    return ids;
}

bool isAlive(const WeightKey& key, const std::set<LayerId>& layers) {
    return std::all_of(key.path.begin(), key.path.end(), [&](LayerId id) { return layers.contains(id); });
}

std::string weightsBytes(const ProjectFile& file, const std::set<LayerId>& layers) {
    SafeTensors out;
    for (const auto& [key, tensor] : file.trained.weights) {
        if (isAlive(key, layers)) {
            out.tensors.emplace(keyText(key), tensor);
        }
    }
    return safeTensorsBytes(out);
}

std::string optimizerBytes(const ProjectFile& file, const std::set<LayerId>& layers) {
    SafeTensors out;
    for (const auto& [model, state] : file.trained.optimizers) {
        const std::string prefix = std::to_string(model.value);
        out.metadata[prefix] = json{{"type", state.type}, {"iteration", state.iteration}, {"epoch", state.epoch}, {"batch", state.batch}}.dump();
        for (const auto& [key, slots] : state.slots) {
            for (const auto& [slot, tensor] : slots) {
                if (isAlive(key, layers)) {
                    out.tensors.emplace(cat(prefix, "/", keyText(key), "/", escaped(slot)), tensor);
                }
            }
        }
    }
    return safeTensorsBytes(out);
}

Weights weightsFrom(std::string_view bytes, const std::string& what) {
    Weights weights;
    for (auto& [name, tensor] : parseSafeTensors(bytes, what).tensors) {
        const auto words = parts(name);
        weights[keyFrom(words, 0, words.size(), name, what)] = tensor;
    }
    return weights;
}

std::map<ModelId, OptimizerState> optimizersFrom(std::string_view bytes, const std::string& what) {
    const SafeTensors read = parseSafeTensors(bytes, what);
    std::map<ModelId, OptimizerState> states;
    for (const auto& [id, text] : read.metadata) {
        const json about = parseJson(text, what);
        const auto count = [&, &model = id](const char* key) {
            if (!about.is_object() || !about.contains(key) || !about[key].is_number_unsigned() || about[key].get<std::uint64_t>() > kLargestCount) {
                throw Error(cat(what, " does not say the ", key, " that the training of model ", model, " has come to."));
            }
            return about[key].get<std::int64_t>();
        };
        OptimizerState& state = states[{idFrom(id, id, what)}];
        state.iteration = count("iteration");
        state.epoch = count("epoch");
        state.batch = count("batch");
        if (!about.contains("type") || !about["type"].is_string()) {
            throw Error(cat(what, " does not say the optimizer of model ", id, "."));
        }
        state.type = about["type"].get<std::string>();
    }
    for (const auto& [name, tensor] : read.tensors) {
        const auto words = parts(name);
        const auto model = states.find({idFrom(words.front(), name, what)});
        if (model == states.end()) {
            throw Error(cat(what, " holds a tensor named \"", name, "\" of a model that it does not describe."));
        }
        model->second.slots[keyFrom(words, 1, words.size() - 1, name, what)][unescaped(words.back(), name, what)] = tensor;
    }
    return states;
}

/// What could not be read again must not be saved.
void requireFileName(const std::string& id, std::set<std::string>& used) {
    constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if (id.empty() || id.find_first_not_of(kPlain) != std::string::npos || !used.insert(id).second) {
        throw Error(cat("A run cannot be saved under the id \"", id, "\": letters, digits, - and _ were expected, and no id twice."));
    }
}

json manifestOf(const std::vector<ZipMember>& members) {
    json out = json::array();
    for (const ZipMember& member : members) {
        out.push_back({{"name", member.name}, {"size", member.bytes.size()}, {"sha256", sha256(member.bytes)}});
    }
    return {{"members", out}};
}

/// Every member as the manifest says, and no others.
void verify(const ZipArchive& archive, const std::string& what) {
    const ZipArchive::Member* manifest = archive.find("manifest.json");
    if (!manifest) {
        throw Error(cat(what, " is not a whole project of Weft: it has no manifest.json."));
    }
    const json parsed = parseJson(manifest->bytes, cat("manifest.json in ", what));
    if (!parsed.is_object() || !parsed.contains("members") || !parsed["members"].is_array()) {
        throw Error(cat("manifest.json in ", what, " has no list of \"members\"."));
    }
    std::set<std::string> listed{"manifest.json"};
    for (const json& entry : parsed["members"]) {
        if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string() || !entry.contains("sha256") || !entry["sha256"].is_string()) {
            throw Error(cat("manifest.json in ", what, " has an entry without name or sha256."));
        }
        const auto name = entry["name"].get<std::string>();
        const ZipArchive::Member* member = archive.find(name);
        if (!member) {
            throw Error(cat(what, " is damaged: ", name, " is missing."));
        }
        if (sha256(member->bytes) != entry["sha256"].get<std::string>()) {
            throw Error(cat(what, " is damaged: ", name, " is not what was saved."));
        }
        listed.insert(name);
    }
    for (const ZipArchive::Member& member : archive.members()) {
        if (!listed.contains(member.name)) {
            throw Error(cat(what, " is damaged: it holds ", member.name, ", which was not saved."));
        }
    }
}

std::string_view required(const ZipArchive& archive, const char* name, const std::string& what) {
    const ZipArchive::Member* member = archive.find(name);
    if (!member) {
        throw Error(cat(what, " is not a whole project of Weft: it has no ", name, "."));
    }
    return member->bytes;
}

} // namespace

ProjectFile loadProject(const std::filesystem::path& path) {
    const std::string what = pathText(path);
    std::string bytes = readFile(path, kLargestFile);
    if (bytes.compare(0, 2, "PK") != 0) {
        throw Error(cat(what, " is not a project of Weft."));
    }
    const ZipArchive archive(std::move(bytes), what); // members are stored; what another program packed is bounded
    if (archive.members().empty() || archive.members()[0].name != "mimetype" || archive.members()[0].bytes != kMimeType) {
        throw Error(cat(what, " is a ZIP, but not a project of Weft."));
    }
    verify(archive, what);
    ProjectFile file;
    const std::string projectName = cat("project.json in ", what);
    file.project = projectFromJson(parseJson(required(archive, "project.json", what), projectName), projectName);
    file.trained.weights = weightsFrom(required(archive, "weights.safetensors", what), cat("weights.safetensors in ", what));
    file.trained.optimizers = optimizersFrom(required(archive, "optimizer.safetensors", what), cat("optimizer.safetensors in ", what));
    for (const ZipArchive::Member& member : archive.members()) {
        if (member.name.starts_with("runs/") && member.name.ends_with(".json")) {
            const std::string runName = cat(member.name, " in ", what);
            file.trained.runs.push_back(runFromJson(parseJson(member.bytes, runName), runName));
        }
    }
    if (const ZipArchive::Member* thumbnail = archive.find("thumbnail.png")) {
        file.thumbnailPng = std::string(thumbnail->bytes);
    }
    return file;
}

void saveProject(const std::filesystem::path& path, const ProjectFile& file) {
    const std::set<LayerId> layers = layersOf(file.project);
    std::vector<ZipMember> members;
    members.push_back({"mimetype", kMimeType});
    Project project = file.project;
    moveSources(project.data, {}, std::filesystem::absolute(path).parent_path());
    members.push_back({"project.json", writeJson(projectToJson(project))});
    members.push_back({"weights.safetensors", weightsBytes(file, layers)});
    members.push_back({"optimizer.safetensors", optimizerBytes(file, layers)});
    std::set<std::string> runs;
    for (const Run& run : file.trained.runs) {
        requireFileName(run.id, runs);
        members.push_back({cat("runs/", run.id, ".json"), writeJson(runToJson(run))});
    }
    if (!file.thumbnailPng.empty()) {
        members.push_back({"thumbnail.png", file.thumbnailPng});
    }
    members.push_back({"manifest.json", writeJson(manifestOf(members))});
    AtomicFile out(path);
    writeZip(out, members);
    out.commit(true);
}

void moveSources(DataSpec& data, const std::filesystem::path& from, const std::filesystem::path& to) {
    for (DataSource& source : data.sources) {
        std::filesystem::path file = pathFrom(source.path);
        if (source.path.empty() || !source.isFile() || (file.is_relative() && from.empty())) {
            continue;
        }
        file = (file.is_relative() ? std::filesystem::absolute(from) / file : file).lexically_normal();
        const std::filesystem::path inside = file.lexically_relative(std::filesystem::absolute(to).lexically_normal());
        const bool isInside = !inside.empty() && *inside.begin() != "..";
        const auto text = (isInside ? inside : file).generic_u8string();
        source.path = {text.begin(), text.end()};
    }
}

} // namespace weft
