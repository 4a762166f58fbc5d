import { denoHost } from "../../src/host/deno_host.ts";
import { parseLocation } from "../../src/model/location.ts";
import type { Objects } from "../../src/model/objects.ts";
import { StaticPublisher } from "../../src/registry/static_publisher.ts";
import { DirectoryObjects } from "../../src/transport/objects/directory.ts";
import { HttpObjects } from "../../src/transport/objects/http.ts";
import { S3Objects } from "../../src/transport/s3/s3_objects.ts";
import { MemoryObjects } from "../support/memory_objects.ts";
import { Nginx, NO_NGINX } from "../support/nginx.ts";
import { NO_RCLONE, Rclone } from "../support/rclone.ts";
import { PutServer, type PutServerOptions } from "../support/put_server.ts";
import { type PublisherSubject, testPublisher } from "./publisher_contract.ts";

const { http, clock } = denoHost;
const publisher = (objects: Objects) => new StaticPublisher(objects, clock.sleep);

function overHttp(url: string): Objects {
  const { location } = parseLocation(url, "registry");
  return new HttpObjects(location, { http, clock, authority: undefined, userAgent: "test" });
}

function served(options: PutServerOptions): PublisherSubject {
  const server = new PutServer(options);
  return {
    open: () => publisher(overHttp(`${server.url}/registry`)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function inDirectory(
  start: (directory: string) => Promise<PublisherSubject> | PublisherSubject,
): Promise<PublisherSubject> {
  const directory = await Deno.makeTempDir({ prefix: "edgeboot-test-" });
  const subject = await start(directory);
  return {
    open: () => subject.open(),
    async [Symbol.asyncDispose]() {
      await subject[Symbol.asyncDispose]();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

testPublisher({
  name: "StaticPublisher in memory",
  atomic: true,
  start: () => {
    const objects = new MemoryObjects();
    return { open: () => publisher(objects), [Symbol.asyncDispose]: () => Promise.resolve() };
  },
});

testPublisher({
  name: "StaticPublisher over a directory",
  atomic: true,
  start: () =>
    inDirectory((directory) => {
      const { location } = parseLocation(`${directory}/registry`, "registry");
      return {
        open: () => publisher(new DirectoryObjects(location, denoHost, 20_000)),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    }),
});

testPublisher({
  name: "StaticPublisher over a server with conditional writes",
  atomic: true,
  start: () => served({ conditional: true }),
});

testPublisher({
  name: "StaticPublisher over a WebDAV server",
  atomic: true,
  start: () => served({ conditional: true, collections: true }),
});

testPublisher({
  name: "StaticPublisher over a server without conditional writes",
  atomic: false,
  start: () => served({ conditional: false }),
});

testPublisher({
  name: "StaticPublisher over nginx",
  missing: NO_NGINX,
  atomic: false,
  start: () =>
    inDirectory(async (directory) => {
      const root = `${directory}/served`;
      await Deno.mkdir(root);
      const nginx = await Nginx.start(directory, root);
      return {
        open: () => publisher(overHttp(`${nginx.url}/registry`)),
        [Symbol.asyncDispose]: () => nginx[Symbol.asyncDispose](),
      };
    }),
});

testPublisher({
  name: "StaticPublisher over a bucket of rclone",
  missing: NO_RCLONE,
  atomic: false,
  start: () =>
    inDirectory(async (directory) => {
      await Deno.mkdir(`${directory}/bucket`);
      const server = await Rclone.start(directory);
      const variables = server.environment();
      const source = { env: { get: (name: string) => variables[name] }, fs: denoHost.fs };
      const options = { http, clock, authority: undefined, userAgent: "test" };
      const { location } = parseLocation("s3://bucket/some/registry", "registry");
      return {
        open: () => publisher(new S3Objects(location, options, source)),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    }),
});
