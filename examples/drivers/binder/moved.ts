// @era all
// @expect zap-by-address binder_alloc.ts:229 memdesc
//
// The service moves its mapping, which nothing forbids. Its old area closes, so the allocator installs no more; the
// shrinker finds nothing where the page was, frees without a zap, and says that it freed three. As measured: the moved
// entry's reference keeps the page, and the service reads on. Under memdesc the page is gone, and the entry is not.
import { pr_info } from 'linux'
import { reclaim } from 'sim'
import { mremap, munmap, MREMAP_FIXED, MREMAP_MAYMOVE } from 'user'
import { binder_alloc } from './binder_alloc.ts'
import { give_back, run, send, SIZE, stats, transact, type Service } from './app.ts'

function scenario(service: Service): void {
  const at = transact(service)
  give_back(service, at)
  const moved = mremap(service.map, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x10000000)
  if (typeof moved === 'number') return
  stats(service)
  pr_info(`the shrinker frees ${reclaim(3)}`)
  pr_info(`and the service still reads 0x${moved.read_u32(at).toString(16)}`)
  pr_info(`the next transaction: ${send(0x2bad, 100)}`)
  munmap(moved, SIZE)
}

run(binder_alloc, scenario)
