import { assertEquals } from "@std/assert";
import { managedPythons } from "../../src/launch/managed_pythons.ts";
import { parseVersionSpec } from "../../src/model/version_spec.ts";
import { FakeFs } from "../support/fake_fs.ts";

const FILES = {
  "/home/u/.pyenv/versions/3.9.18/bin/python3": "",
  "/home/u/.pyenv/versions/3.12.1/bin/python3": "",
  "/home/u/.pyenv/versions/3.10.2/bin/python3": "",
  "/home/u/.pyenv/versions/tools/bin/python3": "",
  "/home/u/.pyenv/versions/notes.txt": "",
  "/home/u/.local/share/uv/python/cpython-3.13.0-linux-x86_64-gnu/bin/python3": "",
  "/data/uv/python/cpython-3.11.9-linux-x86_64-gnu/bin/python3": "",
  "/opt/python/cp38-cp38/bin/python3": "",
  "/opt/python/cp312-cp312/bin/python3": "",
  "/opt/conda/bin/python3": "",
};

function found(env: Record<string, string>, spec?: string): string[] {
  const parsed = spec === undefined ? undefined : parseVersionSpec(spec);
  const paths = [...managedPythons((name) => env[name], parsed, new FakeFs(FILES))];
  return paths.map((path) => path.replace("/bin/python3", "").replace(/.*\/(?=[^/]+\/[^/]+$)/, ""));
}

Deno.test("managedPythons gives each manager's interpreters, the newest first", () => {
  assertEquals(found({ HOME: "/home/u" }), [
    "versions/3.12.1",
    "versions/3.10.2",
    "versions/3.9.18",
    "versions/tools",
    "python/cpython-3.13.0-linux-x86_64-gnu",
    "python/cp312-cp312",
    "python/cp38-cp38",
    "opt/conda",
    "opt/python",
  ]);
});

Deno.test("managedPythons passes over what the release excludes when a directory's name states it", () => {
  assertEquals(found({ HOME: "/home/u" }, ">=3.12").slice(0, 3), [
    "versions/3.12.1",
    "versions/tools",
    "python/cpython-3.13.0-linux-x86_64-gnu",
  ]);
});

Deno.test("managedPythons follows PYENV_ROOT, XDG_DATA_HOME and UV_PYTHON_INSTALL_DIR", () => {
  const env = { PYENV_ROOT: "/nowhere", XDG_DATA_HOME: "/data" };
  assertEquals(found(env)[0], "python/cpython-3.11.9-linux-x86_64-gnu");
  const uv = "/home/u/.local/share/uv/python";
  assertEquals(found({ UV_PYTHON_INSTALL_DIR: uv })[0], "python/cpython-3.13.0-linux-x86_64-gnu");
});

Deno.test("managedPythons looks into /opt alone when there is no home", () => {
  assertEquals(found({ HOME: "relative" }), [
    "python/cp312-cp312",
    "python/cp38-cp38",
    "opt/conda",
    "opt/python",
  ]);
});
