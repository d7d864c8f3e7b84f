# All that the command started is in its group, and gets what the group gets.
import os, signal, time
reader, writer = os.pipe()
signal.signal(signal.SIGUSR1, lambda n, f: os.write(writer, b"x"))
if not os.fork():
    os.write(writer, b"r")
    time.sleep(5)
    os._exit(0)
os.read(reader, 1)
os.kill(0, signal.SIGUSR1)
got = b""
while len(got) < 2:
    got += os.read(reader, 2)
os.write(1, b"both got it\n")
os.kill(0, signal.SIGKILL)
