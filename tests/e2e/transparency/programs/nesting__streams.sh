# pipe: 2
$KIT_WRAPPER sh -c 'echo out; echo err >&2'
$KIT_WRAPPER $KIT_WRAPPER sh -c 'echo deeper; [ -t 1 ] && echo terminal; exit 2'
