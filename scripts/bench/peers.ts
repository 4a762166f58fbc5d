import { shellWord } from "../demo/text.ts";
import type { Archive, Format } from "./bundle.ts";

/** Another program that unpacks a format; `unpack` is its shell command. */
export interface Peer {
  readonly label: string;
  readonly program: string;
  unpack(archive: string, into: string): string;
}

const tar = (flags: string): Peer => ({
  label: `tar ${flags}`,
  program: "tar",
  unpack: (archive, into) => `tar ${flags} ${archive} -C ${into}`,
});
const BSDTAR: Peer = {
  label: "bsdtar -xf",
  program: "bsdtar",
  unpack: (archive, into) => `bsdtar -xf ${archive} -C ${into}`,
};

export const PEERS: Readonly<Record<Format, readonly Peer[]>> = {
  "tar": [tar("-xf"), BSDTAR],
  "tar.zst": [{ ...tar("--zstd -xf"), program: "zstd" }, BSDTAR],
  "tar.gz": [tar("-xzf"), BSDTAR],
  "zip": [
    {
      label: "unzip -q",
      program: "unzip",
      unpack: (archive, into) => `unzip -q ${archive} -d ${into}`,
    },
    BSDTAR,
    {
      label: "python3 -m zipfile -e",
      program: "python3",
      unpack: (archive, into) => `python3 -m zipfile -e ${archive} ${into}`,
    },
  ],
};

/** The peer alone, as people time it. `into` needs no quotes. */
export function plainCommand(peer: Peer, archive: Archive, into: string): string {
  return `exec ${peer.unpack(shellWord(archive.path), into)}`;
}

/** The peer with what edgeboot does too, as far as one line of shell can: verify first, sync after. */
export function verifiedCommand(peer: Peer, archive: Archive, into: string): string {
  const path = shellWord(archive.path);
  return `echo '${archive.sha256}  '${path} | sha256sum -c --status && ` +
    `${peer.unpack(path, into)} && sync -f ${into}`;
}
