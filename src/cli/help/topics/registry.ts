import {
  LARGEST_DOCUMENT_BYTES,
  LEAST_BYTES_PER_SECOND,
  LONGEST_RETRY_AFTER_MS,
  MOST_REDIRECTS,
  MOST_RESTARTS,
  PATIENCE,
  type PatienceName,
  QUICK_ANSWER_MS,
} from "../../../model/patience.ts";

/** What each kind of patience is for; the order is that of the columns. */
const COLUMNS: readonly [PatienceName, string][] = [
  ["patient", "nothing cached"],
  ["brief", "new layers"],
  ["eager", "new release?"],
];

function row(label: string, value: (name: PatienceName) => string): string {
  return `  ${label.padEnd(28)}${COLUMNS.map(([name]) => value(name).padEnd(15)).join("")}`
    .trimEnd();
}

const seconds = (ms: number) => `${ms / 1000} s`;

const TABLE = [
  `  ${"".padEnd(28)}${COLUMNS.map(([, label]) => label.padEnd(15)).join("")}`.trimEnd(),
  row("attempts without progress", (name) => String(PATIENCE[name].attempts)),
  row("an answer, with connecting", (name) => seconds(PATIENCE[name].answerMs)),
  row("no byte of a body", (name) => seconds(PATIENCE[name].idleMs)),
  row("all of a document", (name) => seconds(PATIENCE[name].documentMs)),
].join("\n");

const WAITS = `
How long a server is waited for, with nothing to fall back on; and where a
release has started here before, for its successor's layers and for the
question whether there is one:

${TABLE}

A body slower than ${LEAST_BYTES_PER_SECOND} bytes a second, over the time that may pass without
one, ends as if none came. An attempt that brought a tenth of the whole or
64 KiB is not counted. Between attempts: 0.2 s, 0.6 s, 1.8 s and up to half as
much again, or what Retry-After asks for, in seconds or as a date, up to
${
  seconds(LONGEST_RETRY_AFTER_MS)
}. A transfer that the server cannot continue (no Range, or the file has
changed) begins anew, up to ${MOST_RESTARTS} times. At most ${MOST_REDIRECTS} redirects, none from https to
http. Where a start was planned before, the question whether there is a new
release is asked for ${seconds(QUICK_ANSWER_MS)} first, and then as above. A document has at most ${
  LARGEST_DOCUMENT_BYTES / 1024 ** 2
} MiB.
`;

export const REGISTRY = `A registry is a directory, or the same behind any web server:

  <registry>/apps/<app>/<ref>.json    the release that a channel or version stands for
  <registry>/apps/<app>/index.json    versions and channels, where \`publish\` keeps it
  <registry>/blobs/sha256/<hex>       layers, and releases that are started by digest

In the place of a channel's release there may be a channel document, which names
it; \`publish\` and \`promote\` write those (\`edgeboot help publish\`).

A registry by hand, for a zip that is on a server today:

  mkdir -p /srv/registry/apps/hello
  cp hello.zip /srv/registry/apps/hello/
  cat > /srv/registry/apps/hello/stable.json <<END
  { "schema": "edgeboot.release/v1", "app": "hello", "version": "1",
    "layers": [ { "url": "hello.zip", "sha256": "<of hello.zip>" } ],
    "entrypoint": { "module": "hello" } }
  END
  edgeboot run --registry /srv/registry hello

\`edgeboot schema\` prints the JSON Schema of a release.
${WAITS}`;
