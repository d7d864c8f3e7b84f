trap 'echo leaving' EXIT
echo working
exit 3
