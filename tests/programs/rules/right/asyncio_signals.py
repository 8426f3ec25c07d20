"""asyncio: a signal handler of the loop, a server on a Unix socket, twelve clients in the same process."""

import asyncio
import os
import signal


async def serve(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()


async def main():
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, stop.set)
    server = await asyncio.start_unix_server(serve, "office")
    for number in range(12):
        reader, writer = await asyncio.open_unix_connection("office")
        writer.write(b"%d\n" % number)
        await reader.readline()
        writer.close()
        await writer.wait_closed()
    os.kill(os.getpid(), signal.SIGUSR1)
    await stop.wait()
    server.close()
    os.unlink("office")
    print("over")


asyncio.run(main())
