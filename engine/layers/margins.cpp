// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/margins.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace weft::layers {

ParamMap flatMargins(ParamMap config, const std::string& key) {
    const auto found = config.find(key);
    if (found == config.end()) {
        return config;
    }
    const Value::List given = found->second.asList() ? *found->second.asList() : Value::List{found->second, found->second};
    Value::List flat;
    for (const Value& side : given) {
        const Value::List pair = side.asList() ? *side.asList() : Value::List{side, side};
        if (given.size() != 2 || pair.size() != 2 || !pair[0].asInteger() || !pair[1].asInteger()) {
            throw Error(cat(key, " must be a number, two numbers, or two pairs of numbers; it is ", found->second.text(), "."));
        }
        flat.insert(flat.end(), pair.begin(), pair.end());
    }
    found->second = flat;
    return config;
}

ParamMap nestedMargins(ParamMap params, const std::string& key) {
    const Value::List flat = *params.at(key).asList();
    params[key] = Value::List{Value::List{flat[0], flat[1]}, Value::List{flat[2], flat[3]}};
    return params;
}

} // namespace weft::layers
