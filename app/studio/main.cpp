// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/screenshot.h"
#include "ui/main_window/project_files.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>

#include <cstdio>

using namespace weft::ui;

namespace {

[[noreturn]] void refuse(const QString& sentence) {
    std::fprintf(stderr, "weft-studio: error: %s\n", qPrintable(sentence));
    std::exit(2);
}

} // namespace

int main(int argc, char** argv) {
    QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Weft"));
    QApplication::setApplicationName(QStringLiteral("weft-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("Weft"));
    QApplication::setApplicationVersion(QStringLiteral(WEFT_VERSION));

    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Draws, trains and ships neural networks."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("Project to open."), QStringLiteral("[FILE]"));
    const QCommandLineOption screenshot(QStringLiteral("screenshot"), QStringLiteral("Save a picture of the window to FILE and end."), QStringLiteral("FILE"));
    const QCommandLineOption after(QStringLiteral("screenshot-after"), QStringLiteral("Train first; take the picture after N epochs."), QStringLiteral("N"));
    const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("Size of the window, like 1600x1000."), QStringLiteral("WxH"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light or dark."), QStringLiteral("THEME"));
    const QCommandLineOption panel(QStringLiteral("panel"), QStringLiteral("Panel to bring to the front."), QStringLiteral("NAME"));
    const QCommandLineOption select(QStringLiteral("select"), QStringLiteral("Layer to select."), QStringLiteral("NAME"));
    const QCommandLineOption language(QStringLiteral("language"), QStringLiteral("en, zh_CN or zh_TW."), QStringLiteral("LANGUAGE"));
    const QCommandLineOption fromTemplate(QStringLiteral("template"), QStringLiteral("Begin with a template."), QStringLiteral("NAME"));
    parser.addOptions({screenshot, after, size, theme, panel, select, language, fromTemplate});
    parser.process(application);

    Appearance appearance;
    if (parser.isSet(theme)) {
        const QString wanted = parser.value(theme);
        if (wanted != QStringLiteral("light") && wanted != QStringLiteral("dark")) {
            refuse(QStringLiteral("--theme is light or dark, not “%1”.").arg(wanted));
        }
        appearance.setMode(wanted == QStringLiteral("dark") ? Appearance::Mode::dark : Appearance::Mode::light);
    }
    appearance.applyTo(application);
    MainWindow window(appearance);
    if (parser.isSet(size)) {
        const QStringList parts = parser.value(size).split(u'x');
        if (parts.size() != 2 || parts[0].toInt() < 200 || parts[1].toInt() < 200) {
            refuse(QStringLiteral("--size is a width and a height of at least 200, like 1600x1000, not “%1”.").arg(parser.value(size)));
        }
        window.resize(parts[0].toInt(), parts[1].toInt());
    }
    window.show();
    bool opened = true;
    if (!parser.positionalArguments().isEmpty()) {
        opened = window.files().open(parser.positionalArguments().front());
    } else if (parser.isSet(fromTemplate)) {
        window.files().newFromTemplate(parser.value(fromTemplate));
    }
    if (parser.isSet(panel) && !window.showPanel(parser.value(panel))) {
        refuse(QStringLiteral("There is no panel “%1”.").arg(parser.value(panel)));
    }
    if (parser.isSet(screenshot)) {
        if (!opened) {
            refuse(QStringLiteral("%1 could not be opened.").arg(parser.positionalArguments().front()));
        }
        const ScreenshotRequest request{parser.value(screenshot), parser.value(panel), parser.value(select), parser.value(after).toInt()};
        // Once the window has its size: docks and canvas settle by then.
        QTimer::singleShot(200, &window, [&window, request] { takeScreenshot(window, request); });
    }
    return QApplication::exec();
}
