#!/usr/bin/env python3
"""A token server in the form of App Service. It answers every request on every connection with the same token of 1600
characters. Prints its port, and ends with its standard input."""

import json
import os
import socket
import sys
import threading
import time

LIFETIME = 86400
TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9." + 1519 * "A" + ".sig" + 40 * "B"


def answer():
    """Returns an answer whose token expires in a day."""
    now = int(time.time())
    body = json.dumps({"access_token": TOKEN, "expires_in": str(LIFETIME), "expires_on": str(now + LIFETIME),
                       "not_before": str(now), "resource": "https://management.azure.com", "token_type": "Bearer",
                       "client_id": "00000000-0000-0000-0000-000000000000"}).encode()
    head = (f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
            "Connection: keep-alive\r\n\r\n")
    return head.encode() + body


def serve(connection):
    """Answers the requests of one connection until it ends. Requests of tokens have no body."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    asked = b""
    try:
        while part := connection.recv(65536):
            asked += part
            while b"\r\n\r\n" in asked:
                head, _, asked = asked.partition(b"\r\n\r\n")
                connection.sendall(answer())
                if b"Connection: close" in head:
                    return
    except OSError:
        pass  # the program that asked has ended
    finally:
        connection.close()


def end_with_input():
    sys.stdin.read()
    os._exit(0)


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=end_with_input, daemon=True).start()
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


if __name__ == "__main__":
    main()
