# stage: terminal
# when ready: keys \x01\xc3
import os, tty, termios
old = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"ready\r\n")
data = os.read(0, 1)
while len(data) < 2:
    data += os.read(0, 1)
termios.tcsetattr(0, termios.TCSANOW, old)
print(data)
