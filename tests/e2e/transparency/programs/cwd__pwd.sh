pwd -P | sed 's/stage-.*/stage/'
[ "$(pwd -P)" = "$(cd "$KIT_FOLDER" && pwd -P)" ] && echo same
