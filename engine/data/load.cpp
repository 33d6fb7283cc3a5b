// SPDX-License-Identifier: Apache-2.0
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"
#include "engine/data/read_source.h"
#include "engine/data/split.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace weft {
namespace {

constexpr std::string_view kSeparate = "separate";
constexpr std::int64_t kCheckBlock = 1024;

struct File {
    std::string name; ///< as people know it
    ReaderType::Contents contents;
};

/// A column's numbers in one file, before the steps.
struct Raw {
    const File* file = nullptr;
    std::shared_ptr<const Tensor> values;
    std::int64_t rows() const { return values->shape()[0]; }
};

class Loader {
public:
    Loader(const DataSpec& spec, const DataPlaces& places, std::stop_token stop, const std::function<void(double)>& progress, DataWanted wanted)
        : m_spec(spec), m_places(places), m_stop(std::move(stop)), m_progress(progress), m_separate(spec.split.kind == kSeparate),
          m_testOnly(m_separate && wanted == DataWanted::test) {}

    Dataset load() {
        check();
        readFiles();
        std::map<std::string, Raw> train, test;
        for (const DataColumn& column : m_spec.columns) {
            if (needsTraining(column)) {
                train[column.name] = raw(column, column.source);
            }
            if (m_separate) {
                test[column.name] = raw(column, column.testSource);
            }
            if (m_separate && needsTraining(column)) {
                matchKinds(column, train[column.name], test[column.name]);
            }
        }
        Dataset out;
        if (m_spec.columns.empty()) {
            return out;
        }
        if (m_testOnly) {
            return testPart(train, test);
        }
        SplitRows rows;
        const std::int64_t trainRows = commonRows(train, "training");
        if (m_separate) {
            rows.train = firstRows(trainRows);
            rows.test = firstRows(commonRows(test, "testing"));
        } else {
            const auto by = train.find(m_spec.split.by);
            rows = splitRows(m_spec.split, trainRows, by == train.end() ? nullptr : by->second.values.get());
        }
        for (const DataColumn& column : m_spec.columns) {
            Reading{m_stop, {}}.at(0);
            const Column fitted = fit(column, train[column.name], rows.train);
            refuse(column, train[column.name], fitted.steps());
            out.train[column.name] = made(column, train[column.name], rows.train, fitted.steps());
            if (m_separate) {
                refuse(column, test[column.name], fitted.steps());
                out.test[column.name] = made(column, test[column.name], rows.test, fitted.steps());
            } else if (!rows.test.empty()) {
                out.test[column.name] = made(column, train[column.name], rows.test, fitted.steps());
            }
        }
        out.trainRows = static_cast<std::int64_t>(rows.train.size());
        out.testRows = static_cast<std::int64_t>(rows.test.size());
        return out;
    }

private:
    bool needsTraining(const DataColumn& column) const {
        return !m_testOnly || std::any_of(column.steps.begin(), column.steps.end(), [](const Object& step) { return needsRows(step); });
    }

    Dataset testPart(const std::map<std::string, Raw>& train, const std::map<std::string, Raw>& test) const {
        Dataset out;
        out.testRows = commonRows(test, "testing");
        for (const DataColumn& column : m_spec.columns) {
            Reading{m_stop, {}}.at(0);
            const auto looked = train.find(column.name);
            const Raw& raw = test.at(column.name);
            const Column fitted = looked == train.end() ? fit(column, raw, {}) : fit(column, looked->second, firstRows(looked->second.rows()));
            refuse(column, raw, fitted.steps());
            out.test[column.name] = made(column, raw, firstRows(out.testRows), fitted.steps());
        }
        return out;
    }

    Column made(const DataColumn& column, const Raw& raw, std::vector<std::int64_t> rows, std::vector<std::shared_ptr<const Step>> steps) const {
        Column out(raw.values, std::move(rows), std::move(steps));
        out.setOrigin(std::make_shared<const Origin>(originOf(column, raw)));
        return out;
    }

    static Origin originOf(const DataColumn& column, const Raw& raw) { return {column.name, raw.file->name, raw.file->contents.lines}; }

    static std::vector<std::int64_t> firstRows(std::int64_t count) {
        std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
        std::iota(rows.begin(), rows.end(), std::int64_t{0});
        return rows;
    }

    void check() const {
        std::set<std::string> names;
        for (const DataSource& source : m_spec.sources) {
            if (!names.insert(source.name).second) {
                throw Error(cat("Two data sources are named \"", source.name, "\"."));
            }
        }
        for (const auto& [name, file] : m_places.rebound) {
            if (!names.contains(name)) {
                throw Error(cat("There is no data source named \"", name, "\"; there ",
                                names.empty() ? "are none" : "is " + join({names.begin(), names.end()}, ", "), "."));
            }
        }
        std::set<std::string> columns;
        for (const DataColumn& column : m_spec.columns) {
            if (!columns.insert(column.name).second) {
                throw Error(cat("Two data columns are named \"", column.name, "\"."));
            }
            needSource(column, column.source, "its rows");
            if (m_separate) {
                needSource(column, column.testSource, "its test rows (the split is into separate files)");
            }
        }
    }

    void needSource(const DataColumn& column, const std::string& name, std::string_view purpose) const {
        if (!m_spec.source(name)) {
            throw Error(cat("The data column \"", column.name, "\" has no source for ", purpose,
                            name.empty() ? "" : cat(": there is none named \"", name, "\""), "."));
        }
    }

    void readFiles() {
        std::set<std::string> used;
        for (const DataColumn& column : m_spec.columns) {
            if (needsTraining(column)) {
                used.insert(column.source);
            }
            if (m_separate) {
                used.insert(column.testSource);
            }
        }
        double done = 0;
        for (const std::string& name : used) {
            const auto progress = [&](double fraction) {
                if (m_progress) {
                    m_progress((done + fraction) / static_cast<double>(used.size()));
                }
            };
            const DataSource& source = *m_spec.source(name);
            m_files[name] = {pathText(locate(source, m_places)), readContents(source, m_places, {m_stop, progress})};
            ++done;
            progress(0);
        }
    }

    Raw raw(const DataColumn& column, const std::string& sourceName) {
        const File& file = m_files.at(sourceName);
        const ReaderType::Contents& contents = file.contents;
        if (contents.fields.empty()) {
            if (!column.fields.empty()) {
                throw Error(cat("The data column \"", column.name, "\" takes fields of a table, but ", file.name, " is an array."));
            }
            // Columns over one file share its numbers.
            auto& shared = m_arrays[sourceName];
            if (!shared) {
                shared = std::make_shared<const Tensor>(std::move(m_files.at(sourceName).contents.values));
            }
            return {&file, shared};
        }
        return {&file, std::make_shared<const Tensor>(chosenFields(column, file))};
    }

    static Tensor chosenFields(const DataColumn& column, const File& file) {
        const ReaderType::Contents& contents = file.contents;
        std::vector<std::int64_t> chosen;
        for (const std::string& field : column.fields.empty() ? contents.fields : column.fields) {
            const auto found = std::find(contents.fields.begin(), contents.fields.end(), field);
            if (found == contents.fields.end()) {
                throw Error(cat(file.name, " has no column \"", field, "\" for the data column \"", column.name, "\"; it has ",
                                fewOf(contents.fields), "."));
            }
            chosen.push_back(found - contents.fields.begin());
            if (const std::string& problem = contents.problems[static_cast<std::size_t>(chosen.back())]; !problem.empty()) {
                throw Error(problem);
            }
        }
        const std::int64_t rows = contents.values.shape()[0];
        const auto width = static_cast<std::int64_t>(contents.fields.size());
        Tensor out(Shape{rows, static_cast<std::int64_t>(chosen.size())}, contents.values.dtype());
        const auto* from = contents.values.data<double>();
        auto* to = out.data<double>();
        for (std::int64_t row = 0; row < rows; ++row, from += width) {
            for (const std::int64_t field : chosen) {
                *to++ = from[field];
            }
        }
        return out;
    }

    static std::string fewOf(std::vector<std::string> names) {
        constexpr std::size_t kMost = 12;
        const std::size_t all = names.size();
        names.resize(std::min(all, kMost));
        return join(names, ", ") + (all > kMost ? cat(" and ", all - kMost, " more") : "");
    }

    static void matchKinds(const DataColumn& column, const Raw& train, Raw& test) {
        const Shape wanted = train.values->shape().withoutBatch();
        const Shape got = test.values->shape().withoutBatch();
        if (wanted != got) {
            throw Error(cat("The test rows of the data column \"", column.name, "\" have shape ", got.text(), " (", test.file->name,
                            "); the training rows have shape ", wanted.text(), " (", train.file->name, ")."));
        }
        if (test.values->dtype() != train.values->dtype()) {
            test.values = std::make_shared<const Tensor>(test.values->cast(train.values->dtype()));
        }
    }

    static std::int64_t commonRows(const std::map<std::string, Raw>& columns, std::string_view part) {
        const auto& [firstName, first] = *columns.begin();
        for (const auto& [name, raw] : columns) {
            if (raw.rows() != first.rows()) {
                throw Error(cat("The columns for ", part, " do not have the same number of rows: \"", firstName, "\" has ", first.rows(),
                                " (", first.file->name, "), \"", name, "\" has ", raw.rows(), " (", raw.file->name, ")."));
            }
        }
        return first.rows();
    }

    Column fit(const DataColumn& column, const Raw& raw, const std::vector<std::int64_t>& trainRows) const {
        Column so(raw.values, trainRows, {});
        std::vector<std::shared_ptr<const Step>> steps;
        TensorSpec spec = so.rawSpec();
        for (const Object& description : column.steps) {
            const bool looks = needsRows(description);
            if (looks) {
                refuse(column, raw, steps); // what the steps before cannot take is named by its row
            }
            try {
                steps.push_back(makeStep(description, spec, looks ? Column(raw.values, trainRows, steps).tensor() : Tensor()));
                spec = steps.back()->output(spec);
            } catch (const Error& e) {
                throw Error(cat("Data column \"", column.name, "\" from ", raw.file->name, ": ", e.what()));
            }
        }
        return Column(raw.values, trainRows, std::move(steps));
    }

    /// Finds what a step cannot take, in the order of the file.
    void refuse(const DataColumn& column, const Raw& raw, const std::vector<std::shared_ptr<const Step>>& steps) const {
        if (std::none_of(steps.begin(), steps.end(), [](const auto& step) { return step->mayRefuse(); })) {
            return;
        }
        const std::vector<std::int64_t> rows = firstRows(raw.rows());
        for (std::size_t count = 1; count <= steps.size(); ++count) {
            const Step& step = *steps[count - 1];
            if (!step.mayRefuse()) {
                continue;
            }
            const std::vector<std::shared_ptr<const Step>> before(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(count) - 1);
            const Column input(raw.values, rows, before);
            for (std::int64_t begin = 0; begin < raw.rows(); begin += kCheckBlock) {
                Reading{m_stop, {}}.at(0);
                const std::int64_t end = std::min(begin + kCheckBlock, raw.rows());
                tryRows(column, raw, step,
                        input.tensor(std::span(rows).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin))),
                        begin);
            }
        }
    }

    static void tryRows(const DataColumn& column, const Raw& raw, const Step& step, const Tensor& values, std::int64_t begin) {
        const TensorSpec spec{values.shape().withBatch(kUnknown), values.dtype()};
        const std::int64_t rows = values.shape()[0];
        Tensor out(step.output(spec).shape.withBatch(rows), step.output(spec).dtype);
        try {
            step.apply(spec, values.bytes(), out.bytes(), rows, begin);
            return;
        } catch (const Error&) {
            // Once more, row by row, for the number that people know the row by.
        }
        const Origin origin = originOf(column, raw);
        for (std::int64_t row = 0; row < rows; ++row) {
            try {
                step.apply(spec, values.rows(row, row + 1).bytes(), out.bytes(), 1, origin.rowNumber(begin + row));
            } catch (const Error& e) {
                throw Error(cat("Data column \"", column.name, "\" from ", raw.file->name, ": ", e.what()));
            }
        }
    }

    const DataSpec& m_spec;
    const DataPlaces& m_places;
    std::stop_token m_stop;
    const std::function<void(double)>& m_progress;
    bool m_separate, m_testOnly;
    std::map<std::string, File> m_files;
    std::map<std::string, std::shared_ptr<const Tensor>> m_arrays;
};

} // namespace

Dataset loadDataset(const DataSpec& spec, const DataPlaces& places, std::stop_token stop, const std::function<void(double)>& progress,
                    DataWanted wanted) {
    try {
        return Loader(spec, places, std::move(stop), progress, wanted).load();
    } catch (const ReadingStopped&) {
        return {};
    }
}

} // namespace weft
