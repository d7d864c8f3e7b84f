# stage: terminal
# pipe: 1 2
# when ready: keys \x1a
# when stopped: continue
# when ready: touch go
import os, time
os.write(1, b"ready\n")
while not os.path.exists("go"):
    time.sleep(0.01)
os.write(1, b"after\n")
