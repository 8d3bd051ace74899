/**
 * The modules that snippets import, and the files that make them. One table: the run-time surface, the compiler's
 * index and the editor's declarations all come from it (scripts/generate-surface.ts).
 */
import { lessonChecks } from './lesson/lesson.ts'
import { asahiPage } from './asahi/page.ts'
import { kernelAlloc } from './kernel/alloc.ts'
import { kernelDma } from './kernel/dma.ts'
import { kernelFolio } from './kernel/folio.ts'
import { kernelMm } from './kernel/mm.ts'
import { kernelPage } from './kernel/page.ts'
import { kernelRcu } from './kernel/rcu.ts'
import { kernelScatterlist } from './kernel/scatterlist.ts'
import { kernelTypes } from './kernel/types.ts'
import { kernelMmVirt } from './kernel/virt.ts'
import { linuxAddressSpaces } from './linux/address-spaces.ts'
import { linuxArithmetic } from './linux/arithmetic.ts'
import { linuxAtomic } from './linux/atomic.ts'
import { linuxCompiler } from './linux/compiler.ts'
import { linuxCompletion } from './linux/completion.ts'
import { linuxDmaMapping } from './linux/dma-mapping.ts'
import { linuxErrno } from './linux/errno.ts'
import { linuxGfp } from './linux/gfp.ts'
import { linuxHighmem } from './linux/highmem.ts'
import { linuxGup } from './linux/gup.ts'
import { linuxMiscdevice } from './linux/miscdevice.ts'
import { linuxMm } from './linux/mm.ts'
import { linuxUaccess } from './linux/uaccess.ts'
import { linuxUserMappings } from './linux/user-mappings.ts'
import { linuxModule } from './linux/module.ts'
import { linuxPageArithmetic } from './linux/page-arithmetic.ts'
import { linuxPageFlags } from './linux/page-flags.ts'
import { linuxPageCounts } from './linux/page-counts.ts'
import { linuxMorePageFlags } from './linux/more-page-flags.ts'
import { linuxPrintk } from './linux/printk.ts'
import { linuxMutex } from './linux/mutex.ts'
import { linuxRandom } from './linux/random.ts'
import { linuxRcu } from './linux/rcupdate.ts'
import { linuxRefcount } from './linux/refcount.ts'
import { linuxRwsem } from './linux/rwsem.ts'
import { linuxShrinker } from './linux/shrinker.ts'
import { linuxList } from './linux/list.ts'
import { linuxListLru } from './linux/list-lru.ts'
import { linuxInterrupt } from './linux/interrupt.ts'
import { linuxKref } from './linux/kref.ts'
import { linuxKthread } from './linux/kthread.ts'
import { linuxScatterlist } from './linux/scatterlist.ts'
import { linuxSched } from './linux/sched.ts'
import { linuxSpinlock } from './linux/spinlock.ts'
import { linuxSlab } from './linux/slab.ts'
import { linuxString } from './linux/string.ts'
import { linuxTypes } from './linux/types.ts'
import { linuxWait } from './linux/wait.ts'
import { linuxWorkqueue } from './linux/workqueue.ts'
import { linuxVersion } from './linux/version.ts'
import { linuxVmalloc } from './linux/vmalloc.ts'
import { simActors } from './sim/actors.ts'
import { simDevices } from './sim/device.ts'
import { simGpuPageTable } from './sim/gpu-page-table.ts'
import { simPageTables } from './sim/page-tables.ts'
import { simControls } from './sim/sim.ts'
import { threadBonzini } from './thread/bonzini.ts'
import { threadPageV3 } from './thread/page-v3.ts'
import { foreignMemory } from './user/foreign-memory.ts'
import { userPrograms } from './user/user.ts'
import { waitCalls } from './user/wait-calls.ts'
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
  /** Its names are looked up under `module#name`: another module has a name of the same spelling. */
  readonly separate?: true
  /**
   * Making it does more than make its names: it is made with each surface. All others are made when one of their names
   * is first asked for, at some step of a schedule, and nobody may be able to tell when (names.test.ts).
   */
  readonly registers?: true
}

export const SURFACE: readonly SurfaceSource[] = [
  { module: 'linux/gfp', file: 'linux/gfp.ts', factory: linuxGfp },
  { module: 'linux/mm', file: 'linux/page-counts.ts', factory: linuxPageCounts },
  { module: 'linux/mm', file: 'linux/mm.ts', factory: linuxMm },
  { module: 'linux/mm', file: 'linux/page-flags.ts', factory: linuxPageFlags },
  { module: 'linux/mm', file: 'linux/more-page-flags.ts', factory: linuxMorePageFlags },
  { module: 'linux/slab', file: 'linux/slab.ts', factory: linuxSlab },
  { module: 'linux/version', file: 'linux/version.ts', factory: linuxVersion },
  { module: 'linux/vmalloc', file: 'linux/vmalloc.ts', factory: linuxVmalloc },
  { module: 'linux/highmem', file: 'linux/highmem.ts', factory: linuxHighmem },
  { module: 'linux/string', file: 'linux/string.ts', factory: linuxString },
  { module: 'linux/mm', file: 'linux/page-arithmetic.ts', factory: linuxPageArithmetic },
  { module: 'linux/math', file: 'linux/arithmetic.ts', factory: linuxArithmetic },
  { module: 'linux/errno', file: 'linux/errno.ts', factory: linuxErrno },
  { module: 'linux/printk', file: 'linux/printk.ts', factory: linuxPrintk },
  { module: 'linux/module', file: 'linux/module.ts', factory: linuxModule },
  { module: 'linux/types', file: 'linux/types.ts', factory: linuxTypes },
  { module: 'linux/mutex', file: 'linux/mutex.ts', factory: linuxMutex },
  { module: 'linux/spinlock', file: 'linux/spinlock.ts', factory: linuxSpinlock },
  { module: 'linux/rwsem', file: 'linux/rwsem.ts', factory: linuxRwsem },
  { module: 'linux/completion', file: 'linux/completion.ts', factory: linuxCompletion },
  { module: 'linux/atomic', file: 'linux/atomic.ts', factory: linuxAtomic },
  { module: 'linux/refcount', file: 'linux/refcount.ts', factory: linuxRefcount },
  { module: 'linux/kref', file: 'linux/kref.ts', factory: linuxKref },
  { module: 'linux/compiler', file: 'linux/compiler.ts', factory: linuxCompiler },
  { module: 'linux/rcupdate', file: 'linux/rcupdate.ts', factory: linuxRcu, registers: true },
  { module: 'linux/kthread', file: 'linux/kthread.ts', factory: linuxKthread },
  { module: 'linux/sched', file: 'linux/sched.ts', factory: linuxSched },
  { module: 'linux/random', file: 'linux/random.ts', factory: linuxRandom },
  { module: 'linux/scatterlist', file: 'linux/scatterlist.ts', factory: linuxScatterlist },
  { module: 'linux/dma-mapping', file: 'linux/dma-mapping.ts', factory: linuxDmaMapping },
  { module: 'linux/mm', file: 'linux/user-mappings.ts', factory: linuxUserMappings },
  { module: 'linux/mm', file: 'linux/address-spaces.ts', factory: linuxAddressSpaces },
  { module: 'linux/mm', file: 'linux/gup.ts', factory: linuxGup },
  { module: 'linux/miscdevice', file: 'linux/miscdevice.ts', factory: linuxMiscdevice },
  { module: 'linux/uaccess', file: 'linux/uaccess.ts', factory: linuxUaccess },
  { module: 'user', file: 'user/user.ts', factory: userPrograms },
  { module: 'user', file: 'user/wait-calls.ts', factory: waitCalls },
  { module: 'user', file: 'user/foreign-memory.ts', factory: foreignMemory },
  { module: 'kernel/types', file: 'kernel/types.ts', factory: kernelTypes },
  { module: 'kernel/page', file: 'kernel/page.ts', factory: kernelPage },
  { module: 'kernel/alloc', file: 'kernel/alloc.ts', factory: kernelAlloc },
  { module: 'kernel/scatterlist', file: 'kernel/scatterlist.ts', factory: kernelScatterlist },
  { module: 'kernel/dma', file: 'kernel/dma.ts', factory: kernelDma },
  { module: 'kernel/mm', file: 'kernel/mm.ts', factory: kernelMm },
  { module: 'kernel/mm/virt', file: 'kernel/virt.ts', factory: kernelMmVirt },
  { module: 'kernel/folio', file: 'kernel/folio.ts', factory: kernelFolio },
  { module: 'kernel/sync/rcu', file: 'kernel/rcu.ts', factory: kernelRcu },
  { module: 'thread/page_v3', file: 'thread/page-v3.ts', factory: threadPageV3, separate: true },
  { module: 'thread/bonzini', file: 'thread/bonzini.ts', factory: threadBonzini, separate: true },
  { module: 'asahi/page', file: 'asahi/page.ts', factory: asahiPage, separate: true },
  { module: 'linux/shrinker', file: 'linux/shrinker.ts', factory: linuxShrinker },
  { module: 'linux/list', file: 'linux/list.ts', factory: linuxList },
  { module: 'linux/list_lru', file: 'linux/list-lru.ts', factory: linuxListLru },
  { module: 'linux/wait', file: 'linux/wait.ts', factory: linuxWait },
  { module: 'linux/workqueue', file: 'linux/workqueue.ts', factory: linuxWorkqueue },
  { module: 'linux/interrupt', file: 'linux/interrupt.ts', factory: linuxInterrupt, registers: true },
  { module: 'sim', file: 'sim/sim.ts', factory: simControls },
  { module: 'sim', file: 'sim/device.ts', factory: simDevices, registers: true },
  { module: 'sim', file: 'sim/actors.ts', factory: simActors },
  { module: 'sim', file: 'sim/page-tables.ts', factory: simPageTables },
  { module: 'sim', file: 'sim/gpu-page-table.ts', factory: simGpuPageTable },
  { module: 'lesson', file: 'lesson/lesson.ts', factory: lessonChecks },
]
