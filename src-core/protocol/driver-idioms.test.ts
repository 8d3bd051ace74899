/** What drivers write more often than what it is made of: kref, kmemdup, arrays of kvmalloc, references by number. */
import { describe, expect, it } from 'vitest'
import { checkOwnership } from '../compiler/static/check.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { liveRun } from './testing/live-run.ts'

const HEAD = `import * as k from 'linux'\nconst G = k.GFP_KERNEL\nconst say = (...v: any[]) => k.pr_info(v.join(' '))\n`
const codes = (text: string): string[] => liveRun(HEAD + text, 'v6.12').report.diagnoses.map(({ code }) => code)
const log = (text: string): string[] => liveRun(HEAD + text, 'v6.12').record.log.map((line) => line.text)
const checked = (text: string): string[] =>
  checkOwnership('a.ts', [{ path: 'a.ts', text: HEAD + text }], SURFACE_INDEX, {
    era: 'v6.12',
  }).map(({ code }) => code)
/** Work needs the interleaved form: what is imported says so. */
const TASKS = "import { spawn } from 'user'\nvoid spawn\n"
const both = (text: string): string[][] => [codes(text), checked(text)]

describe('kref', () => {
  const FOO = `const Foo = k.struct('foo', { size: k.u32, ref: k.kref })
const release = (r: any) => { const foo = k.container_of(r, Foo, 'ref'); say('release', foo.size); k.kfree(foo.ptr) }
const foo = k.kzalloc(k.sizeof(Foo), G)!.as(Foo)
foo.size = 7
k.kref_init(foo.ref)\n`

  it('frees by its release function when the last reference is dropped', () => {
    const text = `${FOO}k.kref_get(foo.ref)
say(k.kref_read(foo.ref), k.kref_put(foo.ref, release), k.kref_read(foo.ref), k.kref_put(foo.ref, release))`
    expect(log(text)).toEqual(['release 7', '2 0 1 1'])
    expect(both(text)).toEqual([[], []])
  })

  it('tells of an object that is used after the last reference, or never given up', () => {
    const late = `${FOO}k.kref_put(foo.ref, release)\nk.kref_put(foo.ref, release)`
    expect(codes(late)).toContain('slab-use-after-free')
    expect(checked(`${FOO}k.kref_put(foo.ref, release)\nfoo.size = 1`)).toEqual(['slab-use-after-free'])
    const left = `${FOO}k.kref_get(foo.ref)\nk.kref_put(foo.ref, release)`
    expect(both(left)).toEqual([['memory-leak'], ['memory-leak']])
  })

  it('takes nothing at 0, and warns as refcount_t does', () => {
    const text = `const r = new k.kref()\nsay(k.kref_get_unless_zero(r))\nk.kref_init(r)
say(k.kref_get_unless_zero(r), k.kref_read(r))\nconst p = {}\nk.kref_init(p)\nsay(k.kref_read(p))`
    expect(log(text)).toEqual(['0', '1 2', '1'])
    expect(codes('const r = new k.kref()\nk.kref_get(r)')).toEqual(['warn-on'])
  })
})

describe('memory', () => {
  it('is copied by kmemdup()', () => {
    const text = `const a = k.kmalloc(24, G)!\na.write_u64(16, 5n)\nk.memset(a, 1, 16)
const b = k.kmemdup(a, 24, G)!\nk.kfree(a)\nsay(b.read_u8(3), b.read_u64(16), k.ksize(b))\n`
    expect(log(text)).toEqual(['1 5 32'])
    expect(both(`${text}k.kfree(b)`)).toEqual([[], []])
    expect(both(text)).toEqual([['memory-leak'], ['memory-leak']])
    const late = `const a = k.kzalloc(24, G)!\nk.kfree(a)\nk.kfree(k.kmemdup(a, 24, G))`
    expect(both(late)).toEqual([['slab-use-after-free'], ['slab-use-after-free']])
    expect(codes(`const a = k.kzalloc(24, G)!\nk.kfree(k.kmemdup(a, 40, G))\nk.kfree(a)`)).toEqual(['out-of-bounds'])
    expect(
      log(`import { sim } from 'sim'\nsim.fail_next('kmalloc')\nsay(k.kmemdup(k.kzalloc(8, G)!, 8, G) === null)`),
    ).toEqual(['true'])
  })

  it('of arrays comes from kvmalloc() too, and a product that overflows is none', () => {
    const text = `const a = k.kvcalloc(3000, 8, G)!, b = k.kvmalloc_array(4, 16, G)!
say(k.is_vmalloc_addr(a), a.read_u64(23992), k.is_vmalloc_addr(b), k.kvmalloc_array(2 ** 33, 2 ** 33, G) === null)
k.kvfree(a)\n`
    expect(log(text)).toEqual(['false 0 false true'])
    expect(both(`${text}k.kvfree(b)`)).toEqual([[], []])
    expect(both(text)).toEqual([['memory-leak'], ['memory-leak']])
    expect(log(`const a = k.kvcalloc(2000000, 8, G)!\nsay(k.is_vmalloc_addr(a))\nk.kvfree(a)`)).toEqual(['true'])
  })
})

describe('references by number', () => {
  const FOLIO = 'const f = k.folio_alloc(G, 1)!\n'
  it('are taken and dropped at once', () => {
    const text = `${FOLIO}k.folio_ref_add(f, 3)\nsay(k.folio_ref_count(f), k.folio_mapped(f))\nk.folio_ref_sub(f, 1)
say(k.folio_ref_count(f))\nk.folio_put_refs(f, 2)\nsay(k.folio_ref_count(f))\nk.folio_put(f)`
    expect(log(text)).toEqual(['4 false', '3', '1'])
    expect(both(text)).toEqual([[], []])
    expect(both(`${FOLIO}k.folio_ref_add(f, 2)\nk.folio_put_refs(f, 3)`)).toEqual([[], []])
    expect(both(`${FOLIO}k.folio_ref_add(f, 2)\nk.folio_put_refs(f, 2)`)).toEqual([['page-leak'], ['page-leak']])
    const page = 'const p = k.alloc_page(G)!\n'
    expect(both(`${page}k.page_ref_add(p, 2)\nk.page_ref_sub(p, 2)\nk.__free_page(p)`)).toEqual([[], []])
  })
})

describe('what waits', () => {
  const WORK = `${TASKS}let runs = 0
const work = new k.delayed_work()
k.INIT_DELAYED_WORK(work, () => { runs++ })\n`
  it('runs now by flush_delayed_work()', () => {
    const text = `${WORK}k.schedule_delayed_work(work, 100000)
say(k.flush_delayed_work(work), runs, k.delayed_work_pending(work), k.flush_delayed_work(work))`
    expect(log(text)).toEqual(['true 1 false false'])
    expect(both(text)).toEqual([[], []])
  })

  it('begins its delay anew by mod_delayed_work()', () => {
    const text = `${WORK}say(k.mod_delayed_work(k.system_wq, work, 10), k.mod_delayed_work(k.system_wq, work, 50))
k.msleep(100)\nsay(runs)\nk.msleep(200)\nsay(runs, k.mod_delayed_work(k.system_wq, work, 0))\nk.flush_delayed_work(work)
say(runs)`
    expect(log(text)).toEqual(['false true', '0', '1 false', '2'])
    expect(both(text)).toEqual([[], []])
  })

  it('is seen at a mutex', () => {
    expect(
      log(`const m = k.DEFINE_MUTEX('m')\nk.mutex_lock(m)\nsay(k.mutex_is_locked(m))\nk.mutex_unlock(m)
say(k.mutex_is_locked(m))`),
    ).toEqual(['true', 'false'])
  })
})

it('sg_phys() is the address of the bytes of an entry', () => {
  const text = `const a = k.kzalloc(64, G)!, l = [new k.scatterlist()]
k.sg_init_table(l, 1)\nk.sg_set_buf(l[0]!, a.add(8), 32)
say(k.sg_phys(l[0]!) === k.virt_to_phys(a) + 8n)\nk.kfree(a)`
  expect(log(text)).toEqual(['true'])
  expect(both(text)).toEqual([[], []])
})

describe('pages by their struct page', () => {
  const PAGE = 'const p = k.alloc_page(G)!, q = k.alloc_page(G)!\n'
  const END = 'k.__free_page(p)\nk.__free_page(q)'
  it('are cleared and copied', () => {
    const text = `${PAGE}k.clear_highpage(p)\nconst v = k.kmap_local_page(p)
v.write_u8(5, 7)\nv.write_u8(6, 8)\nk.copy_highpage(q, p)\nk.memzero_page(p, 6, 1)\nk.zero_user(q, 5, 1)
const w = k.kmap_local_page(q)\nsay(v.read_u8(5), v.read_u8(6), w.read_u8(5), w.read_u8(6), w.read_u8(4095))
k.kunmap_local(w)\nk.kunmap_local(v)\n${END}`
    expect(log(text)).toEqual(['7 0 0 8 0'])
    expect(both(text)).toEqual([[], []])
    const late = `${PAGE}${END}\nk.clear_highpage(p)`
    expect(both(late)).toEqual([['page-use-after-free'], ['page-use-after-free']])
    expect(codes(`${PAGE}k.memzero_page(p, 4000, 200)\n${END}`)).toEqual(['out-of-bounds'])
  })

  it('in high memory too', () => {
    const text = `const p = k.alloc_page(k.GFP_HIGHUSER)!\nk.clear_highpage(p)\nconst v = k.kmap_local_page(p)
say(k.PageHighMem(p), v.read_u8(9))\nk.kunmap_local(v)\nk.__free_page(p)`
    const machine = { arch: 'i386-highmem', memory: '1G' }
    const { record, report } = liveRun(HEAD + text, 'v6.12', machine)
    expect([record.log.map((line) => line.text), report.diagnoses]).toEqual([['1 0'], []])
  })

  it('rwsem_is_locked() sees readers and a writer', () => {
    const text = `const r = k.init_rwsem(new k.rw_semaphore())\nconst at = () => k.rwsem_is_locked(r)\nconst a = at()
k.down_read(r)\nconst b = at()\nk.up_read(r)\nk.down_write(r)\nconst c = at()\nk.up_write(r)\nsay(a, b, c)`
    expect(log(text)).toEqual(['false true true'])
  })
})
