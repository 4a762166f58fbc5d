import {
  EXCEPTIONS,
  FACES,
  IDENTITY,
  IDENTITY_ROOMS,
  LAYOUT,
  LONG_REASON,
  LONGEST_FILE,
  LONGEST_TEST,
  MAIN,
  PORTS,
  PRODUCTION_PACKAGES,
  PROGRAMS,
  PURE,
  REASON_LINES,
  ROOMS,
  SEAL,
  SEALERS,
  TOP_LEVEL,
} from "./architecture.ts";
import { findImports, type Import } from "./imports.ts";
import { resolve } from "./paths.ts";
import { type Token, tokenize } from "./tokens.ts";
import type { RuleName, SourceFile, Violation } from "./violation.ts";

type Report = (rule: RuleName, line: number, message: string) => void;

export function checkSource({ path, text }: SourceFile): Violation[] {
  const violations: Violation[] = [];
  const report: Report = (rule, line, message) => violations.push({ rule, path, line, message });
  checkLength(path, text, report);
  if (path !== MAIN && !path.startsWith("src/")) return violations;
  const tokens = tokenize(text);
  checkDenoGlobal(path, tokens, report);
  checkLayoutNames(path, tokens, report);
  const room = roomOf(path);
  if (room === undefined && !Object.hasOwn(PROGRAMS, path) && path !== IDENTITY) {
    report("unknown-room", 0, `src has the rooms ${Object.keys(ROOMS).join(", ")}`);
    return violations;
  }
  for (const imported of findImports(tokens)) checkImport(path, imported, report);
  return violations;
}

/** `names` are the entries of the project's root. */
export function checkLayout(names: Iterable<string>): Violation[] {
  return [...names].filter((name) => !name.startsWith(".") && !TOP_LEVEL.has(name)).map((name) => ({
    rule: "layout",
    path: name,
    line: 0,
    message: `the top level holds ${[...TOP_LEVEL].join(", ")} and nothing else`,
  }));
}

function checkLength(path: string, text: string, report: Report): void {
  const lines = text.split("\n");
  const count = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const most = path.startsWith("tests/") ? LONGEST_TEST : LONGEST_FILE;
  if (count <= most || LONG_REASON.test(lines.slice(0, REASON_LINES).join("\n"))) return;
  report("long-file", 0, `${count} lines; split it, or say at the top "long because …"`);
}

function checkDenoGlobal(path: string, tokens: readonly Token[], report: Report): void {
  if (path === MAIN || roomOf(path) === "host") return;
  tokens.forEach((token, index) => {
    if (token.kind !== "word" || token.text !== "Deno") return;
    const isMember = tokens[index - 1]?.text === "." && tokens[index - 2]?.text !== "globalThis";
    if (isMember) return;
    report("deno-global", token.line, "only main.ts and src/host use the global Deno; add a port");
  });
}

function checkLayoutNames(path: string, tokens: readonly Token[], report: Report): void {
  if (path === LAYOUT.file || LAYOUT.prose.test(path)) return;
  for (const { kind, text, line } of tokens) {
    if (kind !== "string" || !LAYOUT.names.test(text)) continue;
    report("store-face", line, `only ${LAYOUT.file} knows where things lie in the cache`);
  }
}

function checkImport(path: string, imported: Import, report: Report): void {
  const { specifier, line } = imported;
  const room = roomOf(path);
  if (specifier === undefined) {
    return report(
      "lazy-modules",
      line,
      "import() needs a literal: nobody can check a computed one",
    );
  }
  if (!specifier.startsWith(".")) return checkPackage(specifier, room, imported, report);
  const target = resolve(path, specifier);
  const connected = Object.hasOwn(PROGRAMS, path) ? PROGRAMS[path] : undefined;
  if (connected !== undefined) {
    if (connected.includes(roomOf(target) ?? target)) return;
    return report("room-order", line, `${path} imports ${connected.join(" and ")} only`);
  }
  if (!target.startsWith("src/")) {
    return report("outside-src", line, `${target} is not part of the program`);
  }
  checkSeal(path, target, imported, report);
  checkFace(room, target, line, report);
  checkRooms(path, room, target, line, report);
}

/** Modules of Node and npm cost more to load than the whole warm start. */
function checkPackage(
  specifier: string,
  room: string | undefined,
  { dynamic, typeOnly, line }: Import,
  report: Report,
): void {
  if (/^(?:node|npm|jsr|https?):/.test(specifier)) {
    // A type is erased and loads nothing.
    if (typeOnly || (dynamic && room === "host")) return;
    report("lazy-modules", line, `${specifier}: only src/host, and only as import() when needed`);
  } else if (!PRODUCTION_PACKAGES.test(specifier)) {
    report("lazy-modules", line, `${specifier} is a package for tests`);
  }
}

function checkSeal(path: string, target: string, { names, line }: Import, report: Report): void {
  if (target !== SEAL.module || SEALERS.includes(path)) return;
  if (!names.includes(SEAL.name) && !names.includes("*")) return;
  report("verified-blob", line, `only ${SEALERS.join(", ")} seals a blob: it has hashed the bytes`);
}

function checkFace(room: string | undefined, target: string, line: number, report: Report): void {
  const to = roomOf(target);
  const faces = to === undefined || to === room ? undefined : FACES[to];
  if (faces === undefined || faces.includes(target)) return;
  report("store-face", line, `other rooms know ${to} by ${faces.join(" and ")} only`);
}

function checkRooms(
  path: string,
  room: string | undefined,
  target: string,
  line: number,
  report: Report,
): void {
  const to = roomOf(target);
  if (room !== undefined && room === to) return;
  if (target === PORTS && room !== undefined && !PURE.includes(room)) return;
  if (target === PORTS && PURE.includes(room ?? "")) {
    return report("host-implementation", line, `${room} is pure: it takes what others have read`);
  }
  if (to === "host") {
    return report("host-implementation", line, `rooms know the outside by ${PORTS} only`);
  }
  if (target === IDENTITY) {
    if (IDENTITY_ROOMS.includes(room ?? "")) return;
    return report("room-order", line, `${IDENTITY} is for ${IDENTITY_ROOMS.join(" and ")}`);
  }
  const allowed = [...(ROOMS[room ?? ""] ?? []), ...exceptionsOf(path)];
  if (allowed.includes(to ?? "") || allowed.includes(target)) return;
  report("room-order", line, `${room ?? path} may not import ${target}; app connects the rooms`);
}

function exceptionsOf(path: string): readonly string[] {
  return EXCEPTIONS.filter(({ file }) => file === path).flatMap(({ may }) => may);
}

/** undefined for what lies in no room that is known. */
function roomOf(path: string): string | undefined {
  const [top, room, ...rest] = path.split("/");
  return top === "src" && rest.length > 0 && Object.hasOwn(ROOMS, room!) ? room : undefined;
}
