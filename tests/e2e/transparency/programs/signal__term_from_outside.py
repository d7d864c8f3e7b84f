# when ready: signal TERM
# No handler: the default must act.
import os, time
os.write(1, b"ready\n")
time.sleep(10)
