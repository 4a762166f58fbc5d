import type { Command } from "../../command.ts";
import { APP } from "../../operands.ts";
import { EVERYWHERE, settingFlags } from "../../shared_flags.ts";

export const INIT: Command = {
  name: "init",
  summary: "print a file to start from: a Dockerfile, Kubernetes manifests, systemd units",
  verbWord: "kind",
  forms: [
    { verbs: ["docker"], operands: [{ ...APP, optional: true }] },
    { verbs: ["kubernetes"], operands: [APP] },
    { verbs: ["systemd"], operands: [APP] },
    { verbs: ["systemd"], needs: ["template"], operands: [] },
  ],
  flags: [
    {
      name: "python",
      placeholder: "3.N,…",
      verbs: ["docker"],
      help: "versions of Python in the image (default: 3.11, which Debian 12 has)",
    },
    {
      name: "base",
      placeholder: "IMAGE",
      verbs: ["docker"],
      help:
        "the Debian 12 image to start from (default: docker.io/library/debian:bookworm-slim); " +
        "official Python images are taken from the same place",
    },
    {
      name: "uid",
      placeholder: "UID",
      verbs: ["docker", "kubernetes"],
      help: "the user that apps run as (default: 10001)",
    },
    {
      name: "image",
      placeholder: "IMAGE",
      verbs: ["kubernetes"],
      help: "the image that `init docker` describes, as the cluster finds it",
    },
    {
      name: "volume",
      placeholder: "shared|node|pod",
      verbs: ["kubernetes"],
      help: "where the cache is: one volume for all nodes, a directory of each node, or each " +
        "pod's own (default: shared)",
    },
    {
      name: "port",
      placeholder: "PORT|none",
      verbs: ["kubernetes"],
      help: "what the app listens on (default: 8000)",
    },
    {
      name: "health",
      placeholder: "PATH",
      verbs: ["kubernetes"],
      help: "what to ask by HTTP whether the app is ready (default: whether its port is open)",
    },
    {
      name: "template",
      verbs: ["systemd"],
      help: "edgeboot@.service, whose instances are apps, in place of one app's unit",
    },
    {
      name: "type",
      placeholder: "exec|notify",
      verbs: ["systemd"],
      help: "when the start is done: when edgeboot is executed, or when the app says READY=1 " +
        "(default: exec)",
    },
    {
      name: "socket",
      placeholder: "ADDRESS",
      verbs: ["systemd"],
      help: "also a socket unit that listens there: a port, ADDRESS:PORT or a path",
    },
    {
      name: "token-file",
      placeholder: "FILE",
      verbs: ["systemd"],
      help: "the registry's token, handed over with LoadCredential=",
    },
    {
      name: "prefetch",
      verbs: ["systemd"],
      help: "also a timer that fetches ahead, and a drop-in that starts what it fetched",
    },
    { name: "collect", verbs: ["systemd"], help: "also a timer that collects the cache" },
    ...settingFlags("registry"),
    ...EVERYWHERE,
  ],
  main: ["registry", "python", "uid", "image", "volume", "template", "type", "prefetch"],
  examples: [
    "edgeboot init docker --python 3.11,3.12 > Dockerfile",
    "edgeboot init kubernetes --image REGISTRY/IMAGE billing-api > app.yaml",
    "edgeboot init systemd billing-api > billing-api.service",
    "edgeboot init systemd --template --type notify > edgeboot@.service",
  ],
  fails: ["settings"],
  load: async () => (await import("./action.ts")).initCommand,
};
