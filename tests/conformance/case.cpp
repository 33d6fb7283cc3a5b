// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/case.h"

#include "engine/base/text.h"
#include "engine/initializers/initializer_type.h"
#include "engine/losses/loss_type.h"
#include "engine/metrics/metric_type.h"
#include "engine/optimizers/optimizer_type.h"
#include "engine/schedules/schedule_type.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

namespace weft::conformance {
namespace {

std::string contentsOf(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw Error(cat("There is no file ", path.string(), "."));
    }
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

DType dtypeOfDescr(const std::string& header, const std::string& where) {
    const std::pair<const char*, DType> known[] = {{"<f4", DType::float32}, {"<i4", DType::int32}, {"|b1", DType::boolean},
                                                   {"<i8", DType::int64},   {"<f8", DType::float64}, {"|u1", DType::uint8}};
    for (const auto& [descr, dtype] : known) {
        if (header.find(cat("'descr': '", descr, "'")) != std::string::npos) {
            return dtype;
        }
    }
    throw Error(cat(where, " holds numbers of a kind that cases do not have: ", header));
}

/// `.npy` version 1.0 in C order, as FORMAT.md promises.
Tensor readNpy(const std::filesystem::path& path) {
    const std::string bytes = contentsOf(path);
    const std::string where = path.string();
    if (bytes.size() < 10 || bytes.compare(0, 8, std::string("\x93NUMPY\x01\x00", 8)) != 0) {
        throw Error(cat(where, " is no .npy file of version 1.0."));
    }
    const std::size_t length = static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
    const std::string header = bytes.substr(10, length);
    if (header.find("'fortran_order': False") == std::string::npos) {
        throw Error(cat(where, " is not in C order."));
    }
    std::vector<std::int64_t> sizes;
    std::string digits;
    const auto open = header.find('(');
    for (const char ch : header.substr(open + 1, header.find(')') - open)) {
        if (ch >= '0' && ch <= '9') {
            digits += ch;
        } else if (!digits.empty()) {
            sizes.push_back(std::stoll(digits));
            digits.clear();
        }
    }
    Tensor out(Shape(sizes), dtypeOfDescr(header, where));
    if (bytes.size() - 10 - length != out.byteSize()) {
        throw Error(cat(where, " has ", bytes.size() - 10 - length, " bytes of numbers; its shape asks for ", out.byteSize(), "."));
    }
    std::memcpy(out.bytes(), bytes.data() + 10 + length, out.byteSize());
    return out;
}

/// `[2, 0, 3]` for element `index` of a shape.
std::string placeOf(const Shape& shape, std::int64_t index) {
    std::vector<std::string> parts(static_cast<std::size_t>(shape.rank()));
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        parts[static_cast<std::size_t>(axis)] = std::to_string(index % shape[axis]);
        index /= shape[axis];
    }
    return cat("[", join(parts, ", "), "]");
}

bool isFloating(DType dtype) { return dtype == DType::float32 || dtype == DType::float64; }

} // namespace

bool Tolerance::holds(double got, double expected) const {
    return got == expected || (std::isnan(got) && std::isnan(expected)) || std::fabs(got - expected) <= absolute + relative * std::fabs(expected);
}

Case::Case(std::filesystem::path folder) : m_folder(std::move(folder)), m_name(m_folder.filename().string()), m_json(document("case.json")) {
    const Json& tolerance = m_json.at("tolerance");
    m_tolerance = {tolerance.at("rtol").get<double>(), tolerance.at("atol").get<double>()};
    expectKeys(tolerance, {"rtol", "atol"}, "tolerance");
}

Json Case::document(const std::string& file) const { return Json::parse(contentsOf(m_folder / file)); }
std::string Case::text(const std::string& file) const { return contentsOf(m_folder / file); }

Tensor Case::array(const Json& reference) {
    const auto file = reference.at("file").get<std::string>();
    Tensor out = readNpy(m_folder / file);
    if (Json(out.shape().dims()) != reference.at("shape") || nameOf(out.dtype()) != reference.at("dtype").get<std::string>()) {
        fail(cat(file, " holds ", nameOf(out.dtype()), " ", out.shape().text(), ", but case.json says ", reference.dump(), "."));
    }
    return out;
}

std::vector<Tensor> Case::arrays(const Json& references) {
    std::vector<Tensor> out;
    for (const Json& reference : references) {
        out.push_back(array(reference));
    }
    return out;
}

void Case::expectKeys(const Json& object, std::initializer_list<const char*> keys, const std::string& where) {
    for (const auto& [key, value] : object.items()) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            fail(cat("The runner does not know the key \"", key, "\" of ", where, "."));
        }
    }
}

void Case::expectCaseKeys(std::initializer_list<const char*> keys) {
    static const std::initializer_list<const char*> kCommon = {"name", "group", "kind", "keras_version", "backend", "tolerance", "note"};
    for (const auto& [key, value] : m_json.items()) {
        if (std::find(kCommon.begin(), kCommon.end(), key) == kCommon.end() && std::find(keys.begin(), keys.end(), key) == keys.end()) {
            fail(cat("The runner does not know the key \"", key, "\" of case.json."));
        }
    }
}

void Case::compare(const Tensor& got, const Tensor& expected, const std::string& where, Tolerance tolerance) {
    if (got.shape() != expected.shape()) {
        fail(cat(where, ": shape ", got.shape().text(), ", expected ", expected.shape().text()));
        return;
    }
    if (got.dtype() != expected.dtype()) {
        fail(cat(where, ": ", nameOf(got.dtype()), ", expected ", nameOf(expected.dtype())));
        return;
    }
    const Tolerance used = isFloating(expected.dtype()) ? tolerance : Tolerance{};
    std::int64_t wrong = 0;
    std::int64_t worst = -1;
    double worstExcess = -1;
    for (std::int64_t i = 0; i < expected.size(); ++i) {
        const double a = got.at(i);
        const double b = expected.at(i);
        if (!used.holds(a, b)) {
            ++wrong;
            const double excess = std::isfinite(a) && std::isfinite(b) ? std::fabs(a - b) - used.relative * std::fabs(b) : HUGE_VAL;
            if (excess > worstExcess) {
                worstExcess = excess;
                worst = i;
            }
        }
    }
    if (wrong > 0) {
        fail(cat(where, ": ", wrong, " of ", expected.size(), " numbers differ, most at ", placeOf(expected.shape(), worst), ": ", shortest(got.at(worst)), ", expected ",
                 shortest(expected.at(worst)), " (difference ", shortest(std::fabs(got.at(worst) - expected.at(worst))), ")"));
    }
}

void Case::compare(double got, double expected, const std::string& where, Tolerance tolerance) {
    if (!tolerance.holds(got, expected)) {
        fail(cat(where, ": ", shortest(got), ", expected ", shortest(expected), " (difference ", shortest(std::fabs(got - expected)), ")"));
    }
}

Tensor tensorOf(const Shape& shape, const void* data, DType dtype) {
    Tensor out(shape, dtype);
    if (out.byteSize() > 0) {
        std::memcpy(out.bytes(), data, out.byteSize());
    }
    return out;
}

std::optional<KerasType> allCatalogues(std::string_view catalogue, std::string_view name) {
    if (catalogue == "losses") {
        const LossType* type = findLossType(name);
        return type ? std::optional(KerasType{type->name, &type->schema}) : std::nullopt;
    }
    if (catalogue == "metrics") {
        const MetricType* type = findMetricType(name);
        return type ? std::optional(KerasType{type->name, &type->schema}) : std::nullopt;
    }
    if (catalogue == "schedules") {
        const ScheduleType* type = findScheduleType(name);
        return type ? std::optional(KerasType{type->name, &type->schema}) : std::nullopt;
    }
    if (catalogue == "optimizers") {
        const OptimizerType* type = findOptimizerType(name);
        return type ? std::optional(KerasType{type->name, &type->schema}) : std::nullopt;
    }
    return runtimeCatalogues(catalogue, name);
}

} // namespace weft::conformance
