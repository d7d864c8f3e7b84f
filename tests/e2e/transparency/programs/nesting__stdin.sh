# stage: pipe
# stdin: pipe
# when ready: input abc\n
# when abc: eof
echo ready
$KIT_WRAPPER $KIT_WRAPPER cat
