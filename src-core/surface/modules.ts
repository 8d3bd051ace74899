/**
 * The modules that snippets import, and the files that make them. One table: the run-time surface, the compiler's
 * index and the editor's declarations all come from it (scripts/generate-surface.ts).
 */
import { linuxErrno } from './linux/errno.ts'
import { linuxGfp } from './linux/gfp.ts'
import { linuxHighmem } from './linux/highmem.ts'
import { linuxMm } from './linux/mm.ts'
import { linuxModule } from './linux/module.ts'
import { linuxPageFlags } from './linux/page-flags.ts'
import { linuxPrintk } from './linux/printk.ts'
import { linuxSlab } from './linux/slab.ts'
import { linuxString } from './linux/string.ts'
import { linuxVmalloc } from './linux/vmalloc.ts'
import type { Surface, SurfaceModule } from './surface.ts'
import type { RunHost } from './run-host.ts'

/** Makes the names of a module for one run. */
export type SurfaceFactory = (s: Surface, host: RunHost) => SurfaceModule

export interface SurfaceSource {
  /** Module that snippets import. */
  readonly module: string
  /** File below src-core/surface that holds the names and their documentation. */
  readonly file: string
  readonly factory: SurfaceFactory
}

export const SURFACE: readonly SurfaceSource[] = [
  { module: 'linux/gfp', file: 'linux/gfp.ts', factory: linuxGfp },
  { module: 'linux/mm', file: 'linux/mm.ts', factory: linuxMm },
  { module: 'linux/mm', file: 'linux/page-flags.ts', factory: linuxPageFlags },
  { module: 'linux/slab', file: 'linux/slab.ts', factory: linuxSlab },
  { module: 'linux/vmalloc', file: 'linux/vmalloc.ts', factory: linuxVmalloc },
  { module: 'linux/highmem', file: 'linux/highmem.ts', factory: linuxHighmem },
  { module: 'linux/string', file: 'linux/string.ts', factory: linuxString },
  { module: 'linux/errno', file: 'linux/errno.ts', factory: linuxErrno },
  { module: 'linux/printk', file: 'linux/printk.ts', factory: linuxPrintk },
  { module: 'linux/module', file: 'linux/module.ts', factory: linuxModule },
]
