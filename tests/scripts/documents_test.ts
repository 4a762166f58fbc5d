import { assertEquals } from "@std/assert";
import { ROOT } from "../../scripts/gate/deno.ts";

/** Every file and folder of the project, the latter with a slash at the end. */
const PATHS = ["main.ts", "src", "tests", "scripts"].flatMap((name) => [...pathsBelow(name)]);

const DOCUMENTS = ["CONTRIBUTING.md", ...PATHS.filter((path) => path.endsWith("README.md"))];

function* pathsBelow(path: string): Generator<string> {
  if (Deno.statSync(`${ROOT}/${path}`).isFile) return yield path;
  yield `${path}/`;
  for (const { name } of Deno.readDirSync(`${ROOT}/${path}`)) yield* pathsBelow(`${path}/${name}`);
}

/** Paths in backticks, but for what is said to be new, is made (`dist/`), or only looks like one (`NAME`, `../`). */
function pathsIn(text: string): string[] {
  return [...text.matchAll(/`([\w./-]+(?:\.ts|\/))`(?! \(new)/g)].map(([, path]) => path!)
    .filter((path) => !/[A-Z]{2}|^\.|^dist\//.test(path.replace(/README|CONTRIBUTING/, "")));
}

for (const document of DOCUMENTS) {
  Deno.test(`${document} names files and folders that are there`, async () => {
    const text = await Deno.readTextFile(`${ROOT}/${document}`);
    // Within a row or a sentence a file is called by the end of its path.
    const isThere = (named: string) =>
      PATHS.some((path) => path === named || path.endsWith(`/${named}`));
    const missing = pathsIn(text).filter((path) => !isThere(path));
    assertEquals(missing, []);
  });

  Deno.test(`${document} names tasks that are there`, async () => {
    const text = await Deno.readTextFile(`${ROOT}/${document}`);
    const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
    const named = [...text.matchAll(/`deno task ([a-z:-]+)/g)].map(([, name]) => name!);
    assertEquals(named.filter((name) => !Object.hasOwn(tasks, name)), []);
  });
}
