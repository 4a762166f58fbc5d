"""Runs a program on a pseudo terminal of the given size and copies what it writes to stdout.

usage: on_terminal.py COLUMNS ROWS PROGRAM [ARGS...]; ends as the program does.
"""
import fcntl
import os
import pty
import struct
import sys
import termios

columns, rows, *program = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    # On descriptor 0 already, but of no size yet.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
    os.execvp(program[0], program)
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # EIO: the other side is closed
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
