// SPDX-License-Identifier: Apache-2.0
#include "engine/layers/sampling.h"

#include <algorithm>
#include <cmath>

namespace weft::layers {
namespace {

class SamplingOp final : public LayerOp {
public:
    SamplingOp(const Image& in, Taps lines, Taps columns, std::int64_t imagesPerSample)
        : m_lines(std::move(lines)), m_columns(std::move(columns)), m_images(imagesPerSample), m_width(in.width), m_channels(in.channels),
          m_in(in.height * in.width * in.channels),
          m_out(static_cast<std::int64_t>(m_lines.taps.size() * m_columns.taps.size()) * in.channels) {}

    Booking book(bool) const override { return {.needsInputs = false, .needsOutputs = false}; }

    void forward(const Pass& pass, Rows rows, float*) const override {
        for (std::int64_t image = rows.begin * m_images; image < rows.end * m_images; ++image) {
            const float* x = at(floatsOf(pass.inputs[0]), image, m_in);
            float* y = at(floatsOf(pass.outputs[0]), image, m_out);
            std::fill_n(y, m_out, 0.0F);
            eachPair([&](std::int64_t from, std::int64_t to, float share) { kernels::scaled(share, x + from, y + to, m_channels, true); });
        }
    }

    void backward(const Pass& pass, Rows rows, float*) const override {
        if (!pass.inputGradients[0]) {
            return;
        }
        for (std::int64_t image = rows.begin * m_images; image < rows.end * m_images; ++image) {
            const float* dy = at(pass.outputGradients[0], image, m_out);
            float* dx = at(pass.inputGradients[0], image, m_in);
            if (!pass.accumulate[0]) {
                std::fill_n(dx, m_in, 0.0F);
            }
            eachPair([&](std::int64_t from, std::int64_t to, float share) { kernels::scaled(share, dy + to, dx + from, m_channels, true); });
        }
    }

private:
    /// Calls f(first number of the pixel that comes in, of that which goes out, share).
    template <class F>
    void eachPair(F f) const {
        std::int64_t to = 0;
        for (const Taps::Tap& line : m_lines.taps) {
            for (const Taps::Tap& column : m_columns.taps) {
                const auto take = [&](std::int64_t y, std::int64_t x, float share) {
                    if (y >= 0 && x >= 0 && share != 0) {
                        f((y * m_width + x) * m_channels, to, share);
                    }
                };
                take(line.first, column.first, line.firstShare * column.firstShare);
                take(line.first, column.second, line.firstShare * column.secondShare);
                take(line.second, column.first, line.secondShare * column.firstShare);
                take(line.second, column.second, line.secondShare * column.secondShare);
                to += m_channels;
            }
        }
    }

    Taps m_lines, m_columns;
    std::int64_t m_images; ///< per sample: with channels first, every channel is an image of its own
    std::int64_t m_width, m_channels;
    std::int64_t m_in, m_out;
};

} // namespace

Taps Taps::shifted(std::int64_t in, std::int64_t out, std::int64_t before) {
    Taps taps;
    for (std::int64_t i = 0; i < out; ++i) {
        const std::int64_t from = i - before;
        taps.taps.push_back({from >= 0 && from < in ? from : -1});
    }
    return taps;
}

Taps Taps::repeated(std::int64_t in, std::int64_t times) {
    Taps taps;
    for (std::int64_t i = 0; i < in * times; ++i) {
        taps.taps.push_back({i / times});
    }
    return taps;
}

Taps Taps::blended(std::int64_t in, std::int64_t times) {
    Taps taps;
    for (std::int64_t i = 0; i < in * times; ++i) {
        const double centre = (static_cast<double>(i) + 0.5) / static_cast<double>(times) - 0.5;
        const double below = std::floor(centre);
        const auto share = static_cast<float>(centre - below);
        const auto first = std::clamp<std::int64_t>(static_cast<std::int64_t>(below), 0, in - 1);
        const auto second = std::clamp<std::int64_t>(static_cast<std::int64_t>(below) + 1, 0, in - 1);
        taps.taps.push_back(first == second ? Tap{first} : Tap{first, second, 1 - share, share});
    }
    return taps;
}

std::shared_ptr<const LayerOp> samplingOp(const Image& in, Taps lines, Taps columns, bool channelsFirst) {
    const Image each{in.height, in.width, channelsFirst ? 1 : in.channels};
    return std::make_shared<SamplingOp>(each, std::move(lines), std::move(columns), channelsFirst ? in.channels : 1);
}

} // namespace weft::layers
