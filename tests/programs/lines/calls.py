import os, subprocess, sys, threading, multiprocessing
def say(fd):
    os.write(fd, b"x")  # line: write pipe
if __name__ == "__main__":
    r, w = os.pipe()
    say(w)
    print("hello", flush=True)
    with open("/tmp/x", "w") as f:
        f.write("x")
    subprocess.run(["/bin/true"])
    exec("os.write(w, b'1')")
    t = threading.Thread(target=lambda: os.read(r, 1))
    t.start()
    t.join()
    p = multiprocessing.Process(target=say, args=(w,))
    p.start()
    p.join()
