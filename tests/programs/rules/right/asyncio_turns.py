"""A coroutine gives way with sleep(0) between its steps, while a child program is awaited."""

import asyncio


async def compute():
    total = 0
    for number in range(500):
        total += number * number
        await asyncio.sleep(0)
    return total


async def main():
    child = await asyncio.create_subprocess_exec("sleep", "1")
    total = await compute()
    print(total, await child.wait())


asyncio.run(main())
