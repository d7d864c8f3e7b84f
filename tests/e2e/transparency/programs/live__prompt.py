# when name?: touch go
import os, time
os.write(1, b"name? ")
for _ in range(100):
    if os.path.exists("go"):
        os.write(1, b"seen in time\n")
        os._exit(0)
    time.sleep(0.02)
os._exit(9)
