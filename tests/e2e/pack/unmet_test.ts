import { assertEquals, assertStringIncludes } from "@std/assert";
import { Sandbox } from "../support/sandbox.ts";

/** Builds the wheel by hand, so that no index is needed. */
const BACKEND = `
import os, zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    name, info = "late-1-py3-none-any.whl", "late-1.dist-info/"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
        wheel.write("late.py")
        wheel.writestr(info + "METADATA", open("METADATA").read())
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "".join(n + ",,\\n" for n in wheel.namelist()) + info + "RECORD,,\\n")
    return name
`;
const METADATA = `Metadata-Version: 2.1
Name: late
Version: 1
Requires-Dist: greet>=2
Requires-Dist: winonly; sys_platform == "win32"
Requires-Dist: pytest; extra == "test"
`;
const PROJECT = {
  "late.py": "def main():\n    import greet\n",
  METADATA,
  "backend.py": BACKEND,
  "pyproject.toml":
    '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
};

Deno.test("edgeboot pack warns of what a project requires when no layer has it", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.write("late", PROJECT);
  const pack = ["pack", "--app", "late", "--version", "1", "--project", "late", "-o", "out"];
  const { code, stderr } = await sandbox.edgeboot([...pack, "--entry", "late:main"]);
  assertEquals(code, 0, stderr);
  const warnings = stderr.split("\n").filter((line) => line.includes("warning"));
  assertEquals(warnings.length, 1, stderr);
  assertStringIncludes(warnings[0]!, "the project requires greet>=2, and no layer has it");
});
