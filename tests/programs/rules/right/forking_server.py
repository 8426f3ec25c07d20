"""socketserver with a process a request, twelve clients one after the other."""

import os
import socket
import socketserver


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.readline())


class Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    pass


with Server("office", Echo) as server:
    client = os.fork()
    if client == 0:
        for number in range(12):
            with socket.socket(socket.AF_UNIX) as way:
                way.connect("office")
                way.sendall(b"%d\n" % number)
                way.recv(10)
        os._exit(0)
    for _ in range(12):
        server.handle_request()
os.waitpid(client, 0)
os.unlink("office")
