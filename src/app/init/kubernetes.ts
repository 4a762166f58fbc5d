import { formatAppRef } from "../../model/ref.ts";
import type { CacheVolume, Deployed } from "./kubernetes_settings.ts";
import { collector, deployment, prefetcher } from "./kubernetes_workloads.ts";
import { introduction, volumeManifests } from "./kubernetes_volumes.ts";
import { appOf, IMAGE_NAME, type InitRequest, optionOf, PLAIN_UID } from "./request.ts";

const EXAMPLE_REGISTRY = "https://bundles.example.com";
const EXAMPLE_IMAGE = "registry.example.com/edgeboot-python:3.11";
// The longest name of a CronJob is 52, and of a label's value 63.
const LONGEST_NAME = 50;

/** `edgeboot init kubernetes APP`: manifests for `kubectl apply -f -`, one document each. */
export function manifests(request: InitRequest): string {
  const appRef = appOf(request);
  const port = optionOf(request, "port", "8000", /^(?:none|[1-9]\d{0,4})$/, "a port, or none");
  const health = optionOf(
    request,
    "health",
    "",
    /^(?:\/[\w./~%?=&-]*)?$/,
    "a path such as /healthz",
  );
  const deployed: Deployed = {
    name: dnsLabel(appRef.app),
    appRef: formatAppRef(appRef),
    image: optionOf(request, "image", EXAMPLE_IMAGE, IMAGE_NAME, "the name of an image"),
    registry: request.registry ?? EXAMPLE_REGISTRY,
    uid: optionOf(request, "uid", "10001", PLAIN_UID, "a user ID from 1"),
    port: port === "none" ? undefined : port,
    health: health === "" ? undefined : health,
    volume: optionOf(
      ...[request, "volume", "shared", /^(?:shared|node|pod)$/] as const,
      "shared, node or pod",
    ) as CacheVolume,
  };
  const documents = [
    ...volumeManifests(deployed),
    deployment(deployed),
    ...(deployed.volume === "pod" ? [] : [prefetcher(deployed)]),
    ...(deployed.volume === "shared" ? [collector(deployed)] : []),
  ];
  return introduction(deployed) + documents.map((document) => `---\n${document}`).join("");
}

function dnsLabel(app: string): string {
  return app.replace(/[._]/g, "-").slice(0, LONGEST_NAME).replace(/-+$/, "");
}
