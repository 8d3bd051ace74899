/** Random programs with user address spaces: a driver that maps a page, programs that use it, what disturbs them. */
import fc from 'fast-check'

const PRELUDE = `import {
  alloc_page, __free_page, get_page, put_page, page_ref_count, page_to_pfn, GFP_KERNEL, kthread_run, shared, READ_ONCE,
  WRITE_ONCE, pr_info, module_exit, misc_register, misc_deregister, vm_insert_page, remap_pfn_range, vma_lookup,
  mmap_read_lock, mmap_read_unlock, mmget_not_zero, mmput, mmgrab, mmdrop, current, get_user_pages_fast, PAGE_SIZE,
  zap_page_range_single, unmap_mapping_range, vm_flags_set, VM_MIXEDMAP, VM_FAULT_SIGBUS, vmf_insert_pfn, VM_PFNMAP,
} from 'linux'
import type { file, mm_struct, page, Ptr, vm_area_struct, vm_fault } from 'linux'
import { spawn, open, close, mmap, munmap, mremap, fork, ioctl, waitpid, MAP_SHARED, MAP_PRIVATE } from 'user'
import { MAP_ANONYMOUS, MREMAP_MAYMOVE, PROT_READ, PROT_WRITE } from 'user'
const g = alloc_page(GFP_KERNEL)!
const mm = shared<mm_struct | null>(null)
const where = shared(0n)
const x = shared(0)
const kept = shared<file | null>(null)
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    mmgrab(current.mm!)
    WRITE_ONCE(where, vma.vm_start)
    WRITE_ONCE(mm, current.mm)
    WRITE_ONCE(kept, f)
    return INSERT
  },
  ioctl: (f: file, cmd: number, arg: unknown) => {
    const pages: page[] = []
    if (get_user_pages_fast(arg as Ptr, 1, 0, pages) === 1) put_page(pages[0]!)
    return 0
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
`

const insert = fc.constantFrom(
  'vm_insert_page(vma, vma.vm_start, g)',
  'remap_pfn_range(vma, vma.vm_start, page_to_pfn(g), PAGE_SIZE, 0)',
)

/** What a program does with its mapping `at` of the device. */
const mapped = fc.constantFrom(
  'at.read_u8(0)',
  'at.write_u8(0, 5)',
  'munmap(at, PAGE_SIZE)',
  'ioctl(fd, 1, at)',
  'mremap(at, PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE)',
  'WRITE_ONCE(x, 2)',
)
/** What a program does with anonymous memory. */
const anonymous = fc.constantFrom(
  'at.write_u8(0, 5)',
  'WRITE_ONCE(x, at.read_u8(0))',
  'munmap(at, PAGE_SIZE)',
  'ioctl(fd, 1, at)',
)

/** What a kernel thread does meanwhile, with the address space that the page is mapped in. */
const inSpace = (body: string): string =>
  `const space = READ_ONCE(mm); if (space !== null && mmget_not_zero(space)) { ${body} mmput(space) }`
const withArea = (body: string): string =>
  inSpace(
    'mmap_read_lock(space); const vma = vma_lookup(space, READ_ONCE(where)); ' +
      `if (vma !== null) ${body}; mmap_read_unlock(space);`,
  )
const disturbs = fc.constantFrom(
  inSpace(''),
  withArea('WRITE_ONCE(x, 1)'),
  withArea('zap_page_range_single(vma, vma.vm_start, PAGE_SIZE, null)'),
  'const f = READ_ONCE(kept); if (f !== null) unmap_mapping_range(f, 0, 0, 1)',
  'page_ref_count(g)',
  'get_page(g); put_page(g)',
  'put_page(g)',
)

const mapping = (how: string, body: string): string =>
  "const fd = open('/dev/bar', 2); const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, " +
  `${how}, 0); if (typeof at === 'number') return; ${body}`
const device = (body: string): string => mapping('MAP_SHARED, fd', body)
const own = (body: string): string => mapping('MAP_PRIVATE | MAP_ANONYMOUS, -1', body)

const first = fc
  .array(mapped, { minLength: 1, maxLength: 2 })
  .map((all) => `spawn('app', () => { ${device(all.join('; '))} })`)
const forked = fc
  .tuple(anonymous, anonymous)
  .map(([mine, childs]) => `spawn('app', () => { ${own(`at.write_u8(0, 1); fork(() => { ${childs} }); ${mine}`)} })`)
const second = fc.oneof(
  disturbs.map((one) => `kthread_run(() => { ${one} }, 'other')`),
  fc.array(mapped, { minLength: 1, maxLength: 1 }).map((all) => `spawn('two', () => { ${device(all.join('; '))} })`),
)

/** Two tasks, at least one of them a user program. */
export const userPrograms = fc
  .tuple(
    insert,
    fc.oneof({ weight: 4, arbitrary: fc.tuple(first, second) }, { weight: 1, arbitrary: fc.tuple(forked) }),
  )
  .map(([how, tasks]) => {
    const exit = 'module_exit(() => { pr_info(`${READ_ONCE(x)}`); misc_deregister(misc) })'
    return `${PRELUDE.replace('INSERT', how)}${tasks.join('\n')}\n${exit}\n`
  })

/** What a program does after it published its page: it drains batches, adds to them, asks about the page. */
const publisher = fc.constantFrom(
  'munmap(at, PAGE_SIZE)',
  'munmap(more, PAGE_SIZE)',
  'more.write_u8(0, 2)',
  'at.write_u8(0, 3)',
  'fork(() => { at.write_u8(0, 4) })',
  'fork(() => { munmap(at, PAGE_SIZE) })',
  'ioctl(fd, 1, at)',
)
/** What others do meanwhile. */
const onlooker = fc.constantFrom(
  "kthread_run(() => { const p = READ_ONCE(mine); if (p !== null) WRITE_ONCE(x, page_ref_count(p)) }, 'other')",
  "kthread_run(() => { const p = READ_ONCE(mine); if (p !== null) put_page(p) }, 'other')",
  "spawn('two', () => { const own = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)" +
    ' as Ptr; own.write_u8(0, 1); munmap(own, PAGE_SIZE) })',
)

/** A program that publishes a page of its own, private or shared, which waits in a batch for its LRU list. */
export const batchPrograms = fc
  .tuple(fc.constantFrom('MAP_PRIVATE', 'MAP_SHARED'), fc.array(publisher, { minLength: 1, maxLength: 2 }), onlooker)
  .map(([how, acts, other]) => {
    const gup = '    if (get_user_pages_fast(arg as Ptr, 1, 0, pages) === 1) put_page(pages[0]!)'
    const publish =
      '    if (get_user_pages_fast(arg as Ptr, 1, 0, pages) === 1) ' +
      'if (cmd === 0) WRITE_ONCE(mine, pages[0]!); else put_page(pages[0]!)'
    const map = `mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, ${how} | MAP_ANONYMOUS, -1, 0) as Ptr`
    const app = `const fd = open('/dev/bar', 2); const [at, more] = [${map}, ${map}]; at.write_u8(0, 1)
      ioctl(fd, 0, at); ${acts.join('; ')}`
    const prelude = PRELUDE.replace('INSERT', '0').replace(gup, publish)
    return `${prelude}const mine = shared<page | null>(null)\nspawn('app', () => { ${app} })\n${other}\n`
  })
