# stage: pipe
# when ready: close stdout
# when ready: touch go
# One write, long after the reader has gone, meets the closed pipe at once.
import os, signal, time
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
os.write(1, b"ready\n")
while not os.path.exists("go"):
    time.sleep(0.01)
time.sleep(0.1)
os.write(1, b"x")
os.write(2, b"survived\n")
