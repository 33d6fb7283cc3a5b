// SPDX-License-Identifier: Apache-2.0
#include "engine/base/random.h"
#include "engine/optimizers/common.h"
#include "engine/training/updater.h"
#include "tests/contract/allocations.h"
#include "tests/contract/schema_contract.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace weft;
using namespace weft::test;

namespace {

Tensor noise(std::uint64_t seed, Shape shape, float scale = 1) {
    Tensor out(std::move(shape));
    const Random random(seed, 1);
    for (std::int64_t i = 0; i < out.size(); ++i) {
        out.data<float>()[i] = scale * (2 * random.uniform(static_cast<std::uint64_t>(i)) - 1);
    }
    return out;
}

/// Every optimizer plain, with each truth of its own switched on, and with each thing that all can do.
template <class F>
void forVariants(F&& f) {
    const std::vector<ParamMap> common = {{},
                                          {{"weight_decay", 0.1}},
                                          {{"clipnorm", 0.5}},
                                          {{"global_clipnorm", 0.5}},
                                          {{"clipvalue", 0.3}},
                                          {{"use_ema", true}, {"ema_overwrite_frequency", 2}},
                                          {{"gradient_accumulation_steps", 2}},
                                          {{"loss_scale_factor", 8.0}}};
    for (const OptimizerType& type : optimizerTypes()) {
        std::vector<ParamMap> variants = common;
        for (const Parameter& p : type.schema) {
            if (p.kind == ParamKind::boolean) {
                variants.push_back({{p.name, true}});
            }
        }
        if (findParameter(type.schema, "momentum")) {
            variants.push_back({{"momentum", 0.9}});
        }
        for (const ParamMap& params : variants) {
            std::string who = type.name;
            for (const auto& [name, value] : params) {
                who += ", " + name + " " + value.text();
            }
            f(Object{type.name, params}, who);
        }
    }
}

constexpr std::int64_t kSteps = 5;
const Shape kShape{41, 3};

struct Training {
    explicit Training(const Object& optimizer, const OptimizerState& state = {}, std::shared_ptr<const Tensor> start = nullptr)
        : updater(optimizer, {{WeightKey{{LayerId{1}}, "kernel"}, start ? start : std::make_shared<const Tensor>(noise(1, kShape)), true}}, state) {}
    void step(std::int64_t pieces) {
        Tensor gradient = noise(100 + static_cast<std::uint64_t>(updater.iteration()), kShape, static_cast<float>(updater.lossScale()));
        updater.begin();
        if (updater.updatesByPart() && pieces > 0) {
            for (std::int64_t i = pieces; i-- > 0;) {
                updater.update(0, {gradient.size() * i / pieces, gradient.size() * (i + 1) / pieces}, gradient.data<float>());
            }
        } else {
            float* pointer = gradient.data<float>();
            updater.updateAll(pool, &pointer);
        }
        updater.end();
    }
    Tensor value() const { return *updater.values().front(); }

    ThreadPool pool{1};
    Updater updater;
};

} // namespace

TEST("every optimizer is described, has valid defaults and survives JSON") {
    CHECK(!optimizerTypes().empty());
    for (const OptimizerType& type : optimizerTypes()) {
        checkSchema(type.name, type.schema);
        HOLDS(isSentence(type.help), type.name, "no help that is a sentence");
        HOLDS(!type.title.empty() && !type.formula.empty(), type.name, "no title or formula");
        HOLDS(findOptimizerType(type.name) == &type, type.name, "not found by name");
        HOLDS(optimizerProblem({type.name, {}}).empty(), type.name, "its defaults are a problem");
        HOLDS(isSentence(optimizerProblem({type.name, {{"clipnorm", 1.0}, {"clipvalue", 1.0}}})), type.name, "two kinds of clipping are accepted");
        HOLDS(isSentence(optimizerProblem({type.name, {{"learning_rate", -1.0}}})), type.name, "a negative learning rate is accepted");
        for (const std::string& alias : type.aliases) {
            HOLDS(findOptimizerType(alias) == &type, type.name, "not found by " + alias);
        }
    }
    CHECK(!findOptimizerType("no such optimizer"));
    CHECK(isSentence(optimizerProblem({"no such optimizer", {}})));
}

TEST("every optimizer gives the same bits however a weight is cut into parts") {
    forVariants([](const Object& optimizer, const std::string& who) {
        Training whole(optimizer), parts(optimizer), all(optimizer);
        for (std::int64_t i = 0; i < kSteps; ++i) {
            whole.step(1);
            parts.step(7);
            all.step(0);
        }
        HOLDS(whole.value() == parts.value(), who, "parts differ");
        HOLDS(whole.value() == all.value(), who, "updateAll differs");
        HOLDS(whole.value() != noise(1, kShape), who, "nothing moved");
    });
}

TEST("every optimizer that goes on from a state gives the bits of one that never stopped") {
    forVariants([](const Object& optimizer, const std::string& who) {
        Training through(optimizer), first(optimizer);
        for (std::int64_t i = 0; i < kSteps; ++i) {
            through.step(1);
        }
        for (std::int64_t i = 0; i < 3; ++i) {
            first.step(1);
        }
        first.updater.finish();
        Training second(optimizer, first.updater.state(), first.updater.values().front());
        for (std::int64_t i = 3; i < kSteps; ++i) {
            second.step(1);
        }
        HOLDS(through.value() == second.value(), who, "differs");
        HOLDS(through.updater.iteration() == second.updater.iteration(), who, "counts otherwise");
    });
}

TEST("no optimizer allocates in a step") {
    forVariants([](const Object& optimizer, const std::string& who) {
        Training training(optimizer);
        Tensor gradient = noise(5, kShape);
        float* pointer = gradient.data<float>();
        const long before = allocations();
        training.updater.begin();
        training.updater.updateAll(training.pool, &pointer);
        training.updater.end();
        HOLDS(allocations() == before, who, "allocates");
    });
}

TEST("every optimizer finds the bottom of a bowl, with a learning rate of its order") {
    for (const OptimizerType& type : optimizerTypes()) {
        float nearest = 1;
        for (const double rate : {0.02, 0.05, 5.0}) { // Adadelta's steps start tiny, whatever the gradient
            Training training({type.name, {{"learning_rate", rate}}});
            for (int i = 0; i < 400; ++i) {
                Tensor gradient = training.value(); // of half the sum of squares
                float* pointer = gradient.data<float>();
                training.updater.begin();
                training.updater.updateAll(training.pool, &pointer);
                training.updater.end();
            }
            const Tensor end = training.value();
            float farthest = 0;
            for (const float x : end.floats()) {
                farthest = std::isfinite(x) ? std::max(farthest, std::fabs(x)) : 1.0f;
            }
            nearest = std::min(nearest, farthest);
        }
        HOLDS(nearest < 0.06f, type.name, "is still at " + std::to_string(nearest));
    }
}

TEST("clipping by norm shortens a gradient to its limit, alone or together") {
    const auto moved = [](const ParamMap& extra) {
        ParamMap params = extra;
        params["learning_rate"] = 1.0;
        const auto weight = [](std::uint64_t id, std::int64_t n) {
            return UpdaterWeight{{{LayerId{id}}, "w"}, std::make_shared<const Tensor>(Shape{n}), true};
        };
        Updater updater({"SGD", params}, {weight(1, 2), weight(2, 1)});
        std::vector<float> a = {3, 4};
        std::vector<float> b = {12};
        float* gradients[] = {a.data(), b.data()};
        ThreadPool pool(1);
        updater.begin();
        updater.updateAll(pool, gradients);
        updater.end();
        const auto values = updater.values();
        return std::vector<double>{values[0]->at(0), values[0]->at(1), values[1]->at(0)};
    };
    const std::vector<double> each = moved({{"clipnorm", 1.0}});
    CHECK_NEAR(each[0], -0.6, 1e-6);
    CHECK_NEAR(each[1], -0.8, 1e-6);
    CHECK_NEAR(each[2], -1, 1e-6);
    const std::vector<double> together = moved({{"global_clipnorm", 6.5}}); // the whole gradient is 13 long
    CHECK_NEAR(together[0], -1.5, 1e-6);
    CHECK_NEAR(together[1], -2, 1e-6);
    CHECK_NEAR(together[2], -6, 1e-6);
}
