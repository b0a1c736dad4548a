"""The first message of a TLS client, as a server reads it (RFC 8446 section 4.1.2)."""

import os
import socket
import subprocess
import threading

# These hold a random value, or one of its length.
RANDOM_EXTENSIONS = {"0015", "0029", "0033"}


class Reader:
    """Takes bytes from the front of a message."""

    def __init__(self, data):
        self.data = data

    def take(self, count):
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def vector(self, size_bytes):
        return self.take(int.from_bytes(self.take(size_bytes), "big"))


def describe(record):
    """Returns what a client offers, without its random values: versions, cipher suites, and extensions in their order."""
    message = Reader(record[9:])
    version = message.take(2).hex()
    message.take(32)  # random
    message.vector(1)  # session id
    suites = message.vector(2).hex()
    compression = message.vector(1).hex()
    extensions = []
    rest = Reader(message.vector(2))
    while rest.data:
        kind, content = rest.take(2).hex(), rest.vector(2).hex()
        extensions.append((kind, "" if kind in RANDOM_EXTENSIONS else content))
    return {"version": version, "suites": suites, "compression": compression, "extensions": extensions}


def read_record(connection):
    record = b""
    while len(record) < 5 or len(record) < 5 + int.from_bytes(record[3:5], "big"):
        part = connection.recv(65536)
        if not part:
            break
        record += part
    return record


def hello_of(command, openssl_conf=None):
    """Returns what this msiv2 command offers to a server of Service Fabric."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        records = []

        def accept():
            with server.accept()[0] as connection:
                records.append(read_record(connection))

        acceptor = threading.Thread(target=accept)
        acceptor.start()
        environment = {"PATH": os.environ["PATH"], "IDENTITY_HEADER": "code", "IDENTITY_SERVER_THUMBPRINT": "0" * 40,
                       "IDENTITY_ENDPOINT": f"https://127.0.0.1:{server.getsockname()[1]}/metadata/identity/oauth2/token"}
        if openssl_conf is not None:
            environment["OPENSSL_CONF"] = str(openssl_conf)
        subprocess.run([command, "token", "--resource", "https://vault.azure.net", "--source", "service-fabric", "--no-retries"],
                       env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        acceptor.join()
    return describe(records[0])
