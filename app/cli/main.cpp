// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "engine/base/error.h"
#include "engine/base/file.h"
#include "engine/base/text.h"

#include <algorithm>
#include <iostream>
#include <new>

namespace weft::cli {
namespace {

std::string overview(const std::vector<Command>& commands) {
    std::string out =
        "Usage: weft COMMAND [ARGUMENT] [OPTION ...]\n\nDraw, train and ship neural networks: the command line.\n\nCommands:\n";
    for (const Command& command : commands) {
        out += cat("  ", command.name, std::string(command.name.size() < 11 ? 11 - command.name.size() : 1, ' '), command.summary, "\n");
    }
    return out + "\nOptions of every command: --json, --threads N, --seed N, --help. `weft --version` prints the version.\n"
                 "Exit status: 0 done, 1 failed, 2 wrong usage.\n";
}

/// The word that names the command: the first that is neither an option nor the value of one that every command takes.
std::size_t commandAt(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!words[i].starts_with("-")) {
            return i;
        }
        const auto option =
            std::find_if(commonOptions().begin(), commonOptions().end(), [&](const Option& o) { return o.name == words[i]; });
        i += option != commonOptions().end() && !option->value.empty() ? 1 : 0;
    }
    return words.size();
}

int run(std::vector<std::string> words) {
    const std::vector<Command> commands = commands::records();
    const std::size_t at = commandAt(words);
    if (at >= words.size()) {
        const auto given = [&](const char* option) { return std::find(words.begin(), words.end(), option) != words.end(); };
        if (given("--version")) {
            std::cout << "weft " WEFT_VERSION "\n";
            return 0;
        }
        if (given("--help") || given("-h")) {
            std::cout << overview(commands);
            return 0;
        }
        throw UsageError("No command is given; `weft --help` lists them.");
    }
    const std::string name = words[at];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
    const auto command = std::find_if(commands.begin(), commands.end(), [&](const Command& c) { return c.name == name; });
    if (command == commands.end()) {
        throw UsageError(cat("There is no command \"", name, "\"; `weft --help` lists them."));
    }
    const Arguments arguments = Arguments::parse(*command, words);
    if (arguments.has("--help")) {
        std::cout << manual(*command);
        return 0;
    }
    return command->run(arguments);
}

int guarded(std::vector<std::string> words) {
    const auto fail = [](const std::string& sentence, int status) {
        std::cout.flush();
        std::cerr << "weft: error: " << sentence << "\n";
        return status;
    };
    try {
        const int status = run(std::move(words));
        std::cout.flush();
        return std::cout ? status : fail("Standard output cannot be written.", 1);
    } catch (const UsageError& e) {
        return fail(e.what(), 2);
    } catch (const std::bad_alloc&) {
        return fail("There is not enough memory for this.", 1);
    } catch (const std::filesystem::filesystem_error& e) {
        return fail(cat("Cannot use ", pathText(e.path1()), ": ", e.code().message(), "."), 1);
    } catch (const std::exception& e) {
        return fail(e.what(), 1);
    }
}

} // namespace
} // namespace weft::cli

int main(int argc, char** argv) { return weft::cli::guarded({argv + 1, argv + argc}); }
