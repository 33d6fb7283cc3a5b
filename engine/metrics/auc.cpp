// SPDX-License-Identifier: Apache-2.0
#include "engine/metrics/sample_mean.h"

#include "engine/base/text.h"

#include <algorithm>
#include <cmath>

namespace weft::metrics {
namespace {

const std::vector<std::string> kCurves = {"ROC", "PR"};
const std::vector<std::string> kSums = {"interpolation", "minoring", "majoring"};

struct Auc {
    std::int64_t num_thresholds = 200;
    std::string curve = kCurves[0];
    std::string summation_method = kSums[0];
    bool multi_label = false;
    std::optional<std::int64_t> num_labels;
    bool from_logits = false;
    std::optional<std::string> name;

    static Binding<Auc> binding() {
        Binding<Auc> b;
        b("num_thresholds", &Auc::num_thresholds, "Thresholds", "In how many points the curve is known.").min(2).max(1e6).advanced();
        b("curve", &Auc::curve, "Curve", "ROC: true against false alarms; PR: precision against recall, for data in which yes is rare.").choices(kCurves);
        b("summation_method", &Auc::summation_method, "Summation", "How the area between two points is taken.").choices(kSums).advanced();
        b("multi_label", &Auc::multi_label, "Several questions", "Every column is a question of its own, and the mean of their areas is taken.");
        b("num_labels", &Auc::num_labels, "Number of questions", "How many columns there are.").min(1).max(1e6).advanced();
        b("from_logits", &Auc::from_logits, "From logits", "The predictions are scores before a sigmoid.");
        addName(b);
        return b;
    }
};

/// As Keras: yes and no are counted at fixed thresholds, 0 and 1 included (a little beyond), and the curve between them is summed.
class State final : public MetricState {
public:
    State(const Auc& p, std::int64_t width) : m_p(p), m_width(width), m_curves(p.multi_label ? width : 1) {
        const std::int64_t inner = p.num_thresholds - 2;
        m_thresholds.push_back(-kEpsilon);
        for (std::int64_t i = 1; i <= inner; ++i) {
            m_thresholds.push_back(static_cast<float>(static_cast<double>(i) / static_cast<double>(p.num_thresholds - 1)));
        }
        m_thresholds.push_back(1 + kEpsilon);
        m_counts.resize(m_thresholds.size() * static_cast<std::size_t>(m_curves));
    }

    void reset() override { std::fill(m_counts.begin(), m_counts.end(), Counts{}); }

    void update(std::int64_t batch, const void* target, const float* prediction, SampleWeights weights) override {
        const auto* t = static_cast<const float*>(target);
        const std::int64_t share = m_width / std::max<std::int64_t>(weights.perSample, 1);
        for (std::int64_t i = 0; i < batch * m_width; ++i) {
            const float p = m_p.from_logits ? 1 / (1 + std::exp(-prediction[i])) : prediction[i];
            const double weight = weights.numbers ? static_cast<double>(weights.numbers[i / share]) : 1.0;
            Counts* own = m_counts.data() + (i % m_curves) * static_cast<std::int64_t>(m_thresholds.size());
            for (std::size_t k = 0; k < m_thresholds.size(); ++k) {
                const bool yes = p > m_thresholds[k];
                (t[i] != 0 ? yes ? own[k].tp : own[k].fn : yes ? own[k].fp : own[k].tn) += weight;
            }
        }
    }

    double result() const override {
        double sum = 0;
        for (std::int64_t curve = 0; curve < m_curves; ++curve) {
            const Counts* own = m_counts.data() + curve * static_cast<std::int64_t>(m_thresholds.size());
            sum += m_p.curve == kCurves[1] && m_p.summation_method == kSums[0] ? interpolated(own) : area(own);
        }
        return sum / static_cast<double>(m_curves);
    }

private:
    static constexpr float kEpsilon = 1e-7F;
    struct Counts {
        double tp = 0, fp = 0, tn = 0, fn = 0;
    };
    static double ratio(double a, double b) { return b == 0 ? 0 : a / b; }

    double area(const Counts* c) const {
        const bool isRoc = m_p.curve == kCurves[0];
        const auto x = [&](const Counts& k) { return isRoc ? ratio(k.fp, k.fp + k.tn) : ratio(k.tp, k.tp + k.fn); };
        const auto y = [&](const Counts& k) { return isRoc ? ratio(k.tp, k.tp + k.fn) : ratio(k.tp, k.tp + k.fp); };
        double sum = 0;
        for (std::size_t k = 0; k + 1 < m_thresholds.size(); ++k) {
            const double a = y(c[k]);
            const double b = y(c[k + 1]);
            const double height = m_p.summation_method == kSums[0] ? (a + b) / 2 : m_p.summation_method == kSums[1] ? std::min(a, b) : std::max(a, b);
            sum += (x(c[k]) - x(c[k + 1])) * height;
        }
        return sum;
    }

    /// Between two points of a precision-recall curve true positives grow evenly (Davis and Goadrich, 2006).
    double interpolated(const Counts* c) const {
        double sum = 0;
        for (std::size_t k = 0; k + 1 < m_thresholds.size(); ++k) {
            const double step = c[k].tp - c[k + 1].tp;
            const double yes = c[k].tp + c[k].fp;
            const double nextYes = c[k + 1].tp + c[k + 1].fp;
            const double slope = ratio(step, std::max(yes - nextYes, 0.0));
            const double intercept = c[k + 1].tp - slope * nextYes;
            const double safe = yes > 0 && nextYes > 0 ? ratio(yes, std::max(nextYes, 0.0)) : 1.0;
            sum += ratio(slope * (step + intercept * std::log(safe)), std::max(c[k + 1].tp + c[k + 1].fn, 0.0));
        }
        return sum;
    }

    Auc m_p;
    std::int64_t m_width, m_curves;
    std::vector<float> m_thresholds;
    std::vector<Counts> m_counts;
};

} // namespace

MetricType auc() {
    auto binding = std::make_shared<const Binding<Auc>>(Auc::binding());
    MetricType type;
    type.name = "AUC";
    type.title = "Area under the curve";
    type.help = "How well yes and no are told apart at any threshold: 1 always, 0.5 by chance.";
    type.aliases = {"auc"};
    type.shortName = "auc";
    type.higherIsBetter = true;
    type.schema = binding->schema();
    type.check = [title = type.title](const ParamMap&, const TensorSpec& target, const TensorSpec& prediction) {
        const std::string problem = pairUp(target, prediction).problem;
        return problem.empty() ? problem : title + ": " + problem;
    };
    type.build = [binding](const ParamMap& params, const TensorSpec&, const TensorSpec& prediction) {
        return std::make_unique<State>(binding->read(params), prediction.shape.count(1));
    };
    type.examples = {{{}, {{12}}, {{12, 1}}},
                     {{{"curve", "PR"}, {"num_thresholds", 20}}, {{12}}, {{12, 1}}},
                     {{{"multi_label", true}, {"num_labels", 3}, {"summation_method", "minoring"}}, {{12, 3}}, {{12, 3}}},
                     {{{"from_logits", true}, {"summation_method", "majoring"}, {"curve", "PR"}}, {{12, 1}}, {{12, 1}}}};
    return type;
}

} // namespace weft::metrics
