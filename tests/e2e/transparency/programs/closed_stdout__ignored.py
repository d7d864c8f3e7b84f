# stage: pipe
# when ready: close stdout
# when ready: touch go
# SIGPIPE ignored, as Python does: the write must fail with EPIPE.
import os, time
os.write(1, b"ready\n")
while not os.path.exists("go"):
    time.sleep(0.01)
time.sleep(0.05)
try:
    for _ in range(100):
        os.write(1, b"x" * 5000)
        time.sleep(0.005)
    os.write(2, b"no error\n")
except OSError as error:
    os.write(2, b"errno %d\n" % error.errno)
