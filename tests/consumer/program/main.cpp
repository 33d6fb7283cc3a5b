// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/predictor.h"

#include <cstdio>

int main(int, char** argv) {
    const auto model = weft::Predictor::load(argv[1]);
    weft::Tensor image(model.inputs().front().spec.shape.withBatch(1));
    for (std::int64_t i = 0; i < image.size(); ++i) {
        image.data<float>()[i] = static_cast<float>(i % 17) / 16.0F;
    }
    for (const auto& [name, values] : model.predict({{model.inputs().front().name, image}})) {
        for (const float value : values.floats()) {
            std::printf("%.9g\n", static_cast<double>(value));
        }
    }
}
