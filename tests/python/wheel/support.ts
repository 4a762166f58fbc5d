import { createHash } from "node:crypto";
import { parseWheelName } from "../../../src/model/wheel_name.ts";
import type {
  MadeFile,
  WheelRecipe,
  WheelSource,
  WheelTarget,
} from "../../../src/python/wheel/recipe.ts";
import { formatRecord, recordHash } from "../../../src/python/wheel/record.ts";
import { environmentPaths } from "../../../src/python/wheel/target.ts";

export const SITE = "lib/python3.11/site-packages";

export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

export const TARGET: WheelTarget = {
  ...environmentPaths("python3.11"),
  scriptHeader: "#!/env/bin/python\n",
  reserved: new Set(["pyvenv.cfg", "bin/python"]),
  sha256,
};

/** Content, by path; `x:` before a path makes it executable, `l:` a link. */
export type Contents = Readonly<Record<string, string>>;

/** The three lines that every wheel has. */
export const WHEEL_TEXT = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";

/** A wheel in memory, as it is: nothing is added. */
export function rawWheel(file: string, contents: Contents): WheelSource {
  const bytes = new Map<string, Uint8Array>();
  const files = new Map<string, ReturnType<WheelSource["files"]["get"]> & object>();
  for (const [key, text] of Object.entries(contents)) {
    const path = key.replace(/^[xl]:/, "");
    const content = new TextEncoder().encode(text);
    bytes.set(path, content);
    files.set(path, {
      kind: key.startsWith("l:") ? "symlink" : "file",
      size: content.length,
      sha256: sha256(content),
      executable: key.startsWith("x:"),
    });
  }
  return {
    name: parseWheelName(file)!,
    files,
    read: (path, most) => bytes.get(path)!.slice(0, most),
  };
}

/** The same with WHEEL and a right RECORD, where they are not given. */
export function wheel(file: string, contents: Contents): WheelSource {
  const [distribution, version] = file.split("-");
  const info = `${distribution}-${version}.dist-info`;
  const all: Contents = { [`${info}/WHEEL`]: WHEEL_TEXT, ...contents };
  const { files } = rawWheel(file, all);
  const rows = [...files].map(([path, { sha256, size }]) => ({
    ...{ path, hash: recordHash(sha256), size: String(size) },
  }));
  const record = formatRecord([...rows, { path: `${info}/RECORD`, hash: "", size: "" }]);
  return rawWheel(file, { [`${info}/RECORD`]: record, ...all });
}

/** Target → where it comes from, made files as `made`. */
export function placed({ files }: WheelRecipe): Record<string, string> {
  return Object.fromEntries(
    files.map((file) => [file.target, file.kind === "tree" ? file.source : "made"]),
  );
}

/** The text of a file that is made. */
export function madeText({ files }: WheelRecipe, target: string): string {
  const file = files.find((file) => file.target === target) as MadeFile;
  return new TextDecoder().decode(file.bytes);
}
