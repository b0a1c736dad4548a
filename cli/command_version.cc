// msiv2 version: which build this is, for a report of a problem.
#include <CLI/App.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/build_info.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/options.h"

namespace msiv2::cli {
namespace {

constexpr char kVersionExamples[] =
    "Examples:\n"
    "  msiv2 version\n"
    "  msiv2 version --output json | jq -r .commit\n"
    "\n"
    "OpenSSL and curl are those that this program runs with, not those that it was built with.";

void PrintJson(std::ostream& out, const BuildInfo& build) {
  const nlohmann::ordered_json json = {{"version", build.version},   {"commit", build.commit},
                                       {"compiler", build.compiler}, {"build_type", build.build_type},
                                       {"openssl", build.openssl},   {"curl", build.curl}};
  out << json.dump(2) << "\n";
}

void PrintText(std::ostream& out, const BuildInfo& build) {
  out << "msiv2 " << build.version << "\n"
      << "  commit      " << build.commit << "\n"
      << "  compiler    " << build.compiler << "\n"
      << "  build type  " << build.build_type << "\n"
      << "  OpenSSL     " << build.openssl << "\n"
      << "  curl        " << build.curl << "\n";
}

}  // namespace

void AddVersionCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = AddCommand(app, invocation, "version",
                                 "Print the version, the commit and the libraries of this program");
  if (command == nullptr) return;
  const auto output = std::make_shared<std::string>("text");
  AddTextOrJsonFlag(*command, *output);
  command->footer(kVersionExamples);
  command->callback([output, &invocation] {
    invocation.action = [output, &invocation] {
      const BuildInfo build = ThisBuild();
      if (*output == "json") {
        PrintJson(invocation.console.out, build);
      } else {
        PrintText(invocation.console.out, build);
      }
      return kOk;
    };
  });
}

}  // namespace msiv2::cli
