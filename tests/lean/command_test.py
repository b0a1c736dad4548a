#!/usr/bin/env python3
"""Tests of the lean command: how it is compiled, what it needs, and that it behaves like the command on the system's own
libraries.

    command_test.py BUILD_DIR LIBRARIES NORMAL_COMMAND
"""

import json
import os
import pathlib
import platform
import re
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

from client_hello import hello_of

BUILD, LIBRARIES, NORMAL = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
COMMAND = BUILD / "cli/msiv2"
ARCHIVES = sorted(LIBRARIES.glob("lib/*.a"))
CONFIGURATION = """openssl_conf = all
[all]
ssl_conf = tls
[tls]
system_default = default
[default]
MinProtocol = TLSv1.2
CipherString = ECDHE-RSA-AES256-GCM-SHA384:@SECLEVEL=3
Ciphersuites = TLS_AES_256_GCM_SHA384
Groups = P-384
"""


def readelf(*arguments):
    return subprocess.run(["readelf", "-W", *arguments], capture_output=True, text=True, check=True).stdout


def imported():
    """Returns the functions that the command takes from glibc."""
    return set(re.findall(r" UND (\w+)", readelf("--dyn-syms", COMMAND)))


def undefined_by_member(archive):
    """Returns what each object of an archive takes from elsewhere."""
    symbols = {}
    for line in subprocess.run(["nm", "-A", "-u", archive], capture_output=True, text=True, check=True).stdout.splitlines():
        _, member, symbol = line.split(":", 2)
        symbols.setdefault(member, set()).add(symbol.split()[-1])
    return symbols


class Hardening(unittest.TestCase):
    def test_it_can_be_loaded_anywhere_and_its_tables_are_read_only(self):
        self.assertRegex(readelf("-h", COMMAND), r"Type:\s+DYN \(Position-Independent Executable")
        segments = readelf("-l", COMMAND)
        self.assertIn("GNU_RELRO", segments)
        self.assertRegex(segments, r"GNU_STACK(\s+0x\w+){5}\s+RW\s")
        self.assertNotRegex(segments, r"\sRWE\s")
        dynamic = readelf("-d", COMMAND)
        self.assertRegex(dynamic, r"\(FLAGS_1\)\s+Flags: NOW PIE")
        self.assertNotIn("TEXTREL", dynamic)

    def test_stacks_are_protected_and_functions_fortified(self):
        self.assertIn("__stack_chk_fail", imported())
        self.assertTrue(imported() & {"__memcpy_chk", "__snprintf_chk", "__fprintf_chk", "__vsnprintf_chk"})
        for archive in ARCHIVES:
            symbols = set().union(*undefined_by_member(archive).values())
            self.assertIn("__stack_chk_fail", symbols, archive)
            self.assertTrue([name for name in symbols if name.endswith("_chk")], archive)

    @unittest.skipUnless(platform.machine() == "x86_64", "-fcf-protection is for x86")
    def test_every_object_is_compiled_for_control_flow_protection(self):
        """The start files of Debian's glibc are not, so that the loader sees no mark on the whole program."""
        compiled = [*ARCHIVES, *BUILD.glob("**/libmsiv2*.a"), *BUILD.glob("cli/**/main.cc.o")]
        for name in ("libstdc++.a", "libgcc.a", "libgcc_eh.a", "crtbeginS.o"):
            path = subprocess.run(["c++", "-print-file-name=" + name], capture_output=True, text=True, check=True).stdout
            compiled.append(path.strip())
        for path in compiled:
            objects = re.split(r"^File: ", readelf("-n", path), flags=re.MULTILINE)
            if str(path).endswith(".a"):
                objects = objects[1:]
            self.assertTrue(objects, path)
            for notes in objects:
                self.assertIn("x86 feature: IBT, SHSTK", notes, f"{path}: {notes.splitlines()[0] if notes else 'no notes'}")

    def test_it_needs_glibc_alone(self):
        dynamic = readelf("-d", COMMAND)
        needed = set(re.findall(r"\(NEEDED\)\s+Shared library: \[(.*)\]", dynamic))
        self.assertIn("libc.so.6", needed)
        loader = {name for name in needed if name.startswith("ld-linux")}
        self.assertLessEqual(needed - loader, {"libc.so.6", "libm.so.6"})
        self.assertNotRegex(dynamic, r"\((RPATH|RUNPATH)\)")
        self.assertIn("getaddrinfo", imported())


class SlowServer:
    """Plays IMDS. It waits in the middle of a response until it may go on."""

    BODY = json.dumps({"access_token": "h.p.s", "expires_in": "3600", "resource": "https://vault.azure.net", "token_type": "Bearer"})

    def __init__(self):
        self.asked, self.go_on = threading.Event(), threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        with self.server, self.server.accept()[0] as connection:
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            self.asked.set()
            self.go_on.wait(60)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(self.BODY)}\r\n\r\n"
            connection.sendall((head + self.BODY).encode())


def inherited_by_a_child(pid):
    """Returns the descriptors of a process that an exec would pass on, except the standard ones."""
    inherited = []
    for path in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir():
        flags = int(re.search(r"^flags:\s+(\d+)", path.read_text(), re.MULTILINE)[1], 8)
        if int(path.name) > 2 and not flags & os.O_CLOEXEC:
            inherited.append(f"{path.name}: " + os.readlink(f"/proc/{pid}/fd/{path.name}"))
    return inherited


class Behaviour(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start_token_command(self, server, **variables):
        command = subprocess.Popen([COMMAND, "token", "--resource", "https://vault.azure.net", "--source", "imds", "--imds-base",
                                    server.origin], env={"PATH": os.environ["PATH"], **variables}, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL)
        self.addCleanup(command.wait)
        self.addCleanup(command.kill)
        return command

    # F9.
    def test_a_program_that_it_starts_inherits_no_descriptor(self):
        server = SlowServer()
        command = self.start_token_command(server)
        self.assertTrue(server.asked.wait(60))
        sockets = [os.readlink(path) for path in pathlib.Path(f"/proc/{command.pid}/fd").iterdir()]
        self.assertGreaterEqual(sum(name.startswith("socket:") for name in sockets), 3, sockets)
        self.assertEqual([], inherited_by_a_child(command.pid))
        server.go_on.set()
        self.assertEqual(0, command.wait(60))

    def test_plain_http_reads_no_openssl_cnf(self):
        """A program that opens this pipe would wait for a writer."""
        pipe = self.folder / "openssl.cnf"
        os.mkfifo(pipe)
        server = SlowServer()
        server.go_on.set()
        command = self.start_token_command(server, OPENSSL_CONF=str(pipe))
        self.assertEqual(0, command.wait(60))

    def test_it_offers_a_server_what_the_normal_command_offers(self):
        self.assertEqual(hello_of(NORMAL), hello_of(COMMAND))

    def test_openssl_cnf_changes_the_offer_in_the_same_way(self):
        path = self.folder / "openssl.cnf"
        path.write_text(CONFIGURATION, encoding="ascii")
        changed = hello_of(COMMAND, path)
        self.assertNotEqual(hello_of(COMMAND), changed)
        self.assertEqual(hello_of(NORMAL, path), changed)

    def test_configuration_and_modules_are_in_the_folders_of_the_system(self):
        """A provider in a module, such as a validated one, is found where it is for every program."""
        folders = subprocess.run(["openssl", "version", "-d", "-e", "-m"], capture_output=True, check=True).stdout
        self.assertEqual(3, len(folders.splitlines()))
        for line in folders.splitlines():
            self.assertTrue(line in COMMAND.read_bytes(), line)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
