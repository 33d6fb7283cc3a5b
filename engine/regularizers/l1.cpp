// SPDX-License-Identifier: Apache-2.0
#include "engine/regularizers/elementwise.h"

namespace weft::regularizers {
namespace {

struct L1 {
    double l1 = 0.01;

    static Binding<L1> binding() {
        Binding<L1> b;
        b("l1", &L1::l1, "L1 factor", "How strongly.").min(0);
        return b;
    }
};

} // namespace

RegularizerType l1() {
    RegularizerType type;
    type.name = "L1";
    type.title = "L1";
    type.help = "Pulls every number towards 0, and many to it: few remain.";
    type.formula = "l1 · Σ|x|";
    type.aliases = {"l1"};
    auto binding = std::make_shared<const Binding<L1>>(L1::binding());
    type.schema = binding->schema();
    type.build = [binding](const ParamMap& params) {
        const L1 own = binding->read(params);
        return std::make_shared<Elementwise>(own.l1, 0.0);
    };
    return type;
}

} // namespace weft::regularizers
