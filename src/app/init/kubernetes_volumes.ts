import type { Deployed } from "./kubernetes_settings.ts";

/** The comment at the top of the manifests: what they are, and which choices they hold. */
export function introduction({ appRef, volume, image }: Deployed): string {
  return `# ${appRef} on Kubernetes (1.30 or later), started from a base image that has nothing of the app in it.
# To be read, changed where it says so, and kept where manifests are kept:
#   edgeboot init kubernetes APP > app.yaml; kubectl apply -f app.yaml
#
# Image: ${image}, built from \`edgeboot init docker\`. Better name it by digest.
# All pods pass Pod Security "restricted"; let the namespace insist on it:
#   kubectl label namespace NAMESPACE pod-security.kubernetes.io/enforce=restricted
#
# Where the cache is (--volume), here: ${volume}.
#   shared  one volume for all nodes (ReadWriteMany: NFS, CephFS, EFS, Filestore): one download for the cluster. Its first
#           imports on a node are read over the network.
#   node    a directory of each node: fastest, one download a node. Pods may not mount a hostPath under "restricted", nor
#           under "baseline"; a claim on a volume that an administrator made of one they may.
#   pod     an emptyDir: nothing to set up, one download a pod, gone with the pod. No prefetching, nothing to collect.
`;
}

/** The volume's own objects; the same for all apps of a namespace, so that they share layers. */
export function volumeManifests({ volume, uid }: Deployed): string[] {
  if (volume === "pod") return [];
  if (volume === "shared") return [claim("", SHARED_CLASS)];
  return [
    nodeVolume(uid),
    claim(`  volumeName: edgeboot-cache # that one and no other\n`, NODE_CLASS),
  ];
}

/** The pods' side of it. */
export function cacheVolume({ volume }: Deployed): string {
  if (volume !== "pod") {
    return `- name: cache
  persistentVolumeClaim:
    claimName: edgeboot-cache
`;
  }
  return `- name: cache
  emptyDir:
    sizeLimit: 5Gi # the node's disk is everybody's: past this the pod is evicted, and no other
`;
}

const SHARED_CLASS =
  `  # storageClassName: nfs # a class that can ReadWriteMany; without a name the cluster's default one, which often cannot
`;
const NODE_CLASS =
  `  storageClassName: "" # none: otherwise the default class would make a volume of its own
`;

function claim(bound: string, storageClass: string): string {
  return `# The cache of all apps in this namespace; apps that share dependencies share their layers.
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: edgeboot-cache
spec:
  # Pods on several nodes mount it at once. Trees appear by one rename, so they need no lock to agree.
  accessModes: [ReadWriteMany]
${storageClass}${bound}  resources:
    requests:
      storage: 20Gi # unpacked layers; \`edgeboot cache list\` ends with the sum
`;
}

function nodeVolume(uid: string): string {
  return `# Cluster-wide, and an administrator's to make: it decides which directory of the nodes is given away. A hostPath without
# node affinity is each node's own directory wherever the claim is mounted, which is what a cache wants and what makes this
# kind of volume wrong for anything else. Kubernetes does not change its owner (no fsGroup), and no pod here is root: the
# nodes' image or cloud-init has to make it, for example by tmpfiles.d:   d /var/lib/edgeboot 0755 ${uid} ${uid}
apiVersion: v1
kind: PersistentVolume
metadata:
  name: edgeboot-cache
spec:
  accessModes: [ReadWriteMany] # what has to be stated for pods on several nodes
  storageClassName: "" # bound by name, not by class
  persistentVolumeReclaimPolicy: Retain # a claim that is deleted by mistake costs no download
  capacity:
    storage: 20Gi # has to be stated; nothing enforces it. The prefetcher below collects.
  claimRef: # nobody else's
    namespace: default # CHANGE where it is another
    name: edgeboot-cache
  hostPath:
    path: /var/lib/edgeboot
    type: Directory # must be there: one that the kubelet makes would be root's
`;
}
