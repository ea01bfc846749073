"""What other systems leave in folders and zips, known by its name."""

import re

JUNK = re.compile(r"(?:^|[/\\])(?:__MACOSX[/\\]|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/\\]*$)")
"""Of macOS and Windows; names of Windows may still have backslashes."""
