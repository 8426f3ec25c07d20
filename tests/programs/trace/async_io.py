"""asyncio: two tasks sleep and talk through a queue; one wait gives up."""
import asyncio


async def produce(queue: asyncio.Queue) -> None:
    for number in range(3):
        await asyncio.sleep(1)
        await queue.put(number)


async def main() -> None:
    queue: asyncio.Queue = asyncio.Queue()
    task = asyncio.create_task(produce(queue))
    print([await queue.get() for _ in range(3)])
    await task
    try:
        await asyncio.wait_for(queue.get(), 2)
    except asyncio.TimeoutError:
        print("late", round(asyncio.get_running_loop().time()) >= 5)


asyncio.run(main())
