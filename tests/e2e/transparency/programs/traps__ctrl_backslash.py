# stage: terminal
# when ready: keys \x1c
import os, resource, time
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
os.write(1, b"ready\r\n")
time.sleep(5)
