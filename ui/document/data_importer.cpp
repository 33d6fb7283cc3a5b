// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/data_importer.h"

#include "engine/base/error.h"
#include "ui/document/training_controller.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

namespace weft::ui {

namespace {

/// A file that was read and is about to become a source.
struct Read {
    DataSource source;
    std::vector<std::string> fields; ///< of a table: those that hold numbers
    bool allFields = true;           ///< it has no others
    TensorSpec spec;
};

/// A name for a file: letters, digits and underscores of its stem.
QString nameOfFile(const QString& file) {
    QString stem = QFileInfo(file).fileName().section(u'.', 0, 0).toLower();
    stem.replace(QRegularExpression(QStringLiteral("[^a-z0-9]+")), QStringLiteral("_"));
    return stem.isEmpty() ? QStringLiteral("data") : stem;
}

bool isTestName(const std::string& name) {
    return QString::fromStdString(name).contains(QRegularExpression(QStringLiteral("(^|_)(t10k|test)(_|$)")));
}

/// The same for the training and the test file of one column.
QString kinOf(const std::string& name) {
    QString kin = QString::fromStdString(name);
    return kin.remove(QRegularExpression(QStringLiteral("(^|_)(train|training|t10k|test)(?=_|$)")));
}

std::string freeName(const QString& wanted, const auto& taken) {
    std::string name = wanted.toStdString();
    for (int i = 2; taken(name); ++i) {
        name = wanted.toStdString() + "_" + std::to_string(i);
    }
    return name;
}

std::vector<Object> stepsFor(const TensorSpec& spec) {
    const bool picture = spec.dtype == DType::uint8 && spec.shape.rank() >= 3;
    return picture ? std::vector<Object>{{"scale", {}}} : std::vector<Object>();
}

void addColumns(DataSpec& data, const Read& read) {
    const auto column = [&](const QString& wanted, std::vector<std::string> fields) {
        DataColumn c;
        c.name = freeName(wanted, [&](const std::string& name) { return data.column(name) != nullptr; });
        c.source = read.source.name;
        c.fields = std::move(fields);
        c.steps = stepsFor(read.spec);
        data.columns.push_back(std::move(c));
    };
    if (isTestName(read.source.name)) {
        for (DataColumn& c : data.columns) {
            if (c.testSource.empty() && !isTestName(c.source) && kinOf(c.source) == kinOf(read.source.name)) {
                c.testSource = read.source.name;
                data.split.kind = "separate";
                return;
            }
        }
    }
    if (read.fields.size() > 1) {
        column(QStringLiteral("features"), {read.fields.begin(), read.fields.end() - 1});
        column(QString::fromStdString(read.fields.back()), {read.fields.back()});
        return;
    }
    const QString kin = kinOf(read.source.name);
    const QString name = kin.contains(QStringLiteral("image")) ? QStringLiteral("images") : kin.contains(QStringLiteral("label")) ? QStringLiteral("labels") : kin.isEmpty() ? QStringLiteral("data") : kin;
    column(name, read.allFields ? std::vector<std::string>() : read.fields);
}

} // namespace

std::vector<BundledData> bundledData() {
    DataSpec fashion;
    const std::string folder = "bundled:fashion_mnist/";
    fashion.sources = {{"train_images", "idx", folder + "train-images-idx3-ubyte.gz", {}, 0, {}},
                       {"train_labels", "idx", folder + "train-labels-idx1-ubyte.gz", {}, 0, {}},
                       {"test_images", "idx", folder + "t10k-images-idx3-ubyte.gz", {}, 0, {}},
                       {"test_labels", "idx", folder + "t10k-labels-idx1-ubyte.gz", {}, 0, {}}};
    fashion.columns = {{"images", "train_images", "test_images", {}, {{"scale", {}}, {"reshape", {{"shape", Value(std::vector<std::int64_t>{28, 28, 1})}}}}},
                       {"labels", "train_labels", "test_labels", {}, {}}};
    fashion.split.kind = "separate";
    DataSpec iris;
    iris.sources = {{"iris", "csv", "bundled:iris/iris.csv", {}, 0, {}}};
    iris.columns = {{"features", "iris", {}, {"sepal_length", "sepal_width", "petal_length", "petal_width"}, {{"standardise", {}}}},
                    {"species", "iris", {}, {"species"}, {{"cast", {{"dtype", "int32"}}}}}};
    iris.split = {"stratified", 0.2, "species", 0};
    return {{QStringLiteral("fashion_mnist"), DataImporter::tr("Fashion-MNIST"), DataImporter::tr("7,000 grey pictures of clothes, 28 × 28, in ten classes."), fashion},
            {QStringLiteral("iris"), DataImporter::tr("Iris"), DataImporter::tr("150 flowers, four lengths each, in three species."), iris}};
}

DataImporter::DataImporter(Document& document, QObject* parent) : QObject(parent), m_document(document) {
    connect(&m_task, &BackgroundTask::failed, this, [this](const QString& sentence) {
        Q_EMIT failed(sentence);
    });
    connect(&m_task, &BackgroundTask::ended, this, &DataImporter::stateChanged);
}

void DataImporter::addFiles(const QStringList& files) {
    const DataPlaces places = placesOf(m_document);
    m_task.start([this, files, places](std::stop_token stop, const BackgroundTask::Progress& progress) -> BackgroundTask::Finish {
        std::vector<Read> reads;
        for (const QString& file : files) {
            if (stop.stop_requested()) {
                return {};
            }
            Read read;
            const QFileInfo info(file);
            const std::string path = info.absoluteFilePath().toStdString();
            read.source.name = nameOfFile(file).toStdString();
            read.source.format = guessFormat(path);
            read.source.path = path;
            read.source.size = static_cast<std::uint64_t>(info.size());
            const SourceContents contents = readSource(read.source, places);
            for (std::size_t i = 0; i < contents.fields.size(); ++i) {
                if (contents.problems[i].empty()) {
                    read.fields.push_back(contents.fields[i]);
                }
            }
            read.allFields = read.fields.size() == contents.fields.size();
            if (!contents.fields.empty() && read.fields.empty()) {
                throw Error(contents.problems.front());
            }
            read.spec = {contents.values.shape(), contents.values.dtype()};
            if (!places.projectFolder.empty()) {
                const QString relative = QDir(QString::fromStdString(places.projectFolder.string())).relativeFilePath(info.absoluteFilePath());
                if (!relative.startsWith(QStringLiteral(".."))) {
                    read.source.path = relative.toStdString();
                }
            }
            reads.push_back(std::move(read));
            progress(static_cast<double>(reads.size()) / static_cast<double>(files.size()));
        }
        // Test files after those they belong to.
        std::stable_partition(reads.begin(), reads.end(), [](const Read& r) { return !isTestName(r.source.name); });
        return [this, reads = std::move(reads)]() mutable {
            m_document.edit(tr("Add data files"), [&](Project& project) {
                for (Read& read : reads) {
                    const QString wanted = QString::fromStdString(read.source.name);
                    read.source.name = freeName(wanted, [&](const std::string& name) { return project.data.source(name) != nullptr; });
                    project.data.sources.push_back(read.source);
                    addColumns(project.data, read);
                }
            });
            Q_EMIT added();
        };
    });
    Q_EMIT stateChanged();
}

void DataImporter::useBundled(const QString& name) {
    for (const BundledData& bundled : bundledData()) {
        if (bundled.name == name) {
            m_document.edit(tr("Use %1").arg(bundled.title), [&](Project& project) { project.data = bundled.spec; });
            Q_EMIT added();
        }
    }
}

} // namespace weft::ui
