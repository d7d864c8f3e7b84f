# stage: terminal
# when ready: resize 20x70
import os, signal, time
def told(number, frame):
    os.write(1, repr(tuple(os.get_terminal_size(1))).encode())
    os._exit(0)
signal.signal(signal.SIGWINCH, told)
os.write(1, b"ready\r\n")
time.sleep(5)
