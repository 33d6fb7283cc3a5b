// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"

#include "engine/base/text.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace weft::cli {

const std::vector<Option>& commonOptions() {
    static const std::vector<Option> options = {
        {"--json", "", "Print results as JSON."},
        {"--threads", "N", "Use N threads (default: all cores)."},
        {"--seed", "N", "Seed of all random numbers (default: the project's)."},
        {"--help", "", "Print this page."},
    };
    return options;
}

namespace {

const Option* findOption(const Command& command, const std::string& name) {
    for (const std::vector<Option>* options : {&command.options, &commonOptions()}) {
        const auto found = std::find_if(options->begin(), options->end(), [&](const Option& o) { return o.name == name; });
        if (found != options->end()) {
            return &*found;
        }
    }
    return nullptr;
}

/// `-1` and `-.5` are numbers: values that their option may refuse in words of its own.
bool isOption(const std::string& word) { return word.size() > 1 && word[0] == '-' && !parseNumber(word); }

} // namespace

Arguments Arguments::parse(const Command& command, const std::vector<std::string>& words) {
    Arguments out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string word = words[i] == "-h" ? "--help" : words[i];
        if (!isOption(word)) {
            if (command.operand.empty() || !out.m_operand.empty()) {
                throw UsageError(cat("weft ", command.name, " does not know what to do with \"", word, "\"."));
            }
            out.m_operand = word;
            continue;
        }
        std::optional<std::string> attached;
        if (const std::size_t equals = word.find('='); word.starts_with("--") && equals != std::string::npos) {
            attached = word.substr(equals + 1);
            word.resize(equals);
        }
        const Option* option = findOption(command, word);
        if (!option) {
            throw UsageError(cat("weft ", command.name, " has no option ", word, "."));
        }
        std::vector<std::string>& values = out.m_values[word];
        if (option->value.empty()) {
            if (attached) {
                throw UsageError(cat(word, " takes no value."));
            }
            continue;
        }
        if (!option->many && !values.empty()) {
            throw UsageError(cat(word, " is given twice."));
        }
        if (!attached && (i + 1 >= words.size() || isOption(words[i + 1]))) {
            throw UsageError(cat(word, " needs a value: ", word, " ", option->value, "."));
        }
        values.push_back(attached ? *attached : words[++i]);
        while (option->many && i + 1 < words.size() && !isOption(words[i + 1]) && words[i + 1].find('=') != std::string::npos) {
            values.push_back(words[++i]);
        }
    }
    if (out.has("--help")) {
        return out;
    }
    if (out.m_operand.empty() && !command.operand.empty() && command.operand[0] != '[') {
        throw UsageError(cat("weft ", command.name, " needs ", command.operand, "."));
    }
    for (const Option& option : command.options) {
        if (option.required && !out.has(option.name)) {
            throw UsageError(cat("weft ", command.name, " needs ", option.name, " ", option.value, "."));
        }
    }
    out.integer("--threads", 1);
    out.integer("--seed", 0);
    return out;
}

std::string Arguments::text(std::string_view option, std::string fallback) const {
    const auto found = m_values.find(option);
    return found == m_values.end() || found->second.empty() ? std::move(fallback) : found->second.front();
}

std::optional<std::int64_t> Arguments::integer(std::string_view option, std::int64_t minimum) const {
    if (!has(option)) {
        return std::nullopt;
    }
    const std::string word = text(option);
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (failure != std::errc() || end != word.data() + word.size() || number < minimum) {
        throw UsageError(cat(option, " takes a whole number of at least ", minimum, ", not \"", word, "\"."));
    }
    return number;
}

std::vector<std::pair<std::string, std::string>> Arguments::pairs(std::string_view option) const {
    std::vector<std::pair<std::string, std::string>> out;
    std::set<std::string> names;
    const auto found = m_values.find(option);
    if (found == m_values.end()) {
        return out;
    }
    for (const std::string& value : found->second) {
        const std::size_t equals = value.find('=');
        std::string name = equals == std::string::npos ? std::string() : value.substr(0, equals);
        if (!names.insert(name).second) {
            throw UsageError(cat(option, " gives ", name.empty() ? "a nameless file" : name, " twice."));
        }
        out.emplace_back(std::move(name), equals == std::string::npos ? value : value.substr(equals + 1));
    }
    return out;
}

std::string manual(const Command& command) {
    std::string usage = cat("weft ", command.name, command.operand.empty() ? "" : " ", command.operand);
    std::size_t width = 0;
    const auto left = [](const Option& o) { return o.value.empty() ? o.name : cat(o.name, " ", o.value, o.many ? " ..." : ""); };
    for (const Option& o : command.options) {
        usage += o.required ? cat(" ", left(o)) : cat(" [", left(o), "]");
        width = std::max(width, left(o).size());
    }
    for (const Option& o : commonOptions()) {
        width = std::max(width, left(o).size());
    }
    std::string out = cat("Usage: ", usage, "\n\n", command.summary, "\n");
    if (!command.help.empty()) {
        out += cat("\n", command.help, "\n");
    }
    out += "\nOptions:\n";
    for (const std::vector<Option>* options : {&command.options, &commonOptions()}) {
        for (const Option& o : *options) {
            out += cat("  ", left(o), std::string(width + 2 - left(o).size(), ' '), o.help, "\n");
        }
    }
    return out;
}

} // namespace weft::cli
