# pipe: 2
echo problem >&2
echo 'another \033[31mred\033[0m' >&2
