/** File systems that are on another machine: their locks and syncs are not to be relied on. */
import { statfsSync } from 'node:fs'

/** By the magic number of Linux's `statfs`. */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
])

/** What the folder lies on, where that is a network file system; null: not one that we know. */
export function networkDisk(
  folder: string,
  typeOf: (folder: string) => number = (path) => statfsSync(path).type,
): string | null {
  try {
    return networkTypes.get(typeOf(folder) >>> 0) ?? null
  } catch {
    return null // not made yet, or no such call on this system: opening tells what is wrong
  }
}
