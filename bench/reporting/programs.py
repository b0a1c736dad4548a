"""Builds the programs that measure, starts the servers that they ask, and runs them."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RELEASE = ROOT / "build/release"
PROGRAMS = RELEASE / "bench"
PEER_BUILD = ROOT / "build/peer"
JAR = RELEASE / "bindings/java/msiv2.jar"
KEY = ROOT / "tests/golden/csr/public_test_key.pem"  # public: it protects nothing


class Failed(Exception):
    """A build or a program failed; the text is for the user."""


def shell(script, what):
    """Runs a script of bash with the packages' functions; raises Failed with its last lines."""
    run = subprocess.run(["bash", "-c", f"source tools/packages.sh && use_ccache && {script}"], cwd=ROOT, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)
    if run.returncode != 0:
        raise Failed(f"{what} failed:\n" + "\n".join(run.stdout.splitlines()[-30:]))


def has_java():
    return shutil.which("javac") is not None


def build():
    java = ["-DMSIV2_BUILD_JAVA=ON", "msiv2_java"] if has_java() else ["", ""]
    shell(f"cmake --preset release {java[0]} && cmake --build --preset release --target msiv2_figures {java[1]}",
          "the build of preset release")


def build_peer(folder):
    """Builds the program of the peer from a checkout of azure-sdk-for-cpp."""
    shell(f"cmake -S bench/peer -B '{PEER_BUILD}' -G Ninja -DCMAKE_BUILD_TYPE=Release -DMSIV2_PEER='{folder}' && "
          f"cmake --build '{PEER_BUILD}' --target msiv2_bearer_peer", "the build of the peer")


def lines_of(output):
    """Returns the values of all lines that are JSON objects, in one dictionary."""
    values = {}
    for line in output.splitlines():
        if line.startswith("{"):
            values.update(json.loads(line))
    return values


def run(command, variables=None):
    """Returns the values that a program prints; raises Failed with what it said. `variables` are its environment."""
    done = subprocess.run([str(word) for word in command], env=variables or {}, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stderr}{done.stdout}")
    return lines_of(done.stdout)


class Servers:
    """The token server and the emulator, from `with` to its end."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.children = []
        self.endpoint = f"http://127.0.0.1:{self.start([sys.executable, ROOT / 'bench/reporting/token_server.py'])}/msi/token"
        self.imds = json.loads(self.start([PROGRAMS / "msiv2_host", self.folder.name, KEY]))["imds"]
        return self

    def start(self, command):
        """Returns the first line that a server prints."""
        child = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.children.append(child)
        line = child.stdout.readline().strip()
        if not line:
            self.__exit__()
            raise Failed(f"{command[-1]}: the server did not start")
        return line

    def __exit__(self, *_):
        for child in self.children:
            child.stdin.close()
            child.wait()
            child.stdout.close()
        self.folder.cleanup()

    @property
    def ca_file(self):
        return pathlib.Path(self.folder.name) / "ca.pem"

    def bearer(self, program="msiv2_bearer", folder=PROGRAMS):
        """Returns the command of a program that asks for bearer tokens, without its figure."""
        return [folder / program, self.endpoint]

    def bound(self):
        return [PROGRAMS / "msiv2_bound", self.imds, self.ca_file, KEY]

    def bound_floor(self):
        return [PROGRAMS / "msiv2_bound_floor", self.imds, self.ca_file, KEY, self.folder.name]

    def java(self):
        return [shutil.which("java"), "-cp", JAR, ROOT / "bench/JavaHits.java", self.imds, self.ca_file]

    def of_app_service(self):
        """Returns the variables that point the msiv2 command at the token server."""
        return {"IDENTITY_ENDPOINT": self.endpoint, "IDENTITY_HEADER": "secret"}
