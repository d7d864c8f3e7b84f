echo leaving
exit 255
