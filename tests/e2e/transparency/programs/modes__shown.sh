# stage: terminal
stty -a
