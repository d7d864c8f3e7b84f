# stage: pipe
# stdin: pipe
# when ready: input one\ntwo\nno newline
# when no newline: eof
echo ready
cat
echo; echo "end $?"
