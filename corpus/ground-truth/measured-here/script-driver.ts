/** Commands that the driver carries out in the program's context. */
import * as k from 'linux'
import type { mm_struct, page } from 'linux'
import { pte_dirty, pte_get, pte_none, pte_pfn, pte_special, pte_write } from 'sim'
import { at, away, base, exact, flagsOf, index, lab, namesOf, number, pageOf, pages, say, show, SIZE, some } from './script-state.ts'

const FLAG_CALLS: Record<string, [(p: page) => void, (p: page) => void]> = {
  reserved: [k.SetPageReserved, k.ClearPageReserved],
  dirty: [k.SetPageDirty, k.ClearPageDirty],
  uptodate: [k.SetPageUptodate, k.ClearPageUptodate],
  referenced: [k.SetPageReferenced, k.ClearPageReferenced],
  private: [k.SetPagePrivate, k.ClearPagePrivate],
  active: [k.SetPageActive, k.ClearPageActive],
}

/** What the driver does in the program's context. */
export function driver(v: string[]) {
  const [command, a, b, c, d, e] = v
  const mm = k.current.mm!
  const i = index(a)
  const n = number(b)
  switch (command) {
    case 'alloc': {
      const letters = c ?? ''
      const gfp = letters.includes('h') ? k.GFP_HIGHUSER : k.GFP_KERNEL
      pages[i] = k.alloc_pages(gfp | (letters.includes('c') ? k.__GFP_COMP : 0) | (letters.includes('z') ? k.__GFP_ZERO : 0), n)
      if (pages[i] === null) say('alloc = NULL')
      else if (letters.includes('t')) for (let j = 1; j < 1 << n; j++) pages[i + j] = k.nth_page(pages[i], j)
      return
    }
    case 'falloc':
      pages[i] = k.folio_page(k.folio_alloc(k.GFP_KERNEL, n)!, 0)
      return
    case 'bulk': {
      const list: (page | null)[] = Array.from({ length: n }, (_, j) => pages[i + j] ?? null)
      say(`bulk = ${k.alloc_pages_bulk_array(k.GFP_KERNEL, n, list)}`)
      list.forEach((p, j) => { pages[i + j] = p })
      return
    }
    case 'null':
      for (let j = 0; j < n; j++) pages[i + j] = null
      return
    case 'exact': {
      exact[i] = k.alloc_pages_exact(n, k.GFP_KERNEL)
      const p = k.virt_to_page(exact[i]!)
      for (let j = 0; j < Math.ceil(n / SIZE); j++) pages[i + j] = k.nth_page(p, j)
      return
    }
    case 'freeexact':
      k.free_pages_exact(exact[i]!, n)
      return
    case 'split':
      k.split_page(pages[i]!, n)
      for (let j = 1; j < 1 << n; j++) pages[i + j] = k.nth_page(pages[i]!, j)
      return
    case 'free':
      k.__free_pages(pages[i]!, n)
      return
    case 'freen':
      for (let j = 0; j < n; j++) k.__free_page(pages[i + j]!)
      return
    case 'get':
      k.get_page(pages[i]!)
      return
    case 'put':
      k.put_page(pages[i]!)
      return
    case 'unless0':
      say(`get_page_unless_zero = ${Number(k.get_page_unless_zero(pages[i]!))}`)
      return
    case 'tail':
      pages[i] = k.nth_page(pageOf(b), number(c))
      return
    case 'vmalloc':
      exact[i] = k.vmalloc(n * SIZE)
      for (let j = 0; j < n; j++) pages[i + j] = k.vmalloc_to_page(exact[i]!.add(j * SIZE))
      return
    case 'vfree':
      k.vfree(exact[i]!)
      return
    case 'kmalloc':
      exact[i] = k.kmalloc(n, k.GFP_KERNEL)
      pages[i] = k.virt_to_page(exact[i]!)
      return
    case 'kfree':
      k.kfree(exact[i]!)
      return
    case 'zeropage':
      pages[i] = k.ZERO_PAGE(0n)
      return
    case 'show':
      for (let j = 0; j < (b === undefined ? 1 : n); j++) show(`p${i + j}`, pages[i + j]!)
      return
    case 'folio': {
      const f = k.page_folio(pages[i]!)
      const mappedAt = k.folio_mapcount(f) > 0 ? 1 : 0
      say(`folio = ref ${k.folio_ref_count(f)} map ${k.folio_mapcount(f)} order ${k.folio_order(f)} nr ${k.folio_nr_pages(f)} pinned ${Number(k.folio_maybe_dma_pinned(f))} mapped ${mappedAt}`)
      return
    }
    case 'head':
      say(`head = ${k.page_to_pfn(k.compound_head(pages[i]!)) - k.page_to_pfn(pages[i]!)}`)
      return
    case 'rel':
      say(`${a}-${b} = ${k.page_to_pfn(pages[i]!) - k.page_to_pfn(pageOf(b))}`)
      return
    case 'same':
      say(`${a}==${b} = ${Number(pages[i] === pageOf(b))}`)
      return
    case 'buddy':
      for (let j = 0; j < (b === undefined ? 1 : n); j++) {
        const p = k.nth_page(pages[i]!, j)
        say(`buddy+${j} = ${k.PageBuddy(p) ? k.page_private(p) : 'no'}`)
      }
      return
    case 'drain':
      k.drain_all_pages()
      return
    case 'fill':
      k.memset(k.page_address(pages[i]!)!, n, SIZE)
      return
    case 'byte':
      say(`${a}[0] = ${k.page_address(pages[i]!)!.read_u8(0)}`)
      return
    case 'setf':
      FLAG_CALLS[b!]![0](pages[i]!)
      return
    case 'clrf':
      FLAG_CALLS[b!]![1](pages[i]!)
      return
    case 'mode':
      lab.mode = a!
      lab.first = index(b)
      lab.count = number(c)
      lab.extra = flagsOf(d)
      return
    case 'ops':
      lab.withVeto = a === 'veto'
      lab.withoutOps = a === 'none'
      lab.splitVeto = n
      lab.moveVeto = number(c)
      return
    case 'ungup':
      for (let j = 0; j < n; j++) k.put_page(pages[i + j]!)
      return
    case 'unpin':
      for (let j = 0; j < n; j++) k.unpin_user_page(pages[i + j]!)
      return
    case 'gup': {
      const list: page[] = []
      const [address, nr, flags] = [at(b), number(c), number(d)]
      const slow = e === 'pin' || e === 'slow'
      if (slow) k.mmap_read_lock(mm)
      const call = { fast: k.get_user_pages_fast, pinfast: k.pin_user_pages_fast, pin: k.pin_user_pages }[e!] ?? k.get_user_pages
      const got = call(address, nr, flags, list)
      if (slow) k.mmap_read_unlock(mm)
      list.forEach((p, j) => { pages[i + j] = p })
      say(`gup = ${got}`)
      return
    }
    case 'pte':
      for (let j = 0; j < (b === undefined ? 1 : n); j++) {
        const pte = pte_get(mm, at(a) + BigInt(j * SIZE))
        const words = [pte_write(pte) ? 'rw' : 'ro', pte_special(pte) ? 'special' : '', pte_dirty(pte) ? 'dirty' : '']
        say(`pte+${j} = ${pte_none(pte) ? 'none' : words.filter((one) => one !== '').join(' ')}`)
      }
      return
    case 'page': {
      const pte = pte_get(mm, at(b))
      if (pte_none(pte)) say('page = none')
      else pages[i] = k.pfn_to_page(pte_pfn(pte))
      return
    }
    case 'mm':
      say(`mm = users ${mm.mm_users} count ${mm.mm_count}`)
      return
    case 'heldmm':
      say(`heldmm = users ${lab.held!.mm_users} count ${lab.held!.mm_count}`)
      return
    case 'hold':
      lab.held = mm
      return
    case 'mmget':
      k.mmget(lab.held!)
      return
    case 'mmput':
      k.mmput(lab.held!)
      return
    case 'mmputasync':
      k.mmput_async(lab.held!)
      return
    case 'mmgrab':
      k.mmgrab(lab.held!)
      return
    case 'mmdrop':
      k.mmdrop(lab.held!)
      return
    case 'mmgetnz':
      say(`mmget_not_zero = ${Number(k.mmget_not_zero(lab.held!))}`)
      return
    case 'r':
      for (let j = 0; j < (b === undefined ? 1 : n); j++) {
        const left = k.copy_from_user(lab.bytes!, at(a) + BigInt(j * SIZE), 1)
        say(`r+${j} = ${left !== 0 ? 'fault' : lab.bytes!.read_u8(0)}`)
      }
      return
    case 'w':
      lab.bytes!.write_u8(0, n)
      for (let j = 0; j < (c === undefined ? 1 : number(c)); j++)
        if (k.copy_to_user(at(a) + BigInt(j * SIZE), lab.bytes!, 1) !== 0) say(`w+${j} = fault`)
      return
    case 'lrudrain': {
      k.mmap_read_lock(mm)
      const vma = k.find_vma(mm, at(a))
      if (vma !== null) k.zap_page_range_single(vma, vma.vm_end, SIZE, null)
      k.mmap_read_unlock(mm)
      return
    }
    case 'vma': {
      k.mmap_read_lock(mm)
      const vma = k.vma_lookup(mm, at(a))
      if (vma === null) say('vma = NULL')
      else {
        const own = vma.vm_file !== null || (vma.vm_flags & k.VM_MAYSHARE) !== 0
        const pgoff = own ? vma.vm_pgoff : vma.vm_pgoff - Number(base[0]! / BigInt(SIZE))
        const length = Number((vma.vm_end - vma.vm_start) / BigInt(SIZE))
        say(`vma = ${away(vma.vm_start)}+${length} pgoff ${pgoff} ${namesOf(vma.vm_flags)}`)
      }
      k.mmap_read_unlock(mm)
      return
    }
    case 'vmfpfn':
    case 'vmfmixed': {
      k.mmap_read_lock(mm)
      const vma = k.find_vma(mm, at(a))!
      const call = command === 'vmfpfn' ? k.vmf_insert_pfn : k.vmf_insert_mixed
      say(`${command} = ${call(vma, at(a), k.page_to_pfn(pageOf(b)))}`)
      k.mmap_read_unlock(mm)
      return
    }
    case 'zap':
    case 'zapptes': {
      k.mmap_read_lock(mm)
      const vma = k.find_vma(mm, at(a))
      if (vma === null || vma.vm_start > at(a)) say('vma = NULL')
      else if (command === 'zap') k.zap_page_range_single(vma, at(a), n * SIZE, null)
      else k.zap_vma_ptes(vma, at(a), n * SIZE)
      k.mmap_read_unlock(mm)
      return
    }
    default:
      return locked(v, mm)
  }
}

/** What needs mmap_lock for writing. */
function locked(v: string[], mm: mm_struct) {
  const [command, a, b, c] = v
  k.mmap_write_lock(mm)
  const vma = k.find_vma(mm, at(a))
  if (vma === null) say('vma = NULL')
  else if (command === 'ins') say(`vm_insert_page = ${k.vm_insert_page(vma, at(a), pageOf(b))}`)
  else if (command === 'insin') say(`vm_insert_page = ${k.vm_insert_page(vma, at(b), pageOf(c))}`)
  else if (command === 'insn') {
    const left = [number(c)]
    const error = k.vm_insert_pages(vma, at(a), some(index(b), left[0]!), left)
    say(`vm_insert_pages = ${error} left ${left[0]}`)
  } else if (command === 'mappages') say(`vm_map_pages = ${k.vm_map_pages(vma, some(index(b), number(c)), number(c))}`)
  else if (command === 'remap')
    say(`remap_pfn_range = ${k.remap_pfn_range(vma, at(a), k.page_to_pfn(pageOf(b)), number(c) * SIZE, vma.vm_page_prot as number)}`)
  else if (command === 'vfset') k.vm_flags_set(vma, flagsOf(b))
  else if (command === 'vfclr') k.vm_flags_clear(vma, flagsOf(b))
  else throw new Error(`unknown command ${command}`)
  k.mmap_write_unlock(mm)
}
