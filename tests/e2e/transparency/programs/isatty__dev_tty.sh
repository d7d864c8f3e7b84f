# pipe: 1
if (: </dev/tty) 2>/dev/null; then echo has a terminal; else echo has none; fi
