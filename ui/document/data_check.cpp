// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/data_check.h"

#include "engine/base/error.h"
#include "engine/layers/layer_type.h"
#include "engine/training/train.h"
#include "ui/document/training_controller.h"

#include <QStringList>

#include <algorithm>

namespace weft::ui {

namespace {

constexpr const char* kShape = "shape";
constexpr int kSoon = 250; ///< ms; a field is being typed in meanwhile

/// The box of an end of a model.
CallId callOf(const Graph& graph, const ModelDef& def, const Model& model, const Misfit& misfit) {
    const auto& ports = misfit.isInput ? model.inputs() : model.outputs();
    const auto at = static_cast<std::size_t>(std::find_if(ports.begin(), ports.end(), [&](const Model::Port& p) { return p.name == misfit.port; }) - ports.begin());
    const CallId call = misfit.isInput ? (at < def.inputs.size() ? def.inputs[at] : CallId()) : (at < def.outputs.size() ? def.outputs[at].call : CallId());
    return graph.call(call) ? call : CallId();
}

/// Another shape of the Input, where that would do.
std::vector<FixHint> fixesFor(const Graph& graph, CallId call, const Misfit& misfit) {
    const Layer* layer = graph.layerOf(call);
    const LayerType* type = layer ? findLayerType(layer->type) : nullptr;
    if (!misfit.shape || !type || !type->isInput || !findParameter(type->schema, kShape)) {
        return {};
    }
    Value::List sizes;
    QStringList words;
    for (int i = 0; i < misfit.shape->rank(); ++i) {
        sizes.emplace_back((*misfit.shape)[i]);
        words << QString::number((*misfit.shape)[i]);
    }
    return {{FixHint::Kind::setParameter, DataCheck::tr("Set the shape to %1").arg(words.join(QStringLiteral(" × "))).toStdString(), kShape, Value(sizes), {}}};
}

} // namespace

DataCheck::DataCheck(Document& document, QObject* parent) : QObject(parent), m_document(document) {
    m_soon.setSingleShot(true);
    connect(&m_soon, &QTimer::timeout, this, &DataCheck::read);
    connect(&m_task, &BackgroundTask::failed, this, [this](const QString& sentence) {
        m_error = sentence;
        compare();
    });
    connect(&m_files, &QFileSystemWatcher::fileChanged, this, &DataCheck::readSoon);
    connect(&document, &Document::changed, this, [this](const ChangeSet& changes) {
        if (changes.dataChanged) {
            readSoon();
        } else if (changes.drawingChanged() || !changes.trainingChanged.empty()) {
            compare();
        }
    });
    connect(&document, &Document::replaced, this, &DataCheck::readSoon);
    readSoon();
}

/// Saving a project writes down sums and moves paths; that is no reason to read again.
bool DataCheck::isFresh() const {
    try {
        return m_data && m_data->origin == originOf(m_document.project().data, placesOf(m_document));
    } catch (const Error&) {
        return false;
    }
}

void DataCheck::readSoon() {
    if (isFresh()) {
        compare();
        return;
    }
    m_task.cancel();
    m_data.reset();
    m_error.clear();
    compare();
    m_soon.start(kSoon);
}

void DataCheck::read() {
    const DataSpec& spec = m_document.project().data;
    if (spec.columns.empty()) {
        return;
    }
    m_task.start([this, spec, places = placesOf(m_document)](std::stop_token stop, const BackgroundTask::Progress&) -> BackgroundTask::Finish {
        std::shared_ptr<const LoadedData> loaded = loadData(spec, places, nullptr, stop, {});
        return [this, loaded] { take(loaded); };
    });
}

void DataCheck::take(std::shared_ptr<const LoadedData> data) {
    const std::shared_ptr<const LoadedData> before = std::exchange(m_data, std::move(data));
    if (!isFresh()) {
        m_data = before; // the project changed meanwhile
        return;
    }
    m_soon.stop();
    m_task.cancel();
    m_error.clear();
    if (!m_files.files().isEmpty()) {
        m_files.removePaths(m_files.files());
    }
    for (const auto& [file, time] : m_data->origin.files) {
        m_files.addPath(QString::fromStdU16String(file.u16string()));
    }
    compare();
}

void DataCheck::compare() {
    const Project& project = m_document.project();
    std::vector<Diagnostic> problems;
    if (!m_error.isEmpty()) {
        Diagnostic& d = problems.emplace_back();
        d.code = kDataProblem;
        d.place = tr("data").toStdString();
        d.message = m_error.toStdString();
    }
    for (const auto& [graphId, graph] : project.graphs) {
        for (const auto& [id, def] : graph.models) {
            const auto config = project.training.find(id);
            if (!m_data || config == project.training.end()) {
                continue;
            }
            try {
                const std::shared_ptr<const Model> model = Model::build(project.graphs, graphId, id);
                for (const Misfit& misfit : misfits(*model, config->second, m_data->data->train)) {
                    Diagnostic d;
                    d.code = kDataProblem;
                    d.graph = graphId;
                    d.model = id;
                    d.call = callOf(graph, def, *model, misfit);
                    d.place = misfit.port;
                    d.message = misfit.message;
                    d.fixes = fixesFor(graph, d.call, misfit);
                    problems.push_back(std::move(d));
                }
            } catch (const Error&) {
                // the drawing's own problems come first
            }
        }
    }
    m_document.setDataProblems(std::move(problems));
}

} // namespace weft::ui
