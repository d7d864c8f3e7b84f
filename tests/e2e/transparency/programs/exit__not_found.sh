sh -c 'exec /nonexistent/command' 2>/dev/null
echo $?
exec nonexistent-command-of-the-kit 2>/dev/null
