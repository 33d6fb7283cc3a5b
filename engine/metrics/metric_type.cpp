// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/metric_type.h"

#include <algorithm>

namespace weft {

namespace metrics {
std::vector<MetricType> records();
}

const std::vector<MetricType>& metricTypes() {
    static const std::vector<MetricType> types = metrics::records();
    return types;
}

const MetricType* findMetricType(std::string_view name) {
    for (const MetricType& type : metricTypes()) {
        if (type.name == name || std::find(type.aliases.begin(), type.aliases.end(), name) != type.aliases.end()) {
            return &type;
        }
    }
    return nullptr;
}

Object resolveMetric(const Object& metric, const TensorSpec& target, const TensorSpec& prediction) {
    const Shape& t = target.shape;
    const Shape& p = prediction.shape;
    if ((metric.type != "accuracy" && metric.type != "acc") || t.rank() == 0 || p.rank() == 0) {
        return metric;
    }
    Object out{"CategoricalAccuracy", metric.params};
    if (p.back() == 1) {
        out.type = "BinaryAccuracy";
    } else if (p.back() > 1 && (t.rank() < p.rank() || t.back() == 1)) {
        out.type = "SparseCategoricalAccuracy";
    }
    if (!out.params.contains("name")) {
        out.params["name"] = metric.type;
    }
    return out;
}

std::string logName(const Object& metric) {
    if (const auto name = metric.params.find("name"); name != metric.params.end() && name->second.asText()) {
        return *name->second.asText();
    }
    const MetricType* type = findMetricType(metric.type);
    return type && type->name == metric.type ? type->shortName : metric.type;
}

} // namespace weft
