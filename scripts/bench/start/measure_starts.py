"""Times the first starts of several launchers: measure_starts.py < SPEC.json > RESULT.json

SPEC    {"rounds": 3, "starts": 10, "place": "/dir", "candidates": [{"name", "argv", "env", "setup": [[argv]…]}]}
RESULT  {"<name>": [[[wall ms, processor ms] of the first start, of the second …] per round]}

Each round gives each candidate an empty directory of its own, for "{fresh}" in its words, and lets it set up
there what is there before a first start; that is not timed. Then the candidates take turns: everybody's
first start, everybody's second, so that whatever else the machine does falls on all of them alike; and each
time another one begins, so that nobody always comes behind the same other.
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
    results = {candidate["name"]: [] for candidate in spec["candidates"]}
    for _ in range(spec["rounds"]):
        place = tempfile.mkdtemp(dir=spec["place"])
        prepared = [prepare(candidate, place) for candidate in spec["candidates"]]
        os.sync()
        times = {candidate["name"]: [] for candidate in prepared}
        for number in range(spec["starts"]):
            begin = number % len(prepared)
            for candidate in prepared[begin:] + prepared[:begin]:
                times[candidate["name"]].append(start(candidate))
        for name, each in times.items():
            results[name].append(each)
        subprocess.run(["chmod", "-R", "u+w", place], check=True)
        shutil.rmtree(place)
    json.dump(results, sys.stdout)


def prepare(candidate, place):
    fresh = tempfile.mkdtemp(dir=place)
    filled = json.loads(json.dumps(candidate).replace("{fresh}", fresh))
    for argv in filled["setup"]:
        done = subprocess.run(argv, env=environment(filled), stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode != 0:
            sys.exit("%s: setup: %s" % (filled["name"], done.stderr.decode("utf-8", "replace")[-2000:]))
    return filled


def environment(candidate):
    # What this process inherited might switch bytecode off for all of them.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, **candidate["env"]}


def start(candidate):
    quiet = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    ]
    began = time.perf_counter()
    pid = os.posix_spawn(candidate["argv"][0], candidate["argv"], environment(candidate), file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    ms = (time.perf_counter() - began) * 1000
    if status != 0:
        sys.exit("%s: exit code %d" % (candidate["name"], os.waitstatus_to_exitcode(status)))
    return ms, (usage.ru_utime + usage.ru_stime) * 1000


main()
