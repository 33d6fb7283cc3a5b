// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"
#include "app/cli/opened_data.h"
#include "app/cli/opened_model.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/io/weft_model.h"
#include "engine/runtime/predictor.h"
#include "engine/tensor/npy.h"

#include <algorithm>
#include <cctype>
#include <iostream>
#include <nlohmann/json.hpp>

namespace weft::commands {

namespace {

/// How raw values of a file become an input: which fields of a table, then which steps.
struct Preprocessing {
    std::vector<std::string> fields;
    std::vector<std::shared_ptr<const Step>> steps;
};

/// The steps stored with an exported model, made again for values like these.
std::vector<std::shared_ptr<const Step>> storedSteps(const cli::OpenedModel& opened, const std::string& input,
                                                     const std::vector<Object>& stored, TensorSpec spec) {
    std::vector<std::shared_ptr<const Step>> steps;
    for (const Object& object : stored) {
        try {
            steps.push_back(makeStep(object, spec));
            spec = steps.back()->output(spec);
        } catch (const Error& e) {
            throw Error(cat("The preprocessing of ", input, " in ", pathText(opened.path / "model.json"), " cannot be used: ", e.what()));
        }
    }
    return steps;
}

Preprocessing preprocessingOf(cli::OpenedModel& opened, const std::string& input, const SourceContents& contents) {
    Preprocessing out;
    cli::useFittedSteps(opened);
    const DataSpec& spec = opened.file.project.data;
    const DataColumn* column = spec.column(opened.training().inputs[input]);
    if (!column) {
        throw Error(
            cat("The project says nothing of how data for ", input, " are prepared; give it as a .npy file that is ready for the model."));
    }
    out.fields = column->fields;
    if (std::any_of(column->steps.begin(), column->steps.end(), needsRows)) {
        out.steps = cli::loadData(spec, opened.path)->train.at(column->name).steps();
        return out;
    }
    TensorSpec given{contents.values.shape().withBatch(kUnknown), contents.values.dtype()};
    if (!contents.fields.empty() && !column->fields.empty()) {
        given.shape[given.shape.rank() - 1] = static_cast<std::int64_t>(column->fields.size());
    }
    for (const Object& step : column->steps) {
        out.steps.push_back(makeStep(step, given));
        given = out.steps.back()->output(given);
    }
    return out;
}

/// An output's name as the name of a file: a layer may be called anything, and must not lead out of the folder.
std::string fileNameOf(std::string name) {
    for (char& c : name) {
        const bool plain = static_cast<unsigned char>(c) > 0x7f || std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' || c == ' ';
        c = plain ? c : '_';
    }
    return name.find_first_not_of('.') == std::string::npos ? "_" + name : name;
}

/// The columns of a table that are called `fields`; all of it where there are as many and none is called so.
Tensor selectFields(SourceContents contents, const std::vector<std::string>& fields, const std::string& file) {
    if (fields.empty() || contents.fields.empty()) {
        return std::move(contents.values);
    }
    std::vector<std::int64_t> places;
    for (const std::string& field : fields) {
        const auto found = std::find(contents.fields.begin(), contents.fields.end(), field);
        if (found == contents.fields.end()) {
            if (contents.fields.size() == fields.size()) {
                return std::move(contents.values);
            }
            throw Error(cat(file, " has no column \"", field, "\"; the model needs ", join(fields, ", "), "."));
        }
        places.push_back(found - contents.fields.begin());
    }
    const std::int64_t rows = contents.values.shape()[0];
    const std::int64_t width = contents.values.shape()[1];
    const std::size_t size = sizeOf(contents.values.dtype());
    Tensor out(Shape{rows, static_cast<std::int64_t>(places.size())}, contents.values.dtype());
    auto* to = static_cast<std::byte*>(out.bytes());
    const auto* from = static_cast<const std::byte*>(contents.values.bytes());
    for (std::int64_t row = 0; row < rows; ++row) {
        for (const std::int64_t place : places) {
            to = std::copy_n(from + static_cast<std::size_t>(row * width + place) * size, size, to);
        }
    }
    return out;
}

Tensor applySteps(Tensor values, const std::vector<std::shared_ptr<const Step>>& steps) {
    const std::int64_t rows = values.shape()[0];
    for (const auto& step : steps) {
        const TensorSpec input{values.shape().withBatch(kUnknown), values.dtype()};
        const TensorSpec output = step->output(input);
        Tensor next(output.shape.withBatch(rows), output.dtype);
        step->apply(input, values.bytes(), next.bytes(), rows, 1);
        values = std::move(next);
    }
    return values;
}

/// A .npy file is taken as the model's input itself, any other file as raw data.
Tensor readInput(cli::OpenedModel& opened, const std::string& input, const std::string& file) {
    DataSource source{input, guessFormat(file), file, {}, 0, {}};
    SourceContents contents = readSource(source, cli::dataPlaces({}, "."));
    if (source.format == "npy") {
        return std::move(contents.values);
    }
    if (opened.kind == cli::OpenedModel::Kind::folder) {
        const StoredPreprocessing stored = storedPreprocessing(opened.path, input);
        Tensor values = selectFields(std::move(contents), stored.fields, file);
        const TensorSpec spec{values.shape().withBatch(kUnknown), values.dtype()};
        return applySteps(std::move(values), storedSteps(opened, input, stored.steps, spec));
    }
    const Preprocessing preprocessing = preprocessingOf(opened, input, contents);
    return applySteps(selectFields(std::move(contents), preprocessing.fields, file), preprocessing.steps);
}

Tensors predictions(cli::OpenedModel& opened, const Model& model, const Tensors& inputs, int threads) {
    if (opened.kind == cli::OpenedModel::Kind::folder) {
        return Predictor::load(opened.path, threads).predict(inputs);
    }
    std::vector<Tensor> outputs = predict(model, opened.file.trained.weights, inputs, 256, threads);
    Tensors out;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        out.emplace(model.outputs()[i].name, std::move(outputs[i]));
    }
    return out;
}

int run(const cli::Arguments& arguments) {
    cli::OpenedModel opened = cli::openModel(arguments);
    const auto model = cli::prepare(opened);
    Tensors inputs;
    for (auto [name, file] : arguments.pairs("--input")) {
        if (name.empty() && model->inputs().size() == 1) {
            name = model->inputs().front().name;
        }
        const auto port =
            std::find_if(model->inputs().begin(), model->inputs().end(), [&wanted = name](const Model::Port& p) { return p.name == wanted; });
        if (port == model->inputs().end()) {
            std::vector<std::string> names;
            for (const Model::Port& p : model->inputs()) {
                names.push_back(p.name);
            }
            throw cli::UsageError(cat("The model has no input \"", name, "\"; it has ", join(names, ", "), "."));
        }
        Tensor values = readInput(opened, name, file);
        Shape expected = port->spec.shape;
        const bool fits = values.shape().rank() == expected.rank() && [&] {
            for (int axis = 1; axis < expected.rank(); ++axis) {
                if (expected[axis] != kUnknown && expected[axis] != values.shape()[axis]) {
                    return false;
                }
            }
            return true;
        }();
        if (!fits) {
            throw Error(cat(file, " holds values of shape ", values.shape().text(), "; the input ", name, " takes ", expected.text(), "."));
        }
        inputs[name] = values.cast(port->spec.dtype);
    }
    const std::filesystem::path folder = arguments.path("-o");
    std::filesystem::create_directories(folder);
    const Tensors outputs = predictions(opened, *model, inputs, arguments.threads());
    nlohmann::json json = nlohmann::json::array();
    for (const auto& [name, values] : outputs) {
        const std::filesystem::path path = folder / (fileNameOf(name) + ".npy");
        writeNpy(path, values);
        json.push_back(
            {{"output", name}, {"file", pathText(path)}, {"shape", values.shape().dims()}, {"dtype", std::string(nameOf(values.dtype()))}});
        if (!arguments.json()) {
            std::cout << pathText(path) << ": " << name << " " << values.shape().text() << " " << nameOf(values.dtype()) << "\n";
        }
    }
    if (arguments.json()) {
        cli::printJson(json);
    }
    return 0;
}

} // namespace

cli::Command predict() {
    return {
        "predict",
        "MODEL",
        "Writes what a model predicts, one .npy file per output.",
        "MODEL is a project or an exported model folder. A .npy file is taken as the model's input itself; any other file (a CSV, IDX\n"
        "images) as raw data, which the preprocessing stored with the model is applied to first. NAME= may be left out where the model\n"
        "has one input.",
        {{"--input", "NAME=FILE", "Values of the input NAME, rows first.", true, true},
         {"-o", "DIR", "Write NAME.npy of every output into this folder.", false, true},
         {"--model", "NAME", "Which model, where there are several."}},
        run};
}

} // namespace weft::commands
