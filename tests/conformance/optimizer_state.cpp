// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/optimizer_state.h"

#include "engine/base/text.h"
#include "engine/optimizers/optimizer_type.h"

#include <map>
#include <set>

namespace weft::conformance {

std::int64_t accumulationOf(const Object& optimizer) {
    const auto found = optimizer.params.find("gradient_accumulation_steps");
    return found != optimizer.params.end() && found->second.asInteger() ? *found->second.asInteger() : 1;
}

void compareOptimizerState(Case& c, const Json& variables, const OptimizerState& state, const std::vector<WeightKey>& keys,
                           double learningRate) {
    std::set<std::string> slots;
    std::size_t held = 0;
    for (const WeightKey& key : keys) {
        if (const auto found = state.slots.find(key); found != state.slots.end()) {
            for (const auto& entry : found->second) {
                slots.insert(entry.first);
                ++held;
            }
        }
    }
    // Keras names a slot `<layer>_<weight>_<slot>`; the longest slot name that fits is meant (`velocity_hat`, not `hat`).
    const auto slotOf = [&](const std::string& name) {
        std::string best;
        for (const std::string& slot : slots) {
            const std::string ending = "_" + slot;
            if (slot.size() > best.size() && name.size() > ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
                best = slot;
            }
        }
        return best;
    };
    std::map<std::string, std::size_t> met;
    std::size_t compared = 0;
    for (const Json& variable : variables) {
        c.expectKeys(variable, {"file", "shape", "dtype", "index", "path", "name", "trainable"}, "optimizer variables");
        const auto name = variable.at("name").get<std::string>();
        const Tensor expected = c.array(variable);
        if (name == "iteration") {
            c.compare(static_cast<double>(state.iteration), expected.at(0), "optimizer iteration", {});
            continue;
        }
        if (name == "learning_rate") {
            c.compare(learningRate, expected.at(0), "learning rate", {1e-6, 1e-9});
            continue;
        }
        if (name.rfind("variable", 0) == 0 && expected.size() == 1) { // a number of the whole optimizer
            const OptimizerType* type = findOptimizerType(state.type);
            const std::vector<double> totals = type ? type->build({})->totals(state.iteration) : std::vector<double>();
            if (totals.empty()) {
                c.fail(cat("optimizer: there is no number for Keras' ", name));
            } else {
                c.compare(totals.front(), expected.at(0), cat("optimizer ", name), c.tolerance());
            }
            continue;
        }
        const std::string slot = slotOf(name);
        const std::size_t index = met[slot]++;
        if (slot.empty() || index >= keys.size() || !state.slots.contains(keys[index]) || !state.slots.at(keys[index]).contains(slot)) {
            c.fail(cat("optimizer: there is no slot for Keras' ", name));
            continue;
        }
        ++compared;
        c.compare(*state.slots.at(keys[index]).at(slot), expected, cat("optimizer slot ", name));
    }
    if (compared != held) {
        c.fail(cat("optimizer: ", held, " slots, expected ", compared));
    }
}

} // namespace weft::conformance
