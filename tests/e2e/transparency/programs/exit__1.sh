echo leaving
exit 1
