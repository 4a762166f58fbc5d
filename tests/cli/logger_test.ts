import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { LogStyle } from "../../src/cli/log_style.ts";
import { Logger, printable, toEdgebootError } from "../../src/cli/logger.ts";
import { FsError } from "../../src/host/ports.ts";
import { EdgebootError } from "../../src/model/errors.ts";
import { RecordingClock } from "../support/manual_time.ts";

const PLAIN = { isTerminal: false, colour: false, columns: 80 };

function logger(style: Partial<LogStyle> = {}, terminal = PLAIN, stderrIsJournal = false) {
  const written: string[] = [];
  const output = {
    stdout: () => {
      throw new Error("stdout belongs to the app");
    },
    stderr: (text: string) => void written.push(text),
    stdoutTerminal: terminal,
    stderrTerminal: terminal,
    stderrIsJournal,
  };
  const host = { output, clock: new RecordingClock() };
  return {
    log: new Logger(host, { form: "text", level: "info", verbosity: 0, ...style }),
    written,
  };
}

const ERROR = new EdgebootError("DIGEST_MISMATCH", {
  what: "layer abc is not what was asked for",
  why: "expected 1, found 2",
  next: "upload it again",
}, {
  facts: { digest: "sha256:abc" },
  cause: new Error("inner", { cause: new Error("innermost") }),
});

Deno.test("Logger.error writes three parts and returns the exit code", () => {
  const { log, written } = logger();
  assertEquals(log.error(ERROR), 65);
  assertEquals(
    written.join(""),
    [
      "edgeboot: error: layer abc is not what was asked for\n",
      "  why:  expected 1, found 2\n",
      "  next: upload it again\n",
    ].join(""),
  );
});

Deno.test("Logger.error shows causes at -v and a stack only at -vv", () => {
  const one = logger({ verbosity: 1 });
  one.log.error(ERROR);
  const text = one.written.join("");
  assertStringIncludes(text, "  from: Error: inner\n  from: Error: innermost\n");
  assertStringIncludes(text, "  code: DIGEST_MISMATCH, exit 65\n");
  assert(!text.includes("logger_test.ts"));
  const two = logger({ verbosity: 2 });
  two.log.error(ERROR);
  assertStringIncludes(two.written.join(""), "logger_test.ts");
});

Deno.test("Logger.error writes one record with code, exit and facts as JSON", () => {
  const { log, written } = logger({ form: "json", level: "error" });
  assertEquals(log.error(ERROR), 65);
  assertEquals(written.length, 1);
  const { ts, ...record } = JSON.parse(written[0]!);
  assert(!Number.isNaN(Date.parse(ts)));
  assertEquals(record, {
    level: "error",
    event: "error",
    message: "layer abc is not what was asked for: expected 1, found 2",
    code: "DIGEST_MISMATCH",
    exit: 65,
    what: "layer abc is not what was asked for",
    why: "expected 1, found 2",
    next: "upload it again",
    digest: "sha256:abc",
    causes: ["Error: inner", "Error: innermost"],
  });
});

for (const [level, shown] of [["error", 1], ["warn", 2], ["info", 3], ["debug", 4]] as const) {
  Deno.test(`Logger shows ${shown} of four severities at level ${level}`, () => {
    const { log, written } = logger({ level });
    for (const each of ["error", "warn", "info", "debug"] as const) log.log(each, "detail", each);
    assertEquals(written.length, shown);
  });
}

Deno.test("printable shows control characters as codes and keeps all other text", () => {
  assertEquals(printable("a\x1b[31mb\rc\x07\x7f\x9b"), "a\\x1b[31mb\\x0dc\\x07\\x7f\\x9b");
  assertEquals(printable("tab\tline\nümläut 漢字 👍"), "tab\tline\nümläut 漢字 👍");
});

Deno.test("Logger lets no file name steer a terminal", () => {
  const { log, written } = logger();
  log.log("info", "cached", "name \x1b]0;owned\x07");
  log.error(new EdgebootError("IO", { what: "\x1b[2J", why: "\x9b", next: "x" }));
  assert(!/(?!\n)\p{Cc}/u.test(written.join("")), JSON.stringify(written));
});

const OTHERS: [thrown: unknown, code: string, exit: number][] = [
  [new FsError("EACCES", "read", "/x", new Error("denied")), "PERMISSION_DENIED", 77],
  [new FsError("EPERM", "read", "/x", new Error("denied")), "PERMISSION_DENIED", 77],
  [new FsError("EIO", "read", "/x", new Error("broken")), "IO", 74],
  [new TypeError("x is undefined"), "INTERNAL", 70],
  ["a string", "INTERNAL", 70],
  [undefined, "INTERNAL", 70],
];

for (const [thrown, code, exit] of OTHERS) {
  Deno.test(`toEdgebootError makes ${code} of ${String(thrown).slice(0, 30)}`, () => {
    const error = toEdgebootError(thrown);
    assertEquals([error.code, error.exitCode], [code, exit]);
  });
}

Deno.test("Logger.error asks for a report when the fault is its own", () => {
  const { log, written } = logger();
  assertEquals(log.error(new TypeError("boom")), 70);
  assertStringIncludes(written.join(""), "report the output together with `edgeboot version`");
  assert(!written.join("").includes("    at "));
});

Deno.test("Logger breaks text between words on a terminal, below where it began", () => {
  const { log, written } = logger({}, { isTerminal: true, colour: false, columns: 42 });
  log.error(ERROR);
  log.log("warn", "warning", "a text that is longer than the terminal is wide");
  assertEquals(written.join("").split("\n"), [
    "edgeboot: error: layer abc is not what was",
    "  asked for",
    "  why:  expected 1, found 2",
    "  next: upload it again",
    "edgeboot: warning: a text that is longer",
    "  than the terminal is wide",
    "",
  ]);
});

Deno.test("Logger does not break JSON, and takes 40 columns where a terminal says it has none", () => {
  const json = logger({ form: "json" }, { isTerminal: true, colour: false, columns: 20 });
  json.log.error(ERROR);
  assertEquals(json.written.length, 1);
  const text = logger({}, { isTerminal: true, colour: false, columns: 0 });
  text.log.log("info", "detail", "some words of which more than one fit");
  assertEquals(text.written, ["edgeboot: some words of which more than\n", "  one fit\n"]);
});

const COLOURED = { isTerminal: true, colour: true, columns: 80 };

Deno.test("Logger.error colours the label alone, and only where the terminal is for it", () => {
  const { log, written } = logger({}, COLOURED);
  log.error(ERROR);
  log.log("warn", "warning", "careful");
  assertEquals(
    written[0],
    "edgeboot: \x1b[1;31merror:\x1b[0m layer abc is not what was asked for\n",
  );
  assertEquals(written.at(-1), "edgeboot: \x1b[1;33mwarning:\x1b[0m careful\n");
  assert(written.slice(1, -1).every((line) => !line.includes("\x1b")));
});

Deno.test("Logger writes facts as they are into JSON records, and names the app", () => {
  const { log, written } = logger({ form: "json" });
  log.about = { app: "shop" };
  log.log("info", "fetch-ends", "ready", {
    ...{ label: "shop@stable", packed_bytes: 1, unpacked_bytes: 2, ms: 3 },
  });
  const { ts: _, ...record } = JSON.parse(written[0]!);
  assertEquals(record, {
    ...{ level: "info", event: "fetch-ends", message: "ready", app: "shop" },
    ...{ label: "shop@stable", packed_bytes: 1, unpacked_bytes: 2, ms: 3 },
  });
});

Deno.test("Logger wipes what was drawn before it writes a line", () => {
  const { log, written } = logger({}, COLOURED);
  log.draw((columns) => "x".repeat(columns + 9));
  log.error(ERROR);
  assertEquals(written[0], `\r${"x".repeat(79)}`);
  assertEquals(written[1], "\r\x1b[K");
  assert(written[2]!.startsWith("edgeboot: "));
  assertEquals(written.filter((text) => text.includes("\x1b[K")).length, 1);
});

Deno.test("Logger puts the priority before each line when it writes to the journal", () => {
  const { log, written } = logger({ level: "debug" }, PLAIN, true);
  log.log("info", "detail", "fetching");
  log.log("warn", "warning", "stale");
  log.log("debug", "detail", "two\nlines");
  log.error(ERROR);
  log.log("info", "detail", "on");
  assertEquals(written.join("").split("\n").map((line) => line.slice(0, 3)), [
    ...["<6>", "<4>", "<7>", "<7>", "<3>", "<3>", "<3>", "<6>", ""],
  ]);
  const json = logger({ form: "json" }, PLAIN, true);
  json.log.log("warn", "warning", "stale");
  assertEquals(JSON.parse(json.written[0]!.replace(/^<4>/, "")).message, "stale");
});

Deno.test("printable shows what steers a reader as its code", () => {
  assertEquals(
    printable("a\u202eb\u2066c\u200bd\ufeff\u2028\x1b\ud800e"),
    [
      ..."a\\u{202e}b\\u{2066}c\\u{200b}d\\u{feff}\\u{2028}\\x1b\\u{d800}e",
    ].join(""),
  );
  assertEquals(printable("Grüße, 日本, 👍"), "Grüße, 日本, 👍");
});
