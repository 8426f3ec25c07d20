"""Two threads compute in turn under the interpreter's lock until both have counted far enough."""
import threading

done = []


def work(name: str) -> None:
    total = 0
    for number in range(20_000):
        total += number
    done.append(name)


threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(done))
