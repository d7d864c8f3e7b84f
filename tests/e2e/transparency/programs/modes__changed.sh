# stage: terminal
stty -echo -icanon
stty -a | tr ' ' '\n' | grep -E '^-?(echo|icanon|isig|onlcr);?$'
