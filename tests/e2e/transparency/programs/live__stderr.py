# when warning: touch go
import os, time
os.write(2, b"warning\n")
for _ in range(100):
    if os.path.exists("go"):
        os._exit(0)
    time.sleep(0.02)
os._exit(9)
