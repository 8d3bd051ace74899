// @machine arch=i386-highmem memory=64M highmem=32M
// @expect none
//
// User page tables of i386 without PAE, read from pgtable-2level_types.h and pgtable_types.h: two levels of 1024 entries
// of four bytes, in one page each, no NX. A table lies in low memory (CONFIG_HIGHPTE is off).
import * as k from 'linux'
import * as u from 'user'
import { pfn_pte, pte_get, pte_mkdirty, pte_pfn, pte_present } from 'sim'
import { is } from './is.ts'

const tables = () => {
  const found: k.Ptr[] = []
  for (let pfn = 256; pfn < 16384; pfn++) {
    const page = k.pfn_to_page(pfn)
    if (!k.PageTable(page)) continue
    is('lowmem', k.PageHighMem(page), 0)
    found.push(k.page_address(page)!)
  }
  return found
}
const page = k.alloc_page(k.GFP_HIGHUSER)!
const frame = BigInt(k.page_to_pfn(page)) << 12n
const look = (address: bigint) => {
  const pgd = Number(address >> 22n)
  const pte = Number((address >> 12n) & 1023n)
  const all = tables()
  is('two tables', all.length, 2)
  const top = all.find((table) => table.read_u32(4 * pgd) !== 0)!
  const last = all.find((table) => !table.eq(top))!
  // _PAGE_TABLE, PAGE_SHARED
  is('pgd entry', BigInt(top.read_u32(4 * pgd)), k.virt_to_phys(last) | 0x67n)
  is('pte', BigInt(last.read_u32(4 * pte)), frame | 0x27n)
  is('next pte', last.read_u32(4 * pte + 4), 0)
  is('pte_get', pte_get(k.current.mm!, address), frame | 0x27n)
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
  const at = u.mmap(null, 8192, u.PROT_READ | u.PROT_WRITE, u.MAP_SHARED, fd, 0) as k.Ptr
  // mmap_base(): TASK_SIZE - 128 MiB
  is('highest gap', at.addr, 0xb7ff_e000n)
  u.ioctl(fd, 0, at.addr)
  const fixed = (where: bigint) =>
    u.mmap(where, 4096, u.PROT_READ, u.MAP_ANONYMOUS | u.MAP_PRIVATE | u.MAP_FIXED, -1, 0)
  is('below TASK_SIZE', (fixed(0xbfff_f000n) as k.Ptr).addr, 0xbfff_f000n)
  is('TASK_SIZE', fixed(0xc000_0000n), -12)
  u.close(fd)
})
k.module_exit(() => k.__free_page(page))

is('PAGE_READONLY', pfn_pte(0x12345, u.PROT_READ), 0x1234_5025n)
is('PAGE_NONE', pfn_pte(0x12345, u.PROT_NONE), 0x1234_5120n)
is('PAGE_NONE is present', pte_present(pfn_pte(0x12345, u.PROT_NONE)), 1)
is('pfn of PAGE_NONE', pte_pfn(pfn_pte(0x12345, u.PROT_NONE)), 0x12345)
is('dirty', pte_mkdirty(pfn_pte(0x12345, u.PROT_READ | u.PROT_WRITE)), 0x1234_5067n)
// _PAGE_SAVED_DIRTY is a software bit of its own.
is('dirty, read only', pte_mkdirty(pfn_pte(0x12345, u.PROT_READ)), 0x1234_5425n)
