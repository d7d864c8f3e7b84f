stty size <&1 2>&1 | sed 's/.*: //'
stty size 2>/dev/null || echo none
