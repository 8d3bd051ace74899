/** linux/version.h: which release the code is built for, as drivers that live outside the tree ask it. */
import type { Surface } from '../surface.ts'

const code = (major: number, minor: number, patch: number): number =>
  (major << 16) + (minor << 8) + Math.min(patch, 255)
/** What is not released is greater than every release. */
const UNRELEASED = code(254, 0, 0)

export function linuxVersion(s: Surface) {
  const { release } = s.kernel.era
  return {
    pure: {
      /** The code of a release, to be compared with `LINUX_VERSION_CODE`. No step. */
      KERNEL_VERSION(major: number, minor: number, patch: number): number {
        const [a, b, c] = [major, minor, patch].map((part) => s.integer(part, 'a part of a version', 0, 65_535, true))
        return code(a!, b!, c!)
      },
    },
    values: {
      /** The era's release; next and memdesc are greater than every release. */
      LINUX_VERSION_CODE: release === null ? UNRELEASED : code(release[0], release[1], 0),
    },
  }
}
