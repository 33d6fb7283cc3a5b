// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/data/generator_type.h"

#include <algorithm>

namespace weft::readers {
namespace {

constexpr std::string_view kPrefix = "generated:";
/// So that a project that asks for more than it could want costs little.
constexpr std::int64_t kMostRows = 20'000;

struct Generated {
    std::int64_t rows = 1000;
    std::int64_t seed = 0;

    static Binding<Generated> binding() {
        Binding<Generated> b;
        b("rows", &Generated::rows, "Rows", "How many are made.").min(1).max(static_cast<double>(kMostRows));
        b("seed", &Generated::seed, "Seed", "The same seed makes the same rows; parts of one data set need the same.").min(0);
        return b;
    }
};

std::string names(const GeneratorType& generator) {
    std::vector<std::string> out;
    for (const GeneratorType::Part& part : generator.parts) {
        out.push_back(part.name);
    }
    return join(out, ", ");
}

ReaderType::Contents read(const std::filesystem::path& path, const ParamMap& options, const Reading& reading) {
    reading.at(0);
    const std::string text = pathText(path);
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string name = text.starts_with(kPrefix) ? text.substr(kPrefix.size(), slash - kPrefix.size()) : std::string();
    const std::string wanted = slash < text.size() ? text.substr(slash + 1) : std::string();
    const auto& all = generatorTypes();
    const auto generator = std::find_if(all.begin(), all.end(), [&](const GeneratorType& g) { return g.name == name; });
    if (generator == all.end()) {
        std::vector<std::string> known;
        for (const GeneratorType& g : all) {
            known.push_back(g.name);
        }
        throw Error(cat("\"", text, "\" names no data that Weft can generate; expected ", kPrefix, "NAME/PART with a name among ",
                        join(known, ", "), "."));
    }
    const auto part = std::find_if(generator->parts.begin(), generator->parts.end(), [&](const auto& p) { return p.name == wanted; });
    if (part == generator->parts.end()) {
        throw Error(cat("The generated data \"", name, "\" have no part \"", wanted, "\"; they have ", names(*generator), "."));
    }
    const Generated with = Generated::binding().read(options);
    std::vector<Tensor> made = generator->generate(with.rows, static_cast<std::uint64_t>(with.seed));
    ReaderType::Contents out;
    out.fields = part->fields;
    out.problems.resize(part->fields.size());
    out.values = std::move(made[static_cast<std::size_t>(part - generator->parts.begin())]);
    return out;
}

} // namespace

ReaderType generated() {
    ReaderType type;
    type.name = "generated";
    type.title = "Generated";
    type.help = "Made-up rows with a structure that a network can find, for trying things out.";
    type.isGenerated = true;
    type.schema = Generated::binding().schema();
    type.read = read;
    type.matches = [](std::string_view, std::string_view) { return false; };
    return type;
}

} // namespace weft::readers
