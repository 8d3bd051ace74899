// @machine arch=arm64-16k memory=64M
// @expect none
//
// User page tables of arm64 with 16 KiB pages and 47 bits, read from pgtable-hwdef.h, pgtable-prot.h and pgalloc.h: three
// levels of 2048 entries of eight bytes.
import * as k from 'linux'
import * as u from 'user'
import { pfn_pte, pte_get, pte_mkdirty, pte_pfn, pte_present } from 'sim'
import { is } from './is.ts'

const tables = () => {
  const found: k.Ptr[] = []
  for (let pfn = 64; pfn < 4096; pfn++) {
    const page = k.pfn_to_page(pfn)
    if (k.PageTable(page)) found.push(k.page_address(page)!)
  }
  return found
}
const page = k.alloc_page(k.GFP_HIGHUSER)!
const frame = BigInt(k.page_to_pfn(page)) << 14n
// PTE_TYPE_PAGE, USER, RDONLY, SHARED, AF, NG; WRITE, PXN, UXN
const SHARED = 0x0068_0000_0000_0fc3n
const look = (address: bigint) => {
  const all = tables()
  is('three tables', all.length, 3)
  const entry = (shift: bigint, value: bigint) => {
    const at = Number((address >> shift) & 2047n)
    return all.filter((table) => table.read_u64(8 * at) === value).length
  }
  const below = all.map((table) => k.virt_to_phys(table) | 0x0800_0000_0000_0003n)
  is('pgd', below.filter((value) => entry(36n, value) === 1).length, 1)
  is('pmd', below.filter((value) => entry(25n, value) === 1).length, 1)
  is('pte', entry(14n, frame | SHARED), 1)
  is('pte_get', pte_get(k.current.mm!, address), frame | SHARED)
}
k.misc_register({
  name: 'dev',
  fops: {
    mmap: (_file, vma) => k.vm_insert_page(vma, vma.vm_start, page),
    ioctl(_file, _cmd, arg) {
      look(arg as bigint)
      return 0
    },
  },
})
u.spawn('user', () => {
  const fd = u.open('/dev/dev', u.O_RDWR)
  const at = u.mmap(null, 2 * k.PAGE_SIZE, u.PROT_READ | u.PROT_WRITE, u.MAP_SHARED, fd, 0) as k.Ptr
  // mmap_base(): TASK_SIZE - 128 MiB
  is('highest gap', at.addr, 0x7fff_f7ff_8000n)
  u.ioctl(fd, 0, at.addr)
  const fixed = (where: bigint) =>
    u.mmap(where, k.PAGE_SIZE, u.PROT_READ, u.MAP_ANONYMOUS | u.MAP_PRIVATE | u.MAP_FIXED, -1, 0)
  is('below TASK_SIZE', (fixed(0x7fff_ffff_c000n) as k.Ptr).addr, 0x7fff_ffff_c000n)
  is('TASK_SIZE', fixed(0x8000_0000_0000n), -12)
  u.close(fd)
})
k.module_exit(() => k.__free_page(page))

is('PAGE_READONLY', pfn_pte(0x123, u.PROT_READ), 0x0060_0000_0048_cfc3n)
is('PAGE_SHARED', pfn_pte(0x123, u.PROT_READ | u.PROT_WRITE), SHARED | 0x48_c000n)
// No VALID, no USER: what is left of NG is PTE_PRESENT_INVALID.
is('PAGE_NONE', pfn_pte(0x123, u.PROT_NONE), 0x0060_0000_0048_cf82n)
is('PAGE_NONE is present', pte_present(pfn_pte(0x123, u.PROT_NONE)), 1)
is('pfn of PAGE_NONE', pte_pfn(pfn_pte(0x123, u.PROT_NONE)), 0x123)
// PTE_DIRTY; what may be written loses RDONLY.
is('dirty', pte_mkdirty(pfn_pte(0x123, u.PROT_READ | u.PROT_WRITE)), 0x00e8_0000_0048_cf43n)
is('dirty, read only', pte_mkdirty(pfn_pte(0x123, u.PROT_READ)), 0x00e0_0000_0048_cfc3n)
