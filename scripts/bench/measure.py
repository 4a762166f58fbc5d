"""Times commands, one run of each in turn: measure.py < SPEC.json > RESULT.json

SPEC    {"rounds": 40, "warmups": 3, "commands": [{"name", "argv", "env", "fresh", "keep"}]}
RESULT  {"<name>": {"ms": [wall time per run], "cpu": [user and system time per run],
                    "rss": [peak resident bytes per run]}}

Interleaved, so that whatever else the machine does falls on all of them alike. `fresh`, where it is
given, is a directory in which each run gets an empty one of its own, in place of "{fresh}" in its
arguments and environment. Everything is on the disk before such a run starts, and the directory is
removed after it, or left to the caller with `keep`; neither is timed.
Python, because posix_spawn and wait4 here cost less and vary less than a runtime with threads; and
wait4 gives the peak memory of the very process (of the largest one, where it is a pipeline).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time


def main():
    spec = json.load(sys.stdin)
    results = {command["name"]: {"ms": [], "cpu": [], "rss": []} for command in spec["commands"]}
    for index in range(-spec["warmups"], spec["rounds"]):
        for command in spec["commands"]:
            ms, cpu, rss = run(command) if "fresh" not in command else run_fresh(command)
            if index >= 0:
                results[command["name"]]["ms"].append(ms)
                results[command["name"]]["cpu"].append(cpu)
                results[command["name"]]["rss"].append(rss)
    json.dump(results, sys.stdout)


def run_fresh(command):
    place = tempfile.mkdtemp(dir=command["fresh"])
    os.sync()
    filled = {
        "name": command["name"],
        "argv": [word.replace("{fresh}", place) for word in command["argv"]],
        "env": {k: v.replace("{fresh}", place) for k, v in command.get("env", {}).items()},
    }
    try:
        return run(filled)
    finally:
        if not command.get("keep"):
            # Trees in a cache are read-only, which stops everybody but root from removing them.
            subprocess.run(["chmod", "-R", "u+w", place], check=True)
            shutil.rmtree(place)


def run(command):
    environment = {**os.environ, **command.get("env", {})}
    quiet = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    ]
    argv = command["argv"]
    began = time.perf_counter()
    pid = os.posix_spawn(argv[0], argv, environment, file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    ended = time.perf_counter()
    if status != 0:
        sys.exit("%s: exit code %d" % (command["name"], os.waitstatus_to_exitcode(status)))
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = (usage.ru_utime + usage.ru_stime) * 1000
    return (ended - began) * 1000, cpu, usage.ru_maxrss * unit


main()
