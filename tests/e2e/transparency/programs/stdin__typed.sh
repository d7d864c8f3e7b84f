# stage: terminal
# when ready: keys hello\r
# when got: keys \x04
echo ready
read word
echo "got $word"
cat
echo end
