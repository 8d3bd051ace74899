/** Every clause of an unsafe contract that the table lists is broken here once, and nowhere else. */
import { describe, expect, it } from 'vitest'
import { CONTRACTS, type ContractName } from '../../trace/contracts.ts'
import { runSnippet } from '../../runtime/testing/run-snippet.ts'

const AREA = `import { misc_register, current, vma_lookup, mmap_read_lock, mmap_read_unlock } from 'linux'
import { open, ioctl, mmap, spawn, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, PROT_READ } from 'user'`
/** A driver whose ioctl does something with an area of the caller. */
const inIoctl = (body: string, names: string): string => `${AREA}
import { ${names} } from 'kernel'
misc_register({ name: 'dev', fops: { ioctl: (file, cmd, arg) => {
  mmap_read_lock(current.mm!)
  const vma = vma_lookup(current.mm!, arg as bigint)!
  ${body}
} } })
spawn('user', () => {
  const p = mmap(null, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as { addr: bigint }
  ioctl(open('/dev/dev', 0), 1, p.addr)
})`

const OBJECT = `class Obj { static inc_ref() {} static dec_ref() {} static release() {} }
const obj = new Obj()`

const BREACHES: Readonly<Record<ContractName, string>> = {
  'Owned::from_raw#exclusive': `import { Owned } from 'kernel'
${OBJECT}
Owned.from_raw(obj); Owned.from_raw(obj)`,
  'Page#owner': `import { Page, drop, GFP_KERNEL } from 'kernel'
import { __free_page } from 'linux'
const p = Page.alloc_page(GFP_KERNEL)
__free_page(p.as_ptr()); drop(p)`,
  'KBox::from_raw#into_raw': `import { KBox, GFP_KERNEL } from 'kernel'
const raw = KBox.into_raw(KBox.new(1, GFP_KERNEL))
KBox.from_raw(raw); KBox.from_raw(raw)`,
  'Page::from_phys#into_phys': `import { from_phys } from 'asahi/page'
import { alloc_page, page_to_phys, GFP_KERNEL } from 'linux'
from_phys(page_to_phys(alloc_page(GFP_KERNEL)!))`,
  'Page::from_phys#once': `import { Page, from_phys, into_phys } from 'asahi/page'
const a = into_phys(Page.alloc_page(0xcc0))
from_phys(a); from_phys(a)`,
  'ForeignOwnable::from_foreign#into_foreign': `import { KBox, VBox, GFP_KERNEL } from 'kernel'
VBox.from_foreign(KBox.into_foreign(KBox.new(1, GFP_KERNEL)))`,
  'ForeignOwnable::from_foreign#once': `import { KBox, GFP_KERNEL } from 'kernel'
const f = KBox.into_foreign(KBox.new(1, GFP_KERNEL))
KBox.from_foreign(f); KBox.from_foreign(f)`,
  'ForeignOwnable::from_foreign#no-borrows': '',
  'ForeignOwnable::borrow#into_foreign': `import { KBox, GFP_KERNEL } from 'kernel'
const f = KBox.into_foreign(KBox.new(1, GFP_KERNEL))
KBox.from_foreign(f); KBox.borrow(f)`,
  'ARef::from_raw#increment': `import { ARef } from 'kernel'
${OBJECT}
ARef.from(obj); ARef.from_raw(obj)`,
  'ARef#owns-increment': `import { ARef } from 'kernel'
ARef.from(new (class {})())`,
  'Ownable::release#frees': `import { Owned } from 'kernel'
Owned.from_raw(new (class {})())`,
  'VmaRef::from_raw#locked': inIoctl('mmap_read_unlock(current.mm!); VmaRef.from_raw(vma)', 'VmaRef'),
  'VmaMixedMap#flag': inIoctl('VmaMixedMap.from_raw(vma)', 'VmaMixedMap'),
  'VmaNew::from_raw#mmap': inIoctl('VmaNew.from_raw(vma)', 'VmaNew'),
  'MmWithUser::from_raw#users': `import { spawn } from 'user'
import { current, kthread_run, msleep, mmgrab } from 'linux'
import { MmWithUser } from 'kernel'
let mm: any = null
spawn('user', () => { mm = current.mm; mmgrab(mm) })
kthread_run(() => { msleep(10); MmWithUser.from_raw(mm) }, 'late')`,
  'Vec::set_len#capacity': `import { KVec, GFP_KERNEL } from 'kernel'
KVec.with_capacity(1, GFP_KERNEL).set_len(2)`,
  'SGTable::from_raw#alive': `import { SGTable } from 'kernel'
import { sg_table } from 'linux'
SGTable.from_raw(new sg_table())`,
  'Page::borrow_phys#owned': `import { borrow_phys } from 'asahi/page'
import { alloc_page, __free_page, page_to_phys, GFP_KERNEL } from 'linux'
const page = alloc_page(GFP_KERNEL)!
__free_page(page)
borrow_phys(page_to_phys(page))`,
  'VmallocPageIter::new#vmalloc': `import { VmallocPageIter } from 'kernel'
import { vmalloc } from 'linux'
VmallocPageIter.new(vmalloc(4096)!, 8192)`,
  'Folio::from_raw#reference': `import { Folio, GFP_KERNEL } from 'kernel'
const raw = Folio.into_raw(Folio.alloc(0, GFP_KERNEL))
Folio.from_raw(raw); Folio.from_raw(raw)`,
}

const broken = (text: string): string[] =>
  runSnippet(text, {}, 'next')
    .ops.filter(({ name }) => name === 'contract')
    .map(({ a }) => CONTRACTS[a]!.name)

describe('unsafe contracts', () => {
  for (const { name } of CONTRACTS) {
    const text = BREACHES[name]
    if (text === '') continue
    it(`are checked at run time: ${name}`, () => {
      expect(broken(text)).toEqual([name])
    })
  }
  it('see a borrow that is used after the foreign side gave the object back', () => {
    const { ops } = runSnippet(
      `import { KBox, GFP_KERNEL } from 'kernel'
const f = KBox.into_foreign(KBox.new(1, GFP_KERNEL))
const b = KBox.borrow<any>(f)
KBox.from_foreign(f)
b.value`,
      {},
      'next',
    )
    expect(ops.filter(({ name }) => name === 'borrow_outlived')).toHaveLength(1)
  })
  it('say a clause, a duty and a fix for each', () => {
    for (const { name, item, clause, fix } of CONTRACTS) {
      expect([name.startsWith(`${item}#`), clause.length > 20, fix.length > 10]).toEqual([true, true, true])
    }
  })
})
