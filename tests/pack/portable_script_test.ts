import { assertEquals } from "@std/assert";
import { portableScript } from "../../src/pack/portable_script.ts";

const portable = (text: string) =>
  new TextDecoder().decode(portableScript(new TextEncoder().encode(text), "/home/me/venv"));

Deno.test("portableScript puts #!python in place of the lines that name the environment", () => {
  assertEquals(portable("#!/home/me/venv/bin/python3\nprint(1)\n"), "#!python\nprint(1)\n");
  const long =
    "#!/bin/sh\n'''exec' \"/home/me/venv/bin/python\" \"$0\" \"$@\"\n' '''\nprint('é')\n";
  assertEquals(portable(long), "#!python\nprint('é')\n");
});

Deno.test("portableScript leaves every other file as it is", () => {
  for (
    const text of [
      "#!/usr/bin/env python3\n",
      "#!/bin/sh\necho 1\n",
      "\x7fELF",
      "",
      "#!/home/me/venv2/bin/x\n",
    ]
  ) {
    assertEquals(portable(text), text);
  }
});
