import { assertEquals } from "@std/assert";
import { findPip } from "../../../scripts/demo/python.ts";

const PYTHON = { version: [3, 11], pythonTag: "cp311", abi: "cp311", viaShim: false } as const;

for (
  const [what, script, found] of [
    ["a Python with pip", `exit 0`, ["-m", "pip"]],
    ["a Python with neither pip nor venv", `echo "No module named $2" >&2; exit 1`, undefined],
    [
      "a Python without pip whose venv brings it",
      `[ "$2" = venv ] || exit 1
       mkdir -p "$3/bin"; printf '#!/bin/sh\\nexit 0\\n' > "$3/bin/python"; chmod +x "$3/bin/python"`,
      ["-m", "pip"],
    ],
    [
      "a Python without pip whose venv has none either",
      `[ "$2" = venv ] || exit 1; mkdir -p "$3/bin"`,
      undefined,
    ],
  ] as const
) {
  Deno.test(`findPip finds ${found === undefined ? "nothing" : "pip"} for ${what}`, async () => {
    const work = await Deno.makeTempDir();
    const executable = `${work}/python`;
    await Deno.writeTextFile(executable, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const pip = await findPip({ ...PYTHON, executable }, work);
    assertEquals(pip?.slice(1), found === undefined ? undefined : [...found]);
    await Deno.remove(work, { recursive: true });
  });
}
