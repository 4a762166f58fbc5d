"""A person at a terminal: bash with job control on a pseudo-terminal, driven by steps from stdin.

  ["type", TEXT]      keys, control characters included
  ["expect", REGEX]   waits until it is on the screen, behind what was expected before
  ["resize", R, C]    another window size
  ["wait", SECONDS]

Prints what was expected and came, as JSON; where something does not come within 30 s, ends with 1 and
shows the screen.
"""

import fcntl
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time

PATIENCE = 20
spec = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(spec["cwd"])
    environment = {**spec["env"], "PS1": "$ ", "TERM": "dumb"}
    os.execve("/bin/bash", ["bash", "--norc", "--noprofile", "-i"], environment)

screen, seen, behind = "", [], 0


def look(seconds):
    global screen
    if not select.select([terminal], [], [], seconds)[0]:
        return
    try:
        screen += os.read(terminal, 65536).decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError:
        raise SystemExit("the shell has ended\n" + screen)


def resize(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


resize(24, 80)
for step, *what in spec["steps"]:
    if step == "type":
        os.write(terminal, what[0].encode())
    elif step == "resize":
        resize(*what)
    elif step == "wait":
        until = time.monotonic() + what[0]
        while time.monotonic() < until:
            look(0.05)
    elif step == "expect":
        until = time.monotonic() + PATIENCE
        while (match := re.compile(what[0], re.M).search(screen, behind)) is None:
            if time.monotonic() > until:
                raise SystemExit("%r did not come:\n%s" % (what[0], screen))
            look(0.2)
        seen.append(match.group())
        behind = match.end()
print(json.dumps({"seen": seen, "screen": screen}))
