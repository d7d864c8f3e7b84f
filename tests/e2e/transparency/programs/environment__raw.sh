# env: {"LATIN": "caf\udce9", "LC_ALL": "C", "LINES": "7", "COLUMNS": "9", "PYTHONPATH": "/x", "PYTHONUNBUFFERED": ""}
printf '%s|' "$LATIN" "$LC_ALL" "$LINES" "$COLUMNS" "$PYTHONPATH" "${PYTHONUNBUFFERED-unset}" "${TERM-unset}"
