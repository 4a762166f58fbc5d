"""Sends every signal that can be caught to the same program, started in several ways.

  signals.py < {"ways": {NAME: ARGV}, "env": {…}, "cwd": …}

Prints {NAME: {"default": {SIGNAL: how it ended}, "handled": [SIGNAL, …]}}. The program says a line when
it is ready; called with "handle" it installs a handler for every signal that prints the signal's number.
"""

import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import time

spec = json.load(sys.stdin)
CATCHABLE = sorted(set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP})


def start(argv, *more):
    child = subprocess.Popen(
        argv + list(more),
        env=spec["env"],
        cwd=spec["cwd"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    if child.stdout.readline() != b"ready\n":
        raise SystemExit("%s did not start" % argv)
    return child


def end_by(argv, number):
    child = start(argv)
    os.kill(child.pid, number)
    found = "goes on"
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        pid, status = os.waitpid(child.pid, os.WNOHANG | os.WUNTRACED)
        if pid != 0:
            # The core dump's bit depends on limits and on the place, which are the same for both.
            found = "status %d" % status
            break
        time.sleep(0.01)
    if found == "goes on" or os.WIFSTOPPED(status):
        os.kill(child.pid, signal.SIGKILL)
        os.waitpid(child.pid, 0)
    child.returncode = 0
    child.stdout.close()
    return found


def handle_all(argv):
    child = start(argv, "handle")
    seen = []
    for number in CATCHABLE:
        os.kill(child.pid, number)
        seen.append(int(child.stdout.readline()))
    child.kill()
    child.wait()
    child.stdout.close()
    return seen == CATCHABLE


result = {}
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    for name, argv in spec["ways"].items():
        ended = pool.map(lambda number: end_by(argv, number), CATCHABLE)
        result[name] = {"default": dict(zip(CATCHABLE, ended)), "handled": handle_all(argv)}
print(json.dumps(result))
