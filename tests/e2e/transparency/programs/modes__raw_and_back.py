# stage: terminal
import os, termios, tty
old = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, b"raw\nstairs\n")
termios.tcsetattr(0, termios.TCSADRAIN, old)
os.write(1, b"cooked\n")
