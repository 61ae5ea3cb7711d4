"""A small server whose workers are forked from a parent that has loaded everything: a dead one is replaced at once.

Prints its port. SIGTERM ends it and its workers in order.
"""

import os
import signal
import socket
import sys
from socketserver import ThreadingMixIn
from types import FrameType
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from tests.counting.wsgi import application

WORKERS = int(sys.argv[1])


class Server(ThreadingMixIn, WSGIServer):
    request_queue_size = 128

    def server_bind(self) -> None:  # The socket is the parent's.
        self.server_name, self.server_port = self.socket.getsockname()[:2]
        self.setup_environ()


class Handler(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def work(listening: socket.socket) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    server = Server(listening.getsockname(), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.server_bind()
    server.set_app(application)
    try:
        server.serve_forever(poll_interval=0.05)
    finally:
        server.server_close()  # Waits for requests in flight.


def main() -> None:
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    stopping = False
    workers: set[int] = set()

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for pid in workers:
            os.kill(pid, signal.SIGTERM)

    print(listening.getsockname()[1], flush=True)
    while True:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        while not stopping and len(workers) < WORKERS:
            pid = os.fork()
            if not pid:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
                work(listening)
                return
            workers.add(pid)
        signal.signal(signal.SIGTERM, stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        if not workers:
            return
        workers.discard(os.wait()[0])


if __name__ == "__main__":
    main()
