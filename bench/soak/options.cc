#include "bench/soak/options.h"

#include <CLI/CLI.hpp>
#include <string>

namespace msiv2::soak {
namespace {

constexpr char kAbout[] =
    "Runs clients of msiv2 for a long time against an emulator that fails at random, and checks that\n"
    "nothing wrong is ever returned. The emulator is a child process, which ends with this one: memory and\n"
    "handles are reported for both apart. The services' time and the clients' time are stepped together\n"
    "between rounds of calls, so that certificates and tokens end many times in a short run.";

constexpr char kExamples[] =
    "Examples:\n"
    "  msiv2_soak                                  two minutes, eight threads, four identities\n"
    "  msiv2_soak --hours 8 --threads 32 --seed 7  a night; the same seed gives the same faults\n"
    "  msiv2_soak --no-faults --minutes 1          rotations and refreshes only\n"
    "  msiv2_soak --no-faults --certificate-age 12 certificates that are past half of their life at once\n"
    "  msiv2_soak --minutes 10 --output json > soak.json\n"
    "\n"
    "A line of progress goes to stderr, the report to stdout.\n"
    "Exit code: 0 when every invariant held, 1 when one broke, 2 for wrong flags.";

/// Flags holds the flags as given.
struct Flags {
  double hours = 0;
  double minutes = 0;
  double largest_step_minutes = 20;
  double certificate_hours = 4;
  double certificate_age_hours = 0;
  double token_hours = 3;
  double longest_overrun_seconds = 1;
  double progress_seconds = 5;
  bool no_faults = false;
  std::string output = "text";
};

void AddFlags(CLI::App& app, Flags& flags, SoakOptions& options) {
  app.add_option("--hours", flags.hours, "How long; added to --minutes")->check(CLI::Range(0.0, 24.0 * 365));
  app.add_option("--minutes", flags.minutes, "How long; default 2, fractions are fine")
      ->check(CLI::Range(0.0, 60.0 * 24 * 365));
  app.add_option("--threads", options.threads, "Client threads")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--identities", options.identities,
                 "Managed identities of the emulated host, one client each")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Seed of faults and requests")->capture_default_str();
  app.add_option("--largest-step", flags.largest_step_minutes,
                 "Most minutes that pass between two rounds of calls")
      ->check(CLI::Range(0.0, 120.0))
      ->capture_default_str();
  app.add_option("--certificate-hours", flags.certificate_hours, "Life of a certificate")
      ->check(CLI::Range(0.5, 24.0 * 90))
      ->capture_default_str();
  app.add_option(
         "--certificate-age", flags.certificate_age_hours,
         "Hours for which a certificate has lived by its own dates when it is issued; 0: five minutes")
      ->check(CLI::Range(0.0, 24.0 * 90))
      ->capture_default_str();
  app.add_option("--token-hours", flags.token_hours, "Life of a token")
      ->check(CLI::Range(0.5, 24.0 * 90))
      ->capture_default_str();
  app.add_option(
         "--longest-overrun", flags.longest_overrun_seconds,
         "Most seconds by which a call may miss its deadline; more on a slow machine, or under sanitizers")
      ->check(CLI::Range(0.0, 600.0))
      ->capture_default_str();
  app.add_option("--progress", flags.progress_seconds, "Seconds between two lines of progress; 0: none")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  app.add_flag("--no-faults", flags.no_faults, "Let nothing go wrong");
  app.add_option("--output", flags.output, "Form of the report")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

std::chrono::milliseconds Seconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(seconds * 1000));
}

std::chrono::seconds WholeSeconds(double seconds) {
  return std::chrono::duration_cast<std::chrono::seconds>(Seconds(seconds));
}

}  // namespace

std::optional<SoakOptions> ParseSoakOptions(int argc, const char* const* argv, int& exit_code) {
  SoakOptions options;
  Flags flags;
  CLI::App app(kAbout, "msiv2_soak");
  app.footer(kExamples);
  AddFlags(app, flags, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    exit_code = app.exit(problem) == 0 ? 0 : 2;
    return std::nullopt;
  }
  const double minutes = flags.hours * 60 + flags.minutes;
  if (minutes > 0) options.duration = Seconds(minutes * 60);
  options.largest_step = WholeSeconds(flags.largest_step_minutes * 60);
  options.certificate_lifetime = WholeSeconds(flags.certificate_hours * 3600);
  if (flags.certificate_age_hours > 0) {
    options.certificate_age = WholeSeconds(flags.certificate_age_hours * 3600);
  }
  options.token_lifetime = WholeSeconds(flags.token_hours * 3600);
  options.longest_overrun = Seconds(flags.longest_overrun_seconds);
  options.progress = Seconds(flags.progress_seconds);
  options.faults = !flags.no_faults;
  options.json = flags.output == "json";
  return options;
}

}  // namespace msiv2::soak
