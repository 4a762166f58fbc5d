export const REGISTRY = `A registry is a directory, or the same behind any web server:

  <registry>/apps/<app>/<ref>.json    the release that a channel or version stands for
  <registry>/blobs/sha256/<hex>       layers, and releases that are started by digest

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
`;
