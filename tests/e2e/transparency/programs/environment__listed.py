# env: {"EMPTY": "", "WITH_NEWLINE": "a\nb", "QUOTES": "'\"$(x)`y`"}
import os
skip = ("SWIFTLOG_", "KIT_")
print(sorted((k, v) for k, v in os.environb.items() if not os.fsdecode(k).startswith(skip) and k != b"_"))
