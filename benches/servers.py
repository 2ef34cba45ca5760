"""Twenty hosts (127.0.0.1 to 127.0.0.20) that answer everything after 50 ms: `python3 benches/servers.py 8080`."""

import asyncio
import sys

LATENCY = 0.05
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"


class Server(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.head = transport, b""

    def data_received(self, data):
        self.head += data
        while b"\r\n\r\n" in self.head:
            self.head = self.head.split(b"\r\n\r\n", 1)[1]
            asyncio.get_running_loop().call_later(LATENCY, self.answer)

    def answer(self):
        if not self.transport.is_closing():
            self.transport.write(ANSWER)


async def main(port):
    loop = asyncio.get_running_loop()
    hosts = [f"127.0.0.{number}" for number in range(1, 21)]
    servers = [await loop.create_server(Server, host, port, backlog=1024) for host in hosts]
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main(int(sys.argv[1])))
